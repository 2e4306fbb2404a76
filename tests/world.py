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
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from events.actions.rooms import book_room
from events.models import NewsItem, Room, RoomHours
from members import clock
from members.actions.contacts import block_member
from members.actions.invitations import accept_invitation, invite_person
from members.models import Affiliation, Domain, Named, Organisation, SecretariatTerm, User
from proposals import reminders
from proposals.actions import answering, triage
from proposals.actions.aftermath import rate_and_close
from proposals.actions.consultations import invite_ministries
from proposals.actions.drafting import submit_proposal
from proposals.actions.erasing import ask_for_erasure
from proposals.actions.files import attach_file
from proposals.actions.follows import ask_to_follow, confirm_follow
from proposals.actions.interests import enter_interest
from proposals.actions.merging import merge_proposal
from proposals.actions.paper import enter_paper_answer
from proposals.actions.proposer import close_proposal, withdraw_proposal
from proposals.actions.register import save_clarification
from proposals.actions.reorganisation import rename
from proposals.actions.sponsors import invite_sponsor
from proposals.models import (
    Clarification,
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
from tests import cases, confided, orphaned, redacted
from tests.canaries import OTHERS, SECRETS
from tests.members import contacting, joining
from tests.proposals.corpus.files import pdf
from tests.proposals.disputes import disputed
from tests.workinggroups.world import add_meetings
from workinggroups.models import Meeting, Period, Programme, Seat

NOW = cases.at(2026, 11, 9)
BEFORE = cases.at(2026, 11, 3)


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
        _own_cases(made, acme, regulation, fsc, moea)
        confided.confide(made, _draft, acme, regulation, fsc)
        redacted.redact(made, _draft, acme, regulation, fsc)
        orphaned.leave_behind(made, _draft, regulation, fsc)
        _cases_of_others(made, globex, application, moda)
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


def _draft(organisation: Organisation, group: Any, word: str, words: dict[str, str] = SECRETS) -> Proposal:
    """A draft with a restricted text and two files, one of them restricted."""
    case = cases.draft(
        organisation=organisation,
        group=group,
        restricted=words["restricted"],
        title=f"提案 {word}",
        summary=f"摘要 {word}",
    )
    user = cases.proposer_of(case)
    for name, is_restricted in ((words["file"], False), (words["secret_file"], True)):
        upload = SimpleUploadedFile(f"{name}.pdf", pdf(b"/Title (" + name.encode() + b")"))
        attach_file(user=user, proposal=case, upload=upload, is_restricted=is_restricted)
    return case


def _own_cases(made: World, acme: Organisation, group: Any, fsc: Organisation, moea: Organisation) -> None:
    rep, convener, liaison = (made.people[name] for name in ("representative", "convener", "liaison"))

    def submitted(word: str = "") -> Proposal:
        return submit_proposal(user=rep, proposal=_draft(acme, group, word))

    def referred() -> Proposal:
        case = triage.accept_proposal(user=convener, proposal=submitted())
        return triage.refer_proposal(user=convener, proposal=case, lead=fsc, supporting=[moea])

    made.add_case("draft", _draft(acme, group, SECRETS["draft"]))
    words = SECRETS | {"file": SECRETS["sponsored"]}
    sponsored = _draft(acme, group, SECRETS["sponsored"], words)
    invite_sponsor(user=rep, proposal=sponsored, organisation=cases.member_org("globex"))
    made.add_case("sponsored_draft", sponsored)
    with clock.at(BEFORE - timedelta(days=14)):
        submitted(SECRETS["submitted"])  # late by now, so that there are reminders
    screening = submitted(SECRETS["submitted"])
    triage.add_triage_note(user=convener, proposal=screening, text=SECRETS["note"])
    made.add_case("screening", screening)
    asked = submitted(SECRETS["submitted"])
    triage.ask_for_information(user=convener, proposal=asked, text=SECRETS["information"])
    made.add_case("needs_information", asked)
    invited = invite_ministries(user=convener, proposal=submitted(), bodies=[cases.ministry("moda")])[0]
    made.add_case("invited", invited.proposal)
    made.add("consultation", invited)
    made.add_case("discussion", triage.accept_proposal(user=convener, proposal=submitted()))
    made.add_case("referred", referred())
    drafted = referred()
    part = cases.lead_of(drafted)
    answering.accept_referral(user=liaison, referral=part)
    ask = drafted.asks.order_by("number")[0].pk
    text = {"outcome": "clarified", "reason": SECRETS["answer"], "legal_basis": "證券交易法第22條"}
    answering.save_answer_drafts(user=liaison, referral=part, drafts={ask: text})
    made.add_case("in_progress", drafted)
    _shared(made, acme, group, fsc)
    waiting = referred()
    answering.ask_proposer(user=liaison, referral=cases.lead_of(waiting), text="請補充說明")
    made.add_case("waiting", waiting)
    checking = referred()
    ask = checking.asks.order_by("number")[0].pk
    said = {"outcome": "clarified", "reason": SECRETS["checked"], "legal_basis": "證券交易法第22條"}
    answering.save_answer_drafts(user=liaison, referral=cases.lead_of(checking), drafts={ask: said})
    made.add_case("checking", checking)
    made.add_case("answered", _answered(referred(), liaison))
    written = referred()
    letter = enter_paper_answer(
        user=made.people["secretariat"],
        referral=cases.lead_of(written),
        letter_number="1150000009",
        letter_on=clock.today(),
        scan=SimpleUploadedFile("letter.pdf", pdf()),
        is_blacked_out=True,
        answers={written.asks.first().pk: {"outcome": "not_adopted", "reason": "理由", "legal_basis": "無"}},
    )
    made.add("scan", letter, number=written.number)
    nobodys = disputed(referred())
    made.add_case("disputed", nobodys)
    made.add("coordination", nobodys.coordinations.get())
    made.add_case("closed", close_proposal(user=rep, proposal=_answered(referred(), liaison)))
    promised = cases.promised(referred())
    word = {"usefulness": 4, "answered": "yes", "text": SECRETS["rating"]}
    made.add_case("follow_up", rate_and_close(user=rep, proposal=promised, **word))
    made.add("promise", promised.follow_ups.first())
    made.add("rating", promised.ratings.get())
    cases.answered(referred(), says={"outcome": "clarified"})
    entry, waiting_entry = Clarification.objects.order_by("pk")[:2]
    facts = {"is_published": True, "facts": "事實"}
    save_clarification(user=made.people["secretariat"], clarification=entry, fields=facts)
    made.add("clarification", entry, slug=entry.slug)
    made.add("waiting_clarification", waiting_entry, slug=waiting_entry.slug)
    Clarification.objects.filter(pk=waiting_entry.pk).update(facts=SECRETS["entry"])
    declined = submitted(SECRETS["declined"])
    triage.decline_proposal(user=convener, proposal=declined, reason="unclear", text=SECRETS["declined"])
    made.add_case("declined", declined)
    _merge(made, group)
    withdrawn = submitted(SECRETS["declined"])
    withdraw_proposal(user=rep, proposal=withdrawn, text=SECRETS["declined"])
    made.add_case("withdrawn", withdrawn)


def _shared(made: World, acme: Organisation, group: Any, fsc: Organisation) -> None:
    """A lead's draft, shared with the supporting body, which keeps its own to itself."""
    moda = cases.ministry("moda")
    case = cases.referred(organisation=acme, group=group, lead=fsc, supporting=[moda])
    for body, role, word in ((fsc, "liaison", SECRETS["shared"]), (moda, "other_liaison", OTHERS["answer"])):
        part = case.referrals.get(ministry=body)
        said = {"outcome": "clarified", "reason": word, "legal_basis": "證券交易法第22條"}
        drafts = {case.asks.order_by("number")[0].pk: said}
        answering.save_answer_drafts(user=made.people[role], referral=part, drafts=drafts)
    answering.share_drafts(user=made.people["liaison"], referral=cases.lead_of(case))
    made.add_case("shared", case)
    made.add("shared_beside", case.referrals.get(ministry=moda), number=case.number)


def _merge(made: World, group: Any) -> None:
    """A case of globex before acceptance, merged into a public one of acme, each with its secrets."""
    rep, other, convener = (
        made.people[name] for name in ("representative", "other_representative", "convener")
    )
    secret = dict.fromkeys(("secret_file", "restricted"), SECRETS["merged_secret"])
    words = {"file": SECRETS["merged"], **secret}
    draft = _draft(cases.member_org("globex"), group, SECRETS["merged"], words)
    case = submit_proposal(user=other, proposal=draft)
    secret = dict.fromkeys(("secret_file", "restricted"), SECRETS["target"])
    draft = _draft(cases.member_org("acme"), group, "", {"file": SECRETS["between"], **secret})
    into = triage.accept_proposal(user=convener, proposal=submit_proposal(user=rep, proposal=draft))
    made.add_case("merged", merge_proposal(user=convener, proposal=case, into=into, reason="兩案訴求相同"))
    made.add_case("merged_into", Proposal.objects.get(pk=into.pk))


def _answered(case: Proposal, liaison: User) -> Proposal:
    part, asks = cases.lead_of(case), list(case.asks.values_list("pk", flat=True))
    text = {"outcome": "not_adopted", "reason": "理由", "legal_basis": "證券交易法第22條"}
    answering.save_answer_drafts(user=liaison, referral=part, drafts={pk: dict(text) for pk in asks})
    answering.publish_answers(user=liaison, referral=part, asks=asks)
    return Proposal.objects.get(pk=case.pk)


def _cases_of_others(made: World, globex: Organisation, group: Any, moda: Organisation) -> None:
    rep, convener = made.people["other_representative"], made.people["other_convener"]
    made.add_case("other_draft", _draft(globex, group, OTHERS["draft"], OTHERS))
    waiting = submit_proposal(user=rep, proposal=_draft(globex, group, OTHERS["submitted"], OTHERS))
    made.add_case("other_screening", waiting)
    case = submit_proposal(user=rep, proposal=_draft(globex, group, "", OTHERS))
    made.add_case("other_referred", triage.refer_proposal(user=convener, proposal=case, lead=moda))
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
