"""Run the reader again over the stored pages: a better parser reaches old rounds.

No network. Quiet: nothing is announced. A page that comes out as before changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from monitor.core.addresses import canonical, is_release
from monitor.core.captures import original_of, recorded_at
from monitor.core.look import Look
from monitor.journeys.intake import Arrival, Taken, take_in
from monitor.journeys.progress import Each, nobody
from monitor.settings import Settings
from storage import archive
from storage.database import Database
from storage.records import Snapshot


def reread(
    *, database: Database, settings: Settings, now: Callable[[], datetime], each: Each = nobody
) -> list[Taken]:
    """Read every stored release again, oldest snapshot first.

    Raises:
        StorageError: the database cannot be used; each page is a commit of its own.
    """
    with database.reading() as tx:
        pages = [snapshot for snapshot in archive.snapshots(tx) if _is_page(snapshot)]
    look = Look(now().date(), quiet=True, first=False)
    taken = []
    for number, snapshot in enumerate(pages, 1):
        with database.reading() as tx:
            body = archive.body_of(tx, snapshot.id)
        arrival = _arrival(snapshot, body)
        taken.append(take_in(arrival, look, database=database, settings=settings, now=now()))
        each(number, len(pages))
    return taken


def _is_page(snapshot: Snapshot) -> bool:
    """Listings, feeds and robots.txt are kept too, but hold no release."""
    return snapshot.origin == "folder" or is_release(_address(snapshot))


def _address(snapshot: Snapshot) -> str:
    """The address that a page stood at, also where an archive or a WARC holds it."""
    return original_of(snapshot.address) or recorded_at(snapshot.address) or snapshot.address


def _arrival(snapshot: Snapshot, body: bytes) -> Arrival:
    saved = urlsplit(_address(snapshot)).scheme == "file"
    return Arrival(
        address=None if saved else canonical(_address(snapshot)),
        fetched_from=snapshot.address,
        origin=snapshot.origin,
        fetched_at=snapshot.fetched_at,
        status=snapshot.status,
        headers=snapshot.headers,
        body=body,
    )
