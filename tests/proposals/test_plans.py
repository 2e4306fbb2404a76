"""With thousands of cases the lists and the clock's round read the big tables by an index, never as a whole.

The rows are copies of two real cases, spread over groups and bodies, written past triggers and foreign keys.
What a page asks of the database is explained just as it asked it.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from proposals import reminders
from proposals.models import Deadline, Proposal
from tests import cases, services
from tests.cases import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

NOW = cases.at(2026, 11, 9)
OVER, OPEN, SPREAD = 4000, 80, 40
BIG = {"proposals_proposal", "proposals_referral", "proposals_deadline", "proposals_timelineentry"}
NEXT = "%(first)s + 100 * n + row.id %% 100"
OF_CASE = "row.proposal_id = %(case)s"
COPIED = {
    "proposals_proposal": (
        "row.id = %(case)s",
        """'id', %(first)s + n, 'number', %(first)s || '-' || n, 'draft_id', gen_random_uuid(),
        'group_id', %(groups)s[1 + n %% %(spread)s],
        'submitted_at', row.submitted_at - n * interval '1 hour',
        'accepted_at', row.accepted_at - n * interval '1 hour'""",
    ),
    "proposals_referral": (
        OF_CASE,
        "'id', %(first)s + n, 'proposal_id', %(first)s + n, 'ministry_id', %(bodies)s[1 + n %% %(spread)s]",
    ),
    "proposals_timelineentry": (OF_CASE, f"'id', {NEXT}, 'proposal_id', %(first)s + n, 'referral_id', NULL"),
    "proposals_deadline": (
        "(row.proposal_id = %(case)s OR row.referral_id = %(referral)s)",
        f"""'id', {NEXT}, 'proposal_id', row.proposal_id - %(case)s + %(first)s + n,
        'referral_id', row.referral_id - %(referral)s + %(first)s + n""",
    ),
}
"""Of each table the rows of a case, and what is another's in each copy."""


def copy(case: Proposal, number: int, **spread: list[int]) -> None:
    """So many more of a case with one referral, each an hour older than the one before."""
    first = 1000 * case.pk * OVER
    values = {"case": case.pk, "referral": cases.lead_of(case).pk, "first": first, "number": number}
    with services.cluster.connect(services.SUPERUSER, services.database) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for table, (condition, news) in COPIED.items():
            made = f"to_jsonb(row) || jsonb_build_object({news})"
            superuser.execute(
                f"INSERT INTO {table} SELECT made.* FROM {table} row, generate_series(1, %(number)s) n, "
                f"LATERAL jsonb_populate_record(NULL::{table}, {made}) made WHERE {condition}",
                values | spread | {"spread": SPREAD},
            )


@pytest.fixture
def many() -> Iterator[None]:
    """Thousands of cases that are over, some that run; one in forty of the first group and body."""
    with clock.at(NOW):
        over, running = cases.answered(asks=1), cases.referred(asks=1)
        Deadline.objects.of_case(over).update(settled_at=NOW, next_reminder_on=None)
        spread = {
            "groups": [cases.group().pk, *(cases.group(f"group{n}").pk for n in range(1, SPREAD))],
            "bodies": [cases.ministry().pk, *(cases.ministry(f"body{n}").pk for n in range(1, SPREAD))],
        }
        copy(over, OVER, **spread)
        copy(running, OPEN, **spread)
        with services.cluster.connect(services.SUPERUSER, services.database) as superuser:
            superuser.execute("UPDATE proposals_proposal SET state = 'closed' WHERE state = 'answered'")
            superuser.execute("ANALYZE")
        yield


def read_whole(queries: CaptureQueriesContext) -> dict[str, str]:
    """The big tables that were read from end to end, each with a statement that did."""
    found = {}
    for sql in {query["sql"] for query in queries.captured_queries}:
        if sql.startswith(("SELECT", "WITH")):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
                (plan,) = cursor.fetchone()
            plan = json.loads(plan) if isinstance(plan, str) else plan
            found |= dict.fromkeys(scanned(plan[0]["Plan"]), sql)
    return found


def scanned(node: dict[str, Any]) -> set[str]:
    here = {node["Relation Name"]} & BIG if node["Node Type"] == "Seq Scan" else set()
    return here.union(*(scanned(child) for child in node.get("Plans", [])))


def test_lists_and_the_round_find_their_rows_by_an_index(many: None) -> None:
    convener = cases.convener_of(Proposal.objects.filter(group=cases.group()).latest("pk"))
    asked = {
        "queue": (signed_in(convener), "/en/admin/proposals/proposal/"),
        "public list": (Client(), "/en/proposals/"),
        "next page": (Client(), f"/en/proposals/?after={int(NOW.timestamp()) * 10**6}-1"),
        "dashboard": (signed_in(cases.liaison_of(cases.ministry())), "/en/dashboard/"),
    }
    with CaptureQueriesContext(connection) as queries:
        assert not Proposal.objects.filter(summary="nowhere").exists()
    assert set(read_whole(queries)) == {"proposals_proposal"}  # such a reading is noticed
    whole = {}
    for name, (client, address) in asked.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        whole |= {(name, table): sql for table, sql in read_whole(queries).items()}
    with CaptureQueriesContext(connection) as queries:
        reminders.sweep()
    whole |= {("round", table): sql for table, sql in read_whole(queries).items()}
    assert whole == {}
