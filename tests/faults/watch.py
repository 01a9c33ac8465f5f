"""A watch over the press pages on the eve of the fifth round, to be disturbed by tests.

The server shows the bundled pages (`monitor.pressroom`) and may be told to misbehave on any of
them. The archive has rounds one to four and one reader. On the eve the listing comes without
validators; on the day of the fifth round it has some, and so has everything bad that is served in
its place, the very same ones: whoever remembers them too early never sees the round.
"""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from monitor.bootstrap import service
from monitor.core.addresses import FEED_PATH, LISTING_PATHS, OFFICIAL_ORIGIN, canonical
from monitor.journeys.asking.ledger import StoredLedger
from monitor.journeys.asking.memory import StoredHostMemory
from monitor.journeys.past.live import backfill_live
from monitor.journeys.past.window import Window
from monitor.journeys.poll import Polled, poll
from monitor.journeys.readers.orders import Order, subscribe
from monitor.pressroom import releases, rounds
from monitor.pressroom.site import Page as Shown
from monitor.pressroom.site import Site
from monitor.series import followed
from monitor.settings import Settings
from monitor.sources.again import Retries
from monitor.sources.client import PoliteClient
from monitor.sources.ustr import UstrSite, hosts_of
from storage import archive, journal, outbox
from storage.database import Database
from storage.records import Balance, FiledDigest, Issue
from storage.schema import metadata
from tests.faults.server import Behaviour, MisbehavingServer, Page, redirect

AGENT = "Roundwatch/0.1 (+https://example.org/roundwatch; operator@example.org)"
AT_ONCE = Retries(wait_initial=0.0, wait_max=0.0, wait_jitter=0.0)
MORNING = datetime(2024, 7, 31, 12, 0, tzinfo=UTC)
READER = "reader@example.org"
SERIES = followed()[0]

LISTING, OTHER_LISTING = LISTING_PATHS
FIFTH = next(release for release in releases() if release.round == 5)
FIFTH_PATH = canonical(FIFTH.address).removeprefix(OFFICIAL_ORIGIN)
EVE = Site(releases(), rounds()[5] - timedelta(days=1), "/about-us")
DAY = Site(releases(), rounds()[5], "/about-us")
VALIDATORS = {"etag": '"new"', "last_modified": "Wed, 31 Jul 2024 16:00:00 GMT"}

# What may not change when something bad is served.
ON_FILE = (
    "revisions sightings readouts mentions comparisons digests deliveries subscribers "
    "subscriptions fetches"
).split()


def page(site: Site, path: str, **changes: Any) -> Page:
    """What the bundled site shows at a path, as the misbehaving server would serve it."""
    shown = site.answer(path)
    assert isinstance(shown, Shown), path
    return replace(Page(shown.body, shown.status, shown.content_type), **changes)


def good(path: str) -> Page:
    """What stands at a path on the day of the fifth round."""
    return page(DAY, path, **VALIDATORS)


def bytes_of(shown: Page) -> bytes:
    """A page's body as it goes over the wire."""
    return shown.body.encode() if isinstance(shown.body, str) else shown.body


def serve(server: MisbehavingServer, site: Site, **validators: str) -> None:
    """Have the server show the whole site, its listing with the given validators."""
    server.set(LISTING, page(site, LISTING, **validators))
    server.set(OTHER_LISTING, redirect(LISTING, 301))
    for number in itertools.count(1):
        if site.answer(f"{LISTING}?page={number}") is None or not _is_there(site, number):
            break
        server.set(f"{LISTING}?page={number}", page(site, f"{LISTING}?page={number}"))
    for release in releases():
        path = canonical(release.address).removeprefix(OFFICIAL_ORIGIN)
        if release in site.visible:
            server.set(path, page(site, path))
        else:
            server.set(path, Page("nothing here yet", status=404))
    server.set(FEED_PATH, page(site, FEED_PATH))
    server.set("/robots.txt", page(site, "/robots.txt"))


def _is_there(site: Site, number: int) -> bool:
    shown = site.answer(f"{LISTING}?page={number}")
    return isinstance(shown, Shown) and shown.status == 200


class Watch:
    """One archive, one server, and a clock that tests move on.

    Args:
        url: the archive's database.
        server: where the press pages are.
    """

    def __init__(self, url: str, server: MisbehavingServer) -> None:
        self.server = server
        self.settings = Settings(database_url=url, source_url=server.base_url)
        self.database = Database(url)
        self.moment = MORNING

    def now(self) -> datetime:
        """The time of day."""
        return self.moment

    def later(self, **length: float) -> None:
        """Move the clock on."""
        self.moment += timedelta(**length)

    def look(self, deadline: float = 10.0) -> Polled:
        """Look at the source as a new process would, with so many seconds for each answer."""
        with closing(self._client(deadline)) as client:
            return poll(
                database=self.database,
                site=UstrSite(self.server.base_url, client),
                settings=self.settings,
                now=self.now,
            )

    def fill(self) -> None:
        """Take the eve in: its listing, its feed, its past; and a reader subscribes."""
        serve(self.server, EVE)
        assert self.look().problems == ()
        with closing(self._client(10.0)) as client:
            backfill_live(
                database=self.database,
                site=UstrSite(self.server.base_url, client),
                settings=self.settings,
                window=Window(),
                now=self.now,
            )
        assert self.rounds() == [1, 2, 3, 4]
        subscribe(Order(READER), database=self.database, now=self.now())

    def subscribe(self, readers: int) -> None:
        """Add so many more readers."""
        for number in range(1, readers + 1):
            address = f"reader-{number}@example.org"
            subscribe(Order(address), database=self.database, now=self.now())

    def deliver(self, smtp_url: str) -> None:
        """Drain the outbox, at the time that the clock shows."""
        with service(replace(self.settings, smtp_url=smtp_url), now=self.now) as made:
            made.drain()

    def on_file(self) -> dict[str, list[tuple[object, ...]]]:
        """All that is on file but for snapshots, the journal, and what is only wanted so far."""
        with self.database.reading() as tx:
            tables = {
                name: sorted(map(tuple, tx.execute(select(metadata.tables[name]))), key=repr)
                for name in ON_FILE
            }
            table = metadata.tables["releases"]
            unread = (table.c.state == "wanted") & table.c.verdict.is_(None)
            read = select(table).where(~unread)
            return {**tables, "releases": sorted(map(tuple, tx.execute(read)), key=repr)}

    def snapshots(self) -> dict[int, tuple[object, ...]]:
        """All snapshots, by number."""
        with self.database.reading() as tx:
            rows = tx.execute(select(metadata.tables["snapshots"]))
            return {row.id: tuple(row) for row in rows}

    def rounds(self) -> list[int | None]:
        """The rounds on file."""
        with self.database.reading() as tx:
            return [filed.readout.round for filed in archive.current_readouts(tx, SERIES.slug)]

    def issues(self, *, closed: bool = False) -> tuple[Issue, ...]:
        """The open issues, or all."""
        with self.database.reading() as tx:
            return journal.issues(tx, include_closed=closed)

    def digests(self) -> tuple[FiledDigest, ...]:
        """All digests."""
        with self.database.reading() as tx:
            return outbox.digests(tx)

    def books(self) -> Balance:
        """How many deliveries are in which state."""
        with self.database.reading() as tx:
            return outbox.balance(tx)

    def pack(self) -> None:
        """Leave no room in the pages of a SQLite archive."""
        with closing(sqlite3.connect(str(self.database.url.database))) as packer:
            packer.execute("vacuum")

    def pages(self) -> int:
        """How many pages a SQLite archive has."""
        with self.database.reading() as tx:
            return int(tx.exec_driver_sql("pragma page_count").scalar_one())

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def _client(self, deadline: float) -> PoliteClient:
        return PoliteClient(
            AGENT,
            hosts_of(self.server.base_url),
            1000.0,
            StoredHostMemory(self.database),
            ledger=StoredLedger(self.database),
            sleep=lambda _: None,
            now=self.now,
            answer_seconds=deadline,
            retries=AT_ONCE,
        )


def misbehaving(behaviour: Behaviour) -> Behaviour:
    """A page that is served in place of a good one, with the good one's validators."""
    if isinstance(behaviour, Page) and behaviour.status == 200:
        etag, last_modified = VALIDATORS.values()
        return replace(behaviour, etag=etag, last_modified=last_modified)
    return behaviour
