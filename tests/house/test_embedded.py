"""The fallbacks of the embedded servers, and the mail sink's journal."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from alliance.embedded import postgres
from alliance.embedded.mail import MailFolder
from tests import services


def test_system_postgres_is_a_full_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Debian Postgres, where there is one, serves in the same way as the wheel's."""
    monkeypatch.setenv("PORTAL_POSTGRES", "system")
    if not list(postgres.DEBIAN.glob("*/bin/initdb")):
        with pytest.raises(postgres.PostgresMissing, match="postgresql"):
            postgres.Cluster(services.home / "system", throw_away=True)
        return
    cluster = postgres.Cluster(services.home / "system", throw_away=True)
    assert cluster.bin.is_relative_to(postgres.DEBIAN)
    cluster.start()
    try:
        with cluster.connect(postgres.OWNER, postgres.DATABASE) as owner:
            owner.execute("CREATE EXTENSION pg_trgm")
            owner.execute("CREATE TABLE words (word text)")
        with cluster.connect(postgres.APPLICATION, postgres.DATABASE) as application:
            application.execute("INSERT INTO words VALUES ('區塊鏈')")
            assert application.execute("SELECT cardinality(show_trgm(word)) FROM words").fetchall() == [(4,)]
            with pytest.raises(postgres.psycopg.errors.InsufficientPrivilege):
                application.execute("TRUNCATE words")
    finally:
        cluster.stop()
    assert cluster.pid() is None


def test_forced_postgres_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORTAL_POSTGRES", "system")
    monkeypatch.setattr(postgres, "DEBIAN", tmp_path)
    with pytest.raises(postgres.PostgresMissing, match="DATABASE_URL"):
        postgres.binaries()


def test_binaries_out_of_reach_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a checkout below root's home, where nobody may not go."""
    monkeypatch.setattr(postgres.processes, "may_reach", lambda path: False)
    copy = services.home / "copy"
    monkeypatch.setattr(postgres.processes, "cache_folder", lambda purpose: copy)
    folder = postgres.binaries()
    assert folder.is_relative_to(copy)
    assert postgres._runs(folder)


def test_sink_remembers_what_it_accepted(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path / "mail")
    letter = b"Message-ID: <one@portal>\r\nSubject: =?utf-8?b?5Li75peo?=\r\n\r\nbody"
    assert not folder.accepted("<one@portal>")
    folder.store(letter, ["a@example.org"])
    folder.store(letter, ["a@example.org"])
    assert folder.accepted("<one@portal>")
    assert not folder.accepted("<two@portal>")
    assert [(each.subject, each.recipients) for each in folder.letters()] == [("主旨", ["a@example.org"])] * 2


@pytest.mark.parametrize("zone", ["-0000", "+0000", "GMT"])
def test_sent_is_a_moment_in_any_spelling_of_utc(tmp_path: Path, zone: str) -> None:
    folder = MailFolder(tmp_path / "mail")
    folder.store(f"Date: Sun, 22 Nov 2026 12:31:00 {zone}\r\n\r\nbody".encode(), ["a@example.org"])
    assert folder.letters()[0].sent_at == datetime(2026, 11, 22, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize("name", ["..", "../secret", "none", ""])
def test_sink_gives_no_other_files(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.eml").write_text("Subject: no\n\n")
    (tmp_path / "mail").mkdir()
    with pytest.raises(KeyError):
        MailFolder(tmp_path / "mail").letter(name)
