"""A small world for the tests of rights: every role once, cases in every state, all by the real actions.

Two member organisations, two groups, three ministries. What is "own" belongs to the organisation acme, the
group regulation and the ministry fsc. Sensitive texts hold words found nowhere else (`canaries.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.test import Client

from events.actions.rooms import book_room
from events.models import NewsItem, Room, RoomHours
from members import clock
from members.actions.contacts import block_member
from members.actions.invitations import accept_invitation, invite_person
from members.models import Affiliation, Domain, Named, Organisation, SecretariatTerm, User
from proposals import reminders
from proposals.actions import answering
from proposals.actions.erasing import ask_for_erasure
from proposals.actions.follows import ask_to_follow, confirm_follow
from proposals.actions.interests import enter_interest
from proposals.actions.reorganisation import rename
from proposals.models import (
    Criterion,
    Deadline,
    DeadlinePolicy,
    Follow,
    Proposal,
    Question,
    Referral,
    Reminder,
    ReminderRule,
    Reorganisation,
    RestrictedPart,
    RoutingRule,
    SavedText,
    WorkSuspension,
)
from tests import brought, cases, confided, inherited, orphaned, redacted
from tests.brought import BEFORE
from tests.canaries import SECRETS
from tests.members import contacting, joining
from tests.workinggroups.world import add_meetings
from workinggroups.models import Meeting, Period, Programme, Seat

NOW = cases.at(2026, 11, 9)


class Visitor(Client):
    """Django's test client without its memory for the context of each template: a fifth of its time."""

    def request(self, **request: Any) -> Any:
        response = self.handler(self._base_environ(**request))
        self.cookies.update(response.cookies)
        return response


@dataclass
class World:
    """`people` by role, `objects` by name: of each the values with which addresses are made."""

    people: dict[str, User]
    clients: dict[str, Client]
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, row: Any = None, **values: object) -> None:
        known = {"pk": row.pk, "object_id": str(row.pk)} if row is not None else {}
        self.objects[name] = known | values

    def add_case(self, name: str, case: Proposal) -> None:
        """The case with everything that hangs on it; its first referral gives `referral`."""
        referral = case.referrals.order_by("pk").first()
        question = Question.objects.filter(referral__proposal=case).first()
        files = dict(case.attachments.values_list("is_restricted", "pk"))
        self.add(
            name,
            case,
            number=case.number,
            draft_id=case.draft_id,
            version=case.version,
            referral=referral and referral.pk,
            question_id=question and question.pk,
            deadline=Deadline.objects.of_case(case).order_by("pk").values_list("pk", flat=True).first(),
            file=files.get(False),
            restricted_file=files.get(True),
            sponsor=case.sponsors.values_list("pk", flat=True).first(),
            part=RestrictedPart.objects.filter(proposal=case).values_list("pk", flat=True).first(),
            opening=case.public_openings.values_list("pk", flat=True).first(),
            ask=case.asks.order_by("number").values_list("pk", flat=True).first(),
            seat=Seat.objects.filter(group=case.group, role="convener").values_list("pk", flat=True).first(),
        )


@contextmanager
def world() -> Iterator[World]:
    """The world at `NOW`; whatever was done in it is undone at the end."""
    with clock.at(NOW), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def build() -> World:
    cases.time_rules()
    acme, globex = cases.member_org("acme"), cases.member_org("globex")
    regulation, application = cases.group("regulation"), cases.group("application")
    fsc, moea, moda = (cases.ministry(slug) for slug in ("fsc", "moea", "moda"))
    people = {
        "representative": cases.person("representative@example.org", represents=acme),
        "other_representative": cases.person("other@example.org", represents=globex),
        "convener": cases.person("convener@example.org", convenes=regulation),
        "secretary": cases.person("secretary@example.org", secretary_of=regulation),
        "other_convener": cases.person("convener2@example.org", convenes=application),
        "liaison": cases.person("liaison@example.org", liaison_of=fsc),
        "deputy": cases.person(f"{SECRETS['mail']}@example.org", deputy_of=fsc, name="deputy"),
        "supervisor": cases.person("supervisor@example.org", supervises=fsc),
        "other_liaison": cases.person("liaison2@example.org", liaison_of=moda),
        "secretariat": cases.person("secretariat@example.org", secretariat=True),
        "chair": cases.person("chair@example.org", chairs=True),
        "auditor": cases.person("auditor@example.org", audits=True),
        "superuser": cases.person("superuser@example.org", is_superuser=True),
        "ended": _ended(acme, fsc, regulation),
    }
    clients: dict[str, Client] = {"anonymous": Visitor()}
    for role, user in people.items():
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        clients[role] = Visitor()
        clients[role].force_login(user)
    made = World(people, clients)
    with clock.at(BEFORE):
        brought.bring_own(made, acme, regulation, fsc, moea)
        confided.confide(made, acme, regulation, fsc)
        redacted.redact(made, acme, regulation, fsc)
        orphaned.leave_behind(made, regulation, fsc)
        inherited.leave_to_a_successor(made, globex, regulation)
        brought.bring_of_others(made, globex, application, moda)
        _nothing(made)
        _rows_of_the_house(made, acme, globex, fsc, regulation, application)
        _followers(made)
        _applicants(made)
        _contacts(made, acme, globex)
    reminders.sweep()
    _ask_check(made)
    made.add("reminder", Reminder.objects.order_by("pk").first())
    made.add("letter", confided.write_letter_of_a_stranger())
    return made


def _ask_check(made: World) -> None:
    """Today, since three working days later it would be over."""
    referral = Referral.objects.get(pk=made.objects["checking"]["referral"])
    drafted = referral.answerdrafts.values_list("ask", flat=True)
    answering.ask_secrecy_check(user=made.people["liaison"], referral=referral, asks=drafted)
    made.add_case("checking", referral.proposal)


def _ended(acme: Organisation, fsc: Organisation, group: Any) -> User:
    """Held every role until yesterday; that of the chair, of whom there is one at a time, before."""
    user = cases.person(
        "ended@example.org",
        represents=acme,
        liaison_of=fsc,
        convenes=group,
        secretariat=True,
        audits=True,
    )
    Affiliation.objects.filter(user=user).update(ends_on=clock.today())
    Seat.objects.filter(user=user).update(ends_on=clock.today())
    earlier = cases.SINCE - timedelta(days=365)
    Seat.objects.create(user=user, role=Seat.Role.CHAIR, starts_on=earlier, ends_on=cases.SINCE)
    return User.objects.get(pk=user.pk)


def _nothing(made: World) -> None:
    """Addresses of which nothing stands behind any."""
    nowhere = "00000000-0000-4000-8000-000000000000"
    made.objects["unknown"] = {
        **dict.fromkeys(
            (
                "pk",
                "referral",
                "question_id",
                "version",
                "sponsor",
                "ask",
                "deadline",
                "seat",
                "opening",
                "part",
            ),
            999_999,
        ),
        **dict.fromkeys(("draft_id", "file"), nowhere),
        **dict.fromkeys(("slug", "token", "name"), "unknown"),
        "object_id": "999999",
        "number": "115-9999",
    }


def _renamed(user: User) -> Reorganisation:
    """A body of its own that has taken another name."""
    return rename(
        user=user,
        body=cases.ministry("renamed"),
        effective_on=BEFORE.date(),
        document_number="院授字第1號",
        names=Named("更名部", "Renamed Ministry"),
    )


def _followers(made: World) -> None:
    """An address that follows a case, and has been asked about new ones."""
    case = Proposal.objects.get(pk=made.objects["referred"]["pk"])
    for thing in (case, None):
        ask_to_follow(email=f"{SECRETS['follower']}@example.net", language="zh-hant", proposal=thing)
    confirmed = confirm_follow(follow=Follow.objects.get(proposal=case))
    pending = Follow.objects.unconfirmed().get()
    made.add("follow", confirmed, token=confirmed.follower.token, pending=pending.token)


def _applicants(made: World) -> None:
    """An application in each state, an invitation to apply, and two umbrella members, one globex's."""
    for state, make in joining.MADE.items():
        row = make()
        made.add(f"application_{state}", row, token=row.token, key=row.confirm_key)
    invitation = joining.invited()
    made.add("invitation_to_apply", invitation, token=invitation.token)
    umbrella = joining.umbrella()
    made.add("umbrella", umbrella, slug=umbrella.slug)
    own = joining.umbrella("society")
    cases.person("other@example.org", represents=own)
    made.add("own_umbrella", own, slug=own.slug)


def _contacts(made: World, acme: Organisation, globex: Organisation) -> None:
    """What globex wrote to acme waits, what acme wrote has brought an address; acme has blocked a third."""
    word = SECRETS["contact"]
    made.add("contact_open", contacting.sent(globex, acme, subject=word, message=word))
    asked = contacting.sent(acme, globex, subject=word, message=word)
    made.add("contact_shared", contacting.shared(asked, text=word))
    society = Organisation.objects.get(pk=made.objects["own_umbrella"]["pk"])
    block = block_member(user=made.people["representative"], organisation=acme, blocked=society)
    made.add("contact_block", block)
    made.add("contact_to", globex, slug=globex.slug, sender=acme.pk)


def _rows_of_the_house(
    made: World, acme: Organisation, globex: Organisation, fsc: Organisation, group: Any, other_group: Any
) -> None:
    secretariat = made.people["secretariat"]
    left = cases.member_org("left", left_on=date(2026, 1, 1))
    quitting = cases.person("quitting@example.org", represents=cases.member_org("quitting"))
    made.add("erasure", ask_for_erasure(user=quitting))
    made.add("member", acme, slug=acme.slug)
    made.add("other_member", globex, slug=globex.slug)
    made.add("former_member", left, slug=left.slug)
    made.add("ministry", fsc, slug=fsc.slug)
    made.add("reorganisation", _renamed(made.people["secretariat"]))
    made.add("group", group, slug=group.slug)
    made.add("other_group", other_group, slug=other_group.slug)
    moments = {"published": BEFORE, "draft": None, "planned": NOW + timedelta(days=9)}
    for name, moment in moments.items():
        text = SECRETS["news"] if name != "published" else "消息"
        item = NewsItem.objects.create(slug=f"news-{name}", title_zh=text, body_zh=text, published_at=moment)
        made.add(f"news_{name}", item, slug=item.slug)
    person = {"user": secretariat, "name": "新人", "language": "zh-hant", "role": "representative"}
    open_one = invite_person(**person, email="new@example.org", organisation=acme)
    used = invite_person(**person, email="used@example.org", organisation=acme)
    accept_invitation(invitation=used, password=cases.PASSWORD, name="新人", language="zh-hant")
    made.add("invitation", open_one, token=open_one.token)
    made.add("used_invitation", used, token=used.token)
    made.add("domain", Domain.objects.create(slug="securities", name_zh="證券", name_en="Securities"))
    made.add("law", Proposal.objects.exclude(number=None).first().asks.first().law)
    made.add("person", made.people["representative"])
    made.add("affiliation", acme.affiliations.order_by("pk").first())
    made.add("secretariat_term", SecretariatTerm.objects.get())
    made.add("seat", group.seats.order_by("pk").first())
    made.add("period", Period.objects.create(group=group, name_zh="第一屆", starts_on=cases.SINCE))
    made.add("other_seat", other_group.seats.order_by("pk").first())
    for name, row in (("meeting", group), ("other_meeting", other_group)):
        starts = NOW + timedelta(days=7)
        made.add(name, Meeting.objects.create(group=row, title_zh="會議", starts_at=starts))
    _add_room(made, acme)
    add_meetings(made, group, fsc)
    tied = {"person": made.people["secretary"], "organisation": cases.member_org("tied"), "nature": "shares"}
    interest = enter_interest(user=secretariat, starts_on=clock.today(), **tied)
    made.add("interest", interest)
    made.add("programme", Programme.objects.create(slug="plan", title_zh="計畫"))
    made.add("closure", WorkSuspension.objects.create(on=date(2026, 9, 1), area="臺北市"))
    made.add(
        "part_closure", WorkSuspension.objects.create(on=date(2026, 9, 1), area="新竹市", starts_at=time(18))
    )
    made.add("calendar", cases.calendar())
    made.add("office_day", cases.calendar().days.order_by("pk").first())
    made.add("criterion", Criterion.objects.create(slug="clear", name_zh="明確", name_en="Clear"))
    text = {"kind": "decline", "title": "常用文字", "text_zh": "文字"}
    made.add("saved_text", SavedText.objects.create(group=group, **text))
    made.add("general_text", SavedText.objects.create(**text))
    law = Proposal.objects.exclude(number=None).first().asks.first().law
    made.add("routing_rule", RoutingRule.objects.create(law=law, body=fsc))
    made.add("policy", DeadlinePolicy.objects.order_by("pk").first())
    made.add("rule", ReminderRule.objects.order_by("pk").first())
    made.add("referral", cases.lead_of(Proposal.objects.get(pk=made.objects["referred"]["pk"])))
    made.add("case", pk=made.objects["screening"]["pk"], object_id=str(made.objects["screening"]["pk"]))


def _add_room(made: World, member: Organisation) -> None:
    """A room, and a booking of the member's that waits for the secretariat."""
    room = Room.objects.create(slug="room", name_zh="會議室", seats=20)
    RoomHours.objects.bulk_create(
        RoomHours(room=room, weekday=day, opens=time(9), closes=time(18)) for day in range(5)
    )
    booking = book_room(
        user=made.people["representative"],
        room=room,
        holder=member,
        starts_at=cases.at(2026, 11, 17),
        ends_at=cases.at(2026, 11, 17, 12),
        purpose="說明會",
        people=5,
    )
    made.add("room", room, slug=room.slug, holder=f"member-{member.pk}")
    made.add("booking", booking)
