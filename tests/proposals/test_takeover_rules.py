"""What the database itself refuses of takeovers, and that of two at once one wins."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from django.utils.translation import override

from members import clock
from members.refusals import Refused
from proposals.actions.takeover import take_over
from proposals.models import Proposal, Takeover
from proposals.reminders import sweep
from tests import cases

from . import heirs
from .heirs import LEAVES, fresh, orphan, signed_case, taken

pytestmark = pytest.mark.django_db
GUARDED = "taken over|takes over|takeover"
TAKEN_AT = "2026-03-20 10:00+08"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def refused(statement: str, *values: object) -> None:
    with (
        pytest.raises(DatabaseError, match=GUARDED),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


INSERT = (
    "INSERT INTO proposals_takeover (proposal_id, organisation_id, by_id, taken_at) VALUES (%s, %s, %s, %s)"
)


def test_takeover_is_neither_changed_nor_deleted() -> None:
    row = taken(orphan())
    refused("UPDATE proposals_takeover SET organisation_id = %s WHERE id = %s", heirs.co_sponsor().pk, row.pk)
    refused("DELETE FROM proposals_takeover WHERE id = %s", row.pk)


def test_no_case_with_a_lead_is_taken_over() -> None:
    case, guild = signed_case(), heirs.association()
    refused(INSERT, case.pk, guild.pk, heirs.representative(guild).pk, TAKEN_AT)


def test_case_that_was_answered_is_not_taken_over() -> None:
    case, guild = signed_case("answered"), heirs.association()
    heirs.leave(case)
    refused(INSERT, case.pk, guild.pk, heirs.representative(guild).pk, TAKEN_AT)


def test_stranger_or_former_member_or_competitor_takes_nothing_over() -> None:
    case = orphan()
    stranger = cases.member_org("stranger")
    refused(INSERT, case.pk, stranger.pk, heirs.representative(stranger).pk, TAKEN_AT)
    former = heirs.association("former")
    person = heirs.representative(former)
    type(former).objects.filter(pk=former.pk).update(left_on=LEAVES)
    refused(INSERT, case.pk, former.pk, person.pk, TAKEN_AT)
    rival = heirs.association("rival")
    case.competitors.create(organisation=rival)
    refused(INSERT, case.pk, rival.pk, heirs.representative(rival).pk, TAKEN_AT)


def test_association_does_not_take_over_what_is_not_public() -> None:
    case, guild = orphan("screening"), heirs.association()
    refused(INSERT, case.pk, guild.pk, heirs.representative(guild).pk, TAKEN_AT)


def test_somebody_of_another_organisation_takes_nothing_over() -> None:
    case = orphan()
    refused(INSERT, case.pk, heirs.association().pk, cases.proposer_of(case).pk, TAKEN_AT)


def test_case_has_another_lead_by_a_takeover_only() -> None:
    case = orphan()
    guild, cosign = heirs.association().pk, heirs.co_sponsor().pk
    refused("UPDATE proposals_proposal SET taken_over_by_id = %s WHERE id = %s", guild, case.pk)
    taken(case)
    refused("UPDATE proposals_proposal SET taken_over_by_id = %s WHERE id = %s", cosign, case.pk)
    refused("UPDATE proposals_proposal SET taken_over_by_id = NULL WHERE id = %s", case.pk)


def test_proposer_stays_on_the_record_when_another_has_taken_over() -> None:
    case = orphan()
    taken(case)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE proposals_proposal SET organisation_id = %s WHERE id = %s",
            [heirs.association().pk, case.pk],
        )
    assert fresh(case).organisation.slug == "acme"


# --- races ------------------------------------------------------------------------------------------


def at_once(*acts: object) -> list[object]:
    """Each in a thread with a connection of its own; what they gave, or the refusal."""
    barrier = Barrier(len(acts))

    def run(act: object) -> object:
        barrier.wait()
        try:
            with clock.at(cases.at(2026, 3, 20)), override("en"):
                return act()  # type: ignore[operator]
        except Refused as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as crowd:
        return list(crowd.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_takes_the_case_over_and_the_other_reads_who() -> None:
    case = orphan()
    found = at_once(
        *(
            lambda organisation=organisation: take_over(
                user=heirs.representative(organisation),
                proposal=Proposal.objects.get(pk=case.pk),
                organisation=organisation,
            )
            for organisation in (heirs.association(), heirs.co_sponsor())
        )
    )
    assert Takeover.objects.filter(proposal=case).count() == 1
    assert len([one for one in found if isinstance(one, Takeover)]) == 1
    assert len([one for one in found if "took the case over" in str(one)]) == 1


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_note_it_once() -> None:
    case = signed_case()
    heirs.leave(case, date(2026, 3, 18))
    at_once(sweep, sweep)
    assert case.timeline.filter(kind="lead_left").count() == 1
