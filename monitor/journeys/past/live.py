"""The past from the live listing: walked back page by page, its releases taken in oldest first.

Titles and addresses are judged first, and only what could be a readout is fetched. What was walked
past is on file as named, so a later look does not take it for new.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from monitor.core.classify import worth_fetching
from monitor.core.look import Look
from monitor.errors import NotNow, ReadingError, SourceError
from monitor.journeys.listings import fetch_listing, fetch_older, file_named, keep_and_read
from monitor.journeys.past.window import Backfilled, Window
from monitor.journeys.progress import Each, nobody
from monitor.journeys.wanted import fetch_and_take
from monitor.series import followed
from monitor.settings import Settings
from monitor.sources.ustr import UstrSite
from storage import archive, journal
from storage.database import Database, Transaction
from storage.records import FiledRelease, Named


def backfill_live(
    *,
    database: Database,
    site: UstrSite,
    settings: Settings,
    window: Window,
    now: Callable[[], datetime],
    page_read: Callable[[int, int], None] = nobody,
    each: Each = nobody,
) -> Backfilled:
    """Walk the live listing back, then take in every release on it that could be a readout.

    Args:
        database: the archive.
        site: the press pages.
        settings: where the source is.
        window: which releases to take in.
        now: the clock.
        page_read: told after each listing page how many pages and releases there were so far.
        each: told after each release how many are done, and of how many.

    Raises:
        SourceError, ReadingError: not even the newest listing could be had or read.
        StorageError: the database cannot be used; whatever was committed before stands.
    """
    done = Backfilled()
    asked, started = site.requests, now()
    with database.reading() as tx:
        window = window.until_looked_at(journal.last_good_poll(tx, settings.source_url))
    try:
        named = _walk(done, window, database=database, site=site, now=now, page_read=page_read)
        with database.reading() as tx:
            candidates = _candidates(tx, named, window)
        look = Look(now().date(), quiet=True, first=False)
        for number, release in enumerate(candidates, 1):
            taken = fetch_and_take(
                release, look, database=database, site=site, settings=settings, now=now
            )
            done.add(taken)
            each(number, len(candidates))
            if isinstance(taken.problem, NotNow):
                break  # what is left has its turn when the backfill is started again
    finally:
        done.requests = site.requests - asked
        _on_record(done, database, settings.source_url, started, now())
    return done


def _on_record(
    done: Backfilled, database: Database, source: str, started: datetime, ended: datetime
) -> None:
    """Record the walk: as a look at the source only if nothing that is listed was left out.

    Otherwise the next look would take what was left out for news, or the next backfill, reaching
    up to this one, would take it in and tell nobody.
    """
    name = source if not done.left_out else f"{source} (its past)"
    with database.transaction() as tx:
        journal.finish_poll(
            tx,
            journal.start_poll(tx, source=name, now=started),
            now=ended,
            outcome="read" if done.pages else "failed",
            requests=done.requests,
            named=done.named,
        )


def _walk(
    done: Backfilled,
    window: Window,
    *,
    database: Database,
    site: UstrSite,
    now: Callable[[], datetime],
    page_read: Callable[[int, int], None],
) -> dict[str, Named]:
    """What the listing and its older pages name in the window, until they repeat or leave it."""
    answer = fetch_listing(database, site, now, anew=True)
    listing = keep_and_read(answer, database, now())
    seen, walked = {answer.url}, set[str]()
    named: dict[str, Named] = {}
    ahead = list(listing.older)
    while True:
        done.pages += 1
        fresh = [release for release in listing.releases if release.key not in walked]
        walked.update(release.key for release in fresh)
        past = tuple(release for release in fresh if not window.is_over_for(release.published))
        done.left_out += len(fresh) - len(past)
        # Nothing on it is left to the next look: that may be answered "not modified".
        settled = answer if done.pages == 1 and not done.left_out else None
        file_named(past, database, now(), wanted=(), answer=settled)
        named.update({release.key: release for release in past if window.holds(release.published)})
        done.named = len(named)
        page_read(done.pages, done.named)
        if not _reaches(fresh, window):
            return named
        following = next((address for address in ahead if address not in seen), None)
        if following is None:
            return named
        seen.add(following)
        try:
            answer = fetch_older(following, database, site, now)
            listing = keep_and_read(answer, database, now())
        except (SourceError, ReadingError) as fault:
            done.problems.append(fault)
            return named
        ahead = [*listing.older, *ahead]


def _reaches(fresh: list[Named], window: Window) -> bool:
    """Whether to go further back: something was new, and not all of it before the window."""
    days = [release.published for release in fresh]
    before = [day for day in days if day and window.since and day < window.since]
    return bool(fresh) and len(before) < len(days)


def _candidates(tx: Transaction, named: dict[str, Named], window: Window) -> list[FiledRelease]:
    """The releases worth fetching, the oldest publication first."""
    known = [archive.release_by_key(tx, key) for key in named]
    return sorted(
        (release for release in known if release and _is_candidate(release, window)),
        key=lambda release: (release.published or date.min, release.id),
    )


def _is_candidate(release: FiledRelease, window: Window) -> bool:
    return (
        release.verdict is None
        and window.holds(release.published)
        and worth_fetching(release.title, release.address or "", followed())
    )
