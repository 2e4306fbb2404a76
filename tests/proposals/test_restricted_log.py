"""The log of openings: what each reader opened, as whom, on the pages of the proposer alone."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from members import clock
from members.models import User
from proposals.actions.drafting import submit_proposal
from proposals.actions.files import attach_file
from proposals.actions.restricted import open_restricted
from proposals.actions.sponsors import invite_sponsor, sign_off
from proposals.actions.triage import refer_proposal
from proposals.actions.versions import digest_of
from proposals.models import Proposal, RestrictedOpening
from tests import cases
from tests.cases import signed_in

from .corpus import files

pytestmark = pytest.mark.django_db

What, Reader = RestrictedOpening.What, RestrictedOpening.Reader


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(cases.at(2026, 11, 2)), translation.override("en"):
        yield


@pytest.fixture
def case() -> Proposal:
    """With a ministry, a restricted file, and a co-sponsor that signed."""
    draft = cases.draft(restricted="成本結構")
    user, backing = cases.proposer_of(draft), cases.member_org("backing")
    upload = SimpleUploadedFile("costs.pdf", files.pdf())
    attach_file(user=user, proposal=draft, upload=upload, is_restricted=True)
    sponsor = cases.person("backing@example.org", represents=backing)
    invite_sponsor(user=user, proposal=draft, organisation=backing)
    sign_off(user=sponsor, sponsor=draft.sponsors.get(), digest=digest_of(draft))
    case = submit_proposal(user=user, proposal=draft)
    body = cases.ministry()
    cases.liaison_of(body)
    return refer_proposal(user=cases.convener_of(case), proposal=case, lead=body)


def log_of(case: Proposal, query: str = "") -> str:
    address = f"/en/proposals/{case.number}/restricted/log/{query}"
    return signed_in(cases.proposer_of(case)).get(address).content.decode()


def test_log_says_what_was_opened_and_as_whom(case: Proposal) -> None:
    liaison = cases.liaison_of(cases.lead_of(case).ministry)
    file = case.attachments.get()
    signed_in(liaison).get(f"/proposals/{case.number}/files/{file.pk}/").getvalue()
    signed_in(cases.convener_of(case)).post(f"/proposals/{case.number}/restricted/")
    signed_in(User.objects.get(email="backing@example.org")).post(
        f"/proposals/{case.number}/dossier.zip"
    ).getvalue()
    signed_in(cases.proposer_of(case)).get(f"/proposals/{case.number}/restricted/")
    rows = case.restricted_openings.order_by("pk").values_list("what", "reader", "on_behalf_of")
    body, backing = cases.lead_of(case).ministry.name_zh, cases.member_org("backing").name_zh
    assert list(rows) == [
        (What.FILE, Reader.MINISTRY, body),
        (What.TEXT, Reader.OFFICER, case.group.name_zh),
        (What.DOSSIER, Reader.SPONSOR, backing),
    ]
    shown = log_of(case)
    for word in ("costs.pdf", "everything, as a ZIP", "contact of the ministry", backing, body, liaison.name):
        assert word in shown


def test_empty_log_says_so(case: Proposal) -> None:
    assert "Nobody has opened it yet" in log_of(case)


def test_log_of_another_is_not_found(case: Proposal) -> None:
    others = [cases.convener_of(case), cases.liaison_of(cases.lead_of(case).ministry)]
    others += [User.objects.get(email="backing@example.org"), cases.person("o@example.org", secretariat=True)]
    for user in others:
        assert signed_in(user).get(f"/proposals/{case.number}/restricted/log/").status_code == 404


def test_log_has_pages_and_takes_as_many_queries_for_sixty_rows_as_for_one(case: Proposal) -> None:
    client = signed_in(cases.proposer_of(case))
    address = f"/en/proposals/{case.number}/restricted/log/"
    liaison = cases.liaison_of(cases.lead_of(case).ministry)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    open_restricted(user=liaison, proposal=case)
    queries()
    few = queries()
    signed_in(liaison).get(f"/proposals/{case.number}/files/{case.attachments.get().pk}/").getvalue()
    for _ in range(58):
        open_restricted(user=cases.convener_of(case), proposal=case)
    assert queries() == few
    assert "Page 1 of 2" in log_of(case)
    assert log_of(case, "?page=2").count("<tr>") == 1 + 10


def test_latest_openings_stand_beside_the_text(case: Proposal) -> None:
    for _ in range(7):
        open_restricted(user=cases.convener_of(case), proposal=case)
    client = signed_in(cases.proposer_of(case))
    shown = client.get(f"/en/proposals/{case.number}/restricted/").content.decode()
    assert shown.count("<tr>") == 1 + 5
    assert "The whole log: 7 openings" in shown
