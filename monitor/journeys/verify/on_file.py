"""The archive, held against its own hashes: each stored page, and each text read from one.

A part at a time, so that an archive of any size takes no memory.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.errors import DamagedSnapshot
from monitor.journeys.problems import record_problem
from monitor.journeys.progress import Each, nobody
from monitor.journeys.stored import why_damaged
from monitor.journeys.verify.texts import is_of_another_reader, misread
from monitor.journeys.verify.verified import Verified
from monitor.series import edition
from storage import archive, journal
from storage.database import Database
from storage.records import Revision, Snapshot

_AT_ONCE = 20  # pages: some MB at most


def verify_archive(
    *, database: Database, now: Callable[[], datetime], each: Each = nobody
) -> Verified:
    """Compute every hash of the archive anew.

    Each stored page must unpack to its size and SHA-256; each revision must have the fingerprint,
    the text and the rounds that its page shows when the same edition of the reader reads it again.
    What differs is an issue on file until a later run finds it whole.

    Raises:
        StorageError: the database cannot be used.
    """
    return _Verifying(database, now, each).run()


class _Verifying:
    """One run over the archive."""

    def __init__(self, database: Database, now: Callable[[], datetime], each: Each) -> None:
        self._database = database
        self._now = now
        self._each = each
        self._found = Verified()
        self._damaged: set[int] = set()
        self._addresses: set[str] = set()
        self._done = 0
        with database.reading() as tx:
            self._total = archive.count_snapshots(tx) + archive.count_revisions(tx)

    def run(self) -> Verified:
        """Go through all pages, then through all texts."""
        last = 0
        while part := self._packed_behind(last):
            for snapshot, packed in part:
                self._hold(snapshot, _fault_of(snapshot, packed))
            last = part[-1][0].id
        self._name_lost()
        last = 0
        while texts := self._texts_behind(last):
            for text in texts:
                self._read_again(text)
            last = texts[-1].id
        self._close_what_is_over()
        return self._found

    def _packed_behind(self, last: int) -> tuple[tuple[Snapshot, bytes], ...]:
        with self._database.reading() as tx:
            return archive.packed_behind(tx, last, limit=_AT_ONCE)

    def _texts_behind(self, last: int) -> tuple[Revision, ...]:
        with self._database.reading() as tx:
            return archive.revisions_behind(tx, last, limit=_AT_ONCE)

    def _name_lost(self) -> None:
        """Name the pages that are gone, though a text was read from them or seen on them."""
        with self._database.reading() as tx:
            lost = archive.lost_pages(tx)
        for number, release in sorted(lost.items()):
            self._damaged.add(number)
            why = f"it is gone, and {release} was read from it"
            self._name(f"snapshot {number}", why, f"snapshot {number} is gone", release)

    def _read_again(self, text: Revision) -> None:
        if text.snapshot_id in self._damaged:
            self._tell()  # it is named already, and what it showed is not to be known
            return
        with self._database.reading() as tx:
            snapshot = archive.snapshot_of(tx, text.snapshot_id)
            packed = archive.packed_body(tx, text.snapshot_id)
            why = None if is_of_another_reader(text) else misread(tx, text, snapshot, packed)
        if why is None and text.reader != edition():
            self._tell()  # a difference would be one of understanding: `reread` speaks of those
            self._found.older += 1
        else:
            self._hold(snapshot, why)

    def _tell(self) -> None:
        self._done += 1
        self._each(self._done, self._total)

    def _hold(self, snapshot: Snapshot, why: str | None) -> None:
        """Count one more, and put on record what differs."""
        self._tell()
        if why is None:
            self._found.agreed += 1
            return
        self._damaged.add(snapshot.id)
        moment = f"{snapshot.fetched_at:%Y-%m-%d %H:%M}"
        said = f"the page of {moment}, or what was read from it, is not what was stored: {why}"
        name = f"snapshot {snapshot.id} of {snapshot.address}"
        self._name(name, why, said, snapshot.address, snapshot)

    def _name(
        self, name: str, why: str, said: str, address: str, snapshot: Snapshot | None = None
    ) -> None:
        """Count what differs, and put it on record."""
        self._addresses.add(address)
        self._found.differs(name, why)
        fault = DamagedSnapshot(
            said,
            evidence={"sha256": snapshot.sha256, "size": str(snapshot.size)} if snapshot else None,
            todo="restore it from a copy of the database; nothing was changed",
        )
        number = snapshot.id if snapshot else None
        with self._database.transaction() as tx:
            record_problem(tx, fault, address=address, snapshot_id=number, now=self._now())

    def _close_what_is_over(self) -> None:
        with self._database.transaction() as tx:
            for issue in journal.issues(tx):
                over = issue.kind == DamagedSnapshot.kind and issue.address not in self._addresses
                if over:
                    journal.close_issue(tx, issue.id, self._now())


def _fault_of(snapshot: Snapshot, packed: bytes) -> str | None:
    """What is wrong with a stored page; None for nothing."""
    return why_damaged(snapshot, archive.unpacked(packed, snapshot.size))
