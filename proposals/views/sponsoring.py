"""Co-sponsors: invited and removed by the lead in its draft; reading, signing, declining by themselves."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.permissions import represented
from members.refusals import Refused
from proposals.actions.sponsors import (
    ask_again,
    decline_sponsorship,
    invite_sponsor,
    remove_sponsor,
    sign_off,
)
from proposals.actions.versions import digest_of
from proposals.forms.sponsoring import SponsorForm
from proposals.models import Attachment, Proposal, Sponsor

from .intake import already_submitted, keep, own_case
from .limits import TEXT_LIMIT, limited, too_fast


@limited(TEXT_LIMIT)
@login_required
def invite(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Asks a member to stand behind the draft, or asks all again that have not signed this text."""
    case = own_case(request, draft_id)
    if request.method != "POST":
        return redirect(case)
    if not case.is_draft:
        return already_submitted(request, case)
    *_kept, problem = keep(request, case)
    if problem:
        return problem
    form = SponsorForm(case, request.POST)
    chosen = form.cleaned_data["organisation"] if form.is_valid() else None
    try:
        if slower := too_fast(request, "invite"):
            messages.error(request, slower)
        elif "again" in request.POST:
            asked = ask_again(user=request.user, proposal=case)
            messages.success(
                request,
                ngettext(
                    "%d co-sponsor has been asked to sign this text.",
                    "%d co-sponsors have been asked to sign this text.",
                    asked,
                )
                % asked,
            )
        elif chosen is None:
            messages.error(request, _("Choose the member that you want to invite."))
        else:
            invite_sponsor(user=request.user, proposal=case, organisation=chosen)
            messages.success(request, _("%s has been invited to read and to sign the draft.") % chosen)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(reverse("proposals:draft", args=[draft_id]) + "#sponsors")


@limited(TEXT_LIMIT)
@login_required
def remove(request: HttpRequest, draft_id: UUID, pk: int) -> HttpResponse:
    case = own_case(request, draft_id)
    if request.method != "POST":
        return redirect(case)
    if not case.is_draft:
        return already_submitted(request, case)
    sponsor = get_object_or_404(case.sponsors.select_related("organisation"), pk=pk)
    *_kept, problem = keep(request, case)
    if problem:
        return problem
    remove_sponsor(user=request.user, sponsor=sponsor)
    messages.success(request, _("%s is no co-sponsor of this draft any more.") % sponsor.organisation)
    return redirect(reverse("proposals:draft", args=[draft_id]) + "#sponsors")


@limited(TEXT_LIMIT)
@login_required
def sponsorship(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The draft of another organisation, to read only; one button signs it, another declines."""
    case = get_object_or_404(
        Proposal.objects.visible_to(request.user).select_related("organisation", "group"), draft_id=draft_id
    )
    rows = Sponsor.objects.active().filter(proposal=case, organisation__in=represented(request.user))
    sponsor = rows.select_related("organisation", "proposal").first()
    if sponsor is None:
        raise Http404
    if not case.is_draft:
        return redirect(case)
    refused = None
    if request.method == "POST":
        try:
            return _decided(request, sponsor)
        except Refused as reason:
            refused = reason
    digest = digest_of(case)
    context = {
        "draft": case,
        "sponsor": sponsor,
        "refused": refused,
        "digest": digest,
        "is_signed": sponsor.signed_digest == digest,
        "was_changed": bool(sponsor.signed_digest) and sponsor.signed_digest != digest,
        "preview_asks": [ask for ask in case.asks.select_related("law") if ask.text.strip()],
        "attachments": Attachment.objects.visible_to(request.user).filter(proposal=case),
    }
    return render(request, "proposals/intake/sponsorship.html", context, status=409 if refused else 200)


def _decided(request: HttpRequest, sponsor: Sponsor) -> HttpResponse:
    if "decline" in request.POST:
        decline_sponsorship(user=request.user, sponsor=sponsor)
        messages.success(request, _("Declined. The draft is not shown to you any more."))
        return redirect("proposals:my")
    sign_off(user=request.user, sponsor=sponsor, digest=request.POST.get("digest", ""))
    messages.success(
        request, _("Signed. If the text is changed before it is submitted, you are asked again.")
    )
    return redirect("proposals:sponsorship", sponsor.proposal.draft_id)
