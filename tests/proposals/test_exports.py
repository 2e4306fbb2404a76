"""A case taken along: the print page, the PDF, and the ZIP of what its reader may see."""

import csv
import hashlib
import io
import json
import string
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from members import clock
from members.models import User
from proposals.actions.aftermath import rate_answer
from proposals.actions.answering import (
    accept_referral,
    answer_secrecy_check,
    ask_secrecy_check,
    save_answer_drafts,
)
from proposals.actions.drafting import submit_proposal
from proposals.actions.files import attach_file
from proposals.actions.paper import enter_paper_answer
from proposals.actions.restricted import open_restricted
from proposals.actions.triage import accept_proposal, add_triage_note, refer_proposal
from proposals.exports import BOM, LARGEST, Part, cell, csv_of, safe_name, zipped
from proposals.models import AnswerDraft, Consultation, Criterion, Proposal, RestrictedOpening, Score
from proposals.views.exports import _within_limit
from proposals.views.pdf import HAS_PDF
from tests import cases
from tests.proposals.corpus.files import pdf

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 11, 2)
WORDS = ("zyxrestricted", "zyxnote", "zyxdraft", "zyxfile", "zyxsecret")


@pytest.fixture
def case() -> Proposal:
    """Referred, with a restricted text, a file of each kind, a triage note and a draft answer."""
    with clock.at(NOW - timedelta(days=7)):
        row = cases.draft(restricted="zyxrestricted")
        user = cases.proposer_of(row)
        for name, is_restricted in (("zyxfile.pdf", False), ("zyxsecret.pdf", True)):
            upload = SimpleUploadedFile(name, pdf(b"/Title (x)"))
            attach_file(user=user, proposal=row, upload=upload, is_restricted=is_restricted)
        row = submit_proposal(user=user, proposal=row)
        officer = cases.convener_of(row)
        add_triage_note(user=officer, proposal=row, text="zyxnote")
        row = accept_proposal(user=officer, proposal=row)
        body = cases.ministry()
        liaison = cases.liaison_of(body)
        row = refer_proposal(user=officer, proposal=row, lead=body)
        referral = cases.lead_of(row)
        accept_referral(user=liaison, referral=referral)
        text = {"outcome": "clarified", "reason": "zyxdraft", "legal_basis": ""}
        save_answer_drafts(user=liaison, referral=referral, drafts={row.asks.order_by("number")[0].pk: text})
    return Proposal.objects.get(pk=row.pk)


def ask(path: str, user: User | None = None, *, post: bool = False) -> Any:
    client = Client()
    if user:
        client.force_login(user)
    with clock.at(NOW):
        return client.post(path) if post else client.get(path)


def unzipped(case: Proposal, user: User | None = None, *, post: bool = False) -> dict[str, bytes]:
    """Name → content of the files of a dossier."""
    response = ask(f"/en/proposals/{case.number}/dossier.zip", user, post=post)
    assert response.status_code == 200
    assert response.streaming
    assert f'filename="{case.number}.zip"' in response["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.testzip() is None
        folder = f"{case.number}/"
        assert all(name.startswith(folder) for name in archive.namelist())
        return {name.removeprefix(folder): archive.read(name) for name in archive.namelist()}


def words_in(files: dict[str, bytes]) -> set[str]:
    everything = b"\n".join([*files.values(), *(name.encode() for name in files)]).decode(errors="replace")
    return {word for word in WORDS if word in everything}


# --- paper -----------------------------------------------------------------------------------------


def test_print_page_holds_the_whole_public_case(case: Proposal) -> None:
    answered = cases.answered(case)
    html = ask(f"/en/proposals/{answered.number}/print/").content.decode()
    for text in (
        answered.title_other,
        "訴求 1",
        "證券交易法",
        "Not adopted",
        "理由",
        "submitted the proposal",
        "The due dates, and how each is counted",
        "that day itself is not counted",
        "Documents",
    ):
        assert text in html
    assert "Not for the public" not in html
    assert not any(word in html for word in WORDS)


def test_print_page_of_a_party_says_that_it_is_not_for_the_public(case: Proposal) -> None:
    html = ask(f"/en/proposals/{case.number}/print/", cases.proposer_of(case)).content.decode()
    assert "Not for the public" in html
    assert "zyxfile" in html


def test_print_page_of_a_hidden_or_unknown_case_is_not_found() -> None:
    with clock.at(NOW):
        row = cases.submitted()
    for number in (row.number, "115-9999"):
        for page in ("print/", "dossier.zip", "dossier.pdf"):
            assert ask(f"/proposals/{number}/{page}").status_code == 404


def test_print_page_takes_as_many_statements_for_many_rows_as_for_one(
    django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    with clock.at(NOW - timedelta(days=7)):
        small = cases.referred(asks=1)
        big = cases.referred(asks=3, supporting=[cases.ministry(f"b{n}") for n in range(4)])
    with django_assert_max_num_queries(16) as one:
        ask(f"/proposals/{small.number}/print/")
    with django_assert_num_queries(len(one)):
        ask(f"/proposals/{big.number}/print/")


def test_pdf_is_there_where_its_library_is(case: Proposal) -> None:
    response = ask(f"/proposals/{case.number}/dossier.pdf")
    if not HAS_PDF:
        assert response.status_code == 404
        return
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


# --- the ZIP ---------------------------------------------------------------------------------------


def test_zip_for_the_public_holds_what_is_public(case: Proposal) -> None:
    answered = cases.answered(case)
    files = unzipped(answered)
    assert set(files) == {
        "case.html",
        "dossier.css",
        "case.json",
        "answers.csv",
        "timeline.csv",
        "versions.json",
        "manifest.json",
    }
    assert not words_in(files)
    told = json.loads(files["case.json"])
    assert told["number"] == answered.number
    assert [row["number"] for row in told["asks"]] == [1, 2]
    assert told["deadlines"][0]["computation"]
    answers = list(csv.DictReader(io.StringIO(files["answers.csv"].decode("utf-8-sig"))))
    assert [row["outcome"] for row in answers] == ["not_adopted", "not_adopted"]
    timeline = list(csv.DictReader(io.StringIO(files["timeline.csv"].decode("utf-8-sig"))))
    assert timeline[0]["kind"] == "submitted"
    assert {row["visible_to"] for row in timeline} == {"public"}
    assert b'href="dossier.css"' in files["case.html"]


def test_manifest_names_every_file_with_its_sum(case: Proposal) -> None:
    files = unzipped(case, cases.proposer_of(case))
    manifest = json.loads(files["manifest.json"])
    named = {row["name"]: row["sha256"] for row in manifest["files"]}
    assert named == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != "manifest.json"
    }
    assert manifest["is_public_throughout"] is False
    said = "Restricted text and files are not in it, except what the proposer has opened."
    assert said in manifest["notes"]


@pytest.mark.parametrize("post", [False, True])
def test_each_reader_finds_what_it_may_see_and_nothing_else(case: Proposal, post: bool) -> None:
    """Restricted parts by the button only; notes for triage officers, drafts for their ministry."""
    secret = {"zyxrestricted", "zyxsecret"} if post else set()
    readers = {
        cases.proposer_of(case): {"zyxfile", "zyxsecret", *secret},
        cases.convener_of(case): {"zyxfile", "zyxsecret", "zyxnote", *secret},
        cases.liaison_of(cases.ministry()): {"zyxfile", "zyxsecret", "zyxdraft", *secret},
    }
    for user, allowed in readers.items():
        files = unzipped(case, user, post=post)
        assert words_in(files) <= allowed
        assert ("restricted/text.txt" in files, "restricted/zyxsecret.pdf" in files) == (post, post)
        assert "files/zyxfile.pdf" in files
    assert "zyxnote" in words_in(unzipped(case, cases.convener_of(case)))
    assert "zyxdraft" in words_in(unzipped(case, cases.liaison_of(cases.ministry())))


def test_zip_holds_what_stands_on_pages_of_their_own(case: Proposal) -> None:
    """Scans of letters, comments, promises, versions, ratings, scores, the log of openings."""
    body, officer = cases.ministry(), cases.convener_of(case)
    referral = cases.lead_of(case)
    with clock.at(NOW):
        open_restricted(user=officer, proposal=case)
        criterion = Criterion.objects.create(slug="public_good", name_zh="公益", name_en="Public good")
        Score.objects.create(proposal=case, criterion=criterion, officer=officer, score=3, note="zyxscore")
        Consultation.objects.create(
            proposal=case, ministry=body, invited_by=officer, text="zyxcomment",
            commented_at=clock.now(), commented_by=cases.liaison_of(body),
        )  # fmt: skip
        text = {"outcome": "rule_change", "reason": "理由", "legal_basis": "證券交易法第22條"}
        promise = {"next_step": "zyxpromise", "next_on": clock.today() + timedelta(days=90)}
        enter_paper_answer(
            user=cases.person("office@example.org", secretariat=True),
            referral=referral,
            letter_number="金管字第1號",
            letter_on=clock.today(),
            scan=SimpleUploadedFile("zyxletter.pdf", pdf()),
            is_blacked_out=True,
            answers={ask.pk: text | promise for ask in case.asks.all()},
        )
        rate_answer(
            user=cases.proposer_of(case), proposal=case, usefulness=4, answered="yes", text="zyxrating"
        )
    public, own, triage = (unzipped(case, user) for user in (None, cases.proposer_of(case), officer))
    assert "letters/zyxletter.pdf" in public
    assert b"zyxpromise" in public["follow_up.csv"]
    assert b"zyxcomment" in public["comments.csv"]
    assert json.loads(public["versions.json"])["versions"][0]["asks"][0]["text"] == "訴求 1"
    assert not any(name.startswith("internal/") for name in public)
    assert b"zyxrating" in own["internal/ratings.csv"]
    assert officer.name.encode() in own["internal/openings.csv"]
    assert "internal/scores.csv" not in own
    assert b"zyxscore" in triage["internal/scores.csv"]
    assert not {"internal/ratings.csv", "internal/openings.csv"} & set(triage)


def test_word_on_secrecy_is_taken_along_by_the_proposer_and_the_body_alone(case: Proposal) -> None:
    referral, proposer = cases.lead_of(case), cases.proposer_of(case)
    liaison = cases.liaison_of(referral.ministry)
    with clock.at(NOW):
        AnswerDraft.objects.update(legal_basis="證券交易法第22條")
        ask = AnswerDraft.objects.get().ask
        check = ask_secrecy_check(user=liaison, referral=referral, asks=[ask.pk])
        answer_secrecy_check(user=proposer, check=check, is_fine=False, objection="zyxsecrecy")
    for user in (proposer, liaison):
        assert b"zyxsecrecy" in unzipped(case, user)["internal/secrecy.csv"]
    for user in (None, cases.convener_of(case), cases.person("office@example.org", secretariat=True)):
        assert "internal/secrecy.csv" not in unzipped(case, user)


def test_restricted_parts_are_for_their_readers_and_logged(case: Proposal) -> None:
    path = f"/proposals/{case.number}/dossier.zip"
    outsiders = (
        None,
        cases.person(represents=cases.member_org("globex")),
        cases.person(secretariat=True),
        cases.person(audits=True),
        cases.person(liaison_of=cases.ministry("moda")),
    )
    for user in outsiders:
        assert ask(path, user, post=True).status_code == 404
    assert not RestrictedOpening.objects.exists()
    unzipped(case, cases.proposer_of(case), post=True)
    assert not RestrictedOpening.objects.exists()
    liaison = cases.liaison_of(cases.ministry())
    unzipped(case, liaison)
    assert not RestrictedOpening.objects.exists()
    files = unzipped(case, liaison, post=True)
    assert files["restricted/text.txt"].decode() == "zyxrestricted"
    assert [row.user for row in RestrictedOpening.objects.all()] == [liaison]
    notes = json.loads(files["manifest.json"])["notes"]
    assert "Holds restricted parts: confidential. Their opening has been logged." in notes


def test_readers_of_others_find_only_what_is_public(case: Proposal) -> None:
    for user in (
        cases.person(represents=cases.member_org("globex")),
        cases.person(liaison_of=cases.ministry("moda")),
        cases.person(convenes=cases.group("application")),
    ):
        assert not words_in(unzipped(case, user))


def test_what_is_not_public_is_kept_by_nobody(case: Proposal) -> None:
    for user, post in ((cases.proposer_of(case), False), (cases.proposer_of(case), True)):
        said = ask(f"/proposals/{case.number}/dossier.zip", user, post=post)["Cache-Control"]
        assert "no-store" in said
        assert "private" in said
    assert "public" in ask(f"/proposals/{case.number}/dossier.zip")["Cache-Control"]


def test_file_that_the_disk_has_lost_is_named_as_missing(case: Proposal) -> None:
    file = case.attachments.get(is_restricted=False)
    file.file.storage.delete(file.file.name)
    files = unzipped(case, cases.proposer_of(case))
    assert json.loads(files["manifest.json"])["missing"] == ["files/zyxfile.pdf"]


# --- the pure parts --------------------------------------------------------------------------------


def test_what_does_not_fit_is_left_out_by_name() -> None:
    parts = [Part(name, "", list, size) for name, size in (("a", LARGEST), ("b", 1), ("c", 0))]
    kept, left_out = _within_limit(parts)
    assert ([part.name for part in kept], left_out) == (["a", "c"], ["b"])


@given(st.lists(st.text(max_size=200), max_size=8))
def test_names_of_files_are_safe_everywhere_and_each_its_own(names: list[str]) -> None:
    taken: set[str] = set()
    found = [safe_name(name, taken) for name in names]
    assert len({name.lower() for name in found}) == len(names)
    for name in found:
        assert name
        assert name not in (".", "..")
        assert not set(name) & set('<>:"/\\|?*\0')
        assert name == name.strip(". ")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\\b.pdf", "b.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("a:b?.pdf", "a_b_.pdf"),
        ("..", "file"),
    ],
)
def test_names_of_files_never_leave_their_folder(name: str, safe: str) -> None:
    assert safe_name(name, set()) == safe


@given(st.text(alphabet=string.printable + "＝＋－＠提案", max_size=30))
def test_no_cell_begins_a_formula_and_nothing_is_lost(text: str) -> None:
    written = cell(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert written.removeprefix("'") == text or written == text
    [_header, row] = csv.reader(io.StringIO(csv_of(("a",), [(text,)]).decode().removeprefix(BOM), newline=""))
    assert row == ([written] if written else [""])


def test_zip_is_sent_while_it_is_packed() -> None:
    read: list[int] = []

    def pieces(n: int) -> Any:
        read.append(n)
        return [bytes(1024 * 1024)] * 2

    parts = [Part(f"{n}.bin", "", lambda n=n: pieces(n)) for n in range(3)]
    stream = zipped("x", parts, {}, NOW)
    next(stream)
    assert read == [0]
    assert len(list(stream)) > 2
    assert read == [0, 1, 2]


def test_print_page_has_the_portals_icon() -> None:
    case = cases.accepted()
    assert 'rel="icon"' in Client().get(f"/proposals/{case.number}/print/").content.decode()
