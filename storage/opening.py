"""How a SQLite file is opened: for its owner alone, and to be read where nothing can be written."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from storage.errors import DatabaseUnreachable

_FOR_THE_OWNER = 0o600


def make_folder(file: Path) -> None:
    """Make the folder of a file, closed to others.

    Raises:
        DatabaseUnreachable: it cannot be made.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise DatabaseUnreachable(
            f"the folder {file.parent} for the database cannot be made: {fault.strerror}",
            todo="Give another place in ROUNDWATCH_DATABASE_URL, or make the folder yourself.",
        ) from fault


def is_read_only(file: Path) -> bool:
    """Whether a file is there and neither it nor its folder may be written to."""
    return file.exists() and not (os.access(file, os.W_OK) or os.access(file.parent, os.W_OK))


def prepare(_dialect: object, _record: object, args: list[str], more: dict[str, Any]) -> None:
    """Make the file that is to be opened, or have it opened to be read: see SQLAlchemy's event.

    https://docs.sqlalchemy.org/en/20/core/events.html#sqlalchemy.events.DialectEvents.do_connect
    """
    parts = urlsplit(args[0])
    if not more.get("uri"):
        file = Path(args[0])
        if is_read_only(file):
            args[0], more["uri"] = _to_be_read(file), True
            return
    elif "mode=" not in parts.query:
        file = Path(parts.path)
    else:
        return  # the address says itself how it is to be opened
    with suppress(OSError):  # it is there, and stays as it is; or SQLite says what is in the way
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FOR_THE_OWNER))


def _to_be_read(file: Path) -> str:
    """The address of a file in a folder in which nothing can be written.

    Without a -shm SQLite reads a WAL database there only as one that nobody alters
    (https://www.sqlite.org/wal.html#read_only_databases): whoever has it open keeps a -shm beside
    it, and what is not yet in the file itself is in the -wal or the -journal.

    Raises:
        DatabaseUnreachable: a part of what is on file could not be read.
    """
    wal, shm, journal = (file.with_name(file.name + end) for end in ("-wal", "-shm", "-journal"))
    if shm.exists() or journal.exists():
        return f"file:{quote(str(file))}?mode=ro"
    if wal.exists() and wal.stat().st_size:
        raise DatabaseUnreachable(
            f"the database {file} cannot be read where nothing can be written: its latest rows are"
            f" still in {wal.name}",
            todo="Copy the file and its -wal into a folder that can be written to, and name that"
            " in ROUNDWATCH_DATABASE_URL.",
        )
    return f"file:{quote(str(file))}?immutable=1"
