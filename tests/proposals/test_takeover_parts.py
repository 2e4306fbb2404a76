"""Restricted parts of questions and replies, where the lead has left: sealed as the restricted text is."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from members import clock
from members.models import Letter, Organisation, User
from members.refusals import Refused
from proposals.actions import answering, restricted
from proposals.actions.proposer import reply_to_question
from proposals.models import Proposal, PublicOpening, Question, RestrictedPart, SecrecyCheck
from proposals.views.dashboard.secrecy import touching_drafts
from tests import cases
from tests.cases import signed_in

from . import heirs
from .heirs import LEAVES, fresh, leave, signed_case, sweep_on, taken

pytestmark = pytest.mark.django_db
ASKED, REPLIED = "貴公司金鑰切分之參數為何請說明", "以三取二門檻簽章並由自製硬體安全模組分處保管"
LATER = "承接後之參數改採五取三門檻簽章並另行委外保管"
BEFORE, AFTER = LEAVES - timedelta(days=1), LEAVES + timedelta(days=14)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def on(day: date) -> object:
    return clock.at(cases.at(day.year, day.month, day.day))


def asked_and_answered(case: Proposal, user: User, day: date, question: str, reply: str) -> Question:
    row = cases.lead_of(case)
    with on(day):
        asked = answering.ask_proposer(
            user=cases.liaison_of(row.ministry), referral=row, text="請說明", restricted=question
        )
        return reply_to_question(user=user, question=asked, text="如附", restricted=reply)


@pytest.fixture
def case() -> Proposal:
    """Referred and signed; with a restricted part of a question and one of its reply, and nothing else."""
    case = signed_case("referred")
    asked_and_answered(case, cases.proposer_of(case), date(2026, 3, 10), ASKED, REPLIED)
    return case


def readers(case: Proposal) -> dict[str, User]:
    return {
        "proposer": cases.proposer_of(case),
        "co-sponsor": heirs.representative(heirs.co_sponsor()),
        "convener": cases.convener_of(case),
        "liaison": cases.liaison_of(cases.ministry()),
    }


def said(user: User, case: Proposal) -> str:
    """What somebody gets by the ways to a restricted part: the page of its own, and the ZIP."""
    client, number = signed_in(user), case.number
    answer = client.post(reverse("proposals:restricted", args=[number]))
    found = answer.content.decode() if answer.status_code == 200 else ""
    zipped = client.post(reverse("proposals:dossier_zip", args=[number]), {"restricted": "on"})
    if zipped.status_code == 200:
        with ZipFile(BytesIO(b"".join(zipped.streaming_content))) as archive:  # type: ignore[attr-defined]
            found += "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    return found


def who_gets(people: dict[str, User], case: Proposal, *words: str) -> list[list[str]]:
    """Of each word those who get it on a page; the queryset counts the same people as its readers."""
    pages = {name: said(user, case) for name, user in people.items()}
    found = [[name for name in people if word in pages[name]] for word in words]
    assert found == [who_reads(people, case, word) for word in words]
    return found


def who_reads(people: dict[str, User], case: Proposal, word: str) -> list[str]:
    rows = RestrictedPart.objects.filter(proposal=case, text=word)
    return [name for name, user in people.items() if rows.visible_to(user).exists()]


def test_parts_are_sealed_for_everybody_from_the_day_on(case: Proposal) -> None:
    people = readers(case)
    with on(BEFORE):
        assert who_gets(people, case, ASKED, REPLIED) == [list(people), list(people)]
    leave(case)
    with on(LEAVES):  # the clock has not come round yet
        assert who_gets(people, case, ASKED, REPLIED) == [[], []]


def test_parts_stay_sealed_for_whoever_takes_over_and_for_good(case: Proposal) -> None:
    leave(case)
    sweep_on(LEAVES)
    people = readers(case) | {"new lead": taken(case).by}
    Organisation.objects.filter(pk=case.organisation_id).update(left_on=None)
    with on(AFTER):
        assert who_reads(people, case, REPLIED) == who_reads(people, case, ASKED) == []
        page = signed_in(people["liaison"]).get(reverse("proposals:restricted", args=[case.number]))
        assert "sealed" in page.content.decode()


def test_parts_are_read_again_when_the_proposer_is_back_in_time(case: Proposal) -> None:
    leave(case)
    sweep_on(LEAVES)
    Organisation.objects.filter(pk=case.organisation_id).update(left_on=None)
    people = readers(case)
    with on(AFTER):
        assert who_reads(people, case, REPLIED) == list(people)


def test_parts_written_since_are_read_by_those_of_today_and_sealed_in_their_turn(case: Proposal) -> None:
    leave(case)
    sweep_on(LEAVES)
    people = readers(case) | {"new lead": taken(case).by}
    asked_and_answered(case, people["new lead"], LEAVES + timedelta(days=8), "續問", LATER)
    with on(AFTER):
        later, earlier = who_gets(people, case, LATER, REPLIED)
    assert (later, earlier) == (["co-sponsor", "convener", "liaison", "new lead"], [])
    leave(case, AFTER)
    with on(AFTER):
        assert who_reads(people, case, LATER) == []
    sweep_on(AFTER)
    people["next"] = taken(case, heirs.co_sponsor(), AFTER + timedelta(days=1)).by
    with on(AFTER + timedelta(days=2)):
        assert who_reads(people, case, LATER) == []


def test_opening_of_a_part_that_was_announced_does_not_take_place(case: Proposal) -> None:
    part = RestrictedPart.objects.get(text=REPLIED)
    with on(date(2026, 3, 11)):
        opening = restricted.announce_opening(user=cases.proposer_of(case), proposal=case, part=part)
    leave(case)
    with on(opening.opens_on):
        assert not PublicOpening.objects.open().exists()
        assert REPLIED not in Client().get(f"/proposals/{case.number}/").content.decode()
    sweep_on(LEAVES)
    opening.refresh_from_db()
    assert opening.stopped_at is not None
    assert Letter.objects.filter(kind="opening_stopped").exists()


def test_new_lead_opens_the_parts_of_its_own_time_only(case: Proposal) -> None:
    leave(case)
    sweep_on(LEAVES)
    heir = taken(case).by
    asked_and_answered(case, heir, LEAVES + timedelta(days=8), "續問", LATER)
    old, own = (RestrictedPart.objects.get(text=text) for text in (REPLIED, LATER))
    with on(AFTER):
        for answer in (
            signed_in(heir).get(reverse("proposals:announce_part_opening", args=[case.number, old.pk])),
            signed_in(heir).post(
                reverse("proposals:announce_part_opening", args=[case.number, old.pk]), {"is_meant": "on"}
            ),
        ):
            assert answer.status_code == 404
        with pytest.raises(Refused, match="nothing restricted"):
            restricted.announce_opening(user=heir, proposal=case, part=old)
        assert restricted.announce_opening(user=heir, proposal=case, part=own).part == own


# --- what a ministry drafts meanwhile ------------------------------------------------------------------


def drafted(case: Proposal, *reasons: str) -> list[int]:
    """Drafts of the lead ministry, one for each ask; the asks."""
    row = cases.lead_of(case)
    asks = list(case.asks.order_by("number").values_list("pk", flat=True))
    words = {"outcome": "not_adopted", "legal_basis": "證券交易法第22條"}
    drafts = {ask: words | {"reason": reason} for ask, reason in zip(asks, reasons, strict=True)}
    answering.save_answer_drafts(user=cases.liaison_of(row.ministry), referral=row, drafts=drafts)
    return asks


def test_draft_that_repeats_what_is_sealed_is_not_laid_before_the_new_lead(case: Proposal) -> None:
    leave(case)
    sweep_on(LEAVES)
    heir, liaison = taken(case).by, readers(case)["liaison"]
    asked_and_answered(case, heir, LEAVES + timedelta(days=8), "續問", LATER)
    row = cases.lead_of(case)
    with on(AFTER):
        asks = drafted(fresh(case), f"查{REPLIED}，不予採納", f"查{LATER}，不予採納")
        with pytest.raises(Refused, match="sealed"):
            answering.ask_secrecy_check(user=liaison, referral=row, asks=asks)
        assert not SecrecyCheck.objects.exists()
        check = answering.ask_secrecy_check(user=liaison, referral=row, asks=asks[1:])
        page = reverse("proposals:secrecy", args=[case.number, check.question_id])
        seen = signed_in(heir).get(page).content.decode()
    assert LATER in seen
    assert REPLIED not in seen


def test_page_of_the_check_ticks_no_draft_for_words_that_its_reader_may_not_read(case: Proposal) -> None:
    leave(case)
    sweep_on(LEAVES)
    heir, liaison = taken(case).by, readers(case)["liaison"]
    asked_and_answered(case, heir, LEAVES + timedelta(days=8), "續問", LATER)
    row = cases.lead_of(case)
    with on(AFTER):
        drafted(fresh(case), f"查{REPLIED}，不予採納", f"查{LATER}，不予採納")
        touching = touching_drafts(liaison, row, list(row.answerdrafts.select_related("ask")))
    assert [draft.ask.number for draft in touching] == [2]


def test_ministry_is_warned_before_it_publishes_what_is_sealed(case: Proposal) -> None:
    page = reverse("proposals:referral_step", args=[cases.lead_of(case).pk, "publish"])
    liaison, warning = signed_in(readers(case)["liaison"]), "repeats words of what is sealed"
    with on(BEFORE):
        drafted(case, f"查{REPLIED}，不予採納", "不予採納")
        assert warning not in liaison.get(page).content.decode()
    leave(case)
    with on(LEAVES):
        assert warning in liaison.get(page).content.decode()
