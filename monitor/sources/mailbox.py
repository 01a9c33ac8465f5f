"""Mail that came in: from a Maildir, an mbox, files of one mail each, or a stream.

Every mail is cut to what is looked at, so that no file takes more memory than that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from monitor.core.bounces.mail_parts import MOST_BYTES
from monitor.errors import UsageError

_LINE = 1 << 16
_TODO = "Name a Maildir (a folder with `new` and `cur` in it), an mbox, or a file of one mail."


def mails_at(path: Path) -> Iterator[bytes]:
    """Hand out the mails of a Maildir that are not read yet, or all of an mbox or a file.

    Raises:
        UsageError: there is nothing of the kind, or it cannot be read.
    """
    try:
        if path.is_dir():
            yield from unread_mails(path)
            return
        with path.open("rb") as stream:
            yield from mails_in(stream)
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}", todo=_TODO) from fault


def unread_mails(folder: Path) -> Iterator[bytes]:
    """Hand out the unread mails of a Maildir, the oldest first; those asked past are read.

    A mail is marked when the next one is asked for, or the end is reached: so whoever stops in
    between, or is killed, finds it again. It is moved to `cur` and gets the flag S, as every mail
    program understands it (https://cr.yp.to/proto/maildir.html). A mail that another program has
    moved to `cur` without that flag is not read yet.

    Raises:
        UsageError: the folder is no Maildir.
        OSError: a mail cannot be read or marked.
    """
    if not all((folder / name).is_dir() for name in ("new", "cur")):
        raise UsageError(f"{folder} is no Maildir: it has no `new` and `cur` in it", todo=_TODO)
    waiting = [path for name in ("new", "cur") for path in (folder / name).iterdir()]
    for path in sorted(filter(_is_unread, waiting), key=lambda path: path.name):
        try:
            with path.open("rb") as stream:
                content = stream.read(MOST_BYTES)
        except FileNotFoundError:  # another process was quicker
            continue
        yield content
        _mark_as_read(path, folder / "cur")


def mails_in(stream: BinaryIO) -> Iterator[bytes]:
    """Hand out the mails of a stream: one, or those of an mbox, if it begins like one.

    An mbox (RFC 4155) begins each mail with a line `From `, after an empty line.
    """
    line = stream.readline(_LINE)
    is_mbox = line.startswith(b"From ")
    mail, empty_before = bytearray(), False
    while line:
        if is_mbox and empty_before and line.startswith(b"From "):
            yield bytes(mail)
            mail.clear()
        if len(mail) < MOST_BYTES:
            mail += line
        empty_before = not line.strip(b"\r\n")
        line = stream.readline(_LINE)
    if mail.strip():
        yield bytes(mail[:MOST_BYTES])


def _is_unread(path: Path) -> bool:
    name, _, flags = path.name.partition(":2,")
    return not name.startswith(".") and "S" not in flags and path.is_file()


def _mark_as_read(path: Path, cur: Path) -> None:
    name, _, flags = path.name.partition(":2,")
    with suppress(FileNotFoundError):  # another process was quicker
        path.rename(cur / f"{name}:2,{''.join(sorted({*flags, 'S'}))}")
