"""A text removed at once everywhere, and files withdrawn or replaced: what is gone, and who had it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Refused
from proposals.actions.drafting import save_draft, submit_proposal
from proposals.actions.files import attach_file
from proposals.actions.paper import enter_paper_answer
from proposals.actions.redaction import remove_text, replace_file, withdraw_file
from proposals.actions.restricted import open_restricted
from proposals.actions.triage import accept_proposal, refer_proposal
from proposals.models import Access, Attachment, PaperAnswer, Proposal, Redaction, TimelineEntry
from tests import cases
from tests.cases import signed_in
from tests.proposals.corpus.files import pdf

from .wordscan import columns_with, files_with

pytestmark = pytest.mark.django_db
START = cases.at(2026, 11, 2)
WORD = "zyxleaked"
TEXT = f"第一行提到 {WORD} 的事。\n第二行也有 {WORD} 的帳號。"
REASON = "當事人請求"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(START):
        yield


@pytest.fixture
def office() -> Any:
    cases.person("audit@example.org", audits=True)
    return cases.person("office@example.org", secretariat=True)


def remove(user: Any, case: Proposal, key: str, **more: Any) -> list[TimelineEntry]:
    return remove_text(user=user, proposal=case, key=key, **{"kind": "secret", "reason": REASON} | more)


def with_files(**files: bool) -> Proposal:
    """A referred case with a file of each name; True is restricted."""
    draft = cases.draft(restricted="秘密")
    user = cases.proposer_of(draft)
    for name, is_restricted in files.items():
        upload = SimpleUploadedFile(f"{name}.pdf", leaky(name))
        attach_file(user=user, proposal=draft, upload=upload, is_restricted=is_restricted)
    case = submit_proposal(user=user, proposal=draft)
    case = accept_proposal(user=cases.convener_of(case), proposal=case)
    cases.liaison_of(cases.ministry())
    return refer_proposal(user=cases.convener_of(case), proposal=case, lead=cases.ministry(), supporting=[])


def leaky(name: str) -> bytes:
    """A PDF that holds its name and the word."""
    return pdf() + f"% {name} {WORD}\n".encode()


# --- texts -----------------------------------------------------------------------------------------


def test_removed_text_is_nowhere_and_a_notice_says_so(office: Any, client: Client) -> None:
    case = cases.answered(summary=TEXT, says={"outcome": "may_proceed", "reason": f"如摘要：{TEXT}"})
    assert {
        "proposals_proposal.summary",
        "proposals_textversion.content",
        "proposals_clarification.facts",
    } <= set(columns_with(WORD))
    remove(office, case, f"proposals.proposal:{case.pk}:summary")
    assert columns_with(WORD) == []
    summary = Proposal.objects.get(pk=case.pk).summary
    assert "2026-11-02" in summary
    page = client.get(f"/proposals/{case.number}/").content.decode()
    assert summary in page


def test_every_version_of_a_removed_text_goes(office: Any) -> None:
    """An older wording leaks as much as the last one."""
    case = cases.accepted(summary=TEXT)
    version = case.text_versions.get()
    assert version.content["summary"] == TEXT
    remove(office, case, f"proposals.proposal:{case.pk}:summary")
    version.refresh_from_db()
    assert version.content["summary"] == Proposal.objects.get(pk=case.pk).summary
    assert version.content["title"] == case.title


def test_removed_ask_goes_from_its_versions(office: Any) -> None:
    case = cases.accepted()
    ask = case.asks.get(number=2)
    remove(office, case, f"proposals.ask:{ask.pk}:text")
    ask.refresh_from_db()
    asks = case.text_versions.get().content["asks"]
    assert [asks[0]["text"], asks[1]["text"]] == ["訴求 1", ask.text]
    assert "訴求 2" not in ask.text


def test_trace_is_public_and_says_what_was_removed(office: Any, client: Client) -> None:
    case = cases.accepted(summary=TEXT)
    remove(office, case, f"proposals.proposal:{case.pk}:summary")
    entry = TimelineEntry.objects.get(proposal=case, kind="removed")
    assert (entry.visibility, entry.note.text) == ("public", REASON)
    page = client.get(f"/en/proposals/{case.number}/").content.decode()
    assert "removed a text at once because of a business secret" in page


def test_who_had_access_to_restricted_text_is_listed_by_name(office: Any) -> None:
    case = cases.referred(restricted=TEXT)
    liaison = cases.liaison_of(cases.lead_of(case).ministry)
    open_restricted(user=liaison, proposal=case)
    remove(office, case, f"proposals.restrictedtext:{case.pk}:text")
    case.restricted.refresh_from_db()
    assert WORD not in case.restricted.text
    rows = Access.objects.filter(entry__kind="removed")
    assert set(rows.filter(how="opened").values_list("user", flat=True)) == {liaison.pk}
    readers = {cases.proposer_of(case).pk, cases.convener_of(case).pk, liaison.pk}
    assert set(rows.filter(how="could_read").values_list("user", flat=True)) == readers
    assert not rows.filter(how="everybody").exists()


def test_public_text_was_read_by_everybody_and_in_letters_that_left(office: Any) -> None:
    case = cases.accepted(title=f"關於 {WORD} 之提案")
    Letter.objects.filter(kind="accepted").update(state="sent", sent_at=clock.now())
    sent = Letter.objects.get(kind="accepted", body__contains=WORD)
    remove(office, case, f"proposals.proposal:{case.pk}:title")
    assert Access.objects.filter(how="everybody").get().at == case.accepted_at
    assert list(Access.objects.filter(how="letter").values_list("letter", flat=True)) == [sent.pk]


def test_secretariat_and_auditors_get_counts_and_a_link_no_names(office: Any) -> None:
    case = cases.referred(restricted=TEXT)
    remove(office, case, f"proposals.restrictedtext:{case.pk}:text")
    letters = Letter.objects.filter(kind="removed_access")
    assert {letter.recipient.email for letter in letters} == {"office@example.org", "audit@example.org"}
    entry = Access.objects.first().entry_id
    for letter in letters:
        assert f"/admin/proposals/redaction/access/{entry}/" in letter.body
        assert cases.proposer_of(case).email not in letter.body


@pytest.mark.parametrize(
    "key", ["proposals.textversion:{version}:content", "proposals.proposal:0:title", "x"]
)
def test_what_is_no_text_of_the_case_is_not_removed(office: Any, key: str) -> None:
    case = cases.accepted()
    with pytest.raises(Refused):
        remove(office, case, key.format(version=case.text_versions.get().pk))
    assert not Redaction.objects.exists()


def test_text_of_another_case_is_not_removed(office: Any) -> None:
    case, other = cases.accepted(), cases.accepted()
    with pytest.raises(Refused):
        remove(office, case, f"proposals.proposal:{other.pk}:title")


def test_outsiders_remove_nothing(office: Any) -> None:
    case = cases.accepted(summary=TEXT)
    for user in (cases.proposer_of(case), cases.person("audit@example.org")):
        with pytest.raises(NotAllowed):
            remove(user, case, f"proposals.proposal:{case.pk}:summary")


# --- files -----------------------------------------------------------------------------------------


def withdraw(user: Any, file: Any, **more: Any) -> list[TimelineEntry]:
    return withdraw_file(user=user, file=file, **{"kind": "personal", "reason": REASON} | more)


def test_withdrawn_file_leaves_row_storage_and_pages(
    office: Any, django_capture_on_commit_callbacks: Any
) -> None:
    case = with_files(zyxname=False)
    file = case.attachments.get()
    place, digest = Path(file.file.path), file.sha256
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(office, file)
    assert not place.exists()
    assert files_with(WORD) == []
    assert columns_with("zyxname") == []
    assert Redaction.objects.get(file_sha256=digest).field == "file"
    client = signed_in(cases.proposer_of(case))
    page = client.get(f"/en/proposals/{case.number}/").content.decode()
    assert "File withdrawn because of personal data on" in page
    answer = client.get(f"/en/proposals/{case.number}/files/{file.pk}/")
    assert answer.status_code == 410
    assert "no longer here" in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"


def test_bytes_stay_until_the_redaction_is_committed(office: Any) -> None:
    case = with_files(zyxname=False)
    file = case.attachments.get()
    withdraw(office, file)
    assert default_storage.exists(file.file.name)


def test_withdrawn_file_says_gone_to_nobody_who_could_not_read_it(office: Any) -> None:
    case = with_files(zyxname=False)
    file = case.attachments.get()
    withdraw(office, file)
    assert Client().get(f"/proposals/{case.number}/files/{file.pk}/").status_code == 404


def test_withdrawn_file_is_in_no_dossier(office: Any) -> None:
    case = with_files(zyxname=False, zyxother=False)
    withdraw(office, case.attachments.get(name="zyxname.pdf"))
    client = signed_in(cases.proposer_of(case))
    sent = b"".join(client.get(f"/proposals/{case.number}/dossier.zip"))
    assert b"zyxother.pdf" in sent
    assert b"zyxname.pdf" not in sent


def test_replaced_file_has_the_same_address_and_new_bytes(
    office: Any, django_capture_on_commit_callbacks: Any
) -> None:
    case = with_files(zyxname=False)
    file = case.attachments.get()
    old = Path(file.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        replace_file(
            user=office,
            file=file,
            upload=SimpleUploadedFile("blacked.pdf", pdf()),
            kind="personal",
            reason=REASON,
        )
    assert not old.exists()
    answer = signed_in(cases.proposer_of(case)).get(f"/proposals/{case.number}/files/{file.pk}/")
    assert b"".join(answer) == pdf()
    assert 'filename="blacked.pdf"' in answer["Content-Disposition"]
    assert TimelineEntry.objects.get(proposal=case, kind="file_replaced").visibility == "parties"


@pytest.mark.parametrize(("name", "content"), [("a.exe", b"MZ"), ("zyxname.pdf", leaky("zyxname"))])
def test_refused_copy_changes_nothing_and_leaves_no_file(office: Any, name: str, content: bytes) -> None:
    case = with_files(zyxname=False)
    before = files_with(WORD)
    with pytest.raises(Refused):
        replace_file(
            user=office,
            file=case.attachments.get(),
            upload=SimpleUploadedFile(name, content),
            kind="personal",
            reason=REASON,
        )
    assert files_with(WORD) == before
    assert not Redaction.objects.exists()


def test_scan_of_a_letter_is_withdrawn_and_the_body_told(office: Any, client: Client) -> None:
    case = cases.referred(asks=1)
    with clock.at(START + timedelta(days=7)):
        paper = enter_paper_answer(
            user=office,
            referral=cases.lead_of(case),
            answers={
                case.asks.get().pk: {"outcome": "not_adopted", "reason": "理由", "legal_basis": "第1條"}
            },
            letter_number="字第1號",
            letter_on=(START + timedelta(days=5)).date(),
            scan=SimpleUploadedFile("letter.pdf", pdf()),
            is_blacked_out=True,
        )
        withdraw(office, paper)
        assert PaperAnswer.objects.get().withdrawn_for == "personal"
        answer = client.get(f"/proposals/{case.number}/letters/{paper.pk}/")
    assert answer.status_code == 410
    assert Letter.objects.filter(kind="redacted_ministry").exists()
    assert TimelineEntry.objects.get(proposal=case, kind="file_withdrawn").visibility == "public"


def test_emergency_lists_who_could_read_a_restricted_file(office: Any) -> None:
    with_files(zyxsecret=True)
    file = Attachment.objects.get()
    withdraw(office, file, is_emergency=True)
    names = set(Access.objects.filter(how="could_read").values_list("user__email", flat=True))
    assert cases.liaison_of(cases.ministry()).email in names
    assert office.email not in names
    assert Letter.objects.filter(kind="removed_access").exists()


def test_file_is_withdrawn_once(office: Any) -> None:
    case = with_files(zyxname=False)
    withdraw(office, case.attachments.get())
    with pytest.raises(Refused):
        withdraw(office, case.attachments.get())


def test_group_without_the_right_withdraws_nothing(office: Any) -> None:
    case = with_files(zyxname=False)
    with pytest.raises(NotAllowed):
        withdraw(cases.proposer_of(case), case.attachments.get())


def test_draft_goes_on_with_its_own_files() -> None:
    """A file of a draft may still be taken away by its owner: nothing stands yet."""
    draft = cases.draft()
    user = cases.proposer_of(draft)
    attach_file(user=user, proposal=draft, upload=SimpleUploadedFile("a.pdf", pdf()))
    save_draft(user=user, proposal=draft, fields={}, asks=[], domains=[], restricted="")
    draft.attachments.all().delete()
    assert not draft.attachments.exists()
