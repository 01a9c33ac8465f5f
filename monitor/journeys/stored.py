"""Pages on file as if they arrived anew: what the reader needs to read them again."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from monitor.core.addresses import canonical, is_release
from monitor.core.captures import original_of, recorded_at
from monitor.errors import DamagedSnapshot
from monitor.journeys.intake import Arrival
from storage import archive
from storage.database import Transaction
from storage.records import Snapshot

_RESTORE = "restore it from a copy of the database; `roundwatch verify` says what else is damaged"


def holds_a_release(snapshot: Snapshot) -> bool:
    """Whether a snapshot is of a page that may be a release's.

    Listings, feeds and the index of captures are kept too, but hold none.
    """
    return snapshot.origin == "folder" or is_release(_address(snapshot))


def read_back(tx: Transaction, number: int) -> tuple[Snapshot, bytes]:
    """A stored page with its bytes, where they are those that were stored.

    Raises:
        DamagedSnapshot: it is gone, or they are not.
    """
    try:
        snapshot = archive.snapshot_of(tx, number)
    except LookupError as fault:
        raise gone(number) from fault
    body = archive.unpacked(archive.packed_body(tx, number), snapshot.size)
    if body is None or why_damaged(snapshot, body):
        raise DamagedSnapshot(
            f"the page of {snapshot.fetched_at:%Y-%m-%d %H:%M} is not what was stored: "
            f"{why_damaged(snapshot, body)}",
            evidence={"snapshot": str(number), "sha256": snapshot.sha256},
            todo=_RESTORE,
        )
    return snapshot, body


def gone(number: int) -> DamagedSnapshot:
    """What to say of a stored page that is not on file any more."""
    return DamagedSnapshot(f"snapshot {number} is gone from the archive", todo=_RESTORE)


def why_damaged(snapshot: Snapshot, body: bytes | None) -> str | None:
    """How a page's bytes differ from those that were stored; None if they do not."""
    if body is None or len(body) != snapshot.size:
        return f"it does not unpack to the {snapshot.size} bytes that it had"
    found = hashlib.sha256(body).hexdigest()
    return None if found == snapshot.sha256 else f"its SHA-256 is {found}, not {snapshot.sha256}"


def arrival_of(snapshot: Snapshot, body: bytes) -> Arrival:
    """A stored page as it arrived."""
    address = _address(snapshot)
    saved = urlsplit(address).scheme == "file"
    return Arrival(
        address=None if saved else canonical(address),
        fetched_from=snapshot.address,
        origin=snapshot.origin,
        fetched_at=snapshot.fetched_at,
        status=snapshot.status,
        headers=snapshot.headers,
        body=body,
    )


def _address(snapshot: Snapshot) -> str:
    """The address that a page stood at, also where an archive or a WARC holds it."""
    return original_of(snapshot.address) or recorded_at(snapshot.address) or snapshot.address
