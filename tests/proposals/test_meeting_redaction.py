"""遮蔽 of a meeting: gone from every page, file and letter; published minutes stand otherwise."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Refused
from proposals.actions.agendas import put_on_agenda
from proposals.actions.redaction import redact_meeting, redact_words
from tests import cases
from tests.cases import signed_in
from tests.workinggroups.meetings import convener, document, meeting
from tests.workinggroups.test_admin import ADMIN, inline, sent_for
from workinggroups.actions.meetings import send_invitations
from workinggroups.actions.minutes import approve_minutes, correct_minutes, publish_minutes, write_minutes
from workinggroups.models import AgendaItem, Meeting, MeetingRedaction, Minutes

pytestmark = pytest.mark.django_db

CANARY = "金絲雀某甲"
WHY = {"kind": "personal", "reason": "當事人請求"}


def held(**fields: Any) -> Meeting:
    """A meeting whose every text has the word: invited to, held, minuted, corrected once and published."""
    user = convener()
    with clock.at(cases.at(2026, 11, 2)):
        texts = {"title_zh": f"{CANARY}案會議", "number": None, "chaired_by": CANARY}
        row = meeting(1, **(texts | fields))
        AgendaItem.objects.create(
            meeting=row,
            position=1,
            title_zh=CANARY,
            minutes_text=f"{CANARY}說明",
            decision_text=f"洽{CANARY}",
        )
        send_invitations(user=user, meeting=row)
    with clock.at(cases.at(2026, 11, 4)):
        for opening in (CANARY, f"{CANARY}再致詞"):
            if row.minutes.exists():
                correct_minutes(user=user, meeting=row, reason=f"漏列{CANARY}")
            write_minutes(user=user, meeting=row, opening=opening, other_business=CANARY)
            approve_minutes(user=user, meeting=row)
            publish_minutes(user=user, meeting=row)
    return Meeting.objects.get(pk=row.pk)


def redact(row: Meeting, **options: Any) -> None:
    redact_meeting(user=convener(), meeting=row, **{"words": [CANARY]} | WHY | options)


def read(row: Meeting, client: Client) -> str:
    """All that a reader gets of a meeting and its minutes, files opened."""
    here = f"/meetings/{row.pk}/"
    said = []
    for path in (
        here,
        f"{here}minutes/1/",
        f"{here}minutes/2/",
        f"/groups/{row.group.slug}/",
        f"/groups/{row.group.slug}/minutes.atom",
        f"/groups/{row.group.slug}/calendar.ics",
        "/meetings/?when=past",
        "/search/?q=會議",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        said.append(answer.content.decode())
    for version in (1, 2):
        odt = BytesIO(client.get(f"{here}minutes/{version}.odt").content)
        with zipfile.ZipFile(odt) as file:
            said.append(file.read("content.xml").decode())
    return "\n".join(said)


def test_word_is_gone_from_pages_files_feed_letters_and_history():
    row = held()
    everybody, officer = Client(), signed_in(convener())
    answer = officer.post(f"{ADMIN}/meeting/{row.pk}/change/", sent_for(row, **inline("agenda")))
    assert answer.status_code == 302
    LogEntry.objects.update(change_message=f"改{CANARY}")
    assert read(row, everybody).count(CANARY) > 10
    redact(row)
    row.refresh_from_db()
    for client in (everybody, officer):
        assert CANARY not in read(row, client)
    assert CANARY not in officer.get(f"{ADMIN}/meeting/{row.pk}/change/").content.decode()
    assert not any(
        CANARY in letter.subject + letter.body + letter.calendar for letter in Letter.objects.all()
    )
    assert not any(CANARY in f"{entry.object_repr}{entry.change_message}" for entry in LogEntry.objects.all())


def test_everybody_reads_that_it_was_done_and_why():
    row = held()
    redact(row)
    page = Client().get(f"/en/meetings/{row.pk}/").content.decode()
    assert "當事人請求" in page
    assert "personal data" in page
    assert page.count("當事人請求") == 1
    assert "遮蔽註記" in Client().get(f"/meetings/{row.pk}/minutes/1/").content.decode()
    assert not any(CANARY in f"{trace.reason}{trace.field}" for trace in MeetingRedaction.objects.all())


def test_redaction_of_a_case_reaches_the_minutes_that_repeat_it():
    with clock.at(cases.at(2026, 11, 1)):
        case = cases.accepted(summary=f"{CANARY}之案")
    user = cases.convener_of(case)
    with clock.at(cases.at(2026, 11, 2)):
        row = meeting(1)
        item = put_on_agenda(user=user, proposal=case, meeting=row).item
    AgendaItem.objects.filter(pk=item.pk).update(minutes_text=CANARY)
    with clock.at(cases.at(2026, 11, 4)):
        write_minutes(user=user, meeting=row)
        approve_minutes(user=user, meeting=row)
        publish_minutes(user=user, meeting=row)
        redact_words(user=user, proposal=case, words=[CANARY], **WHY)
    assert CANARY not in str(Minutes.objects.get().record)
    assert MeetingRedaction.objects.get().field == "record"


def test_name_of_the_meeting_goes_from_the_history_of_its_cases():
    with clock.at(cases.at(2026, 11, 1)):
        case = cases.accepted()
    with clock.at(cases.at(2026, 11, 2)):
        row = meeting(1, title_zh=f"{CANARY}會議", title_en="")
        Meeting.objects.filter(pk=row.pk).update(number=None)
        put_on_agenda(user=cases.convener_of(case), proposal=case, meeting=Meeting.objects.get(pk=row.pk))
    redact(row)
    data = [entry.data for entry in case.timeline.all()]
    assert CANARY not in str(data)
    page = signed_in(cases.proposer_of(case)).get(f"/proposals/{case.number}/").content.decode()
    assert CANARY not in page
    assert CANARY not in "".join(letter.body for letter in Letter.objects.all())


def test_paper_is_withdrawn_and_its_bytes_are_deleted(django_capture_on_commit_callbacks: Any):
    row = held()
    paper = document(meeting=row, title_zh=f"{CANARY}簡報", is_public=True)
    storage, name = paper.file.storage, paper.file.name
    assert b"".join(Client().get(paper.get_absolute_url()).streaming_content) == b"paper"
    with django_capture_on_commit_callbacks(execute=True):
        redact(row, papers=[paper])
    paper.refresh_from_db()
    assert (str(paper.file), paper.withdrawn_for) == ("", "personal")
    assert not storage.exists(name)
    assert Client().get(paper.get_absolute_url()).status_code == 404
    page = Client().get(f"/en/meetings/{row.pk}/").content.decode()
    assert "File withdrawn because of personal data" in page
    assert paper.get_absolute_url() not in page
    with pytest.raises(Refused):
        redact(row, words=(), papers=[paper])


@pytest.mark.parametrize(
    "asked",
    [
        {"words": ["某"]},
        {"words": []},
        {"words": ["不在任何文字中"]},
        {"reason": ""},
        {"kind": "mood"},
        {"reason": f"因{CANARY}請求"},
        {"reason": "電話0912-345-678"},
    ],
)
def test_refusal_changes_nothing(asked: dict[str, Any]):
    row = held()
    with pytest.raises(Refused):
        redact(row, **asked)
    assert not MeetingRedaction.objects.exists()
    assert CANARY in read(row, Client())


def test_only_who_keeps_the_group_redacts():
    row = held()
    other = cases.person(convenes=cases.group("academia"))
    for nobody in (other, cases.person(audits=True), cases.person()):
        with pytest.raises(NotAllowed):
            redact_meeting(user=nobody, meeting=row, words=[CANARY], **WHY)
    redact_meeting(user=cases.person(secretariat=True), meeting=row, words=[CANARY], **WHY)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workinggroups_minutes SET opening = 'anders'",
        "UPDATE workinggroups_minutes SET record = '{}'",
        "DELETE FROM workinggroups_minutes",
        "UPDATE workinggroups_meetingredaction SET made_in = txid_current()",
        "DELETE FROM workinggroups_meetingredaction",
    ],
)
def test_published_minutes_and_traces_stand_otherwise(statement: str):
    redact(held())
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_page_shows_first_and_blacks_out_what_was_shown():
    row, client = held(), signed_in(convener())
    path = f"/en/meetings/{row.pk}/redact/"
    assert client.post(path, {"words": ""}).status_code == 422
    shown = client.post(path, {"words": CANARY, "preview": "1"})
    assert shown.status_code == 200
    assert "████說明" in shown.content.decode()
    order = {"words": CANARY, "confirm": "1", **WHY}
    assert client.post(path, order).status_code in (200, 422)  # nothing was shown before
    assert not MeetingRedaction.objects.exists()
    order["previewed"] = shown.context["form"].previewed
    assert client.post(path, order | {"reason": ""}).status_code == 422
    assert client.post(path, order | {"reason": f"{CANARY}請求"}).status_code == 409
    assert client.post(path, order).status_code == 302
    assert MeetingRedaction.objects.exists()


def test_paper_alone_is_withdrawn_by_the_page():
    row, client = held(), signed_in(convener())
    paper = document(meeting=row, title_zh="簡報")
    paper.file.save("x", ContentFile(b"x"))
    path = f"/en/meetings/{row.pk}/redact/"
    shown = client.post(path, {"papers": paper.pk, "preview": "1"})
    order = {"papers": paper.pk, "confirm": "1", "previewed": shown.context["form"].previewed, **WHY}
    assert client.post(path, order).status_code == 302
    paper.refresh_from_db()
    assert paper.withdrawn_on == clock.today()
