"""A listing is walked back page by page, and every page is a checkpoint.

What a page names is filed in one commit with where the walk goes on, so a walk that was stopped in
any way goes on there. Where to go is decided by `core.walk`; here it is done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import get_args

from monitor.core import walk as walks_on
from monitor.core.walk import Place, Seen, Walk, Way
from monitor.errors import (
    Gone,
    NotNow,
    ReadingError,
    SourceError,
    TimedOut,
    Unreachable,
)
from monitor.journeys.listings import (
    NO_LISTING,
    fetch_listing,
    fetch_older,
    keep_and_read,
    state_of,
)
from monitor.journeys.past.window import Backfilled, Window
from monitor.journeys.progress import Each
from monitor.sources.answers import Answer
from monitor.sources.ustr import UstrSite
from storage import archive, fetches, walks
from storage.database import Database, Transaction
from storage.documents import from_document, to_document
from storage.records import Checkpoint

GOES_STALE = timedelta(days=7)
"""A walk that stood still for longer is not gone on with, and one that ended is made again."""

OF_THE_HOST = (NotNow, Unreachable, TimedOut)
"""The host itself is in trouble, or wants to be left alone: no page of it is passed over then."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is walked: a section's listing, and the window as it was asked for and as it is."""

    source: str
    section: str
    asked: Window
    window: Window

    @property
    def scope(self) -> str:
        """What tells this walk from others of the same source."""
        return f"{self.section} {self.asked.since or ''}..{self.asked.until or ''}"


class ListingWalk:
    """One run's part of a walk.

    Args:
        ground: what is walked.
        done: counts what is done.
        database: the archive.
        site: the press pages.
        now: the clock.
    """

    def __init__(
        self,
        ground: Ground,
        done: Backfilled,
        *,
        database: Database,
        site: UstrSite,
        now: Callable[[], datetime],
    ) -> None:
        self._ground = ground
        self._done = done
        self._database = database
        self._site = site
        self._now = now

    def go(self, page_read: Each) -> None:
        """Walk to the end, or to a page that cannot be had.

        Args:
            page_read: told after each page how many were read in this run, and of how many (0:
                nobody knows).

        Raises:
            SourceError, ReadingError: not even the newest page could be had or read.
            StorageError: the database cannot be used; whatever was committed before stands.
        """
        asked = self._site.requests
        answer = fetch_listing(
            self._database, self._site, self._now, anew=True, section=self._ground.section
        )
        newest = Seen(answer.url, keep_and_read(answer, self._database, self._now()))
        begun, walk = self._taken_up(newest, answer, self._site.requests - asked)
        stuck = walk.here if walk.failing else None
        walk = walks_on.resumed(walk) if begun.pages else walk
        while walk.here and self._done.walked:
            self._count(walk, page_read)
            walk = self._step(begun, walk, stuck)
        self._count(walk, page_read)
        self._done.way = walk.way
        self._done.not_there += walk.gaps

    def _step(self, begun: Checkpoint, walk: Walk, stuck: Place | None) -> Walk:
        """Look at one page and keep how far that is; a page that cannot be had ends the run."""
        asked, new = self._site.requests, 0
        here = walk.here
        try:
            page = look_at(here, self._database, self._site, self._now) if here else None
        except (SourceError, ReadingError) as fault:
            if here != stuck or isinstance(fault, OF_THE_HOST):
                return self._stopped(begun, walk, fault)
            gone = isinstance(fault, Gone)
            walk = walks_on.follow(walk, None) if gone else walks_on.passed_over(walk)
            page = None
        else:
            walk = walks_on.follow(walk, page)
        with self._database.transaction() as tx:
            new = self._file(tx, page) if page else 0
            self._keep(tx, begun, walk, new, self._site.requests - asked)
        return walk

    def _stopped(self, begun: Checkpoint, walk: Walk, fault: SourceError | ReadingError) -> Walk:
        """The walk as the next run finds it: it asks again, and passes over what fails twice."""
        self._done.problems.append(fault)
        self._done.walked = False
        walk = replace(walk, failing=True)
        with self._database.transaction() as tx:
            walks.mark_walk(tx, begun.id, frontier=to_document(walk), now=self._now())
        return walk

    def _taken_up(self, newest: Seen, answer: Answer, requests: int) -> tuple[Checkpoint, Walk]:
        """The walk to go on with, or a new one that has been to the newest page."""
        ground, notes = self._ground, self._done.notes
        with self._database.transaction() as tx:
            known = walks.unfinished_walk(tx, ground.source, ground.scope)
            held = known or walks.finished_walk(tx, ground.source, ground.scope)
            holds = held is not None and self._joins(tx, held, newest)
            new = self._file(tx, newest, answer)
            if held and holds:
                told = "went on with the walk" if known else "nothing is left to walk since that"
                notes.append(f"{told} of {held.started_at:%Y-%m-%d}")
                return held, from_document(Walk, held.frontier)
            if known:
                walks.forget_walk(tx, known.id)
                notes.append(f"began the walk of {known.started_at:%Y-%m-%d} anew")
            return self._begun(tx, newest, new, requests)

    def _joins(self, tx: Transaction, held: Checkpoint, newest: Seen) -> bool:
        """Whether a walk still holds: what came since stands on the newest page, all of it.

        It does if that page names something that was on file when the walk last stood. A walk that
        came to its end past pages that were not there is no reason not to look for them again.
        """
        if self._now() - held.updated_at > GOES_STALE:
            return False
        if held.finished_at and from_document(Walk, held.frontier).gaps:
            return False
        keys = {release.key for release in newest.listing.releases}
        return bool(archive.known_keys(tx, keys, named_by=held.updated_at))

    def _begun(
        self, tx: Transaction, newest: Seen, new: int, requests: int
    ) -> tuple[Checkpoint, Walk]:
        ground = self._ground
        way = walks.way_that_worked(tx, ground.source, ground.section)
        since, until = ground.window.since, ground.window.until
        walk = walks_on.begin(newest.address, since=since, until=until, way=known_way(way))
        begun = walks.begin_walk(
            tx,
            source=ground.source,
            scope=ground.scope,
            frontier=to_document(walk),
            now=self._now(),
        )
        walk = walks_on.follow(walk, newest)
        self._keep(tx, begun, walk, new, requests)
        return begun, walk

    def _file(self, tx: Transaction, page: Seen, answer: Answer | None = None) -> int:
        """File what a page names and is not left to the next look; gives how much of it is new."""
        window = self._ground.window
        releases = page.listing.releases
        past = tuple(release for release in releases if not window.is_over_for(release.published))
        self._done.pages += 1
        self._done.left_out += len(releases) - len(past)
        if answer and len(past) == len(releases):
            # Nothing on it is left to the next look: that may be answered "not modified".
            fetches.remember_fetch(tx, state_of(answer))
        return len(archive.name_releases(tx, past, wanted=(), now=self._now()))

    def _keep(
        self, tx: Transaction, begun: Checkpoint, walk: Walk, new: int, requests: int
    ) -> None:
        walks.keep_walk(
            tx,
            begun.id,
            frontier=to_document(walk),
            way=walk.learned,
            now=self._now(),
            named=new,
            requests=requests,
            finished=walk.here is None,
        )

    def _count(self, walk: Walk, page_read: Each) -> None:
        ahead = walks_on.still_ahead(walk)
        page_read(self._done.pages, 0 if ahead is None else self._done.pages + ahead)


def look_at(
    here: Place, database: Database, site: UstrSite, now: Callable[[], datetime]
) -> Seen | None:
    """A page of a walk; None where there is none.

    A year or a month without a page is no fault: nobody has said that there is one.
    """
    guessed = here.period is not None
    try:
        answer = fetch_older(here.address, database, site, now, guessed=guessed)
        listing = keep_and_read(answer, database, now(), guessed=guessed)
    except (Gone, *NO_LISTING):
        if guessed:
            return None
        raise
    return Seen(answer.url, listing)


def known_way(way: str | None) -> Way | None:
    """A way by its name on file; one that is known no more is none."""
    return next((known for known in get_args(Way) if known == way), None)
