"""Contact requests between members: writing one, one's list, reading and answering. Two sides only."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache

from members.actions.contacts import (
    answer_contact,
    block_member,
    decline_contact,
    obstacle,
    send_contact_request,
    share_address,
    unblock_member,
)
from members.forms.contacts import AnswerForm, ContactForm, DeclineForm, ShareForm
from members.models import ContactBlock, ContactRequest, Organisation
from members.permissions import represented, represents
from members.refusals import Refused

PAGE_SIZE = 25
TABS = {
    "received": pgettext_lazy("contact requests", "Received"),
    "sent": pgettext_lazy("contact requests", "Sent"),
    "blocked": pgettext_lazy("contact requests", "Blocked"),
}
DONE = {
    "share": gettext_lazy("The address is given. Both sides get a letter that says which."),
    "answer": gettext_lazy("Your answer is sent."),
    "decline": gettext_lazy("The request is declined."),
}


@login_required
@never_cache
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """For representatives of other members; for everybody else there is no such page."""
    receiver = get_object_or_404(Organisation.objects.members(), slug=slug)
    senders = [row for row in represented(request.user) if row.is_member and row != receiver]
    if not senders:
        raise Http404
    refusals = {row: obstacle(row, receiver) for row in senders} if request.method == "GET" else {}
    able = [row for row in senders if not refusals.get(row)]
    form = ContactForm(request.POST or None, senders=able)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = send_contact_request(user=request.user, receiver=receiver, **form.said)
                messages.success(request, _("Your request is sent. You get a letter when it is answered."))
                return redirect(row)
            except Refused as reason:
                status = 409
                form.add_error(None, str(reason))
    reasons = {str(reason) for reason in refusals.values() if reason}
    context = {
        "receiver": receiver,
        "able": able,
        "form": form,
        "several": len(senders) > 1,
        "refusals": [(row, reason) for row, reason in refusals.items() if reason],
        "refusal": reasons.pop() if len(reasons) == 1 and not able else None,
    }
    return render(request, "members/contact_write.html", context, status=status)


@login_required
@never_cache
def contacts(request: HttpRequest) -> HttpResponse:
    """What was received, what was sent, whom one has blocked."""
    user = request.user
    if not represented(user):
        raise Http404
    blocks = ContactBlock.objects.visible_to(user).select_related("organisation", "blocked")
    if request.method == "POST":
        return _unblock(request, blocks)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "received"
    rows = ContactRequest.objects.visible_to(user).select_related("sender", "receiver")
    received, sent = rows.received_by(user), rows.sent_by(user)
    shown = {"received": received, "sent": sent, "blocked": blocks}[tab]
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "tab": tab,
        "tabs": TABS,
        "page_obj": page,
        "rows": list(page),
        "open": received.open().count(),
        "several": len(represented(user)) > 1,
    }
    return render(request, "members/contacts.html", context)


def _unblock(request: HttpRequest, blocks: Any) -> HttpResponse:
    said = request.POST.get("unblock", "")
    chosen = int(said) if said.isascii() and said.isdigit() and len(said) < 12 else 0
    try:
        unblock_member(user=request.user, block=get_object_or_404(blocks, pk=chosen))
        messages.success(request, _("This member can write to you again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{request.path}?tab=blocked")


@login_required
@never_cache
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """One request as its two sides read it; its receiver answers here, or blocks the sender."""
    rows = ContactRequest.objects.visible_to(request.user)
    rows = rows.select_related("sender", "receiver", "sent_by", "answered_by")
    row = get_object_or_404(rows, pk=pk)
    answers = represents(request.user, row.receiver)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if request.method == "POST" and not (answers and step in (*DONE, "block")):
        raise Http404
    if step == "block":
        block_member(user=request.user, organisation=row.receiver, blocked=row.sender)
        messages.success(request, _("This member can write to you no more."))
        return redirect(row)
    forms = _forms(request, row, step)
    status = 200
    if step:
        status = 422
        if forms[step].is_valid():
            try:
                _act(request, row, step, forms[step].cleaned_data)
                messages.success(request, DONE[step])
                return redirect(row)
            except Refused as refusal:
                status = 409
                forms[step].add_error(None, str(refusal))
                row.refresh_from_db()
    context = {
        "contact": row,
        "answers": answers,
        "forms": forms,
        "step": step,
        "blocked": answers and row.receiver.contact_blocks.filter(blocked=row.sender).exists(),
    }
    return render(request, "members/contact.html", context, status=status)


def _forms(request: HttpRequest, row: ContactRequest, step: str) -> dict[str, Any]:
    """The three ways to answer; the one that was sent holds what was typed."""
    typed = {name: request.POST if name == step else None for name in DONE}
    addresses = {"own": request.user.email, "mailbox": row.receiver.mailbox}
    return {
        "share": ShareForm(typed["share"], prefix="share", **addresses),
        "answer": AnswerForm(typed["answer"], prefix="answer"),
        "decline": DeclineForm(typed["decline"], prefix="decline"),
    }


def _act(request: HttpRequest, row: ContactRequest, step: str, said: dict[str, Any]) -> None:
    act = {"share": share_address, "answer": answer_contact, "decline": decline_contact}[step]
    act(user=request.user, contact=row, **said)
