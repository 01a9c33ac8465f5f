"""A backup is one file, whichever database it is of: a SQLite database with all of our rows.

SQLite hands over its pages as of one moment while others write (https://www.sqlite.org/backup.html);
from PostgreSQL the rows are copied in one transaction that sees one moment. A file has its name
only when it is whole: until then it ends in `.part`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import Connection

from storage import upgrade
from storage.database import Database, newer_or_older, sqlite_connection, stored_revision
from storage.errors import DatabaseLocked, Refused
from storage.moving.comparing import Held
from storage.moving.copying import (
    Each,
    Progress,
    empty,
    fill,
    nobody,
    nothing_of_ours,
    see_that_it_is_of_today,
    see_that_there_is_one,
    verified,
)
from storage.moving.files import (
    begin,
    copy_pages,
    finish,
    forget,
    is_open,
    unpack,
)
from storage.moving.tables import TODAYS, names_in, rows_in, tables_of
from storage.queue import anybody_works


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and where that is kept which was there before, if anything was."""

    tables: tuple[Held, ...]
    kept: Path | None


def backup(
    source: Database, file: Path, *, replace: bool = False, each: Each = nobody
) -> tuple[Held, ...]:
    """Write all that is on file into a file, as of one moment; the service may go on meanwhile.

    The file is for its owner alone, since the service's keys and readers' addresses are in it.

    Args:
        source: a database with tables of ours, also those of an older version.
        file: where to; its folder is made if it is missing.
        replace: whether a file that is there may be replaced.
        each: told how far it is.

    Raises:
        Refused: the file is there already, or the database has nothing of ours.
        SchemaOutdated: the tables are those of a newer version.
        NotAlike: what was written is not what was read.
        DatabaseFull: the file cannot be written.
    """
    if file.exists() and not replace:
        raise Refused(f"{file} is there already", todo="Give another name, or --force.")
    see_that_there_is_one(source)
    part = file.with_name(f"{file.name}.part")
    with source.reading() as old:
        revision = _revision_of(old, source)  # the moment that is seen begins here
        with _begun(part):
            if source.on_sqlite:
                copy_pages(sqlite_connection(old), part)
            made = Database(f"sqlite:///{part}")
            try:
                held = _rows_of(old, made, revision, each)
            finally:
                made.close()
            finish(part, file)
    return held


def restore(
    file: Path, target: Database, *, keep_in: Path, force: bool = False, each: Each = nobody
) -> Restored:
    """Put all that is in a backup into a database, all of it or nothing.

    A backup of an older version is brought up to date on the way; the file stays as it is.

    Args:
        file: a backup, or another SQLite database of ours.
        target: an empty database; with `force` one that may hold something. On PostgreSQL its
            tables must be today's, or none.
        keep_in: a folder for what is made on the way, and for a backup of what was there.
        force: replace what is there, after keeping it.
        each: told how far it is.

    Raises:
        Refused: the file is no whole backup, or the database holds something.
        SchemaOutdated: the file is of a newer version.
        NotAlike: what was written is not what was read.
        DatabaseLocked: what would be replaced is in use.
    """
    with _opened(file, keep_in) as whole:
        kept = _keep_what_is_there(target, keep_in, force=force)
        if target.on_sqlite:
            return Restored(_put_in_place(whole, target, each), kept)
        with whole.reading() as old, target.transaction() as new:
            see_that_it_is_of_today(old, whole)
            if kept:
                empty(new, tables_of(new, TODAYS))
            return Restored(fill(old, new, TODAYS, database=target, each=each), kept)


def _rows_of(old: Connection, made: Database, revision: str, each: Each) -> tuple[Held, ...]:
    """See that the file has every row; bring them there where its pages are not a copy."""
    if old.dialect.name == "sqlite":
        with made.reading() as new:
            tables = tables_of(new, names_in(new))
            return verified(old, new, tables, Progress(each, sum(rows_in(new, tables).values())))
    with made.migrating() as new:
        upgrade.upgrade(new, revision)
        return fill(old, new, names_in(new), database=made, each=each)


def _put_in_place(whole: Database, target: Database, each: Each) -> tuple[Held, ...]:
    """Replace a SQLite database in one transaction of its own, whoever has it open."""
    copy_pages(_path(whole), _path(target))
    with whole.reading() as old, target.reading() as new:
        tables = tables_of(old, TODAYS)
        return verified(old, new, tables, Progress(each, sum(rows_in(old, tables).values())))


def _keep_what_is_there(target: Database, folder: Path, *, force: bool) -> Path | None:
    if not target.on_sqlite:
        target.ensure_schema()
    with target.reading() as there:
        if stored_revision(there) is None:
            return None
        names = names_in(there) if target.on_sqlite else TODAYS
        if not any(rows_in(there, tables_of(there, names)).values()):
            return None
    if not force:
        raise Refused(
            f"there is something in the database {target} already",
            todo="Stop the service and give --force to replace it: a backup of what is there is"
            " kept. Or set ROUNDWATCH_DATABASE_URL to an empty database.",
        )
    _see_that_it_is_at_rest(target)
    name = Path(str(target.url.database)).name
    kept = next(
        path
        for number in count(1)
        if not (path := folder / f"{name}.before-restore-{number}.backup").exists()
    )
    backup(target, kept)
    return kept


def _see_that_it_is_at_rest(target: Database) -> None:
    """Refuse to replace a database under whoever uses it.

    A SQLite file is in use as long as it is open; on a server it counts who shows signs of life.
    """
    if target.on_sqlite:
        target.close()  # our own connections are no use of it
        used = is_open(_path(target))
    else:
        with target.reading() as there:
            used = anybody_works(there)
    if used:
        raise DatabaseLocked(
            f"the database {target} is in use",
            todo="Stop what uses it: `roundwatch run`, `serve`, `schedule`, every `worker`; run the"
            " command again half a minute later. Nothing was changed.",
        )


@contextmanager
def _opened(file: Path, folder: Path) -> Iterator[Database]:
    """A copy of a backup with today's tables, for the length of a block."""
    part = folder / f"{file.name}.restore.part"
    with _begun(part):
        unpack(file, part)
        database = Database(f"sqlite:///{part}")
        try:
            if database.revision() is None:
                raise Refused(f"{file} is no backup of ours", todo="Give the name of a backup.")
            database.migrate()
            yield database
        finally:
            database.close()


@contextmanager
def _begun(part: Path) -> Iterator[None]:
    """A file on the way; whatever it comes to, nothing is left at that name."""
    begin(part)
    try:
        yield
    finally:
        forget(part)


def _revision_of(tx: Connection, database: Database) -> str:
    """The step of a database that can be backed up.

    SQLite's pages are copied whatever they hold; rows need tables that this program can make.
    """
    found = stored_revision(tx)
    if found is None:
        raise nothing_of_ours(database)
    if not database.on_sqlite and not upgrade.knows(found):
        raise newer_or_older(database, found)
    return found


def _path(database: Database) -> Path:
    return Path(str(database.url.database))
