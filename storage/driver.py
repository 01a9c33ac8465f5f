"""What a driver says when something goes wrong, in our words: see `storage.errors`.

SQLite's codes: https://www.sqlite.org/rescode.html. PostgreSQL's:
https://www.postgresql.org/docs/current/errcodes-appendix.html.
"""

from __future__ import annotations

import sqlite3

from storage.errors import (
    Conflict,
    DatabaseFull,
    DatabaseLocked,
    DatabaseUnreachable,
    StorageError,
)

_TODO: dict[type[StorageError], str] = {
    DatabaseUnreachable: "Check ROUNDWATCH_DATABASE_URL, and that the database is there and is "
    "ours to use; `roundwatch doctor` tells more.",
    DatabaseLocked: "Another process is busy with it: try again in a moment. If it stays so, look "
    "for a roundwatch that hangs, or for a copy or backup that is running.",
    DatabaseFull: "Make room on the disk, or give this user the right to write; then run the "
    "command again: nothing was half-written.",
    Conflict: "Nothing was written; look at what is on file already.",
}

# Primary result codes: the low byte of an extended one.
_SQLITE = {
    sqlite3.SQLITE_BUSY: DatabaseLocked,
    sqlite3.SQLITE_LOCKED: DatabaseLocked,
    sqlite3.SQLITE_FULL: DatabaseFull,
    sqlite3.SQLITE_READONLY: DatabaseFull,
    sqlite3.SQLITE_CANTOPEN: DatabaseUnreachable,
    sqlite3.SQLITE_NOTADB: DatabaseUnreachable,
    sqlite3.SQLITE_CORRUPT: DatabaseUnreachable,
    sqlite3.SQLITE_PERM: DatabaseUnreachable,
    sqlite3.SQLITE_AUTH: DatabaseUnreachable,
    sqlite3.SQLITE_IOERR: DatabaseUnreachable,
}
_SQLITE_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}

# SQLSTATE, or the first two characters of it, which name the class.
_POSTGRESQL = {
    "23505": Conflict,  # unique_violation
    "55P03": DatabaseLocked,  # lock_not_available: our lock_timeout
    "40P01": DatabaseLocked,  # deadlock_detected
    "40001": DatabaseLocked,  # serialization_failure
    "25006": DatabaseFull,  # read_only_sql_transaction
    "53100": DatabaseFull,  # disk_full
    "53300": DatabaseUnreachable,  # too_many_connections
    "08": DatabaseUnreachable,  # connection exceptions
    "28": DatabaseUnreachable,  # invalid authorization
    "3D": DatabaseUnreachable,  # no such database
    "42501": DatabaseUnreachable,  # insufficient_privilege
    "57P": DatabaseUnreachable,  # the server shuts down, or starts
}

_WHAT: dict[type[StorageError], str] = {
    DatabaseUnreachable: "cannot be used",
    DatabaseLocked: "is busy",
    DatabaseFull: "cannot be written to",
    Conflict: "has this already",
}


def in_our_words(fault: BaseException, *, database: str, lost: bool) -> StorageError | None:
    """Return the error that a driver's exception means, or None where it is a fault of ours.

    Args:
        fault: the exception of sqlite3 or psycopg.
        database: the address, without its password, for the summary.
        lost: whether there is no connection (any more).
    """
    kind = _sqlite_kind(fault) if isinstance(fault, sqlite3.Error) else _postgresql_kind(fault)
    if kind is None and lost:
        kind = DatabaseUnreachable
    if kind is None:
        return None
    said = " ".join(str(fault).split())
    return kind(f"the database {database} {_WHAT[kind]}: {said}", todo=_TODO[kind])


def _sqlite_kind(fault: sqlite3.Error) -> type[StorageError] | None:
    code = getattr(fault, "sqlite_errorcode", None)
    if code is None:
        return None
    return Conflict if code in _SQLITE_UNIQUE else _SQLITE.get(code & 0xFF)


def _postgresql_kind(fault: BaseException) -> type[StorageError] | None:
    state: str = getattr(fault, "sqlstate", None) or ""
    matches = (_POSTGRESQL.get(state[:length]) for length in (5, 3, 2))
    return next((kind for kind in matches if kind), None)
