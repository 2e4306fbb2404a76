"""Files of a draft: taken, opened, removed, swept."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from members import clock
from proposals import tasks, uploads
from proposals.models import Attachment, Proposal
from proposals.views import limits
from tests import cases
from tests.cases import signed_in

from .corpus import files
from .intake import address, stored_files, typed, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(cases.at(2026, 11, 2)):
        yield


@pytest.fixture
def case(settings: Any, tmp_path: Path) -> Proposal:
    settings.MEDIA_ROOT = tmp_path
    return cases.draft(restricted="成本結構")


@pytest.fixture
def author(case: Proposal) -> Client:
    return signed_in(cases.proposer_of(case))


@pytest.fixture
def stranger(case: Proposal) -> Client:
    return signed_in(cases.person(represents=cases.member_org("other")))


def test_attach_keeps_file_and_typed_text(case: Proposal, author: Client) -> None:
    sent = typed(case, title="同時改標題") | {"files": upload("../合約.pdf"), "is_restricted": "on"}
    assert author.post(address("attach", case), sent).status_code == 302
    file = Attachment.objects.get()
    case.refresh_from_db()
    assert (file.name, file.is_restricted, case.title) == ("合約.pdf", True, "同時改標題")
    assert "合約" not in file.file.name
    assert stored_files() == [Path(file.file.path)]
    assert len(file.sha256) == 64
    assert "合約.pdf" in author.get(address("draft", case)).content.decode()


def test_same_file_sent_twice_is_one_attachment(case: Proposal, author: Client) -> None:
    for _time in range(2):
        author.post(address("attach", case), typed(case) | {"files": upload()})
    assert Attachment.objects.count() == 1
    assert len(stored_files()) == 1


def test_bad_file_is_refused_by_name_and_good_ones_taken(case: Proposal, author: Client) -> None:
    sent = {"files": [upload("good.png", files.png()), upload("bad.pdf", files.png())]}
    response = author.post("/en" + address("attach", case), typed(case, title="留著") | sent)
    assert response.status_code == 422
    assert "bad.pdf: The name ends in .pdf" in response.content.decode()
    case.refresh_from_db()
    assert ([a.name for a in case.attachments.all()], case.title) == (["good.png"], "留著")


def test_attach_without_a_file_says_so(case: Proposal, author: Client) -> None:
    response = author.post(address("attach", case), typed(case))
    assert response.status_code == 422
    assert 'href="#id_files"' in response.content.decode()


def test_eleventh_file_is_refused(case: Proposal, author: Client) -> None:
    many = [upload(f"{n}.pdf", files.pdf(b"/N %d " % n)) for n in range(11)]
    response = author.post(address("attach", case), typed(case) | {"files": many})
    assert response.status_code == 422
    assert case.attachments.count() == 10
    assert len(stored_files()) == 10


def test_files_over_thirty_megabytes_together_are_refused(case: Proposal, author: Client) -> None:
    for number in range(4):
        content = files.pdf(b"/N (" + b"%d" % number * (9 * uploads.MEBIBYTE) + b") ")
        response = author.post(
            address("attach", case), typed(case) | {"files": upload(f"{number}.pdf", content)}
        )
    assert response.status_code == 422
    assert case.attachments.count() == 3


def test_request_larger_than_all_files_is_not_read(case: Proposal, author: Client) -> None:
    huge = upload("huge.pdf", b"x" * (33 * uploads.MEBIBYTE))
    response = author.post(address("attach", case), {"files": huge})
    assert response.status_code == 413
    assert not Attachment.objects.exists()


def test_full_disk_leaves_neither_row_nor_file(case: Proposal, author: Client) -> None:
    (Path(settings.MEDIA_ROOT) / "attachments").write_text("in the way of the folder")
    response = author.post(address("attach", case), typed(case) | {"files": upload()})
    assert response.status_code == 507
    assert not Attachment.objects.exists()
    assert [path.name for path in stored_files()] == ["attachments"]


def test_detach_removes_row_and_file(
    case: Proposal, author: Client, django_capture_on_commit_callbacks: Any
) -> None:
    author.post(address("attach", case), typed(case) | {"files": upload()})
    file = Attachment.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        response = author.post(address("detach", case, file.pk), typed(case, title="也存了"))
    assert response.status_code == 302
    case.refresh_from_db()
    assert case.title == "也存了"
    assert not Attachment.objects.exists()
    assert not stored_files()


def test_file_of_another_case_cannot_be_detached_or_attached(
    case: Proposal, author: Client, stranger: Client
) -> None:
    author.post(address("attach", case), typed(case) | {"files": upload()})
    file = Attachment.objects.get()
    other = cases.draft(organisation=cases.member_org("other"))
    assert stranger.post(address("detach", other, file.pk)).status_code == 404
    assert stranger.post(address("detach", case, file.pk)).status_code == 404
    assert Attachment.objects.exists()


def test_file_of_a_submitted_case_stays(case: Proposal, author: Client) -> None:
    author.post(address("attach", case), typed(case) | {"files": upload()})
    file = Attachment.objects.get()
    author.post(address("submit", case), typed(case))
    assert author.post(address("detach", case, file.pk)).status_code == 302
    assert author.post(address("attach", case), {"files": upload("more.pdf")}).status_code == 302
    assert list(Attachment.objects.all()) == [file]
    assert len(stored_files()) == 1


def test_file_is_opened_from_the_draft_by_its_own_organisation_only(
    case: Proposal, author: Client, stranger: Client
) -> None:
    author.post(address("attach", case), typed(case) | {"files": upload()})
    file = Attachment.objects.get()
    place = address("draft_file", case, file.pk)
    assert place in author.get(address("draft", case)).content.decode()
    opened = author.get(place)
    assert b"".join(opened.streaming_content) == files.pdf()
    assert "attachment" in opened["Content-Disposition"]
    assert stranger.get(place).status_code == 404
    assert signed_in(cases.convener_of(case)).get(place).status_code == 404


def test_uploads_without_end_are_slowed_down_in_words(
    case: Proposal, author: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.PER_HOUR, "attach", 1)
    assert author.post(address("attach", case), typed(case) | {"files": upload()}).status_code == 302
    sent = typed(case, title="仍然留著") | {"files": upload("more.pdf")}
    response = author.post("/en" + address("attach", case), sent)
    assert response.status_code == 429
    assert "a little later" in response.content.decode()
    case.refresh_from_db()
    assert (case.title, case.attachments.count()) == ("仍然留著", 1)


def test_files_without_a_row_are_swept_after_a_day(case: Proposal, author: Client) -> None:
    author.post(address("attach", case), typed(case) | {"files": upload()})
    kept = stored_files()
    folder = Path(settings.MEDIA_ROOT)
    yesterday = (clock.now() - timedelta(days=1, minutes=1)).timestamp()
    lost, young, foreign = folder / "attachments" / "lost", folder / "incoming" / "young", folder / "other"
    for path in (lost, young, foreign):
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    for path in (*kept, lost, foreign):
        os.utime(path, (yesterday, yesterday))
    os.utime(young, (clock.now().timestamp(),) * 2)
    tasks.tidy_files()
    assert set(stored_files()) == {*kept, young, foreign}
