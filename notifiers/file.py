"""Messages as .eml files: the default way out, and the one to look at."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from notifiers.mail.parcel import Parcel
from notifiers.message import NothingCanBeSent, Settle, Take


class FileNotifier:
    """Writes each message into its own file of `folder`, whole or not at all.

    The name comes from the Message-ID: a repeat overwrites its first copy instead of doubling it.
    Files are readable by their owner alone, for they hold readers' addresses.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def lanes(self) -> int:
        """One: the disk is no faster for several."""
        return 1

    def carry(self, take: Take, settle: Settle) -> None:
        """Write what `take` gives, each settled before the next is taken."""
        while parcel := take(True):
            settle(parcel, self._write(parcel))

    def _write(self, parcel: Parcel) -> NothingCanBeSent | None:
        """Shut out where the folder takes no file: full, missing rights, not a folder."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_whole(self.folder / file_name(parcel.message_id), parcel.content)
        except OSError as error:
            return NothingCanBeSent(
                f"The mail could not be written to {self.folder}: {error.strerror or error}.",
                todo="Make room in that folder or allow writing to it, then deliver again.",
            )
        return None

    def close(self) -> None:
        """Nothing is held open between messages."""


def file_name(message_id: str) -> str:
    """A readable file name, different for each Message-ID (also where case does not count)."""
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", message_id.strip("<>").partition("@")[0])
    mark = hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()[:10]
    return f"{readable.strip('-.')[:80] or 'message'}-{mark}.eml"


def _write_whole(path: Path, content: bytes) -> None:
    """Replace `path` in one step, so that a crash leaves the old file or the new one."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """The new name is safe from a power cut only once the folder itself is on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
