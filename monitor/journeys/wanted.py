"""The releases that are wanted: fetched one after the other, oldest first, and taken in.

A readout, a related release, or one with a doubt, is wanted again after it was read, on a rhythm
that falls with its age: a text that was changed is a correction, and a page that stays away is
missing. That it is due shows in the archive alone, so a glance sees it as it sees everything that
is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.core.addresses import canonical, is_release
from monitor.core.look import Look, is_past
from monitor.core.schedule import next_check, next_fetch
from monitor.core.withdrawals import GONE
from monitor.errors import HostAtRest, NotNow, RoundwatchError, SourceError
from monitor.journeys.listings import asked_again
from monitor.journeys.missing import find, miss
from monitor.journeys.problems import FAULTS_OF_A_PAGE, record_problem, unexpected
from monitor.journeys.progress import Each
from monitor.settings import Settings
from monitor.sources.answers import Answer
from monitor.sources.ustr import UstrSite
from storage import archive, fetches, journal
from storage.database import Database
from storage.records import FetchState, FiledRelease

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
        first = journal.first_good_poll(tx, settings.source_url)
    taken: list[Taken] = []
    for release in wanted:
        past = is_past(named_at=release.named_at, published=release.published, first=first)
        look = Look(now().date(), quiet=False, first=past)
        taken.append(
            fetch_and_take(release, look, database=database, site=site, settings=settings, now=now)
        )
        each(len(taken), len(wanted))
        if isinstance(taken[-1].problem, NotNow):
            break  # the host is to be left alone: the others have their turn at the next look
    return taken


def fetch_and_take(
    release: FiledRelease,
    look: Look,
    *,
    database: Database,
    site: UstrSite,
    settings: Settings,
    now: Callable[[], datetime],
    anew: bool = False,
) -> Taken:
    """Fetch one release outside any transaction and take it in; what fails is tried again later.

    One that was read before is asked for with the validators of then, since it may have been
    corrected; `anew` asks for the page itself.
    """
    from monitor.journeys.intake import Taken, take_in

    address = release.address or ""
    problem: RoundwatchError
    try:
        answer, state = _asked(release, database, site, anew=anew)
        led_to = _led_to(address, answer, site)
        if led_to and answer.unchanged:  # validators of the old address say nothing about another
            answer = site.page(led_to)
    except SourceError as fault:
        problem = fault
    except Exception as fault:  # noqa: BLE001 - one bad page must not keep the others from being read
        problem = unexpected(fault)
    else:
        if answer.unchanged and state:
            _stands(release, state, database, answer.fetched_at)
            return Taken(address, release.verdict)
        arrival = _arrival(release, answer, led_to)
        taken = take_in(arrival, look, database=database, settings=settings, now=now())
        if taken.problem and _is_known_to_be_gone(release, taken.problem, database, now()):
            return Taken(address, release.verdict)
        return taken
    return _in_vain(release, problem, database, now())


def _in_vain(
    release: FiledRelease, problem: RoundwatchError, database: Database, now: datetime
) -> Taken:
    """A release that could not be had is tried again later; one that was read may be missing."""
    from monitor.journeys.intake import Taken

    address = release.address or ""
    if isinstance(problem, HostAtRest):  # it was not even asked for
        return Taken(address, None, problem=problem)
    with database.transaction() as tx:
        is_gone = release.verdict is not None and problem.kind in GONE
        fate = miss(tx, release, problem, now) if is_gone else None
        if fate in {None, "missing"}:
            record_problem(tx, problem, address=address, now=now)
    if fate is None:
        _postpone(release, database, now)
    if fate in {"moved", "withdrawn", "past"}:
        return Taken(address, release.verdict)
    return Taken(address, None, problem=problem)


def _asked(
    release: FiledRelease, database: Database, site: UstrSite, *, anew: bool
) -> tuple[Answer, FetchState | None]:
    address = release.address or ""
    if anew or release.verdict is None:
        return site.page(address), None
    with database.reading() as tx:
        state = fetches.fetch_state(tx, site.fetch_address(address))
        stands = state and archive.shows_current(tx, release.id, state.sha256)
    return asked_again(site, address, state if stands else None), state


def _stands(
    release: FiledRelease, state: FetchState, database: Database, checked_at: datetime
) -> None:
    """A release that was read stands as it was."""
    at = _next_check(release, checked_at)
    with database.transaction() as tx:
        fetches.remember_fetch(tx, replace(state, checked_at=checked_at))
        find(tx, release.id, release.address, checked_at)
        journal.close_issues(tx, address=release.address, now=checked_at, kinds=FAULTS_OF_A_PAGE)
        archive.read_again(tx, release.id, at)


def _led_to(address: str, answer: Answer, site: UstrSite) -> str | None:
    """The official address of another release's page that the address led to."""
    if answer.url == answer.requested:
        return None
    found = site.official_address(answer.url)
    return found if is_release(found) and found != canonical(address) else None


def _arrival(release: FiledRelease, answer: Answer, led_to: str | None) -> Arrival:
    from monitor.journeys.intake import Arrival

    return Arrival(
        address=led_to or release.address or "",
        fetched_from=answer.url,
        origin="live",
        fetched_at=answer.fetched_at,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        listed=release.title,
        asked=release.address if led_to else None,
    )


def _is_known_to_be_gone(
    release: FiledRelease, problem: RoundwatchError, database: Database, now: datetime
) -> bool:
    """Have what was not understood tried again; whether that the page is gone is nothing new."""
    if release.verdict and problem.kind in GONE:
        with database.transaction() as tx:
            return miss(tx, release, problem, now) != "missing"
    _postpone(release, database, now)
    return False


def _postpone(release: FiledRelease, database: Database, now: datetime) -> None:
    """Try again later; but what was read before, only as long as it may be corrected or missing."""
    attempts = release.attempts + 1
    with database.transaction() as tx:
        over = release.verdict and _next_check(release, now) is None
        if over and archive.missing_release(tx, release.id) is None:
            archive.read_again(tx, release.id, None)
            return
        archive.postpone(tx, release.id, attempts=attempts, next_try_at=next_fetch(now, attempts))


def _next_check(release: FiledRelease, now: datetime) -> datetime | None:
    return next_check(
        now, published=release.published, named_at=release.named_at, verdict=release.verdict
    )
