"""Joining the alliance: the way in, the form, the confirmation, and the private page of an application.

A link of a letter opens a page; the page's button acts. Pages with a form are kept by no cache.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from redis.exceptions import RedisError

from members.actions.applications import (
    apply_to_join,
    confirm_application,
    send_information,
    withdraw_application,
)
from members.forms.applications import ApplyForm, InformationForm, WithdrawForm, blank, values_of
from members.models import Application, ApplicationEntry, InvitationToApply, Organisation
from members.models.applications import KINDS
from members.pages import public_page
from members.privacy import NOTICE_VERSION
from members.refusals import Refused
from members.states import ApplicationState

Kind = Organisation.Kind

A_QUARTER_OF_AN_HOUR = 15 * 60
MOST_APPLICATIONS = 10
"""Applications that may be sent from one place in a quarter of an hour."""

CHOICES = (
    (Kind.COMPANY, "building", _("A firm, whatever its size; start-ups too.")),
    (Kind.ASSOCIATION, "users", _("A society or trade association with members of its own.")),
    (Kind.SELF_REGULATORY, "shield", _("A body that sets rules for its trade, and sees that they are kept.")),
    (Kind.UNIVERSITY_LEAGUE, "graduation", _("Universities that work together on the field.")),
    (Kind.INSTITUTE, "landmark", _("A university, a faculty, or an institute of research.")),
)
"""The kinds with a picture and a sentence each, in the order in which they are offered."""

readable = require_http_methods(["GET", "HEAD", "POST"])


@public_page
@require_safe
def apply(request: HttpRequest) -> HttpResponse:
    """Who may join, what is asked, what happens; then the choice of the kind, which opens the form."""
    return render(request, "members/apply.html", {"kinds": CHOICES})


@never_cache
@readable
def apply_as(request: HttpRequest, kind: str) -> HttpResponse:
    """The form for one kind of organisation."""
    if kind not in dict(KINDS):
        raise Http404
    return _form(request, kind)


@never_cache
@readable
def apply_invited(request: HttpRequest, token: str) -> HttpResponse:
    """The form behind an invitation, pre-filled; used or expired, it says so and leads to the open one."""
    invitation = get_object_or_404(InvitationToApply, token=token)
    is_open = InvitationToApply.objects.open().filter(pk=invitation.pk).exists()
    if request.method != "POST" and not is_open:
        return render(request, "members/apply_over.html", {"invitation": invitation}, status=410)
    return _form(request, invitation.kind, invitation=invitation)


@never_cache
@readable
def apply_again(request: HttpRequest, token: str) -> HttpResponse:
    """After a refusal or a withdrawal: the form with what was written then, and a link to it."""
    earlier = get_object_or_404(Application, token=token)
    if not earlier.may_apply_again:
        return redirect(earlier)
    return _form(request, earlier.kind, earlier=earlier)


def _form(request: HttpRequest, kind: str, **known: Any) -> HttpResponse:
    """The form; sent and understood, it leads to the private page of the application."""
    before = next(iter(known.values()), None)
    form = ApplyForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        initial=blank(kind, get_language(), values_of(before) if before else None),
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status, answer = _send(request, form, known)
            if answer:
                return answer
    context = {"form": form, "kind": dict(KINDS)[kind], "notice": NOTICE_VERSION, **known}
    response = render(request, "members/apply_form.html", context, status=status)
    if status == 429:
        response["Retry-After"] = str(A_QUARTER_OF_AN_HOUR)
    return response


def _send(request: HttpRequest, form: ApplyForm, known: dict[str, Any]) -> tuple[int, HttpResponse | None]:
    """The private page of the application; or what speaks against it, said in the form."""
    if _applies_too_often(request):
        form.add_error(
            None,
            _("That was very often within a quarter of an hour. What you wrote is kept; send it later."),
        )
        return 429, None
    form_key = form.cleaned_data["form_key"]
    is_known = Application.objects.filter(form_key=form_key).exclude(state=ApplicationState.SENT).exists()
    try:
        row = apply_to_join(form_key=form_key, about=form.about(), contact=form.contact_person(), **known)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return 409, None
    if is_known:
        messages.info(request, _("This form had been sent already. Nothing was sent twice."))
    return 302, redirect(row)


def _applies_too_often(request: HttpRequest) -> bool:
    """Counts what is sent from one network address. Where the cache is away, nobody is held up."""
    key = f"apply/{get_adapter().get_client_ip(request)}"
    try:
        cache.add(key, 0, A_QUARTER_OF_AN_HOUR)
        return cache.incr(key) > MOST_APPLICATIONS
    except (ValueError, OSError, RedisError):
        return False


@never_cache
@readable
def apply_confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Behind the link of the first letter: one button, which confirms the address."""
    row = Application.objects.filter(confirm_key=key).first()
    if row is None:
        return render(request, "members/apply_over.html", status=410)
    if row.confirmed_at:
        return redirect(row)
    refused = None
    if request.method == "POST":
        try:
            row = confirm_application(application=row)
        except Refused as reason:
            refused = reason
        else:
            messages.success(request, _("Confirmed. The secretariat has your application now."))
            return redirect(row)
    context = {"application": row, "refused": refused}
    return render(request, "members/apply_confirm.html", context, status=409 if refused else 200)


@never_cache
@readable
def application(request: HttpRequest, token: str) -> HttpResponse:
    """The private page: where it stands, what comes next, and what the applicant may do about it."""
    row = get_object_or_404(
        Application.objects.select_related("organisation", "earlier").prefetch_related("domains"), token=token
    )
    step = request.POST.get("step", "") if request.method == "POST" else ""
    inform = None
    if step == "inform" or row.state == ApplicationState.INFORMATION_ASKED:
        sent = request.POST if step == "inform" else None
        inform = InformationForm(sent, kind=row.kind, initial=values_of(row))
    withdraw = WithdrawForm(request.POST if step == "withdraw" else None, prefix="withdraw")
    refused, status = None, 200
    if request.method == "POST":
        status = 422
        try:
            if inform and step == "inform" and inform.is_valid():
                send_information(application=row, text=inform.cleaned_data["text"], about=inform.about())
                messages.success(request, _("Sent. The secretariat goes on with your application."))
                return redirect(row)
            if step == "withdraw" and withdraw.is_valid():
                withdraw_application(application=row, **withdraw.cleaned_data)
                messages.success(request, _("Withdrawn. You may apply again at any time."))
                return redirect(row)
        except Refused as reason:
            refused, status = reason, 409
            row.refresh_from_db()
    entries = list(row.entries.select_related("note"))
    context = {
        "application": row,
        "entries": entries,
        "last_word": last_word(row, entries),
        "inform": inform,
        "withdraw": withdraw,
        "refused": refused,
    }
    return render(request, "members/apply_status.html", context, status=status)


def last_word(row: Application, entries: list[ApplicationEntry]) -> str:
    """What the secretariat asked, or its reason, as long as that is what counts."""
    step = {ApplicationState.INFORMATION_ASKED: "ask", ApplicationState.REFUSED: "refuse"}.get(row.state)
    texts = [entry.note.text for entry in entries if entry.step == step and hasattr(entry, "note")]
    return texts[-1] if texts else ""
