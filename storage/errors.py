"""What can go wrong with the database, each with what to do about it.

    StorageError
    ├── DatabaseUnreachable   no connection, no such file, or a file that is no database
    ├── DatabaseLocked        another process holds it longer than we wait
    ├── DatabaseFull          the disk is full, or the database may not be written to
    ├── SchemaOutdated        the tables are those of another version of Roundwatch
    ├── Refused               a copy, backup or restore would overwrite something, or cannot be kept
    ├── NotAlike              what was copied is not the same on both sides
    └── Conflict              what must be unique is there already

Anything else the driver says (a missing table, a broken foreign key) is a fault of ours and stays
the SQLAlchemy error it is.
"""

from __future__ import annotations

from typing import ClassVar


class StorageError(Exception):
    """Base of the errors of `storage`.

    Args:
        summary: one sentence: what happened, and to which database.
        todo: what the person at the command line can do about it.
    """

    kind: ClassVar[str] = "storage"

    def __init__(self, summary: str, *, todo: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.todo = todo


class DatabaseUnreachable(StorageError):
    """There is no database at the address, or none we may enter."""

    kind = "database-unreachable"


class DatabaseLocked(StorageError):
    """Another process held the database, or the row, longer than we wait."""

    kind = "database-locked"


class DatabaseFull(StorageError):
    """Nothing can be written: the disk is full, or the database is read-only."""

    kind = "database-full"


class SchemaOutdated(StorageError):
    """The tables are not those that this version of Roundwatch works with."""

    kind = "schema-outdated"


class Refused(StorageError):
    """A copy, a backup or a restore that was not begun: something is in its way."""

    kind = "refused"


class NotAlike(StorageError):
    """Two databases that should hold the same rows do not."""

    kind = "not-alike"


class Conflict(StorageError):
    """A row that must be unique is there already; nothing was written."""

    kind = "conflict"
