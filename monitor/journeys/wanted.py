"""The releases that are wanted: fetched one after the other, oldest first, and taken in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.core.look import Look
from monitor.core.schedule import next_fetch
from monitor.errors import RoundwatchError, SourceError, TooManyRequests
from monitor.journeys.problems import record_problem, unexpected
from monitor.journeys.progress import Each
from monitor.settings import Settings
from monitor.sources.ustr import UstrSite
from storage import archive, journal
from storage.database import Database
from storage.records import FiledRelease

if TYPE_CHECKING:
    from monitor.journeys.intake import Arrival, Taken


def take_wanted(
    *,
    database: Database,
    site: UstrSite,
    settings: Settings,
    now: Callable[[], datetime],
    each: Each,
) -> list[Taken]:
    """Take in all that is wanted and due. What cannot be had or understood is tried again later.

    What was named by the first good look stays past, however late its page can be had.
    """
    with database.reading() as tx:
        wanted = archive.wanted_releases(tx, now=now())
        begun = journal.first_good_poll(tx, settings.source_url)
    taken: list[Taken] = []
    for release in wanted:
        past = begun is None or (begun.finished_at or begun.started_at) >= release.named_at
        look = Look(now().date(), quiet=False, first=past)
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
    """Fetch one release outside any transaction and take it in; what fails is tried again later."""
    from monitor.journeys.intake import Taken, take_in

    address = release.address or ""
    problem: RoundwatchError
    try:
        arrival = _arrived(address, site)
    except SourceError as fault:
        problem = fault
    except Exception as fault:  # noqa: BLE001 - one bad page must not keep the others from being read
        problem = unexpected(fault)
    else:
        taken = take_in(arrival, look, database=database, settings=settings, now=now())
        if taken.problem:
            _postpone(release, database, now())
        return taken
    with database.transaction() as tx:
        record_problem(tx, problem, address=address, now=now())
    _postpone(release, database, now())
    return Taken(address, None, problem=problem)


def _arrived(address: str, site: UstrSite) -> Arrival:
    from monitor.journeys.intake import Arrival

    answer = site.page(address)
    return Arrival(
        address=address,
        fetched_from=answer.url,
        origin="live",
        fetched_at=answer.fetched_at,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
    )


def _postpone(release: FiledRelease, database: Database, now: datetime) -> None:
    attempts = release.attempts + 1
    with database.transaction() as tx:
        archive.postpone(tx, release.id, attempts=attempts, next_try_at=next_fetch(now, attempts))
