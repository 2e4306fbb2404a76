"""Rules in the database: tried with raw SQL as the application's role, as an intruder or a bug would."""

import pytest
from django.apps import apps
from django.db import IntegrityError, InternalError, connection, transaction
from django.db.utils import DatabaseError, ProgrammingError

from proposals.actions.answering import publish_interim_reply
from tests import cases

pytestmark = pytest.mark.django_db


def refused(sql: str, *params: object) -> bool:
    """Whether the database itself refuses the statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
    except (IntegrityError, InternalError, ProgrammingError, DatabaseError):
        return True
    return False


def test_application_role_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_tables where tableowner = current_user")
        assert cursor.fetchone() == (0,)
    assert refused("truncate proposals_timelineentry")
    assert refused("alter table proposals_timelineentry disable trigger all")
    assert refused("set session_replication_role = replica")
    assert refused("drop table proposals_timelinenote")


@pytest.mark.parametrize(
    ("state", "target"),
    [
        ("screening", "draft"),
        ("screening", "answered"),
        ("screening", "closed"),
        ("discussion", "answered"),
        ("referred", "closed"),
        ("referred", "screening"),
    ],
)
def test_state_never_jumps(state, target):
    case = {"screening": cases.submitted, "discussion": cases.accepted, "referred": cases.referred}[state]()
    assert case.state == state
    sql = "update proposals_proposal set state = %s, answered_at = now() where id = %s"
    assert refused(sql, target, case.pk)


def test_submission_is_kept():
    case = cases.submitted()
    other = cases.member_org("other")
    assert refused("update proposals_proposal set submitted_at = now() where id = %s", case.pk)
    assert refused("update proposals_proposal set number = '115-9999' where id = %s", case.pk)
    assert refused("update proposals_proposal set organisation_id = %s where id = %s", other.pk, case.pk)
    assert refused("delete from proposals_proposal where id = %s", case.pk)


def test_submission_needs_a_number():
    draft = cases.draft()
    assert refused("update proposals_proposal set state = 'screening' where id = %s", draft.pk)


def test_history_is_neither_edited_nor_deleted():
    case = cases.submitted()
    entry = case.timeline.first()
    assert refused("update proposals_timelineentry set kind = 'accepted' where id = %s", entry.pk)
    assert refused("delete from proposals_timelineentry where id = %s", entry.pk)


def test_note_beside_the_history_can_be_erased():
    case = cases.submitted()
    entry = case.timeline.first()
    assert not refused(
        "update proposals_timelinenote set text = '', actor_id = null where entry_id = %s", entry.pk
    )


def test_referral_has_one_lead():
    case = cases.referred(lead=cases.ministry("fsc"), supporting=[cases.ministry("cbc")])
    assert refused("update proposals_referral set part = 'lead' where proposal_id = %s", case.pk)
    assert refused("delete from proposals_referral where proposal_id = %s", case.pk)
    assert refused("update proposals_referral set state = 'answered' where proposal_id = %s", case.pk)


def test_answer_is_final():
    case = cases.answered(cases.referred())
    answer = cases.lead_of(case).answers.first()
    assert refused("update proposals_answer set reason = 'else' where id = %s", answer.pk)
    assert refused("delete from proposals_answer where id = %s", answer.pk)


def test_interim_reply_is_final():
    referral = cases.lead_of(cases.referred())
    user = cases.liaison_of(referral.ministry)
    reply = publish_interim_reply(user=user, referral=referral, text="研議中")
    assert refused("update proposals_interimreply set text = 'else' where id = %s", reply.pk)
    assert refused("delete from proposals_interimreply where id = %s", reply.pk)


def test_deadline_belongs_to_one_thing():
    case = cases.referred()
    referral = cases.lead_of(case)
    deadline = referral.deadlines.first()
    assert refused("update proposals_deadline set proposal_id = %s where id = %s", case.pk, deadline.pk)
    assert refused("update proposals_deadline set due_on = raw_last_on - 1 where id = %s", deadline.pk)
    assert refused("delete from proposals_deadline where id = %s", deadline.pk)


def test_letter_sent_has_a_moment():
    cases.submitted()
    assert refused("update members_letter set state = 'sent'")
    assert refused("update members_letter set state = 'sending'")


def test_triggers_of_the_models_are_installed():
    wanted = {
        trigger.get_pgid(model)
        for model in apps.get_models()
        for trigger in getattr(model._meta, "triggers", [])
    }
    with connection.cursor() as cursor:
        cursor.execute("select tgname from pg_trigger where not tgisinternal and tgenabled = 'O'")
        installed = {name for (name,) in cursor.fetchall()}
    assert wanted
    assert wanted <= installed
