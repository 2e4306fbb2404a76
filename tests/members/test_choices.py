"""Which letters somebody wants: obeyed where letters are written, and never for what a clock hangs on."""

from pathlib import Path

import pytest
from django.utils.translation import override

from members import clock
from members.actions.choices import choices_of, choose_letters
from members.actions.digests import digest_readers, write_digest
from members.actions.letters import write_letter
from members.actions.sending import claim
from members.models import Letter, NotificationChoice, User
from members.refusals import Refused
from members.topics import TOPICS
from proposals.actions.answering import accept_referral, extend_referral
from proposals.reminders import sweep, weekly
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/en/account/letters/"
TEMPLATES = Path(__file__).parent.parent.parent / "templates"


@pytest.fixture
def user() -> User:
    return cases.person("reader@example.org", language="en", name="Reader")


def letter_to(user: User, kind: str, number: int = 1, **options: object) -> Letter:
    return write_letter(
        key=f"test/{kind}/{number}",
        kind=kind,
        recipient=user,
        template="members/letters/digest.txt",
        context={"letters": []},
        **options,  # type: ignore[arg-type]
    )


def test_without_a_choice_every_letter_is_due(user: User) -> None:
    assert all(letter_to(user, kind).state == "due" for kind in ("extended", "reminder", "follow_news"))


def test_letters_of_a_topic_are_held_or_kept_back_as_chosen(user: User) -> None:
    choose_letters(user=user, choices={"progress": "weekly", "meetings": "never"})
    assert letter_to(user, "extended").state == "held"
    assert letter_to(user, "meeting_invitation").state == "unwanted"
    assert letter_to(user, "follow_news").state == "due"
    assert claim().letter.kind == "follow_news"
    assert claim() is None


@pytest.mark.parametrize("kind", ["reminder", "answered", "declined", "referred", "question_asked", "weekly"])
def test_no_choice_holds_back_what_a_clock_or_an_answer_hangs_on(user: User, kind: str) -> None:
    choose_letters(user=user, choices={topic.code: "never" for topic in TOPICS})
    assert letter_to(user, kind).state == "due"


def test_letter_with_a_copy_to_a_unit_mailbox_goes_out_at_once(user: User) -> None:
    choose_letters(user=user, choices={"progress": "never"})
    assert letter_to(user, "extended", copies=iter(["unit@fsc.gov.example"])).state == "due"
    assert letter_to(user, "extended", 2, copies=["", user.email]).state == "unwanted"


def test_choice_of_one_person_holds_back_nobody_elses_letter(user: User) -> None:
    choose_letters(user=user, choices={"progress": "never"})
    assert letter_to(cases.person(), "extended").state == "due"


def test_real_step_obeys_the_choice_of_the_proposer() -> None:
    case = cases.referred()
    proposer = cases.proposer_of(case)
    choose_letters(user=proposer, choices={"progress": "never"})
    part = cases.lead_of(case)
    liaison = cases.liaison_of(part.ministry)
    accept_referral(user=liaison, referral=part)
    extend_referral(user=liaison, referral=part, amount=10, unit="day", reason="會商", progress="")
    states = dict(Letter.objects.filter(kind="extended").values_list("recipient__email", "state"))
    assert states[proposer.email] == "unwanted"
    assert set(states.values()) == {"unwanted", "due"}
    cases.answered(case)
    assert Letter.objects.get(kind="answered", recipient=proposer).state == "due"


def test_held_letters_are_told_together_in_the_week_and_once(user: User) -> None:
    choose_letters(user=user, choices={"progress": "weekly"})
    first, second = letter_to(user, "extended", 1), letter_to(user, "commented", 2)
    assert digest_readers() == [user.pk]
    digest = write_digest(user.pk)
    assert digest is not None
    assert (digest.state, digest.recipient) == ("due", user)
    assert digest.body.count(first.subject) >= 2
    assert {row.digest for row in Letter.objects.filter(pk__in=[first.pk, second.pk])} == {digest}
    assert digest_readers() == []
    assert write_digest(user.pk) is None


def test_sweep_writes_the_weekly_letter_on_the_first_working_day(user: User) -> None:
    cases.time_rules()
    choose_letters(user=user, choices={"progress": "weekly"})
    with clock.at(cases.at(2026, 11, 18)):
        weekly.note_end_of_round()
        letter_to(user, "extended")
        sweep()
        assert not Letter.objects.filter(kind="digest").exists()
    with clock.at(cases.at(2026, 11, 23)):
        sweep()
        sweep()
    assert Letter.objects.filter(kind="digest", recipient=user).count() == 1


def test_closed_account_gets_no_weekly_letter(user: User) -> None:
    choose_letters(user=user, choices={"progress": "weekly"})
    letter_to(user, "extended")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert digest_readers() == []
    assert write_digest(user.pk) is None


@pytest.mark.parametrize(
    "choices", [{"meetings": "weekly"}, {"progress": "sometimes"}, {"reminders": "never"}]
)
def test_what_cannot_be_chosen_is_refused_and_changes_nothing(user: User, choices: dict[str, str]) -> None:
    with pytest.raises(Refused):
        choose_letters(user=user, choices={"drafts": "never"} | choices)
    assert not NotificationChoice.objects.exists()


def test_page_shows_and_saves_the_choices(user: User) -> None:
    client = signed_in(user)
    html = client.get(PAGE).content.decode()
    with override("en"):
        assert all(str(topic.label) in html for topic in TOPICS)
    assert "cannot be switched off" in html
    choices = choices_of(user) | {"progress": "weekly", "rooms": "never"}
    assert client.post(PAGE, choices).status_code == 302
    assert choices_of(user) == choices
    assert client.post(PAGE, choices | {"rooms": "weekly"}).status_code == 422
    assert choices_of(user) == choices


def test_topics_name_only_letters_that_there_are_and_each_once() -> None:
    there = {path.stem for path in TEMPLATES.glob("*/letters/*.txt")}
    named = [kind for topic in TOPICS for kind in topic.kinds]
    assert set(named) <= there
    assert len(named) == len(set(named))
