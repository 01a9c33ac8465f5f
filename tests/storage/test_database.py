from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy

from storage import fetches, journal
from storage.database import Database, Transaction, parse
from storage.errors import DatabaseFull, DatabaseLocked, DatabaseUnreachable, StorageError
from storage.migrations import HEAD
from storage.records import FetchState
from tests.databases import PostgresqlServer, SqliteFiles
from tests.storage.builders import NOON, digest, file_round, in_processes, readout, rows

Opener = Callable[..., Database]
QUICKLY = timedelta(milliseconds=200)


def state(address: str = "https://example.org/", checked_at: datetime = NOON) -> FetchState:
    return FetchState(address, '"1"', None, checked_at, "00", "1")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_spelling_of_a_postgresql_address_means_psycopg(scheme: str) -> None:
    url = parse(f"{scheme}://someone:secret@db.example.org/rounds")
    assert url.drivername == "postgresql+psycopg"
    assert url.database == "rounds"


@pytest.mark.parametrize(
    "url", ["mysql://db.example.org/rounds", "sqlite://", "sqlite:///:memory:", "rounds.db", ""]
)
def test_an_address_that_cannot_be_used_is_refused_with_what_to_do(url: str) -> None:
    with pytest.raises(DatabaseUnreachable) as refused:
        Database(url)
    assert "ROUNDWATCH_DATABASE_URL" in refused.value.todo


def test_an_unreadable_address_is_not_quoted_since_it_may_hold_a_password() -> None:
    with pytest.raises(DatabaseUnreachable) as refused:
        Database("postgresql:/someone:secret@db.example.org")
    assert "secret" not in str(refused.value)


def test_the_folder_of_a_sqlite_file_is_made_and_closed_to_others(
    open_database: Opener, tmp_path: Path
) -> None:
    database = open_database(f"sqlite:///{tmp_path}/some/where/rounds.db")
    database.ensure_schema()
    folder = tmp_path / "some" / "where"
    assert (folder / "rounds.db").exists()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_sqlite_file_is_its_owners_alone_in_any_folder(
    open_database: Opener, tmp_path: Path
) -> None:
    folder = tmp_path / "open to all"
    folder.mkdir(mode=0o755)
    database = open_database(f"sqlite:///{folder}/rounds.db")
    database.ensure_schema()
    with database.reading():
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert modes == dict.fromkeys(("rounds.db", "rounds.db-wal", "rounds.db-shm"), 0o600)


def test_a_sqlite_file_that_is_there_keeps_its_mode(open_database: Opener, tmp_path: Path) -> None:
    file = tmp_path / "rounds.db"
    file.touch()
    file.chmod(0o640)
    open_database(f"sqlite:///{file}").ensure_schema()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnreachable, match="cannot be made") as refused:
        Database(f"sqlite:///{tmp_path}/file/rounds.db")
    assert refused.value.todo


def test_a_file_that_is_no_database_is_unreachable(open_database: Opener, tmp_path: Path) -> None:
    (tmp_path / "rounds.db").write_text("Dear diary, " * 100)
    database = open_database(f"sqlite:///{tmp_path}/rounds.db")
    with pytest.raises(DatabaseUnreachable, match="not a database"):
        database.ensure_schema()


def test_a_server_that_is_not_there_is_unreachable_and_the_password_stays_secret(
    open_database: Opener,
) -> None:
    database = open_database("postgresql://someone:secret@127.0.0.1:1/rounds", patience=QUICKLY)
    with pytest.raises(DatabaseUnreachable) as failed:
        database.ensure_schema()
    assert "secret" not in str(failed.value)
    assert "doctor" in failed.value.todo


def test_a_database_that_the_server_does_not_have_is_unreachable(
    open_database: Opener,
    postgresql: PostgresqlServer,
) -> None:
    url = sqlalchemy.make_url(postgresql.empty()).set(database="nowhere")
    database = open_database(url.render_as_string(hide_password=False))
    with pytest.raises(DatabaseUnreachable, match="nowhere"):
        database.ensure_schema()


def test_sqlite_is_opened_for_many_processes(
    open_database: Opener, sqlite_files: SqliteFiles
) -> None:
    database = open_database(sqlite_files.ready())
    with database.transaction() as tx:
        settings = {
            name: tx.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 1,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_what_a_transaction_wrote_is_there_afterwards(database: Database) -> None:
    with database.transaction() as tx:
        fetches.remember_fetch(tx, state())
    with database.reading() as tx:
        assert fetches.fetch_state(tx, "https://example.org/") == state()


def test_a_transaction_that_fails_midway_leaves_nothing(database: Database) -> None:
    tables = ["snapshots", "releases", "revisions", "readouts", "mentions", "digests"]

    def file_all_and_fail(tx: Transaction) -> None:
        digest(tx)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), database.transaction() as tx:
        file_all_and_fail(tx)
    assert rows(database, tables) == dict.fromkeys(tables, 0)


def test_a_process_killed_midway_leaves_nothing(database: Database, database_url: str) -> None:
    script = (
        "import os, subprocess\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    with Database(url).transaction() as tx:\n"
        "        file_round(tx, readout())\n"
        "        os.kill(os.getpid(), 9)\n"
        "print(os.waitpid(pid, 0)[1])\n"
    )
    assert in_processes(1, script, database_url) == ["9\n"]
    assert rows(database, ["snapshots", "readouts"]) == {"snapshots": 0, "readouts": 0}
    with database.transaction() as tx:
        file_round(tx, readout())


def test_reading_refuses_to_write(database: Database) -> None:
    with pytest.raises(DatabaseFull), database.reading() as tx:
        fetches.remember_fetch(tx, state())
    with database.transaction() as tx:
        fetches.remember_fetch(tx, state())


def test_reading_sees_one_moment_whatever_is_written_meanwhile(database: Database) -> None:
    with database.reading() as before:
        assert fetches.fetch_state(before, "https://example.org/") is None
        with database.transaction() as tx:
            fetches.remember_fetch(tx, state())
        assert fetches.fetch_state(before, "https://example.org/") is None


def test_times_come_back_in_utc_whatever_zone_they_went_in_with(database: Database) -> None:
    east = NOON.astimezone(timezone(timedelta(hours=9)))
    with database.transaction() as tx:
        if not database.on_sqlite:
            tx.exec_driver_sql("set time zone 'Asia/Tokyo'")
        fetches.remember_fetch(tx, state(checked_at=east))
        back = fetches.fetch_state(tx, "https://example.org/")
    assert back is not None
    assert back.checked_at == NOON
    assert back.checked_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with (
        pytest.raises(sqlalchemy.exc.StatementError, match="without a zone"),
        database.transaction() as tx,
    ):
        fetches.remember_fetch(tx, state(checked_at=datetime(2026, 3, 2, 12)))  # noqa: DTZ001


def test_times_compare_by_moment_in_queries_too(database: Database) -> None:
    west = timezone(timedelta(hours=-11))
    with database.transaction() as tx:
        journal.take_tick(tx, job="poll", due_at=NOON.astimezone(west), now=NOON)
        assert not journal.take_tick(tx, job="poll", due_at=NOON, now=NOON)
        assert journal.prune_ticks(tx, before=NOON) == 0
        assert journal.prune_ticks(tx, before=NOON + timedelta(microseconds=1)) == 1


def test_a_busy_database_is_told_apart_with_what_to_do(
    open_database: Opener, database: Database, database_url: str
) -> None:
    hasty = open_database(database_url, patience=QUICKLY)
    with database.transaction() as tx:
        fetches.remember_fetch(tx, state())
        with pytest.raises(DatabaseLocked, match="busy") as waited, hasty.transaction() as other:
            fetches.remember_fetch(other, state())
    assert "try again" in waited.value.todo
    with hasty.transaction() as other:
        fetches.remember_fetch(other, state())


def test_readers_are_not_kept_waiting_by_a_writer(database: Database) -> None:
    with database.transaction() as tx:
        fetches.remember_fetch(tx, state())
        with database.reading() as other:
            assert fetches.fetch_state(other, "https://example.org/") is None


def fill(tx: Transaction) -> None:
    """Write more than the file may grow."""
    pages = tx.exec_driver_sql("pragma page_count").scalar_one()
    tx.exec_driver_sql(f"pragma max_page_count = {pages + 4}")
    file_round(tx, readout())
    for number in range(1000):
        fetches.remember_fetch(tx, state(f"https://example.org/{number}"))


def fill_and_go_on(tx: Transaction) -> None:
    with suppress(DatabaseFull):
        fill(tx)
    fetches.remember_fetch(tx, state())


def test_a_full_disk_is_told_apart_and_nothing_is_half_written(
    open_database: Opener, sqlite_files: SqliteFiles
) -> None:
    database = open_database(sqlite_files.ready())
    with pytest.raises(DatabaseFull, match="full") as failed, database.transaction() as tx:
        fill(tx)
    assert "Make room" in failed.value.todo
    with database.transaction() as tx:
        tx.exec_driver_sql("pragma max_page_count = 100000")
        assert tx.exec_driver_sql("pragma integrity_check").scalar() == "ok"
    tables = ["fetches", "snapshots", "releases", "readouts"]
    assert rows(database, tables) == dict.fromkeys(tables, 0)
    with database.transaction() as tx:
        file_round(tx, readout())


def test_after_a_full_disk_nothing_more_is_written_even_if_the_error_is_caught(
    open_database: Opener,
    sqlite_files: SqliteFiles,
) -> None:
    database = open_database(sqlite_files.ready())
    with pytest.raises(StorageError, match="nothing was written"), database.transaction() as tx:
        fill_and_go_on(tx)
    assert rows(database, ["fetches"]) == {"fetches": 0}


def test_a_read_only_database_says_so(
    open_database: Opener, databases: SqliteFiles | PostgresqlServer
) -> None:
    url = databases.ready()
    if isinstance(databases, SqliteFiles):
        url = f"{url.replace('sqlite:///', 'sqlite:///file:')}?mode=ro&uri=true"
    else:
        options = {"options": "-c default_transaction_read_only=on"}
        url = sqlalchemy.make_url(url).update_query_dict(options).render_as_string(False)
    database = open_database(url)
    with pytest.raises(DatabaseFull, match="cannot be written to"), database.transaction() as tx:
        fetches.remember_fetch(tx, state())


def test_a_connection_that_the_server_cut_is_made_anew(
    open_database: Opener, postgresql: PostgresqlServer
) -> None:
    database = open_database(postgresql.ready())

    def cut(tx: Transaction) -> None:
        fetches.remember_fetch(tx, state())
        pid = tx.exec_driver_sql("select pg_backend_pid()").scalar_one()
        with database.transaction() as other:
            other.exec_driver_sql(f"select pg_terminate_backend({pid})")
        fetches.remember_fetch(tx, state())

    with pytest.raises(DatabaseUnreachable), database.transaction() as tx:
        cut(tx)
    with database.transaction() as tx:
        assert fetches.fetch_state(tx, "https://example.org/") is None
        fetches.remember_fetch(tx, state())


def test_a_connection_that_was_cut_while_nobody_used_it_is_not_even_noticed(
    open_database: Opener, postgresql: PostgresqlServer
) -> None:
    url = postgresql.ready()
    database, other = open_database(url), open_database(url)
    with database.reading() as tx:
        pid = tx.exec_driver_sql("select pg_backend_pid()").scalar_one()
    with other.transaction() as tx:
        tx.exec_driver_sql(f"select pg_terminate_backend({pid})")
    with database.transaction() as tx:
        fetches.remember_fetch(tx, state())


def test_a_new_file_that_another_process_is_busy_with_can_be_read_meanwhile(
    sqlite_files: SqliteFiles, open_database: Opener
) -> None:
    url = sqlite_files.empty()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as busy:
        busy.execute("create table other (id integer)")
        busy.execute("begin immediate")
        database = open_database(url, patience=QUICKLY)
        assert database.revision() is None
    assert open_database(url).migrate().after == HEAD


def test_a_fault_of_ours_is_not_dressed_up_as_the_databases(database: Database) -> None:
    with pytest.raises(sqlalchemy.exc.DBAPIError), database.transaction() as tx:
        tx.exec_driver_sql("select nonsense from nowhere")
