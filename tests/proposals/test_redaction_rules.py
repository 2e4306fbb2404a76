"""What stands changes by a redaction alone: tried with raw SQL as the application's role."""

import hashlib
from collections.abc import Iterator

import pytest
from django.db import connection

from members import clock
from proposals.actions.aftermath import rate_and_close
from proposals.actions.answering import publish_interim_reply
from proposals.models import Access, Proposal, Redaction, TimelineEntry
from tests import cases

from .test_rules import refused

pytestmark = pytest.mark.django_db

ALLOW = (
    "insert into proposals_redaction (proposal_id, entry_id, table_name, row_key, field, place, old_digest, "
    "new_digest, file_sha256, kind, reason, is_emergency, made_by_id, made_at, made_in) "
    "values (%s, %s, %s, %s, %s, 'x', %s, %s, '', 'personal', 'why', false, %s, now(), 0)"
)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(cases.at(2026, 11, 2)):
        yield


def run(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def allow(case: Proposal, table: str, key: object, field: str, old: str, new: str) -> None:
    entry = TimelineEntry.objects.filter(proposal=case).order_by("pk")[0]
    user = cases.person("office@example.org", secretariat=True)
    run(ALLOW, case.pk, entry.pk, table, str(key), field, digest(old), digest(new), user.pk)


def old_of(table: str, key: object, field: str, by: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"select {field}::text from {table} where {by} = %s", [key])
        return cursor.fetchone()[0]


def standing() -> tuple[Proposal, list[tuple[str, object, str, str]]]:
    """A case, and of each kind of text that stands: its table, key, column, and the key's name."""
    case = cases.referred(asks=1)
    lead = cases.lead_of(case)
    user = cases.liaison_of(lead.ministry)
    reply = publish_interim_reply(user=user, referral=lead, text="辦理中")
    case = cases.answered(case)
    proposer = cases.proposer_of(case)
    rate_and_close(user=proposer, proposal=case, usefulness=4, answered="yes", text="謝謝")
    entry = TimelineEntry.objects.filter(proposal=case, note__text__gt="").first()
    assert entry is not None
    return case, [
        ("proposals_proposal", case.pk, "title", "id"),
        ("proposals_proposal", case.pk, "benefit_public", "id"),
        ("proposals_ask", case.asks.get().pk, "text", "id"),
        ("proposals_textversion", case.text_versions.get().pk, "content", "id"),
        ("proposals_answer", lead.answers.get().pk, "reason", "id"),
        ("proposals_interimreply", reply.pk, "text", "id"),
        ("proposals_timelinenote", entry.pk, "text", "entry_id"),
        ("proposals_timelineentry", entry.pk, "data", "id"),
        ("proposals_answerrating", case.ratings.get().pk, "text", "id"),
    ]


def test_text_that_stands_changes_by_its_own_redaction_only() -> None:
    case, texts = standing()
    for table, key, field, by in texts:
        old, new = old_of(table, key, field, by), '{"a": "█"}' if field in ("content", "data") else "█"
        change = f"update {table} set {field} = %s where {by} = %s"
        name = f"{table}.{field}"
        assert refused(change, new, key), f"{name} without a row"
        allow(case, table, key, field, "other", new)
        assert refused(change, new, key), f"{name} with the digest of another text before"
        allow(case, table, key, field, old, "other")
        assert refused(change, new, key), f"{name} with the digest of another text after"
        allow(case, "proposals_recusal", key, field, old, new)
        allow(case, table, key, "language", old, new)
        assert refused(change, new, key), f"{name} with a row for another table or column"
        allow(case, table, key, field, old, new)
        run(change, new, key)
        assert refused(change, old, key), f"{name} put back"


def test_redaction_lets_no_other_column_through() -> None:
    case = cases.accepted(title="舊")
    allow(case, "proposals_proposal", case.pk, "title", "舊", "█")
    assert refused("update proposals_proposal set title = '█', summary = 'x' where id = %s", case.pk)
    run("update proposals_proposal set title = '█' where id = %s", case.pk)


def test_redaction_of_an_earlier_transaction_allows_nothing() -> None:
    """The row says in which transaction it was written, whatever its writer claims."""
    case = cases.accepted(title="舊")
    allow(case, "proposals_proposal", case.pk, "title", "舊", "█")
    with connection.cursor() as cursor:
        cursor.execute("select made_in = txid_current() from proposals_redaction")
        assert cursor.fetchone() == (True,)


def test_text_that_stands_is_never_deleted() -> None:
    case, texts = standing()
    for table, key, field, by in texts:
        allow(case, table, key, field, old_of(table, key, field, by), "")
        if table != "proposals_timelinenote":
            assert refused(f"delete from {table} where {by} = %s", key), table


def test_redaction_is_never_changed_or_deleted() -> None:
    case = cases.accepted(title="舊")
    allow(case, "proposals_proposal", case.pk, "title", "舊", "█")
    row = Redaction.objects.get()
    assert refused("update proposals_redaction set reason = 'x' where id = %s", row.pk)
    assert refused("update proposals_redaction set new_digest = 'x' where id = %s", row.pk)
    assert refused("delete from proposals_redaction where id = %s", row.pk)


def test_redaction_has_a_reason_and_changes_something() -> None:
    case = cases.accepted()
    entry = TimelineEntry.objects.filter(proposal=case)[0]
    user = cases.person("office@example.org", secretariat=True)
    values = [case.pk, entry.pk, "t", "1", "f", "a", "a", user.pk]
    assert refused(ALLOW, *values)
    assert refused(ALLOW.replace("'why'", "''"), *values[:6], "b", user.pk)


def test_file_of_a_submitted_case_stays() -> None:
    case = cases.accepted()
    user = cases.proposer_of(case)
    insert = (
        "insert into proposals_attachment (id, proposal_id, name, content_type, size, sha256, file, "
        "is_restricted, uploaded_by_id, uploaded_at, withdrawn_for) values "
        "('11111111-1111-1111-1111-111111111111', %s, 'a.txt', 'text/plain', 1, 'x', %s, false, %s, "
        "now(), '')"
    )
    assert refused(insert, case.pk, "", user.pk)
    run(insert, case.pk, "attachments/a", user.pk)
    assert refused("update proposals_attachment set file = 'attachments/b' where proposal_id = %s", case.pk)
    assert refused("update proposals_attachment set sha256 = 'y' where proposal_id = %s", case.pk)
    assert refused("delete from proposals_attachment where proposal_id = %s", case.pk)
    run("update proposals_attachment set is_restricted = true where proposal_id = %s", case.pk)


def test_access_is_listed_for_secretariat_and_auditors_only() -> None:
    case = cases.accepted()
    Access.objects.create(entry=TimelineEntry.objects.filter(proposal=case)[0], how="everybody")
    for user, count in (
        (cases.person("o@example.org", secretariat=True), 1),
        (cases.person("a@example.org", audits=True), 1),
        (cases.convener_of(case), 0),
        (cases.proposer_of(case), 0),
    ):
        assert Access.objects.visible_to(user).count() == count
