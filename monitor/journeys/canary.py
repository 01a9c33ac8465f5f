"""A round on file must be findable: once a week its page and the listing are looked at anew.

No validators are sent, so that no 304 stands for what we have not seen. Each series' latest round
that was seen live is asked for, and one walk over the listing, of twenty pages at the most, looks
for all of them. What cannot be had is an issue of its own, and says nothing of a canary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core import walk as walks_on
from monitor.core.addresses import SECTION, release_key
from monitor.core.canaries import MISSING, MOST_PAGES, Canary, Found, since_of, suspicion
from monitor.core.look import Look
from monitor.core.walk import Seen
from monitor.errors import AnotherPage, Gone, ReadingError, SourceError, UnknownLayout
from monitor.journeys.intake import RoundOf, Taken
from monitor.journeys.listings import fetch_listing, keep_and_read
from monitor.journeys.past.walking import known_way, look_at
from monitor.journeys.problems import record_problem
from monitor.journeys.wanted import fetch_and_take
from monitor.series import followed
from monitor.settings import Settings
from monitor.sources.ustr import UstrSite
from storage import archive, journal, walks
from storage.database import Database, Transaction
from storage.records import FiledReadout

# Half a page, an empty one or a wall may pass within the hour, and are issues of their own.
_TELLING = (Gone, AnotherPage, UnknownLayout)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A series whose latest round is not looked for, and why."""

    series: str
    round: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look for canaries came to: each of them, the requests, and why it broke off."""

    found: tuple[Found, ...]
    passed_over: tuple[PassedOver, ...]
    requests: int
    problem: SourceError | ReadingError | None = None

    @property
    def missing(self) -> tuple[Found, ...]:
        """Those that were looked for and are not there."""
        return tuple(each for each in self.found if each.is_missing)


@dataclass(frozen=True, slots=True)
class _Walked:
    """Which keys the listing named, on which pages, and whether all there is was looked at."""

    named: frozenset[str]
    pages: tuple[str, ...]
    to_the_end: bool
    problem: SourceError | ReadingError | None = None


def look_for_canaries(
    *, database: Database, site: UstrSite, settings: Settings, now: Callable[[], datetime]
) -> Looked:
    """Look for the latest round of each followed series, at its address and on the listing.

    Raises:
        StorageError: the database cannot be used.
    """
    asked, name = site.requests, f"{settings.source_url} (its canaries)"
    with database.transaction() as tx:
        chosen = [_canary(tx, filed) for filed in _latest(tx)]
        last = journal.last_good_poll(tx, name)
        poll_id = journal.start_poll(tx, source=name, now=now())
    canaries = tuple(one for one in chosen if isinstance(one, Canary))
    passed_over = tuple(one for one in chosen if isinstance(one, PassedOver))
    read = [_is_read(canary, database, site, settings, now) for canary in canaries]
    walked = _walk(canaries, database, site, settings, now)
    found = tuple(
        Found(canary, is_read, _is_listed(canary, walked), why)
        for canary, (is_read, why) in zip(canaries, read, strict=True)
    )
    looked = Looked(found, passed_over, site.requests - asked, walked.problem)
    with database.transaction() as tx:
        _record(tx, looked, walked.pages, since=last.started_at if last else None, now=now())
        journal.finish_poll(
            tx,
            poll_id,
            now=now(),
            outcome="failed" if looked.problem else "read",
            requests=looked.requests,
            problem=looked.problem.summary if looked.problem else None,
        )
    return looked


def _latest(tx: Transaction) -> list[FiledReadout]:
    latest = (archive.latest_readout(tx, series.slug) for series in followed())
    return [filed for filed in latest if filed]


def _canary(tx: Transaction, filed: FiledReadout) -> Canary | PassedOver:
    """A round as a canary, unless it was never seen live, or its page is known to be missing."""
    release, number = archive.release_by_id(tx, filed.release_id), filed.readout.round
    if release is None or release.address is None or number is None:
        return PassedOver(filed.readout.series, number, "it has no address or no number")
    if not archive.was_seen_live(tx, release.id):
        return PassedOver(filed.readout.series, number, "it was never seen at the source itself")
    if archive.missing_release(tx, release.id):
        return PassedOver(filed.readout.series, number, "its page is known to be missing")
    twins = archive.twins_of(tx, filed.release_id)
    return Canary(
        filed.readout.series,
        number,
        release.id,
        release.address,
        release.published,
        frozenset({release.key, *(twin.key for twin in twins)}),
    )


def _is_read(
    canary: Canary,
    database: Database,
    site: UstrSite,
    settings: Settings,
    now: Callable[[], datetime],
) -> tuple[bool | None, str]:
    """Whether the page is read as its round; None where it could not be had, and why."""
    with database.reading() as tx:
        release = archive.release_by_id(tx, canary.release_id)
    if release is None:
        return None, "the release has become another one's"
    look = Look(now().date(), quiet=False, first=False)
    taken = fetch_and_take(
        release, look, database=database, site=site, settings=settings, now=now, anew=True
    )
    return _judged(taken, RoundOf(canary.series, canary.round))


def _judged(taken: Taken, wanted: RoundOf) -> tuple[bool | None, str]:
    problem = taken.problem
    if problem is None:
        is_read = wanted in taken.rounds
        return is_read, "" if is_read else f"it was judged {taken.verdict}, without the round"
    return (False if isinstance(problem, _TELLING) else None), problem.summary


def _walk(
    canaries: Sequence[Canary],
    database: Database,
    site: UstrSite,
    settings: Settings,
    now: Callable[[], datetime],
) -> _Walked:
    """Walk the listing back by the way that worked last, until all are named or the end."""
    wanted = {key for canary in canaries for key in canary.keys}
    named: set[str] = set()
    pages: list[str] = []
    if not canaries:
        return _Walked(frozenset(), (), to_the_end=False)
    with database.reading() as tx:
        way = known_way(walks.way_that_worked(tx, settings.source_url, SECTION))
    try:
        answer = fetch_listing(database, site, now, anew=True)
        page: Seen | None = Seen(answer.url, keep_and_read(answer, database, now()))
        walk = walks_on.begin(answer.url, since=since_of(canaries), way=way)
        while True:
            pages.append(walk.here.address if walk.here else answer.url)
            named |= {release.key for release in page.listing.releases} if page else set()
            walk = walks_on.follow(walk, page)
            if walk.here is None or all(canary.keys & named for canary in canaries):
                return _Walked(frozenset(named & wanted), tuple(pages), walk.here is None)
            if len(pages) >= MOST_PAGES:
                return _Walked(frozenset(named & wanted), tuple(pages), to_the_end=False)
            page = look_at(walk.here, database, site, now)
    except (SourceError, ReadingError) as fault:
        return _Walked(frozenset(named & wanted), tuple(pages), False, fault)


def _is_listed(canary: Canary, walked: _Walked) -> bool | None:
    if canary.keys & walked.named:
        return True
    is_ours = release_key(canary.address).startswith(f"{SECTION}/")
    told = walked.to_the_end and canary.published is not None and is_ours
    return False if told else None


def _record(
    tx: Transaction,
    looked: Looked,
    pages: Sequence[str],
    *,
    since: datetime | None,
    now: datetime,
) -> None:
    """File an issue for each that is missing, unless a person has settled it; close the others."""
    for found in looked.found:
        address = found.canary.address
        if not found.is_missing:
            if found.is_read and found.is_listed is not None:
                journal.close_issues(tx, address=address, now=now, kinds={MISSING})
            continue
        is_settled = since is not None and journal.see_settled(
            tx, kind=MISSING, address=address, since=since, now=now
        )
        if not is_settled:
            record_problem(tx, suspicion(found, pages), address=address, now=now)
