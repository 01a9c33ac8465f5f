"""All that is on file from one database to another, into a file, and back."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from storage import archive, journal
from storage.database import Database
from storage.errors import DatabaseFull, DatabaseLocked, NotAlike, Refused, SchemaOutdated
from storage.migrations import HEAD
from storage.moving import backup, compare, copy, restore
from storage.moving.comparing import canonical
from storage.moving.copying import fill
from storage.moving.files import begin
from storage.moving.tables import TODAYS, highest_id, tables_of
from storage.schema import deliveries, metadata, revisions, secrets, snapshots, ticks, walks
from storage.upgrade import upgrade
from tests.databases import PostgresqlServer, SqliteFiles
from tests.storage.builders import NOON, digest, letter, reader, rows, snapshot
from tests.storage.everything import assert_every_table_has_rows, file_everything, put

Opener = Callable[..., Database]


@pytest.fixture
def full(database: Database) -> Database:
    """A database with rows in every table."""
    with database.transaction() as tx:
        file_everything(tx)
    assert_every_table_has_rows(database)
    return database


@pytest.fixture
def full_file(sqlite_files: SqliteFiles, open_database: Opener) -> Database:
    """A SQLite database with rows in every table."""
    database = open_database(sqlite_files.ready())
    with database.transaction() as tx:
        file_everything(tx)
    return database


@pytest.fixture(params=["sqlite_files", "postgresql"])
def others(request: pytest.FixtureRequest) -> SqliteFiles | PostgresqlServer:
    """Where the other database comes from, of either kind."""
    found: SqliteFiles | PostgresqlServer = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def other(others: SqliteFiles | PostgresqlServer, open_database: Opener) -> Iterator[Database]:
    """Another database, without tables."""
    url = others.empty()
    database = open_database(url)
    yield database
    database.close()
    others.drop(url)


@pytest.fixture
def beside(sqlite_files: SqliteFiles, open_database: Opener) -> Database:
    """Another database, without tables, where its kind does not matter."""
    return open_database(sqlite_files.empty())


@pytest.fixture
def back(databases: SqliteFiles | PostgresqlServer, open_database: Opener) -> Iterator[Database]:
    """A third one, of the first one's kind, without tables."""
    url = databases.empty()
    database = open_database(url)
    yield database
    database.close()
    databases.drop(url)


def pages_in(database: Database) -> int:
    return rows(database, ["snapshots"])["snapshots"]


def test_a_copy_there_and_back_is_the_same_by_hash(
    full: Database, other: Database, back: Database
) -> None:
    there = copy(full, other)
    assert copy(other, back) == there
    assert compare(full, back) == there
    assert {table.name for table in there} == TODAYS
    assert all(table.rows for table in there)


def test_a_copy_goes_on_with_ids_where_the_first_one_was(
    full_file: Database, empty_database: Database
) -> None:
    with full_file.reading() as tx:
        before = {name: highest_id(tx, table) for name, table in counting().items()}
    assert before["subscribers"] == 4  # the fourth was erased
    copy(full_file, empty_database)
    with empty_database.transaction() as tx:
        assert {name: highest_id(tx, table) for name, table in counting().items()} == before
        assert reader(tx, "next").id == 5
        assert digest(tx, 9) == before["digests"] + 1


def counting() -> dict[str, object]:
    return {name: metadata.tables[name] for name in ("subscribers", "subscriptions", "digests",
                                                     "letters", "deliveries")}  # fmt: skip


def test_a_copy_is_searched_and_keeps_its_pages_as_the_first_does(
    full_file: Database, empty_database: Database
) -> None:
    copy(full_file, empty_database)
    with empty_database.transaction() as tx:
        assert [each.release_id for each in archive.find_words(tx, ["labor"], limit=9)] == [1]
        archive.file_words(tx, 2, published=None, words=". labor law .", rule="1")
        assert len(archive.find_words(tx, ["labor"], limit=9)) == 2
    with pytest.raises(Exception, match="never altered"), empty_database.transaction() as tx:
        tx.execute(update(snapshots).values(body=b""))


def test_a_copy_into_a_database_that_holds_something_is_refused(
    full: Database, beside: Database
) -> None:
    beside.migrate()
    with beside.transaction() as tx:
        put(tx, secrets, name="secret_key", value="another", made_at=NOON)
    with pytest.raises(Refused, match=r"secrets \(1\)") as refused:
        copy(full, beside)
    assert "empty" in refused.value.todo
    with beside.reading() as tx:
        assert tx.scalar(select(secrets.c.value)) == "another"
    assert pages_in(beside) == 0


def test_a_copy_of_nothing_or_of_an_older_version_is_refused(
    empty_database: Database, beside: Database
) -> None:
    with pytest.raises(Refused, match="nothing of ours"):
        copy(empty_database, beside)
    with empty_database.transaction() as tx:
        upgrade(tx, "0006")
    with pytest.raises(SchemaOutdated, match="older"):
        copy(empty_database, beside)
    assert beside.revision() is None


def test_a_row_that_differs_is_named(full: Database, beside: Database) -> None:
    copy(full, beside)
    with beside.transaction() as tx:
        tx.execute(update(walks).values(frontier={"z": 2}))
    with pytest.raises(NotAlike, match="walks is not the same on both sides, at id 1"):
        compare(full, beside)


def test_a_row_too_few_is_named(full: Database, beside: Database) -> None:
    copy(full, beside)
    with beside.transaction() as tx:
        tx.execute(delete(deliveries).where(deliveries.c.id == 2))
    with pytest.raises(NotAlike, match="deliveries is not the same on both sides, at id 2"):
        compare(full, beside)


def test_a_value_that_postgresql_cannot_keep_is_named_and_nothing_is_copied(
    sqlite_files: SqliteFiles, postgresql: PostgresqlServer, open_database: Opener
) -> None:
    source, target = open_database(sqlite_files.ready()), open_database(postgresql.empty())
    with source.transaction() as tx:
        snapshot(tx)
        put(tx, secrets, name="a\0b", value="v", made_at=NOON)
    with pytest.raises(Refused, match=r"table secrets .* NUL"):
        copy(source, target)
    assert pages_in(target) == 0


# What a page or a person may bring in: any text that both databases take, and numbers of JSON.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | texts
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
moments = st.datetimes(timezones=st.just(NOON.tzinfo))
pages = st.fixed_dictionaries({
    "address": texts,
    "origin": st.just("live"),
    "fetched_at": moments,
    "status": st.integers(-(2**31), 2**31 - 1),
    "headers": documents.filter(lambda document: document is not None),
    "sha256": texts,
    "size": st.integers(0, 2**31 - 1),
    "body": st.binary(max_size=50),
})  # fmt: skip


@pytest.fixture
def three(
    sqlite_files: SqliteFiles, postgresql: PostgresqlServer, open_database: Opener
) -> list[Database]:
    """SQLite, PostgreSQL and SQLite again, with tables and nothing in them."""
    return [open_database(kind.ready()) for kind in (sqlite_files, postgresql, sqlite_files)]


def test_any_row_is_the_same_there_and_back(three: list[Database]) -> None:
    first, second, third = three

    @settings(max_examples=25)
    @given(st.lists(pages, min_size=1, max_size=30))
    def law(some: list[dict[str, object]]) -> None:
        try:
            with (
                first.transaction() as one,
                second.transaction() as two,
                third.transaction() as last,
            ):
                one.execute(insert(snapshots), some)
                there = fill(one, two, ["snapshots"], database=second)
                assert fill(two, last, ["snapshots"], database=third) == there
                assert canonical_rows(one) == canonical_rows(last)
                raise Undone
        except Undone:
            pass

    law()


class Undone(Exception):
    """Has the transactions of one example rolled back."""


def canonical_rows(tx: object) -> list[bytes]:
    query = select(snapshots).order_by(snapshots.c.id)
    return [canonical(row) for row in tx.execute(query)]  # type: ignore[attr-defined]


def test_the_hash_of_a_table_is_that_of_its_rows_and_nothing_else(
    full: Database, beside: Database, back: Database
) -> None:
    before = {table.name: table.sha256 for table in copy(full, beside)}
    with full.transaction() as tx:
        tx.execute(update(revisions).where(revisions.c.id == 1).values(title="Another"))
    after = {table.name: table.sha256 for table in copy(full, back)}
    assert {name for name in before if before[name] != after[name]} == {"revisions"}


def test_a_backup_of_either_is_restored_into_either(
    full: Database, other: Database, tmp_path: Path
) -> None:
    file = tmp_path / "all.backup"
    held = backup(full, file)
    done = restore(file, other, keep_in=tmp_path / "kept")
    assert (done.tables, done.kept) == (held, None)
    assert compare(full, other) == held
    with other.transaction() as tx:
        assert reader(tx, "next").id == 5
        assert [each.release_id for each in archive.find_words(tx, ["labor"], limit=9)] == [1]


def test_a_backup_is_one_file_for_its_owner_alone(full: Database, tmp_path: Path) -> None:
    backup(full, tmp_path / "backups" / "all.backup")
    (file,) = (tmp_path / "backups").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as copied:
        assert copied.execute("pragma journal_mode").fetchone() == ("delete",)
        assert copied.execute("select count(*) from deliveries").fetchone()[0] > 0


def test_a_backup_is_its_owners_alone_from_the_first_byte_on_and_has_its_name_when_it_is_whole(
    full: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    file, part = folder / "all.backup", folder / "all.backup.part"
    seen: list[str] = []

    def look(_done: int, _total: int) -> None:
        for each in folder.iterdir():  # the part, and what SQLite keeps beside it
            assert each.name.startswith(part.name)
            assert stat.S_IMODE(each.stat().st_mode) == 0o600, each
            seen.append(each.name)

    before = os.umask(0)  # nothing but our own care closes the file
    try:
        begin(part)
        assert (part.stat().st_size, stat.S_IMODE(part.stat().st_mode)) == (0, 0o600)
        backup(full, file, each=look)
    finally:
        os.umask(before)
    assert part.name in seen
    assert [each.name for each in folder.iterdir()] == [file.name]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_backup_replaces_a_file_only_when_told_to(full: Database, tmp_path: Path) -> None:
    file = tmp_path / "all.backup"
    file.write_text("mine")
    with pytest.raises(Refused, match="is there already"):
        backup(full, file)
    assert file.read_text() == "mine"
    backup(full, file, replace=True)
    assert file.read_bytes().startswith(b"SQLite format 3")


def test_a_backup_that_cannot_be_written_says_where(full: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseFull, match="cannot be written"):
        backup(full, tmp_path / "file" / "all.backup")


def test_a_restore_over_something_needs_force_and_keeps_what_was_there(
    full_file: Database, empty_database: Database, tmp_path: Path
) -> None:
    backup(full_file, tmp_path / "all.backup")
    empty_database.migrate()
    with empty_database.transaction() as tx:
        snapshot(tx, b"of the other")
        for number in range(9):
            letter(tx, f"{number}@example.org")
    with pytest.raises(Refused, match="something"):
        restore(tmp_path / "all.backup", empty_database, keep_in=tmp_path / "kept")
    assert pages_in(empty_database) == 1
    done = restore(tmp_path / "all.backup", empty_database, keep_in=tmp_path / "kept", force=True)
    assert compare(full_file, empty_database) == done.tables
    assert done.kept is not None
    assert [done.kept] == list((tmp_path / "kept").iterdir())
    again = restore(done.kept, empty_database, keep_in=tmp_path / "kept", force=True)
    with empty_database.transaction() as tx:
        (page,) = archive.snapshots(tx)
        assert archive.body_of(tx, page.id) == b"of the other"
        assert letter(tx, "next@example.org") == 10
    assert again.kept not in {None, done.kept}


def test_a_database_is_not_replaced_while_a_scheduler_takes_ticks(
    postgresql: PostgresqlServer, full_file: Database, open_database: Opener, tmp_path: Path
) -> None:
    backup(full_file, tmp_path / "all.backup")
    url = postgresql.ready()
    ticking = open_database(url)
    now = datetime.now(UTC)
    with ticking.transaction() as tx:
        journal.take_tick(tx, job="rescue", due_at=now, now=now)
    with pytest.raises(DatabaseLocked, match="is in use") as refused:
        restore(tmp_path / "all.backup", ticking, keep_in=tmp_path / "kept", force=True)
    assert "Stop what uses it" in refused.value.todo
    assert not any((tmp_path / "kept").iterdir())
    with ticking.transaction() as tx:
        tx.execute(update(ticks).values(taken_at=now - timedelta(seconds=31)))
    done = restore(tmp_path / "all.backup", ticking, keep_in=tmp_path / "kept", force=True)
    assert compare(full_file, ticking) == done.tables
    ticking.close()
    postgresql.drop(url)


def test_a_backup_that_fails_leaves_nothing_at_its_name(full: Database, tmp_path: Path) -> None:
    def is_full(*_: object) -> None:
        raise DatabaseFull("the disk is full")

    with pytest.raises(DatabaseFull):
        backup(full, tmp_path / "all.backup", each=is_full)
    assert not list(tmp_path.glob("all.backup*"))


def test_a_restore_is_seen_by_who_has_the_database_open(
    full_file: Database, empty_database: Database, tmp_path: Path
) -> None:
    empty_database.migrate()
    assert pages_in(empty_database) == 0
    backup(full_file, tmp_path / "all.backup")
    restore(tmp_path / "all.backup", empty_database, keep_in=tmp_path)
    assert pages_in(empty_database) > 1


def test_a_restore_into_a_database_that_is_in_use_gives_up_in_words(
    sqlite_files: SqliteFiles,
    open_database: Opener,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("storage.moving.files._PATIENCE", 0.1)
    full, busy = open_database(sqlite_files.ready()), open_database(sqlite_files.ready())
    backup(full, tmp_path / "all.backup")
    with busy.transaction() as tx:
        snapshot(tx, b"under way")
        with pytest.raises(DatabaseLocked, match="busy"):
            restore(tmp_path / "all.backup", busy, keep_in=tmp_path)
    assert pages_in(busy) == 1


def test_what_is_no_backup_is_refused_and_nothing_is_touched(
    full: Database, beside: Database, tmp_path: Path
) -> None:
    text, empty, cut = (tmp_path / name for name in ("text", "empty", "cut"))
    text.write_text("no database at all, but long enough to be looked at as if it were one" * 9)
    empty.write_bytes(b"")
    backup(full, cut)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    for file in (text, empty, cut):
        with pytest.raises(Exception) as refused:  # noqa: PT011 - either of two, each with a todo
            restore(file, beside, keep_in=tmp_path / "kept")
        assert getattr(refused.value, "todo", "")
        assert list((tmp_path / "kept").iterdir()) == []
    assert beside.revision() is None


def test_an_older_backup_is_brought_up_to_date_and_stays_as_it_is(
    empty_database: Database, beside: Database, tmp_path: Path
) -> None:
    with empty_database.transaction() as tx:
        upgrade(tx, "0001")
        snapshot(tx, b"an old page")
    file = tmp_path / "old.backup"
    backup(empty_database, file)
    bytes_of_it = file.read_bytes()
    restore(file, beside, keep_in=tmp_path)
    assert beside.revision() == HEAD
    with beside.reading() as tx:
        assert archive.body_of(tx, 1) == b"an old page"
    assert file.read_bytes() == bytes_of_it


def test_a_backup_of_a_newer_version_is_refused(
    sqlite_files: SqliteFiles, beside: Database, open_database: Opener, tmp_path: Path
) -> None:
    newer = open_database(sqlite_files.ready())
    with newer.transaction() as tx:
        tx.exec_driver_sql("update alembic_version set version_num = '9999'")
    backup(newer, tmp_path / "new.backup")
    with pytest.raises(SchemaOutdated, match="newer"):
        restore(tmp_path / "new.backup", beside, keep_in=tmp_path)


def test_a_migration_keeps_a_backup_that_brings_the_old_tables_back(
    empty_database: Database, open_database: Opener, tmp_path: Path
) -> None:
    with empty_database.transaction() as tx:
        upgrade(tx, "0001")
        snapshot(tx, b"an old page")
    kept = empty_database.migrate(keep_in=tmp_path).kept
    assert kept is not None
    assert kept.name.endswith(f".before-{HEAD}.backup")
    before = tmp_path / "before.db"
    shutil.copy(kept, before)
    old = open_database(f"sqlite:///{before}")
    assert old.revision() == "0001"
    with old.reading() as tx:
        assert [page.size for page in archive.snapshots(tx)] == [len(b"an old page")]


def test_a_migration_whose_backup_cannot_be_kept_changes_nothing(
    empty_database: Database, tmp_path: Path
) -> None:
    with empty_database.transaction() as tx:
        upgrade(tx, "0001")
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseFull, match="cannot be written"):
        empty_database.migrate(keep_in=tmp_path / "file")
    assert empty_database.revision() == "0001"


def test_each_table_refers_only_to_those_before_it(full: Database) -> None:
    with full.reading() as tx:
        tables = tables_of(tx, TODAYS)
    seen: set[str] = set()
    for table in tables:
        seen.add(table.name)
        assert {link.column.table.name for link in table.foreign_keys} <= seen
    assert seen == TODAYS


def test_the_canonical_form_of_a_row_tells_apart_what_differs() -> None:
    values = [None, "", "1", 1, 1.5, True, b"", b"1", [], {}, [1], {"a": 1}, NOON, NOON.date()]
    forms = {canonical([value]) for value in values}
    assert len(forms) == len(values)
    assert canonical([1e300]) == canonical([10**300])
    assert canonical([{"b": 1, "a": 2}]) == canonical([{"a": 2, "b": 1}])
    assert json.loads(canonical([-0.0])) == [0]


def test_going_back_to_an_older_program_is_a_restore_over_the_newer_tables(
    sqlite_files: SqliteFiles, full_file: Database, open_database: Opener, tmp_path: Path
) -> None:
    newer = open_database(sqlite_files.ready())
    with newer.transaction() as tx:
        tx.exec_driver_sql("update alembic_version set version_num = '9999'")
        tx.exec_driver_sql("create table notes (id integer primary key)")
        tx.exec_driver_sql("insert into notes values (1)")
    backup(full_file, tmp_path / "before.backup")
    done = restore(tmp_path / "before.backup", newer, keep_in=tmp_path, force=True)
    assert newer.revision() == HEAD
    assert compare(full_file, newer) == done.tables
    assert done.kept is not None
    with closing(sqlite3.connect(done.kept)) as kept:
        assert kept.execute("select count(*) from notes").fetchone() == (1,)
