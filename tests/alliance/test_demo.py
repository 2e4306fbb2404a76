"""The demo is played by the real actions, and shows every state there is."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from alliance.demo.organisations import FIRMS
from alliance.demo.people import ACCOUNTS, PASSWORD
from alliance.demo.stories import STORIES
from events.models import NewsItem
from members import clock
from members.models import (
    Affiliation,
    Application,
    ContactRequest,
    Domain,
    FundingRecord,
    Letter,
    Organisation,
    OwnMember,
    Profile,
    SecretariatTerm,
    UseCase,
    User,
)
from proposals.models import (
    Answer,
    CaseOnAgenda,
    Deadline,
    InterimReply,
    MeetingDecision,
    Pause,
    Proposal,
    Referral,
    TimelineEntry,
)
from proposals.states import Outcome, ProposalState, ReferralState
from proposals.statistics import punctuality
from tests import cases
from workinggroups.models import ActionItem, Meeting, Minutes, Participant, Seat, WorkingGroup

# A Sunday, a Monday after a long holiday, the first days of a year: somebody may start the demo on any day.
STARTS = {"sunday": (2026, 11, 22), "after new year": (2026, 2, 23), "january": (2027, 1, 4)}


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module", params=STARTS)
def demo(request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole demo once per start, taken back at the end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic(), clock.at(cases.at(*STARTS[request.param], 8)):
        call_command("seed", stdout=StringIO())
        run()
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("demo")
class TestDemo:
    def test_demo_has_every_state(self, unblocked: None) -> None:
        assert set(Proposal.objects.values_list("state", flat=True)) == set(ProposalState)
        assert set(Referral.objects.values_list("state", flat=True)) == set(ReferralState)

    def test_demo_is_marked(self, unblocked: None) -> None:
        assert Proposal.objects.filter(is_demo=True).count() == len(STORIES)
        assert not Proposal.objects.filter(is_demo=False).exists()
        assert Organisation.objects.filter(is_demo=True).count() >= 4
        assert not NewsItem.objects.filter(is_demo=False).exists()
        assert not Answer.objects.exclude(reason="").exclude(reason__startswith="【示範回應】").exists()

    def test_demo_has_applications_to_join(self, unblocked: None) -> None:
        states = set(Application.objects.values_list("state", flat=True))
        assert states == {"confirmed", "information_asked"}

    def test_demo_has_profiles_that_fill_the_matrix(self, unblocked: None) -> None:
        assert Profile.objects.exclude(logo="").exclude(founded=None).count() == len(FIRMS)
        assert set(UseCase.objects.values_list("kind", flat=True)) == set(UseCase.Kind)
        assert not Domain.objects.filter(use_cases=None).exists()
        assert {row.visibility for row in FundingRecord.objects.all()} == set(FundingRecord.Visibility)
        assert OwnMember.objects.filter(organisation=None).exists()
        assert OwnMember.objects.exclude(organisation=None).exists()

    def test_demo_has_an_open_and_an_answered_contact_request(self, unblocked: None) -> None:
        assert ContactRequest.objects.open().count() == 1
        assert ContactRequest.objects.get(state="shared").shared_address == "xinyin@demo.example"

    def test_demo_answers_in_many_ways(self, unblocked: None) -> None:
        given = set(Answer.objects.values_list("outcome", flat=True))
        assert {
            Outcome.MAY_PROCEED,
            Outcome.CLARIFIED,
            Outcome.RULE_CHANGE,
            Outcome.TRIAL,
            Outcome.PARTLY,
            Outcome.NOT_ADOPTED,
            Outcome.NO_COMMENT,
        } <= given

    def test_demo_has_figures_of_a_body(self, unblocked: None) -> None:
        figures = punctuality(Organisation.objects.get(slug="fsc"))
        assert figures.answered >= 5
        assert figures.percent is not None
        assert 0 < figures.percent < 100

    def test_demo_has_dates_around_today(self, unblocked: None) -> None:
        today = clock.today()
        running = Referral.objects.exclude(state=ReferralState.WAITING).open()
        assert running.filter(due_on__lt=today).exists()
        assert running.filter(due_on__range=(today, today + timedelta(days=9))).exists()
        assert running.filter(due_on__gt=today + timedelta(days=20)).exists()
        assert Deadline.objects.unsettled().filter(kind="screening", due_on__lt=today).exists()
        assert Referral.objects.filter(extension__isnull=False).exists()
        assert (
            not Deadline.objects.unsettled()
            .filter(kind__in=["reply", "information"], due_on__lte=today)
            .exists()
        )

    def test_demo_shows_what_becomes_of_a_date(self, unblocked: None) -> None:
        """Overdue with its reason, very overdue, paused, proved, moved by a closure, prolonged."""
        late = Referral.objects.overdue()
        assert late.filter(interim_replies__kind=InterimReply.Kind.DELAY).exists()
        assert Referral.objects.very_overdue().exists()
        assert Pause.objects.for_cause().open().exclude(evidence_url="").exists()
        proved = Referral.objects.exclude(proved_on=None).get()
        assert not proved.is_overdue
        assert TimelineEntry.objects.filter(kind="date_moved", data__cause="closure").exists()
        assert Deadline.objects.filter(kind="information").exclude(prolonged_by=None).exists()

    def test_demo_happened_in_the_past(self, unblocked: None) -> None:
        moments = Proposal.objects.exclude(submitted_at=None).values_list("submitted_at", flat=True)
        assert max(moments) < clock.now()
        assert not Proposal.objects.filter(timeline__happened_at__gt=clock.now()).exists()

    def test_demo_numbers_follow_the_order_of_submission(self, unblocked: None) -> None:
        rows = Proposal.objects.exclude(number=None).order_by("submitted_at")
        numbers = list(rows.values_list("number", flat=True))
        assert numbers == sorted(numbers)

    def test_demo_sends_no_letters_of_the_past(self, unblocked: None) -> None:
        due = Letter.objects.filter(state=Letter.State.DUE)
        assert due.count() < 16
        assert not due.filter(created_at__lt=clock.now() - timedelta(days=2)).exists()
        assert Letter.objects.filter(state=Letter.State.CANCELLED).exists()

    def test_demo_has_accounts_of_every_role(self, unblocked: None) -> None:
        assert set(Affiliation.objects.values_list("role", flat=True)) == set(Affiliation.Role)
        seats = set(Seat.Role) - {Seat.Role.OBSERVER}
        assert set(Seat.objects.values_list("role", flat=True)) == seats
        assert EmailAddress.objects.filter(verified=True, primary=True).count() == len(ACCOUNTS)
        assert User.objects.get(email="fsc@demo.example").check_password(PASSWORD)

    def test_demo_has_offices_with_terms_and_committees(self, unblocked: None) -> None:
        chairs = Seat.objects.filter(role=Seat.Role.CHAIR).order_by("starts_on")
        assert [seat.period.name_zh for seat in chairs] == ["第一屆", "第二屆"]
        assert [bool(seat.public_name) for seat in chairs] == [False, True]
        committees = WorkingGroup.objects.committees()
        assert [row.is_over for row in committees] == [True, False]
        assert SecretariatTerm.objects.current().count() == 1

    def test_demo_has_a_case_that_was_taken_over_and_one_that_may_be(self, unblocked: None) -> None:
        taken, waiting = Proposal.objects.filter(organisation__slug="demo-tingzhou").order_by("number")
        assert (taken.lead.slug, taken.is_sealed, taken.state) == ("demo-xinyin", True, "referred")
        assert waiting.is_orphaned
        period = Deadline.objects.unsettled().get(kind="takeover")
        assert (period.proposal, period.due_on > clock.today()) == (waiting, True)

    def test_demo_speaks_both_languages(self, unblocked: None) -> None:
        assert Proposal.objects.exclude(title_other="").exclude(summary_other="").count() * 2 > len(STORIES)
        assert NewsItem.objects.published().exclude(title_en="").exclude(search=None).count() == 6
        assert NewsItem.objects.get(slug="demo-signature-answered").proposal.state == ProposalState.ANSWERED
        assert Meeting.objects.upcoming().count() == 4

    def test_demo_has_a_body_that_became_another_in_the_midst_of_a_case(self, unblocked: None) -> None:
        part = Referral.objects.get(ministry__slug="demo-data-commission")
        assert part.former_bodies
        assert Organisation.objects.get(slug="demo-data-office").successor == part.ministry
        assert part.due_on > clock.today()

    def test_demo_has_meetings_that_decided(self, unblocked: None) -> None:
        assert set(Minutes.objects.values_list("state", flat=True)) == set(Minutes.State)
        assert set(MeetingDecision.objects.values_list("step", flat=True)) == {"refer", "adjourn"}
        assert ActionItem.objects.undone().filter(due_on__gt=clock.today()).exists()
        assert ActionItem.objects.exclude(done_at=None).exists()
        presence = set(Participant.objects.values_list("presence", flat=True))
        assert {Participant.Presence.PRESENT, Participant.Presence.EXCUSED} <= presence
        assert not Minutes.objects.filter(published_at__gt=clock.now()).exists()
        assert CaseOnAgenda.objects.upcoming().exists()

    def test_demo_twice_adds_nothing(self, unblocked: None) -> None:
        assert set(re.findall(r"\d+", run())) == {"0"}

    def test_demo_indexes_its_cases(self, unblocked: None) -> None:
        assert Proposal.objects.matching("保管").exists()


@pytest.fixture
def unblocked(django_db_blocker: Any, request: Any) -> Iterator[None]:
    """Lets a test read what the module's fixture made, at the demo's own time."""
    start = request.node.callspec.params["demo"]
    with django_db_blocker.unblock(), clock.at(cases.at(*STARTS[start], 8)):
        yield


def test_demo_lists_its_accounts() -> None:
    listed = run("--accounts")
    assert all(account.email in listed for account in ACCOUNTS)
    assert "liaison fsc" in listed
    assert PASSWORD in listed


def test_demo_in_production_is_refused(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="production"):
        run()
