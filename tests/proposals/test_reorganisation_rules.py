"""What a reorganisation refuses, splits and joins; and that it is applied once."""

import threading
from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from members import clock
from members.models import Named, Organisation, Succession
from members.refusals import NotAllowed, Refused
from proposals.actions import answering
from proposals.actions.aftermath import ask_reconsideration
from proposals.actions.letterpacks import official_letter
from proposals.actions.reorganisation import Takers, open_referrals, rename
from proposals.actions.secretariat import record_outgoing_letter
from proposals.models import Handover, Referral, Reorganisation, TimelineEntry
from tests import cases

from .test_reorganisation import (
    NUMBER,
    as_liaison,
    at,
    everything_to,
    merge,
    new_body,
    office,
    old_body,
    part,
    publish,
    received,
)

pytestmark = pytest.mark.django_db


# --- what it refuses ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["convener", "liaison", "auditor"])
def test_nobody_but_the_secretariat_reorganises(who: str) -> None:
    case = received()
    users = {
        "convener": lambda: cases.convener_of(case),
        "liaison": lambda: cases.liaison_of(old_body()),
        "auditor": lambda: cases.person(audits=True),
    }
    with at(10), pytest.raises(NotAllowed):
        merge(user=users[who]())
    assert part().ministry == old_body()


@pytest.mark.parametrize(
    "changes",
    [
        {"document_number": " "},
        {"effective_on": date(2026, 12, 1)},
        {"successors": []},
        {"takers": Takers({}, {})},
        {"kind": "ended", "takers": "itself"},
    ],
    ids=["no number", "not yet", "no successor", "nobody takes it", "it takes its own"],
)
def test_reorganisation_is_refused_and_nothing_is_changed(changes: dict[str, object]) -> None:
    received()
    with at(10):
        if changes.get("takers") == "itself":
            changes = {**changes, "takers": everything_to(old_body())}
        with pytest.raises(Refused):
            merge(**changes)
    assert not Reorganisation.objects.exists()
    assert (part().ministry, old_body().valid_to) == (old_body(), None)


@pytest.mark.parametrize("taker", ["member", "gone", "itself"])
def test_successor_is_a_body_that_exists(taker: str) -> None:
    received()
    rows = {
        "member": cases.member_org(),
        "gone": cases.ministry("gone", valid_to=date(2020, 1, 1)),
        "itself": old_body(),
    }
    with at(10), pytest.raises(Refused):
        merge(successors=[rows[taker]], takers=everything_to(rows[taker]))
    assert not Reorganisation.objects.exists()


def test_case_that_came_since_the_preview_stops_it() -> None:
    received()
    takers = everything_to(new_body())
    with at(9):
        cases.referred(lead=old_body())
    with at(10), pytest.raises(Refused):
        merge(takers=takers)
    assert not Handover.objects.exists()


# --- applied once ---------------------------------------------------------------------------------


def test_second_time_with_the_same_document_changes_nothing() -> None:
    received()
    with at(10):
        first = merge()
    with at(12):
        again = merge(takers=Takers({}, {}))
    assert again == first
    assert (Handover.objects.count(), Succession.objects.count()) == (1, 1)
    assert TimelineEntry.objects.filter(kind="handed_over").count() == 1
    assert old_body().valid_to == date(2026, 11, 12)


def test_document_of_another_body_is_refused() -> None:
    received()
    with at(10):
        merge()
        with pytest.raises(Refused):
            merge(body=cases.ministry("moea"))


def test_body_ends_once() -> None:
    received()
    with at(10):
        merge()
        with pytest.raises(Refused):
            merge(document_number="另一文號")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_apply_it_once() -> None:
    received()
    user, body, takers = office(), old_body(), everything_to(new_body())
    done: list[object] = []

    def apply() -> None:
        with at(10):
            done.append(merge(user=user, body=body, takers=takers).pk)
        connection.close()

    both = [threading.Thread(target=apply) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(set(done)) == 1 == Reorganisation.objects.count()
    assert TimelineEntry.objects.filter(kind="handed_over").count() == 1


def test_what_passed_is_never_changed() -> None:
    received()
    with at(10):
        merge()
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        Reorganisation.objects.update(effective_on=date(2026, 1, 1))
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        Handover.objects.update(booked_days=3)
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        Handover.objects.all().delete()


# --- split, part, join ----------------------------------------------------------------------------


def two_cases() -> list[Referral]:
    with at(0):
        cases.referred(lead=old_body())
        cases.referred(lead=old_body())
    return list(open_referrals(old_body()))


def test_split_sends_each_part_where_it_was_chosen() -> None:
    first, second = two_cases()
    other = cases.ministry("moda")
    with at(5):
        merge(
            successors=[new_body(), other],
            takers=Takers({first.pk: new_body(), second.pk: other}, {}),
        )
    assert list(Referral.objects.order_by("pk").values_list("ministry__slug", flat=True)) == ["nstc", "moda"]
    assert set(old_body().successions.values_list("successor__slug", flat=True)) == {"nstc", "moda"}
    assert old_body().successor == new_body()


def test_body_that_goes_on_keeps_what_it_is_given() -> None:
    first, second = two_cases()
    with at(5):
        merge(kind="partial", takers=Takers({first.pk: new_body(), second.pk: old_body()}, {}))
    body = old_body()
    assert (body.valid_to, body.successor) == (None, None)
    assert body.affiliations.current().exists()
    assert Succession.objects.get().is_partial
    assert list(Referral.objects.order_by("pk").values_list("ministry__slug", flat=True)) == ["nstc", "most"]
    assert Handover.objects.count() == 1


def with_support(lead: Organisation, support: Organisation) -> None:
    with at(0):
        cases.referred(lead=lead, supporting=[support])
    with at(3):
        for row in Referral.objects.select_related("proposal", "ministry"):
            answering.first_opening(**as_liaison(row.ministry, row))


def states() -> list[tuple[str, str, str]]:
    return list(Referral.objects.order_by("part").values_list("part", "ministry__slug", "state"))


def test_lead_passes_to_a_supporting_body_which_then_has_one_part() -> None:
    with_support(old_body(), new_body())
    with at(5):
        merge()
    assert states() == [("lead", "nstc", "sent"), ("support", "nstc", "cancelled")]


def test_support_passes_to_the_lead_which_speaks_already() -> None:
    with_support(new_body(), old_body())
    with at(5):
        merge()
    assert states() == [("lead", "nstc", "sent"), ("support", "most", "cancelled")]
    assert TimelineEntry.objects.filter(kind="handed_over", data__cause="joined").count() == 1


def test_lead_passes_to_a_body_that_has_answered_as_supporting() -> None:
    with_support(old_body(), new_body())
    support = Referral.objects.select_related("proposal", "ministry").get(part="support")
    with at(4):
        publish(support, list(support.proposal.asks.values_list("pk", flat=True)), new_body())
    with at(5):
        merge()
    assert states() == [("lead", "nstc", "sent"), ("support", "nstc", "answered")]


def test_part_that_passes_twice_keeps_both_names() -> None:
    received()
    third = cases.ministry("third", name_en="Third")
    with at(10):
        merge()
    with at(20):
        merge(
            body=new_body(),
            document_number="第二文號",
            successors=[third],
            takers=everything_to(third, new_body()),
        )
    told = []
    for days in (4, 15, 25):
        with at(days):
            told.append(part().named_at(clock.now()).name_en)
    assert told == ["Ministry of Science", "Science Council", "Third"]


def test_answered_case_keeps_its_body_and_is_reconsidered_by_the_successor() -> None:
    with at(0):
        case = cases.answered(cases.referred(lead=old_body()))
    with at(5):
        merge()
    assert (part().ministry, part().state) == (old_body(), "answered")
    with at(6):
        page = cases.signed_in(None).get(f"/en/proposals/{case.number}/").content.decode()
        assert "<b>MOST</b> published its answer" in page
        asks = list(case.asks.values_list("pk", flat=True))
        ask_reconsideration(user=cases.proposer_of(case), proposal=case, asks=asks, reason="新事實")
    assert cases.lead_of(case).ministry == new_body()


def test_letter_that_was_sent_names_the_body_of_its_time() -> None:
    received()
    with at(4):
        record_outgoing_letter(
            user=office(), referral=part(), letter_number="聯盟字第1號", letter_on=date(2026, 11, 2)
        )
    with at(10):
        merge()
        letter = official_letter(user=office(), referral=part())
    assert (letter.receiver, letter.originals) == ("most 部", ["most 部"])


def test_letter_that_is_still_to_be_sent_goes_to_the_successor() -> None:
    received()
    with at(10):
        merge()
        assert official_letter(user=office(), referral=part()).receiver == "nstc 部"


# --- another name ---------------------------------------------------------------------------------


def test_name_changes_and_nothing_passes() -> None:
    case = received()
    names = Named("科技會", "Science Board", "科技會", "SB")
    with at(10):
        told = {"user": office(), "body": old_body(), "effective_on": clock.today(), "names": names}
        first = rename(**told, document_number=NUMBER)
        assert rename(**told, document_number=NUMBER) == first
    assert (part().ministry, old_body().name_en) == (old_body(), "Science Board")
    assert not Handover.objects.exists()
    with at(11):
        answering.accept_referral(**as_liaison(old_body(), part()))
        page = cases.signed_in(None).get(f"/en/proposals/{case.number}/").content.decode()
    assert "<b>SB</b> took the matter on" in page
    assert "<b>MOST</b> received the referral" in page
    assert "lead MOST" in page
