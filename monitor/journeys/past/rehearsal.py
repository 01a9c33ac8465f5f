"""A backfill as it would go: the listing is walked, no release is fetched, and nothing is filed.

The walk is the real one. It files into a database of its own that is thrown away, and the archive
is only read, so that what is on file and what would be fetched can be told without a second way of
walking. Only the requests are on record, and their turns the archive's, where there is one: two
programs at once ask a host no faster than one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from monitor.core.selection import Reason, Selection
from monitor.journeys.past.choosing import Chosen, candidates, choose, reporting_days
from monitor.journeys.past.walking import Ground, ListingWalk
from monitor.journeys.past.window import Backfilled, Window
from monitor.journeys.progress import Each
from monitor.settings import Settings
from monitor.sources.ustr import UstrSite
from storage import archive, journal
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Planned:
    """A release that would be fetched, and why."""

    key: str
    title: str | None
    published: date | None
    address: str | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How the walk went, what would be fetched, and the least time that takes, in seconds.

    `at_least`: a neighbourhood is asked for, and what is read may show further days to look around.
    """

    walk: Backfilled
    planned: tuple[Planned, ...]
    seconds: float
    at_least: bool


def rehearse(
    *,
    on_file: Database | None,
    scratch: Database,
    site: UstrSite,
    settings: Settings,
    window: Window,
    selection: Selection,
    section: str,
    now: Callable[[], datetime],
    page_read: Each,
) -> Rehearsal:
    """Walk the listing and say what a backfill would fetch.

    Args:
        on_file: the archive, which is only read; None: there is none yet.
        scratch: an empty database, which is thrown away afterwards.
        site: the press pages, asked by a client that remembers in the archive, if there is one.
        settings: where the source is, and how fast it may be asked.
        window: which releases to take in.
        selection: what is fetched beside what could be a readout.
        section: the section of the press office whose listing is walked.
        now: the clock.
        page_read: told after each listing page how many there were, and of how many.

    Raises:
        SourceError, ReadingError: not even the newest listing could be had or read.
        StorageError: the archive cannot be used.
    """
    done, started, asked = Backfilled(), now(), site.requests
    if on_file:
        with on_file.reading() as tx:
            window = window.until_looked_at(journal.last_good_poll(tx, settings.source_url))
    ground = Ground(settings.source_url, section, window, window)
    ListingWalk(ground, done, database=scratch, site=site, now=now).go(page_read)
    done.requests, done.seconds = site.requests - asked, (now() - started).total_seconds()
    with scratch.reading() as tx:
        done.named, _ = archive.count_named(
            tx, section=section, since=window.since, until=window.until
        )
    planned = _planned(on_file, scratch, ground, selection)
    seconds = len(planned) / settings.max_requests_per_second
    at_least = selection.near is not None and bool(planned)
    return Rehearsal(done, planned, seconds, at_least)


def _planned(
    on_file: Database | None, scratch: Database, ground: Ground, selection: Selection
) -> tuple[Planned, ...]:
    """What would be fetched of what was walked past now, and of what was named before.

    What is on file is judged by what is known there.
    """
    window, section = ground.window, ground.section
    days = frozenset(
        one.published
        for one in candidates(scratch, window, section)
        if one.published and not _is_known(on_file, one.key)
    )
    if on_file:
        days |= reporting_days(on_file, window, section)
    found: list[tuple[date, Planned]] = []
    for database in [scratch, on_file] if on_file else [scratch]:
        for chosen in choose(database, window, selection, section=section, days=days):
            planned = _named(database, chosen)
            if database is on_file or not _is_known(on_file, planned.key):
                found.append((chosen.day, planned))
    return tuple(planned for _, planned in sorted(found, key=lambda pair: pair[0]))


def _named(database: Database, chosen: Chosen) -> Planned:
    with database.reading() as tx:
        release = archive.releases_by_id(tx, [chosen.id])[chosen.id]
    return Planned(release.key, release.title, release.published, release.address, chosen.reason)


def _is_known(on_file: Database | None, key: str) -> bool:
    if on_file is None:
        return False
    with on_file.reading() as tx:
        return archive.release_by_key(tx, key) is not None
