"""One look at the source: the listing, then every release on it that is not known yet.

What the listing names is filed as wanted in the same commit that remembers its validators, so a
process killed at any moment loses nothing: the next look answers 304 and still finds what is
wanted. The feed is a hint: looked at when the listing has changed or cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from monitor.core.sight import BACKWARDS, TOO_LONG, Suspicion, newest_day
from monitor.errors import NotNow, ReadingError, RoundwatchError, SourceError
from monitor.journeys.glance import Glanced
from monitor.journeys.listings import (
    fetch_listing,
    fetch_older,
    file_named,
    is_known,
    keep_and_read,
    listing_is_well,
    named_by_feed,
    newest_pages,
)
from monitor.journeys.missing import say_what_is_missing
from monitor.journeys.progress import Each, nobody
from monitor.journeys.sight import Place, listen, stands, weigh
from monitor.journeys.wanted import take_wanted
from monitor.series import followed
from monitor.settings import Settings
from monitor.sources.answers import Answer
from monitor.sources.ustr import UstrSite
from storage import archive, journal, queue
from storage.database import Database, Transaction
from storage.records import Named, Poll, PollOutcome

if TYPE_CHECKING:
    from monitor.core.listing import Listing
    from monitor.journeys.intake import Taken

_MOST_PAGES = 20  # how far back a look follows the pager while every release on a page is new


@dataclass(slots=True)
class Polled:
    """How a look went, for its record and for the person who asked for it."""

    outcome: PollOutcome = "unchanged"
    requests: int = 0
    named: int = 0
    new: int = 0
    newest: date | None = None
    taken: list[Taken] = field(default_factory=list)
    problem: RoundwatchError | None = None
    suspicions: list[Suspicion] = field(default_factory=list)

    @property
    def announced(self) -> tuple[str, ...]:
        """The subjects of the digests that went into the outbox."""
        return tuple(subject for taken in self.taken for subject in taken.announced)

    @property
    def problems(self) -> tuple[RoundwatchError, ...]:
        """All that went wrong: with the listing, then with single pages."""
        found = [self.problem, *(taken.problem for taken in self.taken)]
        return tuple(problem for problem in found if problem)

    @property
    def doubts(self) -> str | None:
        """What went wrong with the listing, or what is doubted of it, in a sentence or several."""
        if self.problem:
            return self.problem.summary
        return "; ".join(each.summary for each in self.suspicions) or None


def poll(
    *,
    database: Database,
    site: UstrSite,
    settings: Settings,
    now: Callable[[], datetime],
    each: Each = nobody,
    glanced: Glanced | None = None,
    leave: bool = False,
) -> Polled:
    """Look at the source once. Problems with it are recorded and returned, not raised.

    Args:
        database: the archive.
        site: the press pages.
        settings: for the digests.
        now: the clock.
        each: told after each release how many are done, and of how many.
        glanced: what a glance learned just before.
        leave: leave the releases that are wanted to the queue's workers (`intake`).

    Raises:
        StorageError: the database cannot be used; whatever was committed before stands.
    """
    polled = Polled()
    asked = site.requests
    with database.transaction() as tx:
        last = journal.last_good_poll(tx, settings.source_url)
        poll_id = journal.start_poll(tx, source=settings.source_url, now=now())
    try:
        _look_at_listing(
            polled, database, site, settings, last=last, now=now, glanced=glanced, leave=leave
        )
    except (SourceError, ReadingError) as fault:
        polled.problem, polled.outcome = fault, "failed"
    # A host that is to be left alone does not want other requests instead.
    if not isinstance(polled.problem, NotNow):
        if polled.problem:
            _hint(polled, database, site, now, leave=leave)
        if not leave:
            polled.taken = take_wanted(
                database=database, site=site, settings=settings, now=now, each=each
            )
    polled.requests = site.requests - asked + (glanced.requests if glanced else 0)
    with database.transaction() as tx:
        _record(tx, poll_id, polled, now())
        if leave and archive.is_any_wanted(tx, now=now()):
            queue.enqueue(tx, "intake")
        if polled.problem is None:
            listing_is_well(tx, site, now())
            if not polled.suspicions:
                say_what_is_missing(tx, settings, now())
            silent = listen(tx, _place(site, settings), last=last, now=now())
            polled.suspicions += [silent] if silent else []
    return polled


def _record(tx: Transaction, poll_id: int, polled: Polled, now: datetime) -> None:
    journal.finish_poll(
        tx,
        poll_id,
        now=now,
        outcome=polled.outcome,
        requests=polled.requests,
        named=polled.named,
        announced=len(polled.announced),
        newest=polled.newest,
        problem=polled.doubts,
    )


def _look_at_listing(
    polled: Polled,
    database: Database,
    site: UstrSite,
    settings: Settings,
    *,
    last: Poll | None,
    now: Callable[[], datetime],
    glanced: Glanced | None,
    leave: bool,
) -> None:
    answer = fetch_listing(database, site, now, glanced=glanced)
    if answer.unchanged or is_known(answer, database):
        with database.transaction() as tx:
            stands(tx, _place(site, settings), now())
    else:
        _read(polled, answer, database, site, settings, last=last, now=now, leave=leave)


def _read(
    polled: Polled,
    answer: Answer,
    database: Database,
    site: UstrSite,
    settings: Settings,
    *,
    last: Poll | None,
    now: Callable[[], datetime],
    leave: bool,
) -> None:
    """Read a listing that has changed: what it names is filed, whatever is odd about it."""
    listing = keep_and_read(answer, database, now())
    polled.outcome, polled.named = "read", len(listing.releases)
    polled.newest = newest_day(listing.releases, now().date())
    with database.transaction() as tx:
        polled.suspicions += weigh(
            tx,
            listing.releases,
            place=_place(site, settings),
            address=answer.requested,
            fetched_from=answer.url,
            last=last,
            now=now(),
        )
    older: list[tuple[Named, ...]] = []
    if last is not None:
        older = _pages_missed(listing, last.finished_at, database, site, now)
    named = [*listing.releases, *(release for page in older for release in page)]
    odd = {each.kind for each in polled.suspicions}
    wanted = _candidates(named) if TOO_LONG in odd else {release.key for release in named}
    # Asked with the validators of an old copy, a cache would say for ever that nothing is new.
    believed = None if BACKWARDS in odd else answer
    new = file_named(tuple(named), database, now(), wanted=wanted, answer=believed, leave=leave)
    polled.new = len(new)
    _hint(polled, database, site, now, leave=leave)


def _candidates(named: list[Named]) -> set[str]:
    """Of a listing without measure, what could be a readout: thousands are not fetched for one."""
    from monitor.core.classify import worth_fetching

    return {r.key for r in named if worth_fetching(r.title, r.address, followed())}


def _place(site: UstrSite, settings: Settings) -> Place:
    return Place(settings.source_url, tuple(newest_pages(site)))


def _pages_missed(
    newest: Listing,
    seen: datetime | None,
    database: Database,
    site: UstrSite,
    now: Callable[[], datetime],
) -> list[tuple[Named, ...]]:
    """The older pages, as far back as nothing on them was known when the listing was last seen.

    What a long silence pushed down stands there. Being named by the feed since then makes nothing
    known here: the feed may be had when the listing is not, and its entries have gaps behind them.
    """
    pages: list[tuple[Named, ...]] = []
    last = newest
    while last.older and len(pages) < _MOST_PAGES and not _any_known(last, seen, database):
        answer = fetch_older(last.older[0], database, site, now)
        last = keep_and_read(answer, database, now())
        walked = (newest.releases, *pages)
        if {r.key for r in last.releases} <= {r.key for page in walked for r in page}:
            break  # the pager gives the same page again
        pages.append(last.releases)
    return pages


def _any_known(listing: Listing, seen: datetime | None, database: Database) -> bool:
    keys = [release.key for release in listing.releases]
    with database.reading() as tx:
        return bool(archive.known_keys(tx, keys, named_by=seen))


def _hint(
    polled: Polled,
    database: Database,
    site: UstrSite,
    now: Callable[[], datetime],
    *,
    leave: bool,
) -> None:
    hinted = named_by_feed(site)
    keys = {release.key for release in hinted}
    polled.new += len(file_named(hinted, database, now(), wanted=keys, leave=leave))
