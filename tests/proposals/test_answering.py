"""A ministry's steps: when each is allowed, what it leaves behind, and who is refused."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from members import clock
from members.models import Letter, User
from members.refusals import NotAllowed, Refused, Stale
from proposals.actions import answering
from proposals.actions.proposer import lapse_question, reply_to_question, withdraw_proposal
from proposals.ledger import Owner
from proposals.models import Answer, AnswerDraft, Deadline, Proposal, Referral
from proposals.models.deadlines import Kind
from proposals.states import REFERRAL_STEPS, Outcome, Party, ProposalState, ReferralState
from tests import cases

pytestmark = pytest.mark.django_db
MONDAY = cases.at(2026, 3, 2)
TEXT = {"outcome": "clarified", "reason": "理由", "legal_basis": "證券交易法第22條"}


@pytest.fixture
def referral() -> Referral:
    """Sent on Monday 2 March 2026."""
    with clock.at(MONDAY):
        return cases.lead_of(cases.referred())


@pytest.fixture
def liaison(referral: Referral) -> User:
    return cases.liaison_of(referral.ministry)


@pytest.fixture(autouse=True)
def _monday():
    with clock.at(MONDAY):
        yield


def after(days: int):
    return clock.at(MONDAY + timedelta(days=days))


def asks_of(referral: Referral) -> list[int]:
    return list(referral.proposal.asks.values_list("pk", flat=True))


def draft_all(user: User, referral: Referral, **changes: object) -> None:
    answering.save_answer_drafts(
        user=user, referral=referral, drafts=dict.fromkeys(asks_of(referral), TEXT | changes)
    )


def kinds(referral: Referral) -> list[str]:
    return list(referral.proposal.timeline.values_list("kind", flat=True))


def answer_due(referral: Referral) -> date:
    return Deadline.objects.get(referral=referral, kind__in=answering.ANSWERS).due_on


Step = Callable[[User, Referral], object]
TAKE: dict[str, Step] = {
    "accept": lambda u, r: answering.accept_referral(user=u, referral=r),
    "return": lambda u, r: answering.return_referral(
        user=u, referral=r, body=cases.ministry("moea"), reason="非本會權責"
    ),
    "ask": lambda u, r: answering.ask_proposer(user=u, referral=r, text="請補充"),
    "extend": lambda u, r: answering.extend_referral(
        user=u, referral=r, amount=30, unit="day", reason="會商中"
    ),
    "sign_off": lambda u, r: answering.note_sign_off(user=u, referral=r, since=clock.today()),
    "record": lambda u, r: answering.record_letters(user=u, referral=r, reply_number="1150000001"),
    "interim": lambda u, r: answering.publish_interim_reply(user=u, referral=r, text="研議中"),
    "draft": lambda u, r: answering.save_answer_drafts(user=u, referral=r, drafts={asks_of(r)[0]: TEXT}),
    "publish": lambda u, r: answering.publish_answers(user=u, referral=r, asks=asks_of(r)[:1]),
}


def bring_to(state: str, referral: Referral, liaison: User) -> None:
    if state in (ReferralState.SENT, ReferralState.IN_PROGRESS, ReferralState.ANSWERED):
        draft_all(liaison, referral)
    if state == ReferralState.IN_PROGRESS:
        answering.accept_referral(user=liaison, referral=referral)
    elif state == ReferralState.WAITING:
        answering.ask_proposer(user=liaison, referral=referral, text="?")
    elif state == ReferralState.RETURNED:
        TAKE["return"](liaison, referral)
    elif state == ReferralState.CANCELLED:
        case = referral.proposal
        withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    elif state == ReferralState.ANSWERED:
        answering.publish_answers(user=liaison, referral=referral, asks=asks_of(referral))


@pytest.mark.parametrize("state", ReferralState.values)
def test_steps_are_possible_only_from_their_states(referral: Referral, liaison: User, state: str) -> None:
    bring_to(state, referral, liaison)
    before = kinds(referral)
    for step, take in TAKE.items():
        if state not in REFERRAL_STEPS[step].sources:
            with pytest.raises(Refused) as refusal:
                take(liaison, referral)
            assert refusal.type is Refused, step
    referral.refresh_from_db()
    assert referral.state == state
    assert kinds(referral) == before


@pytest.mark.parametrize("step", sorted(set(TAKE) - {"return"}))
def test_step_is_possible_from_each_of_its_states(step: str) -> None:
    for state in REFERRAL_STEPS[step].sources:
        referral = cases.lead_of(cases.referred())
        user = cases.liaison_of(referral.ministry)
        bring_to(state, referral, user)
        TAKE[step](user, referral)


def test_no_step_is_open_to_anybody_outside_the_ministry(referral: Referral, liaison: User) -> None:
    case = referral.proposal
    draft_all(liaison, referral)
    outsiders = {
        "another body": cases.person(liaison_of=cases.ministry("moea")),
        "supervisor": cases.person(supervises=referral.ministry),
        "research": cases.person(researches_for=referral.ministry),
        "proposer": cases.proposer_of(case),
        "convener": cases.convener_of(case),
        "secretary": cases.person(secretary_of=case.group),
        "chair": cases.person(chairs=True),
        "secretariat": cases.person(secretariat=True),
        "auditor": cases.person(audits=True),
        "superuser": cases.person(is_superuser=True),
    }
    before = kinds(referral)
    for who, user in outsiders.items():
        for step, take in TAKE.items():
            rule = REFERRAL_STEPS[step]
            if referral.state not in rule.sources:
                continue
            if who in ("secretariat", "superuser") and Party.SECRETARIAT in rule.parties:
                continue
            with pytest.raises(NotAllowed):
                take(user, referral)
    assert kinds(referral) == before


def test_role_that_ended_takes_no_step(referral: Referral, liaison: User) -> None:
    liaison.affiliations.update(ends_on=clock.today())
    with pytest.raises(NotAllowed):
        answering.accept_referral(user=User.objects.get(pk=liaison.pk), referral=referral)


def test_secretariat_records_letters_for_a_ministry(referral: Referral) -> None:
    user = cases.person(secretariat=True)
    answering.record_letters(user=user, referral=referral, received_on=clock.today())
    entry = referral.timeline.get(kind="received")
    assert (entry.role, entry.body) == (Party.SECRETARIAT, referral.ministry)


# --- receipt -------------------------------------------------------------------------------------


def test_first_opening_counts_as_receipt_once(referral: Referral, liaison: User) -> None:
    with after(1):
        answering.first_opening(user=liaison, referral=referral)
    with after(2):
        answering.first_opening(user=liaison, referral=Referral.objects.get(pk=referral.pk))
    referral.refresh_from_db()
    assert referral.received_on == date(2026, 3, 3)
    assert answer_due(referral) == referral.due_on == date(2026, 5, 4)
    assert kinds(referral).count("received") == 1


def test_opening_by_a_supervisor_is_no_receipt(referral: Referral) -> None:
    answering.first_opening(user=cases.person(supervises=referral.ministry), referral=referral)
    referral.refresh_from_db()
    assert (referral.opened_at, referral.received_on) == (None, None)


def test_letter_goes_before_the_opening_and_moves_the_date(referral: Referral, liaison: User) -> None:
    with after(4):
        answering.first_opening(user=liaison, referral=referral)
    with after(5):
        answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 4))
    referral.refresh_from_db()
    assert (referral.received_on, referral.receipt) == (date(2026, 3, 4), Referral.Receipt.LETTER)
    assert referral.due_on == date(2026, 5, 4)
    assert kinds(referral).count("receipt_corrected") == 1
    turns = referral.timeline.filter(turn=Owner.MINISTRY).order_by("happened_at")
    assert [clock.local_date(t.happened_at) for t in turns] == [date(2026, 3, 4), date(2026, 3, 6)]


def test_later_receipt_is_recorded_once_by_the_ministry_and_again_by_the_secretariat(
    referral: Referral, liaison: User
) -> None:
    with clock.at(cases.at(2026, 3, 20)):
        answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 5))
        with pytest.raises(Refused):
            answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 20))
        answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 4))
        office = cases.person(secretariat=True)
        answering.record_letters(user=office, referral=referral, received_on=date(2026, 3, 9))
    referral.refresh_from_db()
    assert referral.received_on == date(2026, 3, 9)


def test_overdue_mark_is_not_wiped_away_by_a_later_receipt(referral: Referral, liaison: User) -> None:
    with clock.at(cases.at(2026, 3, 4)):
        answering.first_opening(user=liaison, referral=referral)
    referral.refresh_from_db()
    with clock.at(cases.at(2026, 6, 30)):
        assert referral.is_overdue
        with pytest.raises(Refused):
            answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 6, 1))
        answering.record_letters(user=liaison, referral=referral, reply_number="院臺字第1號")
    referral.refresh_from_db()
    assert (referral.received_on, referral.reply_number) == (date(2026, 3, 4), "院臺字第1號")


def test_after_the_answer_only_the_ministrys_own_letter_is_recorded(
    referral: Referral, liaison: User
) -> None:
    with clock.at(cases.at(2026, 3, 4)):
        bring_to(ReferralState.ANSWERED, referral, liaison)
    with clock.at(cases.at(2026, 3, 10)):
        answering.record_letters(user=liaison, referral=referral, reply_number="金管證字第1號")
        with pytest.raises(Refused):
            answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 3))
    referral.refresh_from_db()
    assert (referral.received_on, referral.reply_number) == (date(2026, 3, 4), "金管證字第1號")


def test_mail_is_the_receipt_only_where_nothing_better_is_known(referral: Referral, liaison: User) -> None:
    answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 2))
    answering.record_receipt_by_mail(referral=referral, received_on=date(2026, 3, 5))
    referral.refresh_from_db()
    assert referral.receipt == Referral.Receipt.LETTER


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 12)])
def test_receipt_before_the_letter_or_in_the_future_is_refused(
    referral: Referral, liaison: User, day: date
) -> None:
    with after(9), pytest.raises(Refused):
        answering.record_letters(user=liaison, referral=referral, received_on=day)
    with after(9), pytest.raises(Refused):
        answering.record_letters(user=liaison, referral=referral, reply_on=day)
    referral.refresh_from_db()
    assert (referral.received_on, referral.reply_on) == (None, None)


# --- accept and return ---------------------------------------------------------------------------


def test_accepting_settles_its_deadline_and_leaves_the_answer_running(
    referral: Referral, liaison: User
) -> None:
    answering.accept_referral(user=liaison, referral=referral)
    open_kinds = set(referral.deadlines.unsettled().values_list("kind", flat=True))
    assert open_kinds == {Kind.PRELIMINARY, Kind.ANSWER}


def test_returned_lead_gives_the_case_back_to_the_group(referral: Referral, liaison: User) -> None:
    TAKE["return"](liaison, referral)
    referral.refresh_from_db()
    case = Proposal.objects.get(pk=referral.proposal_id)
    assert (referral.state, referral.returned_to.slug) == (ReferralState.RETURNED, "moea")
    assert not referral.deadlines.unsettled().exists()
    assert case.deadlines.unsettled().get().kind == Kind.SCREENING
    assert referral.timeline.get(kind="returned").turn == Owner.ALLIANCE
    assert Letter.objects.filter(kind="returned", recipient=cases.convener_of(case)).exists()


def test_return_names_another_existing_body_and_a_reason(referral: Referral, liaison: User) -> None:
    gone = cases.ministry("old", valid_to=clock.today())
    for body, reason in (
        (referral.ministry, "r"),
        (cases.member_org(), "r"),
        (gone, "r"),
        (cases.ministry("moea"), "  "),
    ):
        with pytest.raises(Refused):
            answering.return_referral(user=liaison, referral=referral, body=body, reason=reason)
    referral.refresh_from_db()
    assert referral.state == ReferralState.SENT


def test_return_after_a_draft_is_refused(referral: Referral, liaison: User) -> None:
    draft_all(liaison, referral)
    with pytest.raises(Refused):
        TAKE["return"](liaison, referral)


# --- questions -----------------------------------------------------------------------------------


def test_question_stops_the_clock_and_the_reply_moves_the_date(referral: Referral, liaison: User) -> None:
    answering.record_letters(user=liaison, referral=referral, received_on=clock.today())
    assert referral.deadlines.get(kind=Kind.ANSWER).raw_last_on == date(2026, 5, 1)
    with after(10):
        question = answering.ask_proposer(user=liaison, referral=referral, text="請補充")
    assert question.due_on == date(2026, 4, 1)
    assert referral.deadlines.get(kind=Kind.ANSWER).is_paused
    with after(17):
        reply_to_question(user=cases.proposer_of(referral.proposal), question=question, text="補充")
    referral.refresh_from_db()
    assert referral.state == ReferralState.IN_PROGRESS
    assert answer_due(referral) == referral.due_on == date(2026, 5, 8)


def test_third_question_is_refused(referral: Referral, liaison: User) -> None:
    for _ in range(2):
        question = answering.ask_proposer(user=liaison, referral=referral, text="?")
        reply_to_question(user=cases.proposer_of(referral.proposal), question=question, text="!")
    with pytest.raises(Refused):
        answering.ask_proposer(user=liaison, referral=referral, text="?")
    assert referral.questions.count() == 2


def test_question_after_the_due_date_stops_nothing(referral: Referral, liaison: User) -> None:
    with after(90), pytest.raises(Refused):
        answering.ask_proposer(user=liaison, referral=referral, text="?")
    referral.refresh_from_db()
    assert referral.state == ReferralState.SENT


def test_cannot_judge_is_open_only_after_a_lapsed_question(referral: Referral, liaison: User) -> None:
    assert Outcome.CANNOT_JUDGE not in answering.possible_outcomes(referral)
    question = answering.ask_proposer(user=liaison, referral=referral, text="?")
    with after(30):
        lapse_question(question=question)
    assert Outcome.CANNOT_JUDGE in answering.possible_outcomes(referral)


# --- extension -----------------------------------------------------------------------------------


def test_extension_moves_the_date_once(referral: Referral, liaison: User) -> None:
    old = answer_due(referral)
    extension = answering.extend_referral(
        user=liaison, referral=referral, amount=60, unit="day", reason="會商中", progress="已函詢"
    )
    referral.refresh_from_db()
    assert (extension.old_due_on, extension.new_due_on) == (old, referral.due_on)
    assert referral.due_on >= old + timedelta(days=60)
    assert referral.timeline.get(kind="extended").note.text == "會商中\n\n已函詢"
    assert Proposal.objects.get(pk=referral.proposal_id).latest_overall_on == referral.due_on
    with pytest.raises(Refused):
        TAKE["extend"](liaison, referral)


@pytest.mark.parametrize(
    "changes", [{"amount": 61}, {"amount": 0}, {"unit": "month"}, {"unit": "nonsense"}, {"reason": " "}]
)
def test_extension_beyond_its_bounds_is_refused(
    referral: Referral, liaison: User, changes: dict[str, object]
) -> None:
    values = {"amount": 10, "unit": "day", "reason": "r"} | changes
    with pytest.raises(Refused):
        answering.extend_referral(user=liaison, referral=referral, **values)


def test_extension_is_possible_on_the_last_day_and_not_after(referral: Referral, liaison: User) -> None:
    last = answer_due(referral)
    with clock.at(cases.at(last.year, last.month, last.day, 23, 59)):
        other = cases.lead_of(cases.referred(lead=cases.ministry("moea")))
    with clock.at(cases.at(last.year, last.month, last.day, 23, 59)):
        TAKE["extend"](liaison, referral)
    day_after = answer_due(other) + timedelta(days=1)
    with clock.at(cases.at(day_after.year, day_after.month, day_after.day, 0)), pytest.raises(Refused):
        TAKE["extend"](cases.liaison_of(other.ministry), other)


def test_extension_that_would_move_nothing_is_refused(liaison: User, referral: Referral) -> None:
    answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 2))
    deadline = referral.deadlines.get(kind=Kind.ANSWER)
    assert deadline.raw_last_on == date(2026, 5, 1)
    assert deadline.due_on == date(2026, 5, 4)
    with pytest.raises(Refused):
        answering.extend_referral(user=liaison, referral=referral, amount=1, unit="day", reason="r")
    deadline.refresh_from_db()
    assert deadline.due_on == date(2026, 5, 4)


# --- sign-off and interim replies ----------------------------------------------------------------


def test_sign_off_is_noted_for_the_ministry_alone_and_taken_back(referral: Referral, liaison: User) -> None:
    answering.accept_referral(user=liaison, referral=referral)
    answering.note_sign_off(user=liaison, referral=referral, since=clock.today())
    answering.note_sign_off(user=liaison, referral=referral, since=clock.today())
    answering.note_sign_off(user=liaison, referral=referral, since=None)
    rows = referral.timeline.filter(kind__startswith="sign_off")
    assert list(rows.values_list("kind", "visibility")) == [
        ("sign_off", "ministry"),
        ("sign_off_ended", "ministry"),
    ]


@pytest.mark.parametrize("day", [date(2026, 3, 3), date(2026, 3, 1)])
def test_sign_off_in_the_future_or_before_the_referral_is_refused(
    referral: Referral, liaison: User, day: date
) -> None:
    answering.accept_referral(user=liaison, referral=referral)
    with pytest.raises(Refused):
        answering.note_sign_off(user=liaison, referral=referral, since=day)


def test_interim_reply_stops_no_clock_and_is_no_answer(referral: Referral, liaison: User) -> None:
    before = answer_due(referral)
    answering.publish_interim_reply(
        user=liaison, referral=referral, text="研議中", expected_on=date(2026, 6, 1)
    )
    referral.refresh_from_db()
    assert (referral.state, referral.due_on) == (ReferralState.SENT, before)
    assert referral.deadlines.get(kind=Kind.PRELIMINARY).settled_at
    assert not Answer.objects.exists()
    for text, expected in ((" ", None), ("研議中", clock.today())):
        with pytest.raises(Refused):
            answering.publish_interim_reply(user=liaison, referral=referral, text=text, expected_on=expected)


# --- drafts and answers --------------------------------------------------------------------------


def test_saving_the_same_draft_again_changes_nothing(referral: Referral, liaison: User) -> None:
    draft_all(liaison, referral)
    before = list(AnswerDraft.objects.values_list("pk", "updated_at"))
    with after(1):
        answering.save_answer_drafts(
            user=liaison, referral=referral, drafts=dict.fromkeys(asks_of(referral), TEXT), seen={}
        )
    assert list(AnswerDraft.objects.values_list("pk", "updated_at")) == before


def test_stale_draft_writes_nothing_at_all(referral: Referral, liaison: User) -> None:
    first, second = asks_of(referral)
    answering.save_answer_drafts(user=liaison, referral=referral, drafts={second: TEXT})
    with pytest.raises(Stale):
        answering.save_answer_drafts(
            user=liaison,
            referral=referral,
            drafts={first: TEXT, second: TEXT | {"reason": "另一個"}},
            seen={first: None, second: None},
        )
    assert AnswerDraft.objects.get().reason == TEXT["reason"]


def test_asks_of_another_case_are_not_drafted(referral: Referral, liaison: User) -> None:
    other = cases.accepted()
    answering.save_answer_drafts(
        user=liaison, referral=referral, drafts=dict.fromkeys(other.asks.values_list("pk", flat=True), TEXT)
    )
    assert not AnswerDraft.objects.exists()


def test_last_answer_of_the_lead_answers_the_case(referral: Referral, liaison: User) -> None:
    first, second = asks_of(referral)
    draft_all(liaison, referral)
    answering.publish_answers(user=liaison, referral=referral, asks=[first])
    referral.refresh_from_db()
    assert referral.state == ReferralState.IN_PROGRESS
    answering.publish_answers(user=liaison, referral=referral, asks=[second])
    referral.refresh_from_db()
    case = Proposal.objects.get(pk=referral.proposal_id)
    assert (referral.state, case.state) == (ReferralState.ANSWERED, ProposalState.ANSWERED)
    assert not referral.deadlines.unsettled().exists()
    assert case.deadlines.unsettled().get().kind == Kind.CLOSING
    assert not AnswerDraft.objects.exists()
    assert kinds(referral).count("case_answered") == 1


def test_last_answer_of_a_supporting_body_leaves_the_case_with_the_lead() -> None:
    case = cases.referred(supporting=[cases.ministry("cbc")])
    part = case.referrals.get(part=Referral.Part.SUPPORT)
    user = cases.liaison_of(part.ministry)
    draft_all(user, part, outcome="no_comment", reason="", legal_basis="")
    answering.publish_answers(user=user, referral=part, asks=asks_of(part))
    part.refresh_from_db()
    assert part.state == ReferralState.ANSWERED
    assert Proposal.objects.get(pk=case.pk).state == ProposalState.REFERRED


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": ""},
        {"outcome": "no_comment"},
        {"outcome": "cannot_judge"},
        {"outcome": "unclassified"},
        {"reason": " "},
        {"legal_basis": ""},
        {"next_on": date(2026, 3, 1)},
    ],
)
def test_draft_that_lacks_something_is_not_published(
    referral: Referral, liaison: User, changes: dict[str, object]
) -> None:
    first, second = asks_of(referral)
    answering.save_answer_drafts(
        user=liaison, referral=referral, drafts={first: TEXT, second: TEXT | changes}
    )
    with pytest.raises(Refused):
        answering.publish_answers(user=liaison, referral=referral, asks=[first, second])
    assert not Answer.objects.exists()
    referral.refresh_from_db()
    assert referral.state == ReferralState.SENT


def test_answer_is_published_once(referral: Referral, liaison: User) -> None:
    first = asks_of(referral)[0]
    draft_all(liaison, referral)
    answering.publish_answers(user=liaison, referral=referral, asks=[first])
    with pytest.raises(Refused):
        answering.publish_answers(user=liaison, referral=referral, asks=asks_of(referral))
    assert Answer.objects.count() == 1


def test_publishing_nothing_or_the_undrafted_is_refused(referral: Referral, liaison: User) -> None:
    for asks in ([], asks_of(referral), [10**9]):
        with pytest.raises(Refused):
            answering.publish_answers(user=liaison, referral=referral, asks=asks)
    assert not Answer.objects.exists()


def test_proposer_and_convener_hear_of_an_answer(referral: Referral, liaison: User) -> None:
    draft_all(liaison, referral)
    answering.publish_answers(user=liaison, referral=referral, asks=asks_of(referral))
    case = referral.proposal
    readers = {cases.proposer_of(case), cases.convener_of(case)}
    assert set(Letter.objects.filter(kind="answered").values_list("recipient", flat=True)) == {
        user.pk for user in readers
    }
