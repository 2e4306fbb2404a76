"""Texts and days that stand once a case is submitted: tried with raw SQL as the application's role."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from proposals.actions.answering import (
    answer_secrecy_check,
    ask_proposer,
    ask_secrecy_check,
    extend_referral,
    save_answer_drafts,
)
from proposals.actions.drafting import save_draft, submit_proposal
from proposals.actions.files import attach_file
from proposals.models import Competitor, Referral, RestrictedText
from tests import cases

from .corpus import files
from .test_rules import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral() -> Referral:
    return cases.lead_of(cases.referred(asks=1, restricted="成本結構"))


def test_restricted_text_of_a_submitted_case_stays() -> None:
    case = cases.submitted(restricted="成本結構")
    assert refused("update proposals_restrictedtext set text = 'else' where proposal_id = %s", case.pk)
    assert refused("delete from proposals_restrictedtext where proposal_id = %s", case.pk)
    assert RestrictedText.objects.get(proposal=case).text == "成本結構"


def test_restricted_text_of_a_draft_is_written_anew() -> None:
    draft = cases.draft(restricted="成本")
    save_draft(
        user=cases.proposer_of(draft), proposal=draft, fields={}, asks=[], domains=[], restricted="成本結構"
    )
    assert RestrictedText.objects.get(proposal=draft).text == "成本結構"


def test_restricted_file_of_a_submitted_case_stays_restricted() -> None:
    draft = cases.draft()
    upload = SimpleUploadedFile("costs.pdf", files.pdf())
    file = attach_file(user=cases.proposer_of(draft), proposal=draft, upload=upload, is_restricted=True)
    submit_proposal(user=cases.proposer_of(draft), proposal=draft)
    assert refused("update proposals_attachment set is_restricted = false where id = %s", file.pk)


def test_declared_competitor_of_a_submitted_case_stays() -> None:
    draft, rival, other = cases.draft(), cases.member_org("rival"), cases.member_org("other")
    user = cases.proposer_of(draft)
    Competitor.objects.create(proposal=draft, organisation=rival)
    case = submit_proposal(user=user, proposal=draft)
    assert refused("delete from proposals_competitor where proposal_id = %s", case.pk)
    assert refused(
        "update proposals_competitor set organisation_id = %s where proposal_id = %s", other.pk, case.pk
    )


def test_note_of_the_history_stays_with_its_words_and_names_nobody_else() -> None:
    case = cases.submitted()
    entry = case.timeline.get(kind="submitted")
    other = cases.person("other@example.org")
    assert refused("delete from proposals_timelinenote where entry_id = %s", entry.pk)
    assert refused("update proposals_timelinenote set text = 'else' where entry_id = %s", entry.pk)
    assert refused("update proposals_timelinenote set actor_id = %s where entry_id = %s", other.pk, entry.pk)
    assert not refused("update proposals_timelinenote set actor_id = null where entry_id = %s", entry.pk)
    assert refused("update proposals_timelinenote set actor_id = %s where entry_id = %s", other.pk, entry.pk)


def test_days_on_which_a_clock_stood_are_never_changed(referral: Referral) -> None:
    ask_proposer(user=cases.liaison_of(referral.ministry), referral=referral, text="？")
    pause = referral.pauses.get()
    assert refused("delete from proposals_pause where id = %s", pause.pk)
    assert refused("update proposals_pause set starts_on = starts_on - 9 where id = %s", pause.pk)
    assert refused("update proposals_pause set reason = 'else' where id = %s", pause.pk)
    assert not refused("update proposals_pause set ends_on = starts_on + 1 where id = %s", pause.pk)
    assert refused("update proposals_pause set ends_on = starts_on + 9 where id = %s", pause.pk)
    assert refused("update proposals_pause set ends_on = null where id = %s", pause.pk)


def test_extension_is_never_changed(referral: Referral) -> None:
    user = cases.liaison_of(referral.ministry)
    extension = extend_referral(user=user, referral=referral, amount=10, unit="day", reason="會商")
    assert refused("update proposals_extension set reason = 'else' where id = %s", extension.pk)
    assert refused("update proposals_extension set new_due_on = %s", date(2099, 1, 1))
    assert refused("delete from proposals_extension where id = %s", extension.pk)


def test_promise_reads_as_it_was_given() -> None:
    case = cases.answered(cases.referred(asks=1))
    item = case.follow_ups.create(
        referral=cases.lead_of(case),
        ministry=cases.lead_of(case).ministry,
        ask=case.asks.get(),
        title="修正辦法",
        planned_on=date(2027, 6, 30),
    )
    assert refused("update proposals_followup set title = 'else' where id = %s", item.pk)


def test_word_on_secrecy_is_never_changed(referral: Referral) -> None:
    user, ask = cases.liaison_of(referral.ministry), referral.proposal.asks.get()
    text = {"outcome": "not_adopted", "reason": "理由", "legal_basis": "證券交易法第22條"}
    save_answer_drafts(user=user, referral=referral, drafts={ask.pk: text})
    check = ask_secrecy_check(user=user, referral=referral, asks=[ask.pk])
    proposer = cases.proposer_of(referral.proposal)
    answer_secrecy_check(user=proposer, check=check, is_fine=False, objection="第二句")
    assert refused("update proposals_secrecycheck set objection = 'else' where id = %s", check.pk)
    assert refused("update proposals_secrecycheck set is_fine = true, objection = ''")
    assert refused("delete from proposals_secrecycheck where id = %s", check.pk)
