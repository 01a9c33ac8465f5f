from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from storage import archive, upgrade
from storage.database import Database, Migrated
from storage.errors import SchemaOutdated
from storage.migrations import HEAD
from storage.schema import metadata
from tests.databases import PostgresqlServer, SqliteFiles
from tests.storage.builders import file_round, in_processes, readout, snapshot

Opener = Callable[..., Database]


@pytest.fixture
def older_database(empty_database: Database) -> Database:
    """A database with the tables of the first step alone, and a page in it."""
    with empty_database.transaction() as tx:
        upgrade.upgrade(tx, "0001")
        snapshot(tx, b"an old page")
    return empty_database


def test_the_head_in_the_code_is_the_newest_migration() -> None:
    assert upgrade.newest() == HEAD


def test_an_empty_database_is_made_ready_on_the_spot(empty_database: Database) -> None:
    assert empty_database.revision() is None
    empty_database.ensure_schema()
    assert empty_database.revision() == HEAD
    with empty_database.transaction() as tx:
        file_round(tx, readout())


def test_an_up_to_date_database_is_left_alone(database: Database) -> None:
    database.ensure_schema()
    assert database.migrate() == Migrated(HEAD, HEAD, None)


def test_an_older_database_is_not_touched_without_being_asked(older_database: Database) -> None:
    with pytest.raises(SchemaOutdated, match="older") as refused:
        older_database.ensure_schema()
    assert "roundwatch migrate" in refused.value.todo
    assert older_database.revision() == "0001"


def test_migrating_keeps_what_is_there(older_database: Database) -> None:
    done = older_database.migrate()
    assert (done.before, done.after) == ("0001", HEAD)
    older_database.ensure_schema()
    with older_database.reading() as tx:
        (page,) = archive.snapshots(tx)
        assert archive.body_of(tx, page.id) == b"an old page"


def test_an_empty_database_needs_no_backup(empty_database: Database, tmp_path: Path) -> None:
    assert empty_database.migrate(keep_in=tmp_path) == Migrated(None, HEAD, None)
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_a_newer_version_is_refused_and_not_touched(database: Database) -> None:
    with database.transaction() as tx:
        tx.exec_driver_sql("update alembic_version set version_num = '9999'")
    for attempt in (database.ensure_schema, database.migrate):
        with pytest.raises(SchemaOutdated, match="newer") as refused:
            attempt()
        assert "newer version" in refused.value.todo
    assert database.revision() == "9999"


def test_a_migration_that_fails_leaves_the_tables_as_they_were(
    older_database: Database,
) -> None:
    with older_database.transaction() as tx:
        tx.exec_driver_sql("create table ticks (job text)")  # the last table of the second step
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="ticks"):
        older_database.migrate()
    assert older_database.revision() == "0001"
    with older_database.transaction() as tx:
        assert not sqlalchemy.inspect(tx).has_table("subscribers")
        tx.exec_driver_sql("drop table ticks")
    assert older_database.migrate().after == HEAD


def test_a_migration_that_would_leave_rows_that_refer_to_nothing_is_undone(
    sqlite_files: SqliteFiles, open_database: Opener
) -> None:
    url = sqlite_files.empty()
    database = open_database(url)
    with database.transaction() as tx:
        upgrade.upgrade(tx, "0001")
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as careless, careless:
        careless.execute("insert into sightings values (7, 7)")
    with pytest.raises(RuntimeError, match="sightings"):
        database.migrate()
    assert database.revision() == "0001"


def test_foreign_keys_are_on_again_after_a_migration(
    sqlite_files: SqliteFiles, open_database: Opener
) -> None:
    database = open_database(sqlite_files.empty())
    database.migrate()
    with database.reading() as tx:
        assert tx.exec_driver_sql("pragma foreign_keys").scalar() == 1


def test_three_processes_that_start_on_an_empty_database_at_once_all_find_it_ready(
    empty_database_url: str,
) -> None:
    script = "database.ensure_schema()\nprint(database.revision())"
    assert in_processes(3, script, empty_database_url) == [f"{HEAD}\n"] * 3


def test_the_migrations_make_the_tables_that_the_code_knows(
    databases: SqliteFiles | PostgresqlServer, open_database: Opener
) -> None:
    migrated, modeled = open_database(databases.ready()), open_database(databases.empty())
    with modeled.transaction() as tx:
        _say_to_postgresql_which_rows()
        metadata.create_all(tx)
    with migrated.reading() as one, modeled.reading() as other:
        assert _described(one) == _described(other)


def test_opening_an_up_to_date_database_loads_neither_alembic_nor_the_orm(
    sqlite_files: SqliteFiles,
) -> None:
    script = (
        "database.ensure_schema()\n"
        "heavy = ('alembic', 'sqlalchemy.orm', 'sqlalchemy.dialects.postgresql', 'psycopg')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    assert in_processes(1, script, sqlite_files.ready()) == ["[]\n"]


def _say_to_postgresql_which_rows() -> None:
    for table in metadata.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                where = sqlalchemy.text(index.info["where"])
                index.dialect_options["postgresql"]["where"] = where


def _described(tx: sqlalchemy.Connection) -> dict[str, Any]:
    """Return all that the database itself knows of its tables: name -> words."""
    queries = {
        "sqlite": ("select name, sql from sqlite_master where type in ('table', 'index')",),
        "postgresql": (
            "select table_name || '.' || column_name, (data_type, is_nullable, column_default)::text"
            " from information_schema.columns where table_schema = 'public'",
            "select conname, pg_get_constraintdef(oid) from pg_constraint"
            " where connamespace = 'public'::regnamespace",
            "select indexname, indexdef from pg_indexes where schemaname = 'public'",
        ),
    }
    found = [
        row for query in queries[tx.dialect.name] for row in tx.exec_driver_sql(query) if row[1]
    ]
    assert len(found) > 2 * len(metadata.tables)
    return {
        # A column that was added later stands behind the constraints, on their last line.
        name: sorted(filter(None, (part.strip() for part in re.split(r"[,\n]|\)$", words))))
        for name, words in found
        if not re.search("alembic|procrastinate", name + words)
        and not name.startswith("word_index")
    }


def test_the_step_to_search_keeps_every_release_and_leaves_its_words_to_be_filed(
    empty_database: Database,
) -> None:
    with empty_database.transaction() as tx:
        upgrade.upgrade(tx, "0004")
        _an_old_round(tx)
    assert empty_database.migrate().before == "0004"
    with empty_database.transaction() as tx:
        assert archive.without_words(tx, "1", 10) == (1,)
        archive.file_words(tx, 1, published=None, words=". labor .", rule="1")
        assert archive.find_words(tx, ["labor"], limit=2)[0].release_id == 1


def test_the_step_to_provenance_keeps_digests_with_their_ids_and_goes_on_counting(
    empty_database: Database,
) -> None:
    told = (
        "insert into digests (series, round, kind, readout_id, revision_id, subject, candidates,"
        " created_at) values ('s', 1, '{kind}', {id}, {id}, 'said', 0, '2026-01-01 00:00:00+00')"
    )
    with empty_database.transaction() as tx:
        upgrade.upgrade(tx, "0005")
        _an_old_round(tx)
        for kind in ("news", "correction"):
            tx.exec_driver_sql(told.format(kind=kind, id=1))
        tx.exec_driver_sql("delete from digests where id = 2")
    empty_database.migrate()
    with empty_database.transaction() as tx:
        tx.exec_driver_sql(told.format(kind="withdrawal", id=1))
        rows = tx.exec_driver_sql("select id, kind from digests order by id").all()
    assert [tuple(row) for row in rows] == [(1, "news"), (3, "withdrawal")]


def _an_old_round(tx: sqlalchemy.Connection) -> None:
    """File a round in the words of the tables of then, each row with the id 1."""
    at = "'2026-01-01 00:00:00+00'"
    for table, columns, values in (
        (
            "snapshots",
            "address, origin, fetched_at, status, headers, sha256, size, body",
            f"'a', 'live', {at}, 200, '{{}}', '00', 0, ''",
        ),
        ("releases", "key, state, named_at, attempts", f"'a', 'read', {at}, 0"),
        (
            "revisions",
            "release_id, number, fingerprint, snapshot_id, paragraphs, filed_at",
            f"1, 1, '00', 1, '[]', {at}",
        ),
        (
            "readouts",
            "release_id, revision_id, series, round, held, held_elsewhere, delegations,"
            " complete, filed_at",
            f"1, 1, 's', 1, '{{}}', '[]', '[]', '1', {at}",
        ),
    ):
        tx.exec_driver_sql(f"insert into {table} ({columns}) values ({values})")
