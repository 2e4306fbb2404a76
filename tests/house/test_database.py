"""The database as the application meets it: a UTF-8 that knows Chinese, and rights to rows only."""

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from tests import services

pytestmark = pytest.mark.django_db


def query(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_trigrams_see_chinese() -> None:
    with services.cluster.connect(database=services.database) as superuser:
        superuser.execute("CREATE SCHEMA trigrams; CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA trigrams")
        found = superuser.execute("SELECT trigrams.show_trgm('區塊鏈聯盟')").fetchone()
        superuser.execute("DROP SCHEMA trigrams CASCADE")
    assert found is not None
    assert len(found[0]) == 6


def test_ctype_is_utf8() -> None:
    assert query("SELECT lower('Ａ'), '監' ~ '[[:alpha:]]', current_setting('server_encoding')") == [
        ("ａ", True, "UTF8")
    ]


def test_application_is_no_owner_and_no_superuser() -> None:
    assert query(
        "SELECT current_user, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls "
        "FROM pg_roles WHERE rolname = current_user"
    ) == [("tba", False, False, False, False)]
    assert query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'") == [("tba_owner",)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "TRUNCATE members_user CASCADE",
        "ALTER TABLE members_user ADD COLUMN mine int",
        "ALTER TABLE members_user DISABLE TRIGGER ALL",
        "DROP TABLE members_user",
        "CREATE INDEX ON members_user (name)",
        "SET session_replication_role = replica",
        "SET ROLE tba_owner",
        "CREATE ROLE mine",
    ],
)
def test_application_may_not(statement: str) -> None:
    with pytest.raises(ProgrammingError) as refused, transaction.atomic():
        connection.cursor().execute(statement)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_owner_may_not_become_superuser(owner_connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner_connection.execute("SET session_replication_role = replica")
