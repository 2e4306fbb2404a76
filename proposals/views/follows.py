"""Following cases by mail or with an account. A link of a letter opens a page; the page's button acts."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from members.permissions import is_known
from members.refusals import Refused
from proposals.actions.follows import (
    ask_to_follow,
    confirm_follow,
    follow_with_account,
    stop_by_token,
    stop_everything,
    stop_following,
)
from proposals.forms.follows import ALL, AddressForm, ListByMailForm, ListForm
from proposals.models import Follow, Follower, Proposal

A_QUARTER_OF_AN_HOUR = 15 * 60
MOST_REQUESTS = 20
"""Addresses that may be entered from one place in a quarter of an hour."""

readable = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@readable
def follow_case(request: HttpRequest, number: str) -> HttpResponse:
    """A public case: by mail with an address, with an account by one button. Others do not exist here."""
    case = get_object_or_404(Proposal.objects.public().select_related("group"), number=number)
    own = None
    if is_known(request.user):
        form: Form = Form(request.POST if request.method == "POST" else None)
        own = Follow.objects.confirmed().filter(follower__user=request.user, proposal=case).first()
    else:
        form = AddressForm(request.POST if request.method == "POST" else None)
    return _answer(request, form, "proposals/follows/case.html", case=case, own=own, thing={"proposal": case})


@never_cache
@readable
def follow_list(request: HttpRequest) -> HttpResponse:
    """New public cases: all, or those of the group that the address names."""
    kind = ListForm if is_known(request.user) else ListByMailForm
    form = kind(
        request.POST if request.method == "POST" else None, initial={"group": request.GET.get("group") or ALL}
    )
    thing = {"group": form.cleaned_data["group"]} if form.is_bound and form.is_valid() else {}
    return _answer(request, form, "proposals/follows/list.html", thing=thing)


def _answer(
    request: HttpRequest, form: Form, template: str, *, thing: dict[str, object], **context: object
) -> HttpResponse:
    """The page with its form; after a POST that was understood, what has happened.

    To an address the answer is always the same: whether it follows already is nobody else's affair.
    """
    user, refused, status = request.user, None, 200
    if request.method == "POST" and form.is_valid():
        try:
            if is_known(user):
                follow_with_account(user=user, **thing)
                messages.success(request, _("You follow this now. News comes to %s.") % user.email)
                return redirect("proposals:my_following")
            if _asks_too_often(request):
                refused, status = _("Too many addresses were entered from here. Try again later."), 429
            else:
                email = form.cleaned_data["email"]
                ask_to_follow(email=email, language=get_language(), **thing)
                return render(request, "proposals/follows/asked.html", context | thing | {"email": email})
        except Refused as reason:
            refused, status = str(reason), 409
    elif request.method == "POST":
        status = 422
    response = render(request, template, {**context, "form": form, "refused": refused}, status=status)
    if status == 429:
        response["Retry-After"] = str(A_QUARTER_OF_AN_HOUR)
    return response


def _asks_too_often(request: HttpRequest) -> bool:
    """Counts what is entered from one network address; the count is forgotten after a quarter of an hour."""
    key = f"follow/{get_adapter().get_client_ip(request)}"
    cache.add(key, 0, A_QUARTER_OF_AN_HOUR)
    try:
        return cache.incr(key) > MOST_REQUESTS
    except ValueError:  # forgotten between the two
        return False


@never_cache
@readable
def follow_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of the first letter: one button, which confirms."""
    follow = Follow.objects.filter(token=token).select_related("proposal", "group", "follower").first()
    if follow is None:
        return _over(request)
    refused = None
    if request.method == "POST":
        try:
            follow = confirm_follow(follow=follow)
        except Refused as reason:
            refused = reason
        else:
            messages.success(request, _("Confirmed. You receive one letter on each day with news."))
            return redirect("proposals:following", follow.follower.token)
    context = {"follow": follow, "refused": refused}
    return render(request, "proposals/follows/confirm.html", context, status=409 if refused else 200)


@never_cache
@readable
def following(request: HttpRequest, token: str) -> HttpResponse:
    """All that an address follows, each with a button that ends it, and one that ends everything."""
    follower = Follower.objects.filter(token=token).select_related("user").first()
    return (
        _over(request) if follower is None else _list(request, follower, "proposals/follows/following.html")
    )


@never_cache
@login_required
@readable
def my_following(request: HttpRequest) -> HttpResponse:
    """What somebody with an account follows."""
    follower = Follower.objects.filter(user=request.user).first()
    return _list(request, follower, "proposals/follows/my.html")


def _list(request: HttpRequest, follower: Follower | None, template: str) -> HttpResponse:
    if request.method == "POST" and follower is not None:
        if "all" in request.POST:
            stop_everything(follower=follower)
        else:
            chosen = request.POST.get("follow", "")
            follow = get_object_or_404(follower.follows.all(), pk=int(chosen) if chosen.isdecimal() else 0)
            stop_following(follow=follow)
        if not Follower.objects.filter(pk=follower.pk).exists():
            return render(request, "proposals/follows/ended.html")
        messages.success(request, _("Ended. No more letters about it."))
        return redirect(request.path)
    rows = Follow.objects.confirmed().filter(follower=follower).select_related("proposal", "group")
    return render(request, template, {"follower": follower, "follows": list(rows) if follower else []})


@csrf_exempt
@never_cache
@readable
def follow_off(request: HttpRequest, token: str) -> HttpResponse:
    """The one click of RFC 8058: a POST to this address, by a mail program or by the page's button, ends it.

    Whoever knows the token may; so it takes no form's token. A GET only shows the button. What is ended
    already is ended: a second POST says the same.
    """
    if request.method == "POST":
        stop_by_token(token)
        return render(request, "proposals/follows/ended.html")
    if not Follower.objects.filter(token=token).exists() and not Follow.objects.filter(token=token).exists():
        return _over(request)
    return render(request, "proposals/follows/off.html")


def _over(request: HttpRequest) -> HttpResponse:
    """Used up, expired or never given: an address with which nothing is followed."""
    return render(request, "proposals/follows/over.html", status=410)
