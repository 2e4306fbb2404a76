"""Organisations, people and meetings out of tables: previewed, confirmed whole, the second time unchanged."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from members import clock
from members.models import Affiliation, Invitation, Letter, Organisation
from tests import cases
from tests.cases import signed_in
from workinggroups.models import Meeting

pytestmark = pytest.mark.django_db

ORGANISATIONS = "/en/admin/members/organisation/"
PEOPLE = "/en/admin/members/affiliation/"
MEETINGS = "/en/admin/workinggroups/meeting/"
FIRMS = (
    "name_zh,name_en,sector,kind,ubn,website,joined_on\n"
    "青山科技股份有限公司,Green Hill Tech,industry,company,04595257,https://green.example,2020-01-02\n"
    "藍海協會,Blue Sea Association,Industry,association,,,\n"
)


@pytest.fixture(autouse=True)
def _now():
    with clock.at(cases.at(2026, 11, 2)), override("en"):
        yield


@pytest.fixture
def office() -> Client:
    return signed_in(cases.person("office@example.org", secretariat=True))


def look(client: Client, where: str, text: str) -> Any:
    return client.post(f"{where}import/", {"file": SimpleUploadedFile("table.csv", text.encode())})


def run(client: Client, where: str, text: str) -> Any:
    """Looks, then confirms what was looked at."""
    context = look(client, where, text).context
    if "content" not in context or context["found"].has_errors:
        return context
    confirmed = {"content": context["content"], "digest": context["digest"]}
    return client.post(f"{where}import/", confirmed, follow=True)


def test_preview_writes_nothing_and_confirming_imports_all(office: Client) -> None:
    page = look(office, ORGANISATIONS, FIRMS)
    assert page.status_code == 200
    assert page.context["found"].counts == {"new": 2}
    assert not Organisation.objects.filter(name_zh="藍海協會").exists()
    assert b"2 new" in run(office, ORGANISATIONS, FIRMS).content
    firm = Organisation.objects.get(ubn="04595257")
    assert (firm.slug, firm.kind, firm.is_member) == ("green-hill-tech", "company", True)


def test_second_import_of_the_same_file_changes_nothing(office: Client) -> None:
    run(office, ORGANISATIONS, FIRMS)
    before = Organisation.objects.count()
    page = look(office, ORGANISATIONS, FIRMS)
    assert page.context["found"].counts == {"skip": 2}
    assert b"nothing to do" in page.content
    assert Organisation.objects.count() == before


def test_row_is_found_by_number_or_name_and_says_what_changes(office: Client) -> None:
    run(office, ORGANISATIONS, FIRMS)
    renamed = FIRMS.replace("Green Hill Tech", "Green Hill Technology").replace("藍海協會", "藍海 協會")
    found = look(office, ORGANISATIONS, renamed).context["found"]
    assert [(row.kind, row.changed) for row in found.rows] == [
        ("update", ["name_en"]),
        ("update", ["name_zh"]),
    ]


def test_errors_name_row_and_column_and_keep_the_whole_file_out(office: Client) -> None:
    wrong = (
        "name_zh,sector,kind,ubn,joined_on,website\n"
        "好公司,industry,company,,2020-01-02,\n"
        "壞公司,trade,company,,2020-13-02,not a site\n"
        ",industry,company,,,\n"
        "錯號公司,industry,company,12345678,,\n"
    )
    page = look(office, ORGANISATIONS, wrong)
    assert page.status_code == 422
    errors = {row.number: {name for name, _text in row.errors} for row in page.context["found"].rows}
    assert errors == {2: set(), 3: {"sector", "joined_on", "website"}, 4: {"name_zh"}, 5: {"ubn"}}
    assert not Organisation.objects.filter(name_zh="好公司").exists()


def test_errors_of_what_a_row_would_break_name_the_column(office: Client) -> None:
    body, firm = cases.ministry(), cases.member_org(ubn="04595257")
    heads = "name_zh,slug,sector,kind,ubn,joined_on,left_on\n"
    rows = (
        f"{body.name_zh},{body.slug},industry,company,,,\n"
        "新公司,new,government,company,,,\n"
        "路公司,matrix,industry,company,,,\n"
        "往公司,old,industry,company,,2020-01-02,2019-01-02\n"
        f"{firm.name_zh},{firm.slug},industry,company,,2019-08-01,2026-12-01\n"
        f"{firm.name_zh},,industry,company,22099131,,\n"
    )
    page = look(office, ORGANISATIONS, heads + rows)
    errors = [{name for name, _text in row.errors} for row in page.context["found"].rows]
    assert errors == [{"sector"}, {"kind"}, {"slug"}, {"left_on"}, {"left_on"}, {"ubn"}]


def test_name_in_another_legal_form_is_the_same_of_the_same_kind_only(office: Client) -> None:
    firm = cases.member_org(name_zh="青山科技股份有限公司")
    rows = "name_zh,sector,kind\n青山科技,industry,company\n財團法人青山科技,research,institute\n"
    found = look(office, ORGANISATIONS, rows).context["found"].rows
    assert [(row.kind, row.changed) for row in found] == [("update", ["name_zh"]), ("new", [])]
    assert Organisation.objects.get(pk=firm.pk).name_zh == "青山科技股份有限公司"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name_zh,color\nx,y\n", "Unknown columns: color"),
        ("name_zh\nx\n", "missing: sector, kind"),
        ("%PDF-1.4", "PDF"),
    ],
)
def test_file_that_is_no_such_table_is_told_in_words(office: Client, text: str, said: str) -> None:
    page = look(office, ORGANISATIONS, text)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_other_content_than_was_looked_at_is_refused(office: Client) -> None:
    context = look(office, ORGANISATIONS, FIRMS).context
    sent = {"content": context["content"], "digest": "0" * 64}
    assert office.post(f"{ORGANISATIONS}import/", sent).status_code == 422
    assert not Organisation.objects.filter(name_zh="藍海協會").exists()


def test_people_are_invited_once_and_get_no_role_by_the_import(office: Client) -> None:
    firm = cases.member_org()
    rows = f"email,name,language,organisation,role\nNew@Example.org,新代表,en,{firm.slug},representative\n"
    run(office, PEOPLE, rows)
    assert Invitation.objects.get().email == "new@example.org"
    assert Letter.objects.filter(kind="invitation", to="new@example.org").count() == 1
    assert not Affiliation.objects.filter(user__email="new@example.org").exists()
    assert look(office, PEOPLE, rows).context["found"].counts == {"skip": 1}


def test_people_errors_name_the_column(office: Client) -> None:
    rows = (
        "email,name,organisation,role\n"
        "a@example.org,甲,nowhere,representative\n"
        f"no address,乙,{cases.member_org().slug},liaison\n"
        f"office@example.org,丙,{cases.member_org().slug},representative\n"
    )
    found = look(office, PEOPLE, rows).context["found"]
    errors = [{name for name, _text in row.errors} for row in found.rows]
    assert errors == [{"organisation"}, {"email"}, {"email"}]


def test_meetings_are_imported_by_the_action_of_their_page(office: Client) -> None:
    cases.group()
    rows = "group,kind,title_zh,starts_at\nregulation,working,工作會議,2026-12-01 14:00\n"
    run(office, MEETINGS, rows)
    meeting = Meeting.objects.get()
    assert (meeting.number, meeting.starts_at) == (1, cases.at(2026, 12, 1, 14))
    assert look(office, MEETINGS, rows).context["found"].counts == {"skip": 1}
    wrong = "group,kind,title_zh,starts_at\nnone,party,x,tomorrow\n"
    row = look(office, MEETINGS, wrong).context["found"].rows[0]
    assert {name for name, _text in row.errors} == {"group", "kind", "starts_at"}


def test_empty_cell_makes_no_internal_meeting_public(office: Client) -> None:
    heads = "kind,title_zh,starts_at,is_public\n"
    run(office, MEETINGS, f"{heads}general,籌備,2026-12-01 14:00,no\n")
    run(office, MEETINGS, f"{heads}preparatory,籌備,2026-12-01 14:00,\n")
    meeting = Meeting.objects.get()
    assert (meeting.kind, meeting.is_public) == ("preparatory", False)


@pytest.mark.parametrize("where", [ORGANISATIONS, PEOPLE, MEETINGS])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_export_is_a_file_that_the_import_takes_and_finds_unchanged(
    office: Client, where: str, kind: str
) -> None:
    run(office, ORGANISATIONS, FIRMS)
    run(office, MEETINGS, "group,kind,title_zh,starts_at\n,general,大會,2026-12-01 14:00\n")
    file = office.get(f"{where}export/{kind}/")
    assert file.status_code == 200
    upload = SimpleUploadedFile(f"x.{kind}", file.content)
    page = office.post(f"{where}import/", {"file": upload})
    assert set(page.context["found"].counts) == {"skip"}, page.context["found"].rows


def test_auditor_exports_and_imports_not() -> None:
    auditor = signed_in(cases.person(audits=True))
    assert auditor.get(f"{ORGANISATIONS}export/csv/").status_code == 200
    assert auditor.get(f"{ORGANISATIONS}import/").status_code == 403
    assert look(auditor, ORGANISATIONS, FIRMS).status_code == 403
