"""Writing a profile: by whom, what becomes of it, and of the logo."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from members import clock
from members.actions.profiles import content_of, save_profile, set_logo
from members.models import Affiliation, Domain, Organisation, Profile, ProfileChange, User
from members.pictures import SIDE, logo_of
from members.refusals import NotAllowed, Refused
from tests import cases

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 11, 2)
TABLES = ("use_cases", "solutions", "funding")


@pytest.fixture
def firm() -> Organisation:
    return cases.member_org("firm")


@pytest.fixture
def rep(firm: Organisation) -> User:
    return cases.person(represents=firm)


def typed(firm: Organisation, **more: Any) -> dict[str, Any]:
    """The form as a browser sends it, with one blank row in each table."""
    data: dict[str, Any] = {"stamp": content_of(firm).stamp, "about_zh": "我們做溯源"}
    for name in TABLES:
        data |= {f"{name}-TOTAL_FORMS": "1", f"{name}-INITIAL_FORMS": "0"}
    data |= {"funding-0-currency": "TWD", "funding-0-visibility": "members"}
    return data | more


def post(user: User, data: dict[str, Any]) -> Any:
    with clock.at(NOW):
        return cases.signed_in(user).post("/en/members/firm/edit/", data)


def test_profile_is_written_and_leaves_a_line(firm: Organisation, rep: User) -> None:
    food = Domain.objects.create(slug="food", name_zh="食品")
    case = {"domain_id": food.pk, "kind": "traceability", "title_zh": "有機米", "year": "2023"}
    money = {"round": "seed", "year": "2024", "amount": "5", "amount_to": "9", "visibility": "public"}
    data = typed(firm, founded="2019", is_startup="on", domains=[food.pk])
    data |= {f"use_cases-0-{name}": value for name, value in case.items()}
    data |= {f"funding-0-{name}": value for name, value in money.items()}
    assert post(rep, data).status_code == 302
    firm.refresh_from_db()
    assert (firm.about_zh, firm.profile.founded, firm.profile.is_startup) == ("我們做溯源", 2019, True)
    assert [row.title_zh for row in firm.use_cases.all()] == ["有機米"]
    assert firm.funding.get().amount_to == 9
    line = ProfileChange.objects.get()
    assert (line.by, line.at) == (rep, NOW)
    assert line.parts == ["about_zh", "founded", "is_startup", "domains", "use_cases", "funding"]
    page = Client().get("/members/firm/").content.decode()
    assert "有機米" in page


def test_secretariat_reads_in_the_admin_who_changed_what(firm: Organisation, rep: User) -> None:
    ProfileChange.objects.create(organisation=firm, by=rep, at=NOW, parts=["website", "logo"])
    office = cases.person(secretariat=True)
    with clock.at(NOW):
        page = cases.signed_in(office).get(f"/en/admin/members/organisation/{firm.pk}/change/")
    assert "website · logo" in page.content.decode()
    assert rep.name in page.content.decode()


def test_profile_sent_again_unchanged_leaves_no_line(firm: Organisation, rep: User) -> None:
    save_profile(user=rep, organisation=firm, content=content_of(firm), stamp=content_of(firm).stamp)
    assert not ProfileChange.objects.exists()


def test_stale_form_keeps_the_text_and_counts_when_sent_again(firm: Organisation, rep: User) -> None:
    data = typed(firm)
    Organisation.objects.filter(pk=firm.pk).update(about_zh="別人的字")
    answer = post(rep, data)
    assert answer.status_code == 409
    assert "我們做溯源" in answer.content.decode()
    again = data | {"stamp": answer.context["form"]["stamp"].value()}
    assert post(rep, again).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"founded": "12"},
        {"website": "javascript:alert(1)"},
        {"funding-0-round": "seed", "funding-0-year": "2024", "funding-0-amount_to": "5"},
        {"use_cases-0-title_zh": "沒有領域"},
        {"solutions-TOTAL_FORMS": "never"},
    ],
)
def test_wrong_values_are_told_and_nothing_is_written(
    wrong: dict[str, str], firm: Organisation, rep: User
) -> None:
    assert post(rep, typed(firm) | wrong).status_code == 422
    assert not Profile.objects.exists()


def test_representative_whose_right_ended_writes_nothing(firm: Organisation, rep: User) -> None:
    data = typed(firm)
    Affiliation.objects.filter(user=rep).update(ends_on=date(2026, 11, 2))
    assert post(rep, data).status_code == 404
    with clock.at(NOW), pytest.raises(NotAllowed):
        set_logo(user=User.objects.get(pk=rep.pk), organisation=firm, picture=picture())


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 300)) -> bytes:
    made = io.BytesIO()
    marks = Image.Exif()
    marks[0x010E] = "zyxplace"
    Image.new("RGB", size, "red").save(made, kind, exif=marks)
    return made.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_logo_is_made_anew_without_what_the_file_carried(kind: str) -> None:
    assert b"zyxplace" in picture(kind)
    made = logo_of(picture(kind))
    with Image.open(io.BytesIO(made)) as logo:
        assert (logo.format, logo.size, logo.info) == ("PNG", (SIDE, 171), {})


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"",
        picture()[:400],
        picture("PNG", (9000, 9000)),
        b"GIF89a" + bytes(40),
    ],
    ids=["svg", "empty", "cut", "bomb", "gif"],
)
def test_file_that_is_no_picture_of_a_sound_size_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        logo_of(content)


def test_new_logo_takes_the_place_of_the_old_file(
    firm: Organisation, rep: User, django_capture_on_commit_callbacks: Any
) -> None:
    upload = SimpleUploadedFile("logo.jpg", picture())
    assert post(rep, {"logo_step": "set", "logo": upload}).status_code == 302
    profile = Profile.objects.get()
    storage, old = profile.logo.storage, profile.logo.name
    answer = Client().get("/members/firm/logo.png")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff"
    with clock.at(NOW), django_capture_on_commit_callbacks(execute=True):
        set_logo(user=rep, organisation=firm, picture=None)
    assert not storage.exists(old)
    assert Client().get("/members/firm/logo.png").status_code == 404


def test_file_that_is_no_picture_is_refused_on_the_page(firm: Organisation, rep: User) -> None:
    upload = SimpleUploadedFile("logo.png", b"<svg/>")
    answer = post(rep, {"logo_step": "set", "logo": upload})
    assert answer.status_code == 422
    assert "no PNG, JPEG or WebP" in answer.content.decode()
