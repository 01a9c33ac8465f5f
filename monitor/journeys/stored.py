"""Pages on file as if they arrived anew: what the reader needs to read them again."""

from __future__ import annotations

from urllib.parse import urlsplit

from monitor.core.addresses import canonical, is_release
from monitor.core.captures import original_of, recorded_at
from monitor.journeys.intake import Arrival
from storage.records import Snapshot


def holds_a_release(snapshot: Snapshot) -> bool:
    """Whether a snapshot is of a page that may be a release's.

    Listings, feeds and the index of captures are kept too, but hold none.
    """
    return snapshot.origin == "folder" or is_release(_address(snapshot))


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
