"""Following by mail: asked for, confirmed by whoever has the address, told once a day, ended in one click.

Followers are told of public happenings only, by their short sentence: free text is read on the page, where
a redaction reaches it. Source of the one-click header: RFC 8058.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from members import clock
from members.actions.letters import address_of, write_letter
from members.models import Letter, User
from members.refusals import Refused
from proposals.models import Follow, Follower, Proposal, Referral, TimelineEntry
from proposals.models.follows import KEPT_UNCONFIRMED
from workinggroups.models import WorkingGroup

CONFIRMATIONS_A_DAY = 3
HOUR = time(9)
STILL_BEING_WRITTEN = timedelta(minutes=10)
"""What was recorded shortly before the hour waits for the next letter: its transaction may still be open."""
NEW_CASES_TOLD = 40
KINDS = ("follow_confirm", "follow_news")
NOT_PUBLIC = _("This case is not public, or no longer; it cannot be followed.")


# --- beginning and ending --------------------------------------------------------------------------


@transaction.atomic
def ask_to_follow(
    *, email: str, language: str, proposal: Proposal | None = None, group: WorkingGroup | None = None
) -> None:
    """Asks an address by letter whether it wants to follow; with neither case nor group: all new cases.

    The caller never learns whether the address follows already. It gets at most three such letters a day,
    and one a day about the same thing. Raises Refused where the case is not public.
    """
    _check_public(proposal)
    follower = _follower_of(email=User.objects.normalize_email(email).lower(), language=language)
    prefix = f"follow/{follower.pk}/confirm/"
    today = Letter.objects.filter(key__startswith=prefix, created_at__gt=clock.now() - timedelta(days=1))
    if today.count() >= CONFIRMATIONS_A_DAY:
        return
    follow, _is_new = Follow.objects.get_or_create(follower=follower, proposal=proposal, group=group)
    if follow.confirmed_at is None:
        _write(
            follower,
            "follow_confirm",
            key=f"{prefix}{follow.pk}/{clock.today().isoformat()}",
            off=follow.token,
            follow=follow,
            until=follow.created_at + KEPT_UNCONFIRMED,
        )


@transaction.atomic
def confirm_follow(*, follow: Follow) -> Follow:
    """The address has answered: from now on it is told. A second time changes nothing."""
    row = Follow.objects.select_for_update(of=("self",)).select_related("proposal").get(pk=follow.pk)
    _check_public(row.proposal)
    if row.confirmed_at is None:
        row.confirmed_at = row.told_until = clock.now()
        row.save(update_fields=["confirmed_at", "told_until"])
    return row


@transaction.atomic
def follow_with_account(
    *, user: User, proposal: Proposal | None = None, group: WorkingGroup | None = None
) -> Follow:
    """Follows at once: the address of an account is known to be its own."""
    _check_public(proposal)
    follower = _follower_of(email=user.email, language=user.language)
    if follower.user_id is None:
        follower.user, follower.email = user, None
        follower.save(update_fields=["user", "email"])
    follow, _is_new = Follow.objects.get_or_create(follower=follower, proposal=proposal, group=group)
    return confirm_follow(follow=follow)


@transaction.atomic
def stop_following(*, follow: Follow) -> None:
    """Ends one thing that is followed; with the last one the address is forgotten."""
    follower = Follower.objects.select_for_update().filter(pk=follow.follower_id).first()
    Follow.objects.filter(pk=follow.pk).delete()
    if follower and not follower.follows.exists():
        _forget(follower)


@transaction.atomic
def stop_everything(*, follower: Follower) -> None:
    """Ends all that is followed, and forgets the address."""
    if row := Follower.objects.select_for_update().filter(pk=follower.pk).first():
        _forget(row)


def stop_by_token(token: str) -> None:
    """What the one click of a letter ends: everything, or what a letter asked to confirm. Else nothing."""
    if follower := Follower.objects.filter(token=token).first():
        stop_everything(follower=follower)
    elif follow := Follow.objects.filter(token=token).first():
        stop_following(follow=follow)


def _check_public(proposal: Proposal | None) -> None:
    if proposal is not None and not Proposal.objects.public().filter(pk=proposal.pk).exists():
        raise Refused(NOT_PUBLIC)


def _follower_of(*, email: str, language: str) -> Follower:
    """The one row of an address, locked; that of its account where it has one that follows."""
    rows = Follower.objects.select_for_update(of=("self",))
    known = rows.of_address(email).first()
    return known or rows.get_or_create(email=email, defaults={"language": language})[0]


def _forget(follower: Follower) -> None:
    """Deletes the row and the letters to it; one that a sender holds at this moment is left to the sweep."""
    letters = Letter.objects.filter(key__startswith=f"follow/{follower.pk}/")
    letters.exclude(state=Letter.State.SENDING).delete()
    follower.delete()


# --- telling ---------------------------------------------------------------------------------------


def told_until() -> datetime:
    """Up to when the letter of today, or before nine that of yesterday, tells."""
    now = clock.now()
    day = now.date() if now.time() >= HOUR else now.date() - timedelta(days=1)
    return datetime.combine(day, HOUR, clock.TAIPEI) - STILL_BEING_WRITTEN


def followers_to_tell() -> list[int]:
    """Those whose nine o'clock has passed with something new that they have not been told."""
    rows = Follow.objects.with_news(told_until()).order_by("follower")
    return list(rows.values_list("follower", flat=True).distinct())


@transaction.atomic
def tell_follower(follower_pk: int) -> Letter | None:
    """One letter with all that is new for a follower; None if there is nothing, or another round is at it.

    What is not public at this moment is not told: a hidden case is named by its number, and followed no more.
    """
    rows = Follower.objects.select_for_update(of=("self",), skip_locked=True).select_related("user")
    follower = rows.filter(pk=follower_pk).first()
    if follower is None:
        return None
    until = told_until()
    follows = list(follower.follows.with_news(until).select_related("proposal"))
    hidden = [f for f in follows if f.proposal and f.proposal.is_hidden]
    cases = _happenings(follows, until)
    new = _new_cases([f for f in follows if f.proposal_id is None], until)
    letter = None
    if cases or new or hidden:
        letter = _write(
            follower,
            "follow_news",
            key=f"follow/{follower.pk}/news/{clock.local_date(until).isoformat()}",
            off=follower.token,
            cases=cases,
            new=new[:NEW_CASES_TOLD],
            more=max(0, len(new) - NEW_CASES_TOLD),
            ended=[f.proposal.number for f in hidden if f.proposal],
        )
    Follow.objects.filter(pk__in=[f.pk for f in follows]).update(told_until=until)
    Follow.objects.filter(pk__in=[f.pk for f in hidden]).delete()
    if not follower.follows.exists():
        follower.delete()
    return letter


def _happenings(
    follows: Sequence[Follow], until: datetime
) -> list[tuple[Proposal, list[Referral], list[TimelineEntry]]]:
    """The followed cases with what the public may read of them since each was told of last."""
    since = {f.proposal_id: f.told_until for f in follows if f.proposal_id}
    if not since:
        return []
    entries = TimelineEntry.objects.visible_to(AnonymousUser()).filter(
        proposal__in=since, recorded_at__gt=min(since.values()), recorded_at__lte=until
    )
    found: dict[int, list[TimelineEntry]] = {}
    for entry in entries.select_related("body").order_by("happened_at", "pk"):
        if entry.recorded_at > since[entry.proposal_id]:
            found.setdefault(entry.proposal_id, []).append(entry)
    referrals = Referral.objects.select_related("ministry", "returned_to")
    cases = Proposal.objects.public().filter(pk__in=found).select_related("group").order_by("number")
    cases = cases.prefetch_related(Prefetch("referrals", queryset=referrals))
    return [(case, list(case.referrals.all()), found[case.pk]) for case in cases]


def _new_cases(lists: Iterable[Follow], until: datetime) -> list[Proposal]:
    """Cases that became public since each list was told of last, the newest first."""
    wanted = Q()
    for follow in lists:
        own = Q(accepted_at__gt=follow.told_until, accepted_at__lte=until)
        wanted |= own & Q(group=follow.group_id) if follow.group_id else own
    if not wanted:
        return []
    cases = Proposal.objects.public().filter(wanted).select_related("group")
    return list(cases.order_by("-accepted_at", "-pk"))


def _write(follower: Follower, kind: str, *, key: str, off: str, **context: object) -> Letter:
    """A letter in the language of the follower, with the one-click end that mail programs show."""
    language = follower.user.language if follower.user else follower.language
    with translation.override(language):
        address = address_of("proposals:follow_off", off)
        manage = address_of("proposals:following", follower.token)
    return write_letter(
        key=key,
        kind=kind,
        recipient=follower.user,
        to=follower.email or "",
        language=language,
        template=f"proposals/letters/{kind}.txt",
        context={**context, "off": address, "manage": manage},
        headers={"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


# --- forgetting ------------------------------------------------------------------------------------


@transaction.atomic
def forget_followers() -> int:
    """Keeps addresses only as long as they are needed; returns how many followers were forgotten.

    What nobody confirmed in seven days goes, whoever no letter reaches, and letters to an address a week
    after they were settled, or as soon as it follows nothing any more.
    """
    Follow.objects.expired().delete()
    idle = ~Exists(Follow.objects.filter(follower=OuterRef("pk")))
    lost = Q(pk__in=Follower.objects.unreachable().values("pk"))
    _rows, found = Follower.objects.filter(idle | lost).delete()
    settled = (Letter.State.SENT, Letter.State.FAILED, Letter.State.CANCELLED)
    letters = Letter.objects.filter(kind__in=KINDS, recipient=None, state__in=settled)
    is_known = Exists(Follower.objects.filter(email=OuterRef("to")))
    letters.filter(~is_known | Q(created_at__lte=clock.now() - KEPT_UNCONFIRMED)).delete()
    return found.get("proposals.Follower", 0)
