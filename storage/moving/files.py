"""SQLite files: pages from one to another, a name only when whole, and nobody else's to read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from storage.driver import in_our_words
from storage.errors import DatabaseFull, DatabaseLocked, DatabaseUnreachable, Refused

_FOR_THE_OWNER = 0o600
_PATIENCE = 10.0  # seconds to wait for a lock, as in `storage.database`


def begin(part: Path) -> None:
    """Make an empty file for its owner alone, in place of one that was left unfinished.

    Raises:
        DatabaseFull: it cannot be written there.
    """
    try:
        part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        forget(part)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FOR_THE_OWNER))
    except OSError as fault:
        raise DatabaseFull(
            f"{part} cannot be written: {fault.strerror}",
            todo="Give another place, or allow writing there; `migrate` and `restore` keep backups"
            " in ROUNDWATCH_BACKUP_FOLDER.",
        ) from fault


def finish(part: Path, file: Path) -> None:
    """Give a whole database its name, as one file that is on the disk.

    Raises:
        Refused: the file is damaged.
    """
    see_that_it_is_whole(part, part)
    with _errors_about(part), closing(_connected(part)) as made:
        made.execute("pragma journal_mode = delete")
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def forget(part: Path) -> None:
    """Remove a file that is not needed any more, and what SQLite kept beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)


def copy_pages(source: sqlite3.Connection | Path, target: Path) -> None:
    """Copy a live SQLite database over another: all of it at once, or nothing.

    A connection in a transaction is copied as that transaction sees it.
    """

    def give_up(status: int, _remaining: int, _total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise DatabaseLocked(
                f"the database {target} is busy",
                todo="Stop what uses it, the service first of all; then run the command again.",
            )

    with _errors_about(target), closing(_connected(target)) as there:
        if isinstance(source, sqlite3.Connection):
            source.backup(there, progress=give_up)
            return
        with closing(_connected(source, read_only=True)) as here:
            here.backup(there, progress=give_up)


def unpack(file: Path, part: Path) -> None:
    """Copy a backup into a file that was begun, and see that it is whole.

    Raises:
        Refused: it is no SQLite database, or a damaged one.
    """
    try:
        copy_pages(file, part)
        see_that_it_is_whole(part, file)
    except DatabaseUnreachable as fault:
        if not isinstance(fault.__cause__, sqlite3.DatabaseError):
            raise
        raise Refused(
            f"{file} is no whole backup: {fault.__cause__}", todo="Take another backup."
        ) from fault


def is_open(file: Path) -> bool:
    """Whether any other connection to a SQLite database is open, at work or not.

    Only who is alone with a database can end its WAL mode
    (https://www.sqlite.org/pragma.html#pragma_journal_mode); whoever opens it next begins it again.
    """
    with _errors_about(file), closing(_connected(file)) as connection:
        try:
            connection.execute("pragma journal_mode = delete")
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise
            return True
    return False


def see_that_it_is_whole(database: Path, called: Path) -> None:
    """Have SQLite check every page, index and link.

    Raises:
        Refused: something is damaged.
    """
    with _errors_about(called), closing(_connected(database)) as connection:
        said = [row[0] for row in connection.execute("pragma integrity_check(3)")]
        dangling = connection.execute("pragma foreign_key_check").fetchmany(3)
    if said != ["ok"] or dangling:
        raise Refused(
            f"{called} is damaged: {'; '.join(said)}; rows that refer to nothing: {len(dangling)}",
            todo="Take another backup.",
        )


def _connected(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    mode = "ro" if read_only else "rw"
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=_PATIENCE)


@contextmanager
def _errors_about(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as fault:
        known = in_our_words(fault, database=str(path), lost=False)
        if known is None:
            raise
        raise known from fault
