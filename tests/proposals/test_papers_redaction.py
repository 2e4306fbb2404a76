"""遮蔽 of a group's papers that belong to no meeting: the file is gone for good, and the page says why."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.utils.translation import override

from members import clock
from members.refusals import NotAllowed, Refused
from proposals.actions.redaction import preview_papers, redact_papers
from tests import cases
from tests.cases import signed_in
from tests.workinggroups.meetings import convener, document, meeting
from workinggroups.models import Document, MeetingRedaction

pytestmark = pytest.mark.django_db

CANARY = "金絲雀某甲"
WHY = {"kind": "personal", "reason": "當事人請求"}


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with override("en"):
        yield


def paper(**fields: Any) -> Document:
    return document(**({"group": cases.group(), "title_zh": "章程", "is_public": True} | fields))


def redact(**options: Any) -> None:
    redact_papers(user=convener(), group=cases.group(), **(WHY | options))


def test_paper_of_a_group_is_withdrawn_and_its_bytes_are_deleted(django_capture_on_commit_callbacks: Any):
    rows = [paper(title_zh=f"{CANARY}簡報"), paper(title_zh="名冊")]
    stored = [(row.file.storage, row.file.name) for row in rows]
    assert b"".join(Client().get(rows[0].get_absolute_url()).streaming_content) == b"paper"
    with django_capture_on_commit_callbacks(execute=True):
        redact(papers=rows)
    for row in rows:
        row.refresh_from_db()
        assert (str(row.file), row.sha256, row.withdrawn_for, row.withdrawn_on) == (
            "",
            "",
            "personal",
            clock.today(),
        )
        assert Client().get(row.get_absolute_url()).status_code == 404
    assert not any(storage.exists(name) for storage, name in stored)
    page = Client().get("/en/groups/regulation/").content.decode()
    assert page.count("File withdrawn because of personal data") == 2
    assert page.count("當事人請求") == 1
    assert rows[0].get_absolute_url() not in page
    with pytest.raises(Refused, match="withdrawn already"):
        redact(papers=rows[:1])


def test_words_go_from_titles_names_and_the_history_of_the_admin():
    row = paper(title_zh=f"{CANARY}之意見", title_en="Opinion", name=f"{CANARY}.pdf")
    officer = signed_in(convener())
    path = f"/en/admin/workinggroups/document/{row.pk}/change/"
    said = {"title_zh": row.title_zh, "title_en": "An opinion", "is_public": "on"}
    assert officer.post(path, said).status_code == 302
    assert LogEntry.objects.filter(object_repr__contains="opinion").exists()
    LogEntry.objects.update(object_repr=row.title_zh)
    assert len(preview_papers(user=convener(), group=cases.group(), words=[CANARY])) == 2
    redact(words=[CANARY])
    row.refresh_from_db()
    assert (row.title_zh, row.name) == ("████之意見", "████.pdf")
    assert row.withdrawn_on is None
    assert not LogEntry.objects.filter(object_repr__contains=CANARY).exists()
    assert CANARY not in officer.get(path).content.decode() + str(list(MeetingRedaction.objects.values()))
    assert {trace.group for trace in MeetingRedaction.objects.all()} == {cases.group()}


def test_papers_of_meetings_and_of_other_groups_stay():
    other = paper(group=cases.group("academia"), title_zh=CANARY)
    of_meeting = document(meeting=meeting(), title_zh=CANARY)
    with pytest.raises(Refused, match="no title"):
        redact(words=[CANARY])
    for row in (other, of_meeting):
        with pytest.raises(Refused, match="withdrawn already"):
            redact(papers=[row])
    assert not MeetingRedaction.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"words": []},
        {"words": ["章"]},
        {"words": [CANARY], "reason": f"因{CANARY}請求"},
        {"words": [CANARY], "reason": "電話0912-345-678"},
        {"words": [CANARY], "kind": "mood"},
    ],
)
def test_order_without_words_or_reason_changes_nothing(asked: dict[str, Any]):
    row = paper(title_zh=CANARY)
    with pytest.raises(Refused):
        redact(**asked)
    row.refresh_from_db()
    assert row.title_zh == CANARY


def test_only_who_keeps_the_group_withdraws_its_papers():
    row, group = paper(), cases.group()
    for nobody in (convener(cases.group("academia")), cases.person(audits=True), cases.person()):
        with pytest.raises(NotAllowed):
            redact_papers(user=nobody, group=group, papers=[row], **WHY)
        with pytest.raises(NotAllowed):
            preview_papers(user=nobody, group=group, words=[CANARY])
    redact_papers(user=cases.person(secretariat=True), group=group, papers=[row], **WHY)


def test_trace_belongs_to_a_meeting_or_a_group_and_stands():
    redact(papers=[paper()])
    with pytest.raises(ProgrammingError), transaction.atomic():
        MeetingRedaction.objects.all().delete()
    columns = "table_name, row_key, field, old_digest, new_digest, kind, reason, made_by_id, made_at, made_in"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO workinggroups_meetingredaction ({columns}) "
            f"SELECT {columns} FROM workinggroups_meetingredaction LIMIT 1"
        )


def test_page_of_the_group_leads_there_and_acts_on_what_was_shown():
    row, client = paper(title_zh=f"{CANARY}簡報"), signed_in(convener())
    path = "/en/groups/regulation/redact/"
    assert f'href="{path}"' in client.get("/en/groups/regulation/").content.decode()
    assert f'href="{path}"' not in Client().get("/en/groups/regulation/").content.decode()
    assert (
        f'href="{path}"' in client.get(f"/en/admin/workinggroups/document/{row.pk}/change/").content.decode()
    )
    assert client.post(path, {"words": ""}).status_code == 422
    shown = client.post(path, {"words": CANARY, "papers": row.pk, "preview": "1"})
    assert "████簡報" in shown.content.decode()
    order = {"words": CANARY, "papers": row.pk, "confirm": "1", **WHY}
    client.post(path, order)  # nothing was shown before
    assert not MeetingRedaction.objects.exists()
    order["previewed"] = shown.context["form"].previewed
    assert client.post(path, order | {"reason": ""}).status_code == 422
    assert client.post(path, order).status_code == 302
    row.refresh_from_db()
    assert (row.title_zh, row.withdrawn_on) == ("████簡報", clock.today())
    admin = client.get(f"/en/admin/workinggroups/document/{row.pk}/change/").content.decode()
    assert "File withdrawn because of personal data" in admin


def test_paper_that_was_not_shown_is_not_withdrawn():
    (shown, other), client = (paper(title_zh="章程"), paper(title_zh="名冊")), signed_in(convener())
    path = "/en/groups/regulation/redact/"
    page = client.post(path, {"papers": shown.pk, "preview": "1"})
    assert "1 file is deleted" in page.content.decode()
    assert "texts have these words" not in page.content.decode()
    order = {"confirm": "1", "previewed": page.context["form"].previewed, **WHY}
    again = client.post(path, order | {"papers": [shown.pk, other.pk]})
    assert "2 files are deleted" in again.content.decode()
    assert not Document.objects.exclude(withdrawn_on=None).exists()
    assert client.post(path, order | {"papers": shown.pk}).status_code == 302
    assert [row.title_zh for row in Document.objects.exclude(withdrawn_on=None)] == ["章程"]
