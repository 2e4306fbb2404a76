"""The official letter of a referral: to look at and print, as OpenDocument text, as PDF where that can be."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from members.odt import CONTENT_TYPE, odt
from members.refusals import NotAllowed
from proposals.actions.letterpacks import file_name, official_letter
from proposals.letterpack import OfficialLetter, Speed, blocks
from proposals.models import Referral
from proposals.views.pdf import HAS_PDF, pdf_of
from proposals.views.sheets import sheet_rows


def letter_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as it will be printed, with the ways to take it along."""
    referral, letter = _letter(request, pk)
    context = {
        **model_admin.admin_site.each_context(request),
        **_sheet(letter),
        "title": _("Letter to the ministry"),
        "opts": model_admin.opts,
        "referral": referral,
        "speeds": list(Speed),
        "has_pdf": HAS_PDF,
    }
    return TemplateResponse(request, "admin/proposals/referral/letter.html", context)


def letter_odt(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    referral, letter = _letter(request, pk)
    name = f"{file_name(letter)}-{referral.ministry.slug}.odt"
    return HttpResponse(
        odt(blocks(letter), title=letter.title),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def letter_pdf(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    referral, letter = _letter(request, pk)
    if not HAS_PDF:
        raise Http404
    html = render_to_string("admin/proposals/referral/letter_pdf.html", _sheet(letter))
    return pdf_of(html, f"{file_name(letter)}-{referral.ministry.slug}.pdf")


def _letter(request: HttpRequest, pk: int) -> tuple[Referral, OfficialLetter]:
    visible = Referral.objects.visible_to(request.user).select_related("ministry", "proposal__organisation")
    referral = get_object_or_404(visible, pk=pk)
    try:
        speed = Speed(request.GET.get("speed", Speed.ORDINARY))
    except ValueError:
        speed = Speed.ORDINARY
    try:
        return referral, official_letter(user=request.user, referral=referral, speed=speed)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal


def _sheet(letter: OfficialLetter) -> dict[str, Any]:
    """The blocks with their kinds, for the template."""
    return {"letter": letter, "rows": sheet_rows(blocks(letter))}
