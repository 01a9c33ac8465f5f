"""Everything of ours from one database into an empty one, of the same kind or the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import closing

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DataError

from storage.archive.search import rebuild_word_index
from storage.database import Database, newer_or_older, stored_revision
from storage.errors import Refused
from storage.migrations import HEAD
from storage.moving.comparing import Held, held_alike, pieces_of
from storage.moving.tables import TODAYS, go_on_after, highest_id, rows_in, tables_of
from storage.schema import release_words

Each = Callable[[int, int], None]
"""Told after each piece how many rows are done, and of how many."""


def nobody(done: int, total: int) -> None:
    """Nobody watches."""


def copy(source: Database, target: Database, *, each: Each = nobody) -> tuple[Held, ...]:
    """Copy all rows of ours, as of one moment; the service may go on at the source meanwhile.

    It is one transaction on the target, and the last thing in it is to read everything back: a copy
    that was stopped, or that is not the same, leaves the target as it was.

    Args:
        source: has today's tables.
        target: has no tables, or has today's with nothing in them. It gets the tables it lacks.
        each: told how far it is.

    Raises:
        Refused: there is something at the target, or a value that its kind cannot keep.
        SchemaOutdated: the tables of either are those of another version.
        NotAlike: what was read back is not what was written.
    """
    see_that_there_is_one(source)
    with source.reading() as old:
        see_that_it_is_of_today(old, source)
        target.ensure_schema()
        with target.transaction() as new:
            return fill(old, new, TODAYS, database=target, each=each)


def compare(source: Database, target: Database, *, each: Each = nobody) -> tuple[Held, ...]:
    """Read all rows of two databases and hold them against each other; write nothing.

    Raises:
        NotAlike: a row differs, or is in one of them alone.
        SchemaOutdated: the tables of either are those of another version.
        Refused: one of them has nothing of ours.
    """
    see_that_there_is_one(source)
    see_that_there_is_one(target)
    with source.reading() as old, target.reading() as new:
        see_that_it_is_of_today(old, source)
        see_that_it_is_of_today(new, target)
        tables = tables_of(old, TODAYS)
        return verified(old, new, tables, Progress(each, sum(rows_in(old, tables).values())))


class Progress:
    """Adds up what is done in one table after the other."""

    def __init__(self, each: Each, total: int) -> None:
        self._each, self._total, self._before = each, total, 0

    def within(self, done: int) -> None:
        """So many rows of the table at hand."""
        self._each(self._before + done, self._total)

    def is_through(self, rows: int) -> None:
        """The table at hand is done."""
        self._before += rows


def fill(
    old: Connection,
    new: Connection,
    names: Collection[str],
    *,
    database: Database,
    each: Each = nobody,
) -> tuple[Held, ...]:
    """Copy the tables of these names from one transaction into another, and compare; see `copy`."""
    tables = tables_of(old, names)
    _keep_others_out(new, tables)
    _refuse_what_is_there(new, tables, database)
    progress = Progress(each, 2 * sum(rows_in(old, tables).values()))
    for table in tables:
        _copy_rows(old, new, table, progress)
        if "id" in table.columns:
            go_on_after(new, table, highest_id(old, table))
    if new.dialect.name != "sqlite":
        # The planner knows nothing of rows that came at once: it would read whole tables.
        new.exec_driver_sql(f"analyze {', '.join(table.name for table in tables)}")
    elif any(table.name == release_words.name for table in tables):
        rebuild_word_index(new)
    return verified(old, new, tables, progress)


def empty(tx: Connection, tables: Sequence[Table]) -> None:
    """Take all rows out of a PostgreSQL database, as part of a transaction that brings others."""
    names = ", ".join(table.name for table in tables)
    # Whoever alters a snapshot is refused by this trigger; here the whole archive makes way.
    tx.exec_driver_sql("alter table snapshots disable trigger snapshots_refuse")
    tx.exec_driver_sql(f"truncate {names}")
    tx.exec_driver_sql("alter table snapshots enable trigger snapshots_refuse")


def verified(
    old: Connection, new: Connection, tables: Sequence[Table], progress: Progress
) -> tuple[Held, ...]:
    """Return what is the same on both sides, table by table; see `compare`."""
    found = []
    for table in tables:
        found.append(held_alike(old, new, table, progress.within))
        progress.is_through(found[-1].rows)
    return tuple(sorted(found, key=lambda held: held.name))


def _copy_rows(old: Connection, new: Connection, table: Table, progress: Progress) -> None:
    # Rows that others of the same table refer to go first.
    linked = [link.parent.is_not(None) for link in table.foreign_keys if link.column.table is table]
    done = 0
    with closing(pieces_of(old, table, *linked)) as pieces:
        for piece in pieces:
            try:
                new.execute(insert(table), [dict(row._mapping) for row in piece])
            except DataError as fault:
                raise _cannot_keep(table, fault) from fault
            done += len(piece)
            progress.within(done)
    progress.is_through(done)


def _keep_others_out(new: Connection, tables: Sequence[Table]) -> None:
    """Have nobody else write into these tables until the end; SQLite has one writer anyway."""
    if new.dialect.name != "sqlite":
        names = ", ".join(table.name for table in tables)
        new.exec_driver_sql(f"lock table {names} in share row exclusive mode")


def _refuse_what_is_there(new: Connection, tables: Sequence[Table], database: Database) -> None:
    there = {name: rows for name, rows in rows_in(new, tables).items() if rows}
    if there:
        told = ", ".join(f"{name} ({rows})" for name, rows in sorted(there.items()))
        raise Refused(
            f"there is something in the database {database} already: {told}",
            todo="Give the address of an empty database. Nothing was changed.",
        )


def see_that_there_is_one(database: Database) -> None:
    """Refuse a file that is not there, and do not make it by looking."""
    if database.is_missing:
        raise nothing_of_ours(database)


def see_that_it_is_of_today(tx: Connection, database: Database) -> None:
    """Refuse a database without our tables, or with those of another version."""
    found = stored_revision(tx)
    if found is None:
        raise nothing_of_ours(database)
    if found != HEAD:
        raise newer_or_older(database, found)


def nothing_of_ours(database: Database) -> Refused:
    """Return the error that a database has no tables of ours."""
    return Refused(
        f"there is nothing of ours in the database {database}",
        todo="Check ROUNDWATCH_DATABASE_URL, and the address that was given.",
    )


def _cannot_keep(table: Table, fault: DataError) -> Refused:
    said = " ".join(str(fault.orig).split())
    return Refused(
        f"a row of the table {table.name} has a value that this kind of database cannot keep:"
        f" {said}",
        todo="Nothing was copied. `roundwatch issues` and `roundwatch verify` may tell which row "
        "it is; mend it at the source, then copy again.",
    )
