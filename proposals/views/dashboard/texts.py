"""The words that a ministry keeps for its answers: a list, and a page for each."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.models import Affiliation, Organisation
from members.permissions import answers_for
from members.refusals import Attempt
from proposals.actions.answer_texts import save_answer_text, use_answer_text
from proposals.forms.answer_texts import AnswerTextForm
from proposals.models import SavedText

from .access import chosen_bodies, for_bodies_only


@require_safe
@for_bodies_only
def answer_texts(request: HttpRequest) -> HttpResponse:
    """Those of the own bodies, in use or not, and those that the secretariat keeps for all."""
    bodies, body = chosen_bodies(request)
    rows = SavedText.objects.visible_to(request.user).filter(kind=SavedText.Kind.ANSWER, group__isnull=True)
    found = list(rows.select_related("body").order_by("-is_active", "position", "title", "pk"))
    context = {
        "body": body,
        "bodies": bodies,
        "texts": [(row, answers_for(request.user, row.body)) for row in found if row.body in bodies],
        "general": [row for row in found if row.body is None and row.is_active],
        "may_write": bool(answered_for(request)),
    }
    return render(request, "proposals/dashboard/texts.html", context)


@for_bodies_only
def answer_text(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A new text, or one of the own body: its wording, and whether it is in use. 403 for onlookers."""
    text = own_text(request, pk) if pk else None
    bodies = [text.body] if text and text.body else answered_for(request)
    if not bodies or not answers_for(request.user, bodies[0]):
        raise PermissionDenied
    is_post = request.method == "POST"
    known = {name: getattr(text, name) for name in ("title", "text_zh", "text_en")} if text else {}
    form = AnswerTextForm(request.POST if is_post else None, bodies=bodies, initial=known)
    with Attempt() as attempt:
        if text and is_post and "use" in request.POST:
            use_answer_text(user=request.user, text=text, is_active=request.POST["use"] == "on")
            return _done(request)
        if is_post and form.is_valid():
            save_answer_text(user=request.user, text=text, **form.cleaned_data)
            return _done(request)
    if attempt.refusal:
        attempt.told_in(form)
    context = {"form": form, "text": text, "bodies": bodies}
    return render(request, "proposals/dashboard/text.html", context, status=422 if is_post else 200)


def _done(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Saved. The page of each draft offers the texts in use."))
    return redirect("proposals:answer_texts")


def own_text(request: HttpRequest, pk: int) -> SavedText:
    """A text of one of the user's bodies, or 404: those for all are not a ministry's to change."""
    rows = SavedText.objects.visible_to(request.user).filter(kind=SavedText.Kind.ANSWER, body__isnull=False)
    found = rows.select_related("body").filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def answered_for(request: HttpRequest) -> list[Organisation]:
    """The bodies for which the user answers today."""
    return list(dict.fromkeys(request.user.organisations_as(*Affiliation.ANSWERING)))
