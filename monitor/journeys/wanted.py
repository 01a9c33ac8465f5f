"""The releases that are wanted: fetched one after the other, oldest first, and taken in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.core.look import Look
from monitor.core.schedule import next_fetch
from monitor.errors import SourceError, TooManyRequests
from monitor.journeys.problems import record_problem
from monitor.journeys.progress import Each
from monitor.settings import Settings
from monitor.sources.ustr import UstrSite
from storage import archive
from storage.database import Database
from storage.records import FiledRelease

if TYPE_CHECKING:
    from monitor.journeys.intake import Taken


def take_wanted(
    look: Look,
    *,
    database: Database,
    site: UstrSite,
    settings: Settings,
    now: Callable[[], datetime],
    each: Each,
) -> list[Taken]:
    """Take in all that is wanted and due. What cannot be had or understood is tried again later."""
    with database.reading() as tx:
        wanted = archive.wanted_releases(tx, now=now())
    taken: list[Taken] = []
    for release in wanted:
        taken.append(
            fetch_and_take(release, look, database=database, site=site, settings=settings, now=now)
        )
        each(len(taken), len(wanted))
        if isinstance(taken[-1].problem, TooManyRequests):
            break  # the server asks for fewer requests: the rest has its turn at the next look
    return taken


def fetch_and_take(
    release: FiledRelease,
    look: Look,
    *,
    database: Database,
    site: UstrSite,
    settings: Settings,
    now: Callable[[], datetime],
) -> Taken:
    """Fetch one release outside any transaction and take it in."""
    from monitor.journeys.intake import Arrival, Taken, take_in

    address = release.address or ""
    try:
        answer = site.page(address)
    except SourceError as fault:
        with database.transaction() as tx:
            record_problem(tx, fault, address=address, now=now())
        taken = Taken(address, None, problem=fault)
    else:
        arrival = Arrival(
            address=address,
            fetched_from=answer.url,
            origin="live",
            fetched_at=answer.fetched_at,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
        )
        taken = take_in(arrival, look, database=database, settings=settings, now=now())
    if taken.problem:
        _postpone(release, database, now())
    return taken


def _postpone(release: FiledRelease, database: Database, now: datetime) -> None:
    attempts = release.attempts + 1
    with database.transaction() as tx:
        archive.postpone(tx, release.id, attempts=attempts, next_try_at=next_fetch(now, attempts))
