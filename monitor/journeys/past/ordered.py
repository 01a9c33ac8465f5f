"""Backfills that the service does by and by: a walk, then what it found, month by month.

Each call does one piece: the walk, or one month. What a piece has filed stands, so it may be
stopped and done again at will; where nothing can be had just now, the next tick tries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.core.addresses import SECTION
from monitor.core.selection import Selection
from monitor.errors import NotFound, ReadingError, SourceError
from monitor.journeys.past.choosing import choose
from monitor.journeys.past.live import count_named, fetch_chosen, on_record
from monitor.journeys.past.walking import Ground, ListingWalk
from monitor.journeys.past.window import Backfilled, Window
from monitor.journeys.progress import Each
from monitor.settings import Settings
from monitor.sources.ustr import UstrSite
from storage import backfills, journal
from storage.database import Database
from storage.documents import from_document, to_document
from storage.records import OrderedBackfill


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for of the live listing: as the options of a backfill."""

    since: date | None = None
    until: date | None = None
    near: int | None = None
    everything: bool = False
    section: str = SECTION


def order(wish: Wish, *, database: Database, settings: Settings, now: datetime) -> int:
    """Leave a backfill to the service; return its number."""
    with database.transaction() as tx:
        return backfills.order(tx, source=settings.source_url, wish=to_document(wish), now=now)


def stop(number: int, *, database: Database, now: datetime) -> None:
    """End a backfill where it is; what it took in stays.

    Raises:
        NotFound: there is none of that number, or it is at its end.
    """
    with database.transaction() as tx:
        if not backfills.end(tx, number, now):
            raise NotFound(
                f"there is no backfill {number} under way",
                todo="`roundwatch backfills` lists them",
            )


def go_on(
    *,
    database: Database,
    site: UstrSite,
    settings: Settings,
    now: Callable[[], datetime],
    each: Each,
) -> Backfilled | None:
    """Do one piece of the oldest backfill that is open.

    Args:
        database: the archive.
        site: the press pages.
        settings: where the source is.
        now: the clock.
        each: told after each listing page or release; what it raises ends the piece.

    Returns:
        How the piece went; None where nothing is open.

    Raises:
        StorageError: the database cannot be used; whatever was committed before stands.
    """
    with database.reading() as tx:
        ordered = backfills.next_open(tx, settings.source_url)
        month = backfills.next_month(tx, ordered.id) if ordered else None
    if ordered is None:
        return None
    piece = _Piece(ordered, database, site, settings, now)
    if ordered.walked_at is None:
        return piece.walk(each)
    return piece.take_in(*month, each) if month else piece.finish()


class _Piece:
    """One piece of an ordered backfill."""

    def __init__(
        self,
        ordered: OrderedBackfill,
        database: Database,
        site: UstrSite,
        settings: Settings,
        now: Callable[[], datetime],
    ) -> None:
        self._ordered = ordered
        self._wish = from_document(Wish, ordered.wish)
        self._database = database
        self._site = site
        self._settings = settings
        self._now = now

    def walk(self, each: Each) -> Backfilled:
        """Walk the listing, and plan what is taken in once the walk is at its end."""
        done, asked = Backfilled(), self._site.requests
        ground = self._ground()
        walk = ListingWalk(ground, done, database=self._database, site=self._site, now=self._now)
        try:
            walk.go(each)
        except (SourceError, ReadingError) as fault:
            done.problems.append(fault)
            done.walked = False
        finally:
            count_named(done, ground, self._database)
            done.requests = self._site.requests - asked
            self._count(done, ground)
        if done.walked:
            self._plan(ground.window, tried=frozenset())
        return done

    def take_in(self, month: date, chosen: Sequence[int], each: Each) -> Backfilled:
        """Take in what was chosen of a month."""
        done, asked = Backfilled(), self._site.requests
        try:
            fetch_chosen(
                done,
                chosen,
                database=self._database,
                site=self._site,
                settings=self._settings,
                now=self._now,
                each=each,
            )
        finally:
            done.requests = self._site.requests - asked
            with self._database.transaction() as tx:
                backfills.count_requests(tx, self._ordered.id, done.requests)
        if not done.left:
            with self._database.transaction() as tx:
                backfills.end_month(tx, self._ordered.id, month, self._now())
        return done

    def finish(self) -> Backfilled:
        """End it; but what was read may show further days whose neighbourhood is wished for."""
        window = Window(self._wish.since, self._ordered.until)
        with self._database.reading() as tx:
            tried = backfills.chosen(tx, self._ordered.id)
        if self._wish.near is not None and self._plan(window, tried=tried):
            return Backfilled()
        ordered, ground = self._ordered, self._ground()
        done = Backfilled(
            pages=ordered.pages,
            named=ordered.named,
            left_out=ordered.left_out,
            requests=ordered.requests,
        )
        on_record(done, self._database, ground, ordered.ordered_at, self._now(), whole=True)
        with self._database.transaction() as tx:
            backfills.end(tx, ordered.id, self._now())
        return Backfilled()

    def _ground(self) -> Ground:
        with self._database.reading() as tx:
            last = journal.last_good_poll(tx, self._settings.source_url)
        asked = Window(self._wish.since, self._wish.until)
        return Ground(
            self._settings.source_url, self._wish.section, asked, asked.until_looked_at(last)
        )

    def _count(self, done: Backfilled, ground: Ground) -> None:
        with self._database.transaction() as tx:
            backfills.count_walk(
                tx,
                self._ordered.id,
                pages=done.pages,
                named=done.named,
                left_out=done.left_out,
                requests=done.requests,
                until=ground.window.until,
            )

    def _plan(self, window: Window, *, tried: frozenset[int]) -> bool:
        """Plan what is chosen and was not tried; return whether there is anything."""
        selection = Selection(self._wish.near, self._wish.everything)
        found = choose(self._database, window, selection, section=self._wish.section)
        chosen: defaultdict[date, list[int]] = defaultdict(list)
        for one in found:
            if one.id not in tried:
                chosen[one.day.replace(day=1)].append(one.id)
        with self._database.transaction() as tx:
            backfills.plan(tx, self._ordered.id, chosen, self._now())
        return bool(chosen)
