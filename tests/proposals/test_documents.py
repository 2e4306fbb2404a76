"""Papers of groups and meetings, looked at before they are kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from members.refusals import NotAllowed, Refused
from proposals.actions.documents import add_document
from tests import cases
from tests.cases import signed_in
from tests.proposals.corpus.files import pdf
from tests.workinggroups.meetings import convener, meeting
from workinggroups.models import AgendaItem, Document

pytestmark = pytest.mark.django_db

PATH = "/en/admin/workinggroups/document/"


def paper(name: str = "paper.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


def test_document_is_kept_under_its_name_with_its_digest():
    row = add_document(
        user=convener(), document=Document(group=cases.group(), title_zh="章程"), upload=paper()
    )
    assert (row.name, row.content_type, len(row.sha256)) == ("paper.pdf", "application/pdf", 64)
    assert row.uploaded_by == convener()
    with row.file.open() as stored:
        assert stored.read() == pdf()


def test_what_is_no_such_file_or_of_another_group_is_refused():
    held, other = meeting(), meeting(9)
    item = AgendaItem.objects.create(meeting=other, position=1, title_zh="議題")
    for refusal, document, upload in (
        (Refused, Document(group=cases.group()), paper("page.html", b"<script>")),
        (Refused, Document(group=cases.group()), paper("trick.pdf", b"<script>")),
        (Refused, Document(meeting=held, item=item), paper()),
        (NotAllowed, Document(group=cases.group("academia")), paper()),
        (NotAllowed, Document(meeting=meeting(group=cases.group("academia"))), paper()),
    ):
        with pytest.raises(refusal):
            add_document(user=convener(), document=document, upload=upload)
    assert not Document.objects.exists()


def test_officer_adds_a_paper_in_the_admin_and_later_changes_its_readers_only():
    held, client = meeting(), signed_in(convener())
    assert client.get(f"{PATH}add/").status_code == 200
    sent = {"meeting": held.pk, "title_zh": "簡報"}
    wrong = client.post(f"{PATH}add/", sent | {"upload": paper("x.pdf", b"no pdf")})
    assert wrong.status_code == 200
    both = client.post(f"{PATH}add/", sent | {"group": held.group_id, "upload": paper()})
    assert "one of the two" in both.content.decode()
    assert client.post(f"{PATH}add/", sent | {"upload": paper()}).status_code == 302
    row = Document.objects.get()
    assert not row.is_public
    change = {"title_zh": "簡報", "is_public": "on", "meeting": "", "group": cases.group("academia").pk}
    assert client.post(f"{PATH}{row.pk}/change/", change).status_code == 302
    row.refresh_from_db()
    assert (row.is_public, row.meeting) == (True, held)
    assert signed_in(convener(cases.group("academia"))).get(f"{PATH}{row.pk}/change/").status_code == 404
