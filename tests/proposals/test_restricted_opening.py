"""Restricted text that opens to everybody: on its proposer's word, after a week, and on nobody else's."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import translation

from members import clock
from members.models import Letter, User
from members.refusals import NotAllowed, Refused
from proposals.actions.drafting import submit_proposal
from proposals.actions.files import attach_file
from proposals.actions.merging import merge_proposal
from proposals.actions.proposer import withdraw_proposal
from proposals.actions.restricted import announce_opening, stop_opening
from proposals.actions.triage import accept_proposal, decline_proposal, refer_proposal
from proposals.models import Attachment, Proposal, PublicOpening, RestrictedText
from proposals.reminders import sweep
from tests import cases
from tests.cases import signed_in

from .corpus import files

pytestmark = pytest.mark.django_db

MONDAY = cases.at(2026, 11, 2, 10)
THE_DAY = date(2026, 11, 9)
WORD = "多方運算架構"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY), translation.override("en"):
        yield


@pytest.fixture
def case() -> Proposal:
    """A public case with a restricted text and two restricted files, with a ministry."""
    draft = cases.draft(restricted=WORD)
    user = cases.proposer_of(draft)
    for name in ("costs.pdf", "names.pdf"):
        upload = SimpleUploadedFile(name, files.pdf(name.encode()))
        attach_file(user=user, proposal=draft, upload=upload, is_restricted=True)
    accepted = accept_proposal(
        user=cases.convener_of(draft), proposal=submit_proposal(user=user, proposal=draft)
    )
    body = cases.ministry()
    cases.liaison_of(body)
    return refer_proposal(user=cases.convener_of(draft), proposal=accepted, lead=body)


def announced(case: Proposal, file: Attachment | None = None) -> PublicOpening:
    return announce_opening(user=cases.proposer_of(case), proposal=case, attachment=file)


def page(case: Proposal, client: Client | None = None, more: str = "") -> str:
    return (client or Client()).get(f"/en/proposals/{case.number}/{more}").content.decode()


def status(url: str) -> int:
    response = Client().get(url)
    response.getvalue()  # a file that is not read to its end stays open
    return response.status_code


def found(case: Proposal, word: str = WORD) -> bool:
    """Whether everybody finds the case by the word, in the list as it is shown."""
    return str(case.number) in Client().get("/en/proposals/", {"q": word}).content.decode()


def on(day: date, hour: int = 0) -> object:
    return clock.at(cases.at(day.year, day.month, day.day, hour))


# --- a week's warning ------------------------------------------------------------------------------


def test_announced_text_stays_restricted_until_the_last_minute_before_its_day(case: Proposal) -> None:
    opening = announced(case)
    assert opening.opens_on == THE_DAY
    with clock.at(cases.at(2026, 11, 8, 23, 59)):
        sweep()
        assert WORD not in page(case)
        assert not found(case)
        assert Client().get(f"/proposals/{case.number}/restricted/").status_code == 302
        assert not RestrictedText.objects.public().exists()


def test_text_is_public_from_the_first_minute_of_its_day_whether_or_not_the_clock_came(
    case: Proposal,
) -> None:
    announced(case)
    with on(THE_DAY):
        for more in ("", "print/"):
            assert WORD in page(case, more=more)
        assert not found(case)
        assert sweep()["opened"] == 1
        assert sweep()["opened"] == 0
        assert found(case)
        assert found(case, WORD[:3])


def test_history_tells_the_parties_of_the_announcement_and_everybody_of_the_opening(case: Proposal) -> None:
    announced(case)
    kinds = dict(case.timeline.values_list("kind", "visibility"))
    assert kinds["opening_announced"] == "parties"
    assert "becomes public" not in page(case)
    assert "becomes public" in page(case, signed_in(cases.proposer_of(case)))
    with on(THE_DAY):
        sweep()
        assert "opened its restricted text to everybody" in page(case)
    entry = case.timeline.get(kind="restricted_opened")
    assert entry.visibility == "public"
    assert clock.local_date(entry.happened_at) == THE_DAY


def test_all_representatives_and_the_bodies_of_the_case_are_told(case: Proposal) -> None:
    colleague = cases.person("colleague@example.org", represents=case.organisation)
    announced(case)
    told = set(Letter.objects.filter(kind="opening_announced").values_list("to", flat=True))
    liaison = cases.liaison_of(cases.lead_of(case).ministry)
    assert told == {cases.proposer_of(case).email, colleague.email, liaison.email}
    assert WORD not in "".join(Letter.objects.values_list("body", flat=True))


# --- stopping --------------------------------------------------------------------------------------


def test_stopped_opening_opens_nothing_and_can_be_announced_anew(case: Proposal) -> None:
    opening = announced(case)
    with on(THE_DAY - timedelta(days=1), 23):
        stop_opening(user=cases.proposer_of(case), opening=opening)
    assert Letter.objects.filter(kind="opening_stopped").count() == 2
    with on(THE_DAY):
        assert sweep()["opened"] == 0
        assert WORD not in page(case)
        assert announced(case).opens_on == THE_DAY + timedelta(days=7)


def test_stop_on_the_day_itself_is_refused(case: Proposal) -> None:
    opening = announced(case)
    with on(THE_DAY), pytest.raises(Refused, match="public since its day"):
        stop_opening(user=cases.proposer_of(case), opening=opening)


def test_second_announcement_of_the_same_text_is_refused(case: Proposal) -> None:
    announced(case)
    with pytest.raises(Refused, match="announced already"):
        announced(case)


def test_case_that_ends_unanswered_opens_nothing(case: Proposal) -> None:
    announced(case)
    withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    assert sweep()["opened"] == 1
    assert case.timeline.filter(kind="opening_dropped", visibility="parties").exists()
    with on(THE_DAY):
        assert sweep()["opened"] == 0
        assert not RestrictedText.objects.public().exists()


def test_case_that_was_merged_since_opens_on_its_day_and_can_be_stopped_until_then() -> None:
    merged, into, other = (cases.accepted(restricted=word) for word in (WORD, "", "另一內容"))
    announced(merged)
    stopped = announced(other)
    for case in (merged, other):
        merge_proposal(user=cases.convener_of(case), proposal=case, into=into, reason="相同")
    stop_opening(user=cases.proposer_of(other), opening=stopped)
    with on(THE_DAY):
        assert sweep()["opened"] == 1
        assert WORD in page(merged)


# --- who, and when ---------------------------------------------------------------------------------


def outsiders(case: Proposal) -> list[User]:
    return [
        cases.convener_of(case),
        cases.liaison_of(cases.lead_of(case).ministry),
        cases.person("office@example.org", secretariat=True),
        cases.person("root@example.org", is_superuser=True),
        cases.person("chair@example.org", chairs=True),
        cases.person("audit@example.org", audits=True),
        cases.person("other@example.org", represents=cases.member_org("other")),
    ]


def test_nobody_but_the_proposer_announces_or_stops(case: Proposal) -> None:
    opening = announced(case)
    for user in outsiders(case):
        with pytest.raises(NotAllowed):
            announce_opening(user=user, proposal=case)
        with pytest.raises(NotAllowed):
            stop_opening(user=user, opening=opening)
        for more in ("open/", f"stop/{opening.pk}/", "log/"):
            assert signed_in(user).post(f"/proposals/{case.number}/restricted/{more}").status_code in (
                404,
                405,
            )
    assert PublicOpening.objects.in_force().count() == 1


@pytest.mark.parametrize("state", ["draft", "screening", "declined"])
def test_text_of_a_case_that_is_not_public_is_never_announced(state: str) -> None:
    row = cases.draft(restricted=WORD)
    if state != "draft":
        row = submit_proposal(user=cases.proposer_of(row), proposal=row)
    if state == "declined":
        row = decline_proposal(user=cases.convener_of(row), proposal=row, reason="unclear", text="理由")
    with pytest.raises(Refused, match="not public at present"):
        announced(row)


def test_case_without_restricted_text_has_nothing_to_announce() -> None:
    with pytest.raises(Refused, match="nothing restricted"):
        announced(cases.accepted())


# --- files, one by one -----------------------------------------------------------------------------


def test_file_opens_alone(case: Proposal) -> None:
    costs, names = case.attachments.order_by("name")
    announced(case, costs)
    addresses = [f"/proposals/{case.number}/files/{file.pk}/" for file in (costs, names)]
    assert [status(url) for url in addresses] == [404, 404]
    with on(THE_DAY):
        sweep()
        assert [status(url) for url in addresses] == [200, 404]
        shown = page(case)
        assert "costs.pdf" in shown
        assert "names.pdf" not in shown
        assert WORD not in shown
        archive = b"".join(Client().get(f"/proposals/{case.number}/dossier.zip").streaming_content)
        assert b"files/costs.pdf" in archive
        assert b"names.pdf" not in archive
    assert not case.restricted_openings.exists()


def test_reading_what_is_public_is_not_logged(case: Proposal) -> None:
    announced(case)
    liaison = cases.liaison_of(cases.lead_of(case).ministry)
    address = f"/proposals/{case.number}/restricted/"
    signed_in(liaison).post(address)
    with on(THE_DAY):
        signed_in(liaison).post(address)
    assert case.restricted_openings.count() == 1


# --- pages -----------------------------------------------------------------------------------------


def test_page_announces_once_the_sentence_is_confirmed(case: Proposal) -> None:
    client, address = signed_in(cases.proposer_of(case)), f"/en/proposals/{case.number}/restricted/open/"
    shown = client.get(address).content.decode()
    assert WORD in shown
    assert "9 Nov 2026" in shown
    assert client.post(address).status_code == 422
    assert not PublicOpening.objects.exists()
    assert client.post(address, {"is_meant": "on"}).status_code == 302
    assert client.post(address, {"is_meant": "on"}).status_code == 409
    opening = PublicOpening.objects.get()
    stop = f"/en/proposals/{case.number}/restricted/stop/{opening.pk}/"
    assert client.get(stop).status_code == 200
    assert PublicOpening.objects.ahead().exists(), "a link does nothing"
    assert client.post(stop).status_code == 302
    assert client.post(stop).status_code == 409
    assert not PublicOpening.objects.in_force().exists()


def test_page_warns_of_personal_data_that_would_become_public() -> None:
    case = cases.accepted(restricted="聯絡人 A123456789")
    client = signed_in(cases.proposer_of(case))
    assert "A•••••••89" in client.get(f"/en/proposals/{case.number}/restricted/open/").content.decode()


def test_page_of_a_case_that_is_not_public_says_so() -> None:
    case = cases.submitted(restricted=WORD)
    client = signed_in(cases.proposer_of(case))
    address = f"/en/proposals/{case.number}/restricted/open/"
    assert "not public at present" in client.get(address).content.decode()
    assert client.post(address, {"is_meant": "on"}).status_code == 409


# --- the database ----------------------------------------------------------------------------------

INSERT = """
    INSERT INTO proposals_publicopening (proposal_id, attachment_id, announced_by_id, announced_at, opens_on)
    VALUES (%s, %s, %s, %s, %s)
"""


def is_refused(sql: str, *values: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError:
        return True
    return False


def test_database_takes_no_opening_without_the_proposer_or_the_week(case: Proposal) -> None:
    proposer, now = cases.proposer_of(case).pk, clock.now()
    hidden = cases.submitted(organisation=case.organisation)
    other = cases.referred(organisation=case.organisation)
    file = case.attachments.order_by("name")[0].pk
    assert is_refused(INSERT, case.pk, None, proposer, now, THE_DAY - timedelta(days=1))
    assert is_refused(INSERT, case.pk, None, cases.convener_of(case).pk, now, THE_DAY)
    assert is_refused(INSERT, hidden.pk, None, proposer, now, THE_DAY)
    assert is_refused(INSERT, other.pk, file, proposer, now, THE_DAY)
    assert not is_refused(INSERT, case.pk, file, proposer, now, THE_DAY)
    assert not is_refused(INSERT, case.pk, None, proposer, now, THE_DAY)
    assert is_refused(INSERT, case.pk, None, proposer, now, THE_DAY)


def test_database_rewrites_no_opening(case: Proposal) -> None:
    opening = announced(case)
    change = "UPDATE proposals_publicopening SET {} WHERE id = %s"
    assert is_refused(change.format("opens_on = opens_on - 3"), opening.pk)
    assert is_refused(change.format("opened_at = '2026-11-08 12:00+08'"), opening.pk)
    late = f"stopped_at = '2026-11-09 00:00+08', stopped_by_id = {opening.announced_by_id}"
    assert is_refused(change.format(late), opening.pk)
    assert is_refused(change.format(f"stopped_by_id = {opening.announced_by_id}"), opening.pk)
    assert is_refused("DELETE FROM proposals_publicopening WHERE id = %s", opening.pk)
    with on(THE_DAY):
        sweep()
    assert is_refused(change.format("opened_at = NULL"), opening.pk)
    assert is_refused(change.format("stopped_at = now()"), opening.pk)
