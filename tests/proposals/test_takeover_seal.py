"""What is restricted in a case whose proposer has left: sealed for everybody, from the day on, and lifted."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from members import clock
from members.models import Affiliation, Letter, Organisation, User
from members.refusals import NotAllowed, Refused
from proposals.actions import answering, restricted
from proposals.actions.drafting import start_draft
from proposals.actions.files import open_file
from proposals.models import Attachment, Proposal, PublicOpening, RestrictedText
from proposals.permissions import can_read_restricted
from tests import cases
from tests.cases import signed_in

from . import heirs
from .heirs import LEAVES, fresh, leave, signed_case, sweep_on, taken

pytestmark = pytest.mark.django_db
SECRET = "祕方甲乙丙"
BEFORE, AFTER = LEAVES - timedelta(days=1), LEAVES + timedelta(days=2)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def case() -> Proposal:
    """Referred, signed, with a restricted text and a restricted file."""
    return signed_case("referred", restricted=SECRET, has_file=True)


def on(day: date) -> object:
    return clock.at(cases.at(day.year, day.month, day.day))


def readers(case: Proposal) -> dict[str, User]:
    return {
        "proposer": cases.proposer_of(case),
        "co-sponsor": heirs.representative(heirs.co_sponsor()),
        "convener": cases.convener_of(case),
        "liaison": cases.liaison_of(cases.ministry()),
    }


def said(client: Client, case: Proposal) -> str:
    """All that a reader gets by every way to what is restricted."""
    number = case.number
    pages = [reverse(f"proposals:{name}", args=[number]) for name in ("detail", "dossier", "restricted")]
    found = [client.get(page).content.decode() for page in pages]
    found.append(client.post(pages[2]).content.decode())
    zipped = client.post(reverse("proposals:dossier_zip", args=[number]), {"restricted": "on"})
    if zipped.status_code == 200:
        content = b"".join(zipped.streaming_content)  # type: ignore[attr-defined]
        with ZipFile(BytesIO(content)) as archive:
            found += [archive.read(name).decode(errors="replace") for name in archive.namelist()]
            found += archive.namelist()
    return "\n".join(found)


def test_word_that_its_readers_read_is_found_by_nobody_from_the_day_on(case: Proposal) -> None:
    everybody = readers(case)
    with on(BEFORE):
        assert [who for who, user in everybody.items() if SECRET not in said(signed_in(user), case)] == []
    leave(case)
    everybody["secretariat"] = cases.person(secretariat=True)
    everybody["auditor"] = cases.person(audits=True)
    everybody["superuser"] = cases.person(is_superuser=True)
    with on(LEAVES):  # the clock has not come round yet
        assert [who for who, user in everybody.items() if SECRET in said(signed_in(user), case)] == []
    sweep_on(LEAVES)
    taken(case)
    everybody = {"new lead": heirs.representative(heirs.association()), "liaison": everybody["liaison"]}
    with on(AFTER + timedelta(days=10)):
        assert [who for who, user in everybody.items() if SECRET in said(signed_in(user), case)] == []
        assert not RestrictedText.objects.filter(pk=case.pk, text="").exists()


def test_those_who_could_read_it_are_told_since_when_it_is_sealed_and_why(case: Proposal) -> None:
    leave(case)
    address = reverse("proposals:restricted", args=[case.number])
    with on(AFTER):
        for name, user in readers(case).items():
            answer = signed_in(user).get(address)
            if name == "proposer":  # who has left stands outside
                assert answer.status_code == 404
                continue
            assert answer.status_code == 200
            page = answer.content.decode()
            assert "Sealed since" in page
            assert "because acme Ltd, whose business secrets it holds, has left" in page
        assert signed_in(cases.person(secretariat=True)).get(address).status_code == 404


def test_restricted_file_is_gone_for_its_readers_and_nowhere_for_others(case: Proposal) -> None:
    file = Attachment.objects.get(proposal=case, is_restricted=True)
    address = reverse("proposals:file", args=[case.number, file.pk])
    leave(case)
    with on(AFTER):
        assert signed_in(readers(case)["liaison"]).get(address).status_code == 410
        assert signed_in(cases.person(secretariat=True)).get(address).status_code == 404
        assert Client().get(address).status_code == 404
        with pytest.raises(NotAllowed):
            open_file(user=readers(case)["convener"], attachment=file)


def test_case_without_anything_restricted_says_nothing_of_a_seal() -> None:
    case = signed_case("discussion")
    leave(case)
    with on(AFTER):
        page = signed_in(cases.convener_of(case)).get(f"/en/proposals/{case.number}/").content.decode()
        assert "sealed" not in page


def test_seal_is_lifted_when_the_proposer_is_back_in_time(case: Proposal) -> None:
    leave(case)
    sweep_on(LEAVES)
    Organisation.objects.filter(pk=case.organisation_id).update(left_on=None)
    with on(AFTER):
        assert SECRET in said(signed_in(cases.proposer_of(case)), case)
        assert can_read_restricted(readers(case)["liaison"], fresh(case))


def test_seal_stays_once_another_has_taken_over(case: Proposal) -> None:
    leave(case)
    sweep_on(LEAVES)
    taken(case)
    Organisation.objects.filter(pk=case.organisation_id).update(left_on=None)
    with on(AFTER):
        assert SECRET not in said(signed_in(cases.proposer_of(case)), case)
        assert not can_read_restricted(readers(case)["liaison"], fresh(case))


def test_opening_that_was_announced_does_not_take_place(case: Proposal) -> None:
    with on(date(2026, 3, 10)):
        opening = restricted.announce_opening(user=cases.proposer_of(case), proposal=case)
    leave(case)
    with on(opening.opens_on):
        assert not PublicOpening.objects.open().exists()
        assert SECRET not in Client().get(f"/proposals/{case.number}/").content.decode()
    sweep_on(LEAVES)
    opening.refresh_from_db()
    assert opening.stopped_at is not None
    assert Letter.objects.filter(kind="opening_stopped").exists()


def test_what_was_open_to_everybody_before_stays_open(case: Proposal) -> None:
    with on(date(2026, 3, 5)):
        restricted.announce_opening(user=cases.proposer_of(case), proposal=case)
    sweep_on(date(2026, 3, 12))
    leave(case)
    sweep_on(LEAVES)
    with on(AFTER):
        assert SECRET in Client().get(f"/proposals/{case.number}/").content.decode()


def test_new_lead_cannot_open_what_is_not_its_own(case: Proposal) -> None:
    leave(case)
    sweep_on(LEAVES)
    row = taken(case)
    with on(AFTER), pytest.raises(Refused, match="was sealed"):
        restricted.announce_opening(user=row.by, proposal=case)
    with on(AFTER):
        log = reverse("proposals:restricted_log", args=[case.number])
        assert not signed_in(row.by).get(log).context["page_obj"].object_list


def test_ministry_cannot_have_its_draft_checked_for_what_is_sealed(case: Proposal) -> None:
    leave(case)
    row = cases.lead_of(case)
    with on(AFTER), pytest.raises(Refused, match="was sealed"):
        answering.ask_secrecy_check(user=readers(case)["liaison"], referral=row, asks=[])


def test_check_that_was_asked_before_is_not_shown_to_who_takes_over(case: Proposal) -> None:
    row = cases.lead_of(case)
    with on(date(2026, 3, 13)):
        user, ask = readers(case)["liaison"], case.asks.first().pk
        text = {"outcome": "not_adopted", "reason": SECRET, "legal_basis": "證券交易法第22條"}
        answering.save_answer_drafts(user=user, referral=row, drafts={ask: text})
        check = answering.ask_secrecy_check(user=user, referral=row, asks=[ask])
    leave(case)
    sweep_on(LEAVES)
    heir = taken(case, on=LEAVES).by
    address = reverse("proposals:secrecy", args=[case.number, check.question_id])
    with on(LEAVES):
        answer = signed_in(heir).get(address)
    assert SECRET not in answer.content.decode()


def test_draft_of_one_that_left_is_shut_and_deleted_in_time() -> None:
    with clock.at(heirs.BEGIN):
        draft = cases.draft(restricted=SECRET)
        user = cases.proposer_of(draft)
    leave(draft)
    page = reverse("proposals:draft", args=[draft.draft_id])
    with on(AFTER):
        assert signed_in(user).get(page).status_code == 404
        for step in ("autosave", "submit", "delete"):
            address = reverse(f"proposals:{step}", args=[draft.draft_id])
            assert signed_in(user).post(address).status_code == 404
        with pytest.raises(Refused):
            start_draft(user=user, organisation=Organisation.objects.get(pk=draft.organisation_id))
    sweep_on(LEAVES + timedelta(days=89))
    assert Proposal.objects.filter(pk=draft.pk).exists()
    sweep_on(LEAVES + timedelta(days=90))
    assert not Proposal.objects.filter(pk=draft.pk).exists()


def test_body_that_became_a_party_after_the_seal_reads_nothing(case: Proposal) -> None:
    leave(case)
    late = cases.person(liaison_of=cases.ministry("moea"))
    assert Affiliation.objects.filter(user=late).exists()
    with on(AFTER):
        assert not RestrictedText.objects.visible_to(late).exists()
        assert SECRET not in said(signed_in(late), case)
