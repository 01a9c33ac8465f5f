"""A press site whose listing a test can disturb, watched through real looks by a clock of its own.

It names ten releases of ten days, and two rounds that were held; one reader follows the talks. A
third round is there to be published: whatever happened before, it must be announced once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select

from monitor.bootstrap import Service
from monitor.core.addresses import LISTING_PATHS
from monitor.journeys.alarms import sound
from monitor.journeys.poll import Polled
from storage import fetches, journal, outbox
from storage.records import FetchState, Issue
from storage.schema import metadata, snapshots
from tests.faults.server import Behaviour, MisbehavingServer, Page
from tests.journeys.offices import Clock, add_reader
from tests.journeys.pages import LISTING, page, path_of

OTHER_LISTING = LISTING_PATHS[1]
EVE = date(2024, 7, 31)
OPERATOR = "operator@example.org"
KEPT = "revisions readouts mentions comparisons digests".split()

__all__ = ["EVE", "LISTING", "Row", "Watched", "shown", "table"]


@dataclass(frozen=True)
class Row:
    """A release on the listing."""

    day: date
    path: str
    title: str = "A release"


def table(rows: Sequence[Row]) -> str:
    """The listing as it looks since 2026."""
    items = "".join(f'<li>{r.day}<br><a href="{r.path}">{r.title}</a></li>' for r in rows)
    return f"<html><body><main><h1>Press Releases</h1><ul>{items}</ul></main></body></html>"


def shown(html: str) -> Page:
    """A page with the validator that goes with it."""
    return Page(html, etag=f'"{hashlib.sha256(html.encode()).hexdigest()[:16]}"')


class Watched:
    """The site, the service that looks at it, and the clock."""

    def __init__(self, server: MisbehavingServer, made: Service, clock: Clock) -> None:
        self.server, self.made, self.clock = server, made, clock
        self.rows: list[Row] = []
        add_reader(made, "reader@example.org")
        for ago in range(10, 0, -1):
            self.publish(EVE - timedelta(days=ago))
        for number in (1, 2):
            self.publish_round(number)
        self.show()

    def publish(self, day: date, name: str | None = None) -> Row:
        """A release that has nothing to do with the talks comes out, at the top of the listing."""
        slug = name or f"about-goods-{day:%m-%d}"
        row = Row(
            day, f"{LISTING}/{day:%Y}/{day:%B}/{slug}".replace(f"{day:%B}", f"{day:%B}".lower())
        )
        article = f"<h1>A release</h1><p>{day:%B %d, %Y}</p><p>WASHINGTON – Goods, {slug}.</p>"
        self.server.set(row.path, shown(f"<html><body><article>{article}</article></body></html>"))
        self.rows.insert(0, row)
        return row

    def publish_round(self, number: int) -> Row:
        """A round is reported, at the top of the listing."""
        row = Row(EVE, path_of(number), f"Readout of Round {number}")
        self.server.set(row.path, shown(page(number, "Labor: Talked.", f"Goods: Part {number}.")))
        self.rows.insert(0, row)
        return row

    def show(self, listing: Behaviour | None = None) -> None:
        """From now on the listing is this, or as it should be."""
        self.server.set(LISTING, listing or shown(table(self.rows)))

    def look(self, **later: float) -> Polled:
        """Look after a while, by default half an hour."""
        self.clock.later(**(later or {"minutes": 30}))
        return self.made.look()

    def restart(self) -> None:
        """The service ends and begins again, as any process may between two looks."""
        settings = self.made.settings
        self.made.close()
        self.made = Service(settings, now=self.clock)

    def looks(self, times: int, **later: float) -> list[Polled]:
        """Look several times, equally far apart."""
        return [self.look(**later) for _ in range(times)]

    def alarms(self) -> list[str]:
        """What the operator is told at a check now: new, changed and over, in one list."""
        told = replace(self.made.settings, operator_email=OPERATOR)
        before = self.letters()
        sound(database=self.made.database, settings=told, now=self.clock())
        return self.letters()[len(before) :]

    def letters(self) -> list[str]:
        """Every letter to the operator, as what it tells."""
        letters = metadata.tables["letters"]
        query = select(letters.c.facts).where(letters.c.kind == "alarm").order_by(letters.c.id)
        with self.made.database.reading() as tx:
            return [str(told) for told in tx.scalars(query)]

    def issues(self) -> tuple[Issue, ...]:
        """The open issues."""
        with self.made.database.reading() as tx:
            return journal.issues(tx)

    def kinds(self) -> list[str]:
        """The kinds of the open issues."""
        return sorted(issue.kind for issue in self.issues())

    def opened(self) -> list[str]:
        """The kinds of all issues there ever were."""
        with self.made.database.reading() as tx:
            return sorted(issue.kind for issue in journal.issues(tx, include_closed=True))

    def told(self) -> list[tuple[int | None, str]]:
        """The digests that went into the outbox, the first one first."""
        with self.made.database.reading() as tx:
            return [(d.round, d.kind) for d in reversed(outbox.digests(tx))]

    def kept(self) -> dict[str, int]:
        """How many rows there are of what may not change while something is wrong."""
        with self.made.database.reading() as tx:
            return {
                name: tx.scalar(select(func.count()).select_from(metadata.tables[name])) or 0
                for name in KEPT
            }

    def pages(self) -> set[tuple[int, str]]:
        """Every stored page, by its number and hash."""
        with self.made.database.reading() as tx:
            return {(row.id, row.sha256) for row in tx.execute(select(snapshots))}

    def baseline(self) -> FetchState | None:
        """What is remembered of the listing for the next look."""
        with self.made.database.reading() as tx:
            return fetches.fetch_state(tx, self.server.base_url + LISTING)
