"""`manage.py import_cases`, over rows of the archive's shape with the archive's own oddities."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from members.models import Letter, Organisation
from proposals.imports import Faulty, read_row
from proposals.management.commands.import_cases import Command
from proposals.models import Answer, Deadline, Proposal, Referral, TimelineEntry
from proposals.statistics import punctuality
from tests import cases
from tests.proposals.archive import ASSISTING, LEAD, response, row, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendar() -> None:
    cases.calendar()


def run(folder: Path, rows: Any, *options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_cases", str(write(folder, rows)), *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def leave(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as left:
        Command().run_from_argv(["manage.py", "import_cases", *arguments])
    return left.value.code


def test_import_creates_a_closed_case_with_its_source(tmp_path: Path) -> None:
    out, err = run(tmp_path, [row()])
    case = Proposal.objects.get()
    assert "1 created, 0 unchanged, 0 with errors." in out
    assert err == ""
    assert (case.state, case.origin, case.number) == ("closed", "imported", "J-20170901-0001")
    assert (case.organisation, case.group) == (None, None)
    assert case.source_number == "20170901-0001"
    assert case.source_url.endswith(case.source_id)
    assert case.answered_at == cases.at(2017, 11, 1)
    assert [ask.text for ask in case.asks.all()] == [case.title]


def test_import_writes_the_last_reply_as_answer_and_earlier_ones_as_interim(tmp_path: Path) -> None:
    replies = [
        response(at="2017-11-03T10:00:00+08:00", analysis="最後", decision_reasons=""),
        response(at="2017-10-01T10:00:00+08:00", analysis="初步"),
        response(at="2017-10-15T10:00:00+08:00", analysis="", decision_reasons=""),
    ]
    run(tmp_path, [row(responses=replies)])
    referral = Referral.objects.get()
    answer = referral.answers.get()
    assert (answer.outcome, answer.reason) == ("unclassified", "【研析】\n最後")
    assert referral.answered_at == answer.published_at == cases.at(2017, 11, 3)
    assert [reply.text for reply in referral.interim_replies.all()] == [
        "【研析】\n初步\n\n【理由】\n理由內容"
    ]


def test_import_keeps_an_answer_without_any_text(tmp_path: Path) -> None:
    run(tmp_path, [row(responses=[response(analysis="", decision_reasons="")])])
    assert Answer.objects.get().reason == ""


def test_import_of_three_leads_keeps_the_first(tmp_path: Path) -> None:
    agencies = [LEAD, {**ASSISTING, "role": "lead"}, {**LEAD, "name": "丙部", "code": "A00000003X"}]
    run(tmp_path, [row(agencies=agencies)])
    parts = Referral.objects.order_by("pk").values_list("ministry__name_zh", "part")
    assert list(parts) == [("甲部", "lead"), ("乙委員會", "support"), ("丙部", "support")]


def test_import_without_agencies_has_no_lead(tmp_path: Path) -> None:
    run(tmp_path, [row(agencies=[])])
    assert Referral.objects.get().part == "support"
    assert Proposal.objects.get().answered_at == cases.at(2017, 11, 1)


def test_import_says_which_body_never_answered(tmp_path: Path) -> None:
    run(tmp_path, [row(agencies=[LEAD, ASSISTING])])
    silent = Referral.objects.get(ministry__name_zh="乙委員會")
    assert (silent.state, silent.answered_at) == ("cancelled", None)
    assert silent.timeline.get().kind == "no_answer_recorded"


def test_import_dates_the_timeline_as_the_source_does(tmp_path: Path) -> None:
    run(tmp_path, [row()])
    happened = dict(TimelineEntry.objects.values_list("kind", "happened_at"))
    assert happened["submitted"] == cases.at(2017, 8, 1)
    assert happened["answer_published"] == cases.at(2017, 11, 1)
    assert set(happened) == {"submitted", "answer_published", "imported"}


def test_import_writes_no_letters_clocks_or_figures(tmp_path: Path) -> None:
    run(tmp_path, [row(id=f"id-{n}", case_number=f"n-{n}") for n in range(5)])
    body = Organisation.objects.get(name_zh="甲部")
    assert not Letter.objects.exists()
    assert not Deadline.objects.exists()
    assert punctuality(body).answered == 0


def test_import_twice_changes_nothing(tmp_path: Path) -> None:
    run(tmp_path, [row()])
    before = Proposal.objects.values().get()
    out, _ = run(tmp_path, [row(title="改了題目")])
    assert "0 created, 1 unchanged, 0 with errors." in out
    assert Proposal.objects.values().get() == before


def test_import_without_a_number_takes_the_id(tmp_path: Path) -> None:
    run(tmp_path, [row(case_number="")])
    assert Proposal.objects.get().number == "J-0a1b2c3d"


@pytest.mark.parametrize(
    ("known", "agency"),
    [
        ({"org_code": "A00000001X", "name_zh": "另名"}, LEAD),
        ({"name_zh": "甲部"}, LEAD),
        ({"name_zh": "臺灣部"}, {**LEAD, "name": "台灣部", "code": ""}),
        ({"name_zh": "全名", "short_zh": "甲部"}, LEAD),
    ],
)
def test_import_finds_the_body(tmp_path: Path, known: dict[str, str], agency: dict[str, str]) -> None:
    body = cases.ministry("known", **known)
    out, _ = run(tmp_path, [row(agencies=[agency], responses=[response(agency)])])
    assert Referral.objects.get().ministry == body
    assert "Bodies not known before" not in out


def test_import_creates_and_reports_unknown_bodies(tmp_path: Path) -> None:
    out, _ = run(tmp_path, [row(), row(id="other", case_number="other")])
    assert "Bodies not known before: 甲部." in out
    body = Organisation.objects.get(name_zh="甲部")
    assert (body.slug, body.org_code, body.is_body) == ("a00000001x", "A00000001X", True)


def test_import_makes_cases_searchable(tmp_path: Path) -> None:
    run(tmp_path, [row()])
    assert Proposal.objects.public().matching("飲水").get().number == "J-20170901-0001"


FAULTS = [
    ({"id": ""}, "id"),
    ({"id": 7}, "id"),
    ({"title": " "}, "title"),
    ({"title": "長" * 201}, "title"),
    ({"title": "壞\0字"}, "title"),
    ({"title": "壞\ud800字"}, "title"),
    ({"status": "Reviewing"}, "status"),
    ({"submitted_at": None}, "submitted_at"),
    ({"submitted_at": "yesterday"}, "submitted_at"),
    ({"submitted_at": "2017-08-01T10:00:00"}, "submitted_at"),
    ({"approved_at": "2017-07-01T10:00:00+08:00"}, "approved_at"),
    ({"case_number": "1" * 19}, "case_number"),
    ({"case_number": "2017/1"}, "case_number"),
    ({"id": "a b"}, "id"),
    ({"response_due_at": "0001-01-01T00:00:00+08:00"}, "response_due_at"),
    ({"source_url": "javascript:alert(1)"}, "source_url"),
    ({"agencies": None}, "agencies"),
    ({"agencies": ["甲部"]}, "agencies[0]"),
    ({"agencies": [{**LEAD, "role": "boss"}]}, "agencies[0].role"),
    ({"agencies": [LEAD, LEAD]}, "agencies[1].name"),
    ({"responses": []}, "responses"),
    ({"responses": None}, "responses"),
    ({"responses": [response(agency_code=3)]}, "responses[0].agency_code"),
    ({"responses": [response(responded_at="")]}, "responses[0].responded_at"),
]


@pytest.mark.parametrize(("fields", "blamed"), FAULTS)
def test_import_of_a_faulty_row_names_the_field(fields: dict[str, Any], blamed: str) -> None:
    with pytest.raises(Faulty) as error:
        read_row(row(**fields))
    assert [fault.field for fault in error.value.faults] == [blamed]


def test_import_reports_every_fault_and_takes_the_rest(tmp_path: Path) -> None:
    faulty = row(id="bad", title="", submitted_at="?")
    out, err = run(tmp_path, [faulty, "nonsense", row(), row()])
    assert "1 created, 0 unchanged, 3 with errors." in out
    assert err.splitlines() == [
        "row 1, title: is missing",
        "row 1, submitted_at: '?' is no moment in ISO form",
        "row 2, row: must be an object",
        "row 4, id: stands twice in the file",
    ]
    assert Proposal.objects.count() == 1


def test_import_of_a_number_that_is_taken_is_an_error(tmp_path: Path) -> None:
    _, err = run(tmp_path, [row(), row(id="other")])
    assert err.startswith("row 2, case_number: J-20170901-0001 is another case")
    assert Proposal.objects.count() == 1


def test_import_strict_writes_nothing_with_one_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="1 of 2 rows") as error:
        run(tmp_path, [row(), row(id="bad", title="")], "--strict")
    assert error.value.returncode == 2
    assert not Proposal.objects.exists()
    assert not Organisation.objects.exists()


def test_import_dry_run_writes_nothing(tmp_path: Path) -> None:
    out, _ = run(tmp_path, [row()], "--dry-run")
    assert "1 would be created" in out
    assert "Bodies not known before: 甲部." in out
    assert not Proposal.objects.exists()
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_import_of_an_unusable_file_is_one_line_and_exit_2(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    assert leave(str(file)) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_import_of_a_missing_file_is_one_line_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("no/such/file.json") == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_import_lists_due_dates_that_differ(tmp_path: Path) -> None:
    rows = [
        row(threshold_reached_at="2026-07-05T00:00:00+08:00", response_due_at="2026-09-05T23:59:59+08:00"),
        row(
            id="b",
            case_number="b",
            threshold_reached_at="2026-06-13T00:00:01+08:00",
            response_due_at="2026-08-14T00:00:00+08:00",
        ),
        row(
            id="c",
            case_number="c",
            threshold_reached_at="2026-06-02T08:35:06+08:00",
            response_due_at="2026-08-02T23:59:59+08:00",
        ),
    ]
    out, _ = run(tmp_path, rows)
    assert "Due dates: 1 as recorded, 2 different" in out
    assert "recorded 2026-09-05 Sat, ours 2026-09-07 Mon" in out
    assert read_row(rows[1]).due_on == date(2026, 8, 13)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_imported_case_shows_its_source(tmp_path: Path, client: Client, prefix: str) -> None:
    run(tmp_path, [row(agencies=[LEAD, ASSISTING])])
    page = client.get(f"{prefix}/proposals/J-20170901-0001/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "提點子" in text
    assert "20170901-0001" in text
    assert "研析內容" in text
