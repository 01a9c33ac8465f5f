"""The past: older listings or a folder of saved pages, through the same intake, announcing nothing.

Titles and addresses are judged first, and only what could be a readout is fetched. Each release is
a commit of its own: stop and start again at will. What was walked past is on file as named, so a
later look does not take it for new.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from monitor.core.classify import worth_fetching
from monitor.core.look import Look
from monitor.errors import ReadingError, RoundwatchError, SourceError, UsageError
from monitor.journeys.intake import Arrival, RoundOf, Taken, take_in, understand
from monitor.journeys.listings import fetch_listing, fetch_older, file_named, keep_and_read
from monitor.journeys.problems import record_problem
from monitor.journeys.progress import Each, nobody
from monitor.journeys.wanted import fetch_and_take
from monitor.series import followed
from monitor.settings import Settings
from monitor.sources.folder import SavedPage, saved_page, saved_paths
from monitor.sources.ustr import UstrSite
from storage import archive, journal
from storage.database import Database, Transaction
from storage.records import FiledRelease, Named, Poll


@dataclass(frozen=True, slots=True)
class Window:
    """Which releases to take in, by the day they were published; both ends belong to it."""

    since: date | None = None
    until: date | None = None

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it; a day nobody knows is not left out."""
        return day is None or (
            (self.since is None or day >= self.since) and (self.until is None or day <= self.until)
        )

    def is_over_for(self, day: date | None) -> bool:
        """Whether a day lies behind it."""
        return day is not None and self.until is not None and day > self.until

    def until_looked_at(self, last: Poll | None) -> Window:
        """The same window without what came since the last look: that is the next one's news."""
        if last is None:
            return self
        day = last.started_at.date() - timedelta(days=1)
        return Window(self.since, min(day, self.until or day))


def window_of(since: date | None, until: date | None) -> Window:
    """The window that somebody asks for.

    Raises:
        UsageError: it ends before it begins.
    """
    if since and until and since > until:
        raise UsageError(
            f"no day is from {since} on and until {until}",
            todo="give the earlier day to --since, the later one to --until",
        )
    return Window(since, until)


@dataclass(slots=True)
class Backfilled:
    """How a backfill went.

    `left_out` counts the releases on the listing that are later than the window.
    """

    pages: int = 0
    named: int = 0
    left_out: int = 0
    requests: int = 0
    taken: list[Taken] = field(default_factory=list)
    problems: list[RoundwatchError] = field(default_factory=list)

    def add(self, taken: Taken) -> None:
        """Count in what became of a page."""
        self.taken.append(taken)
        self.problems += [taken.problem] if taken.problem else []

    @property
    def rounds(self) -> tuple[RoundOf, ...]:
        """The rounds that were taken in."""
        return tuple(one for taken in self.taken for one in taken.rounds)


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
    finally:
        done.requests = site.requests - asked
        _on_record(done, database, settings.source_url, started, now())
    return done


def backfill_folder(
    folder: Path,
    *,
    database: Database,
    settings: Settings,
    window: Window,
    now: Callable[[], datetime],
    each: Each = nobody,
) -> Backfilled:
    """Take a folder of saved pages in, HTML or text.

    Raises:
        UsageError: there is no such folder.
        StorageError: as for the live listing.
    """
    done = Backfilled()
    paths = saved_paths(folder)
    for number, path in enumerate(paths, 1):
        try:
            arrival = _saved(saved_page(path))
        except SourceError as fault:
            with database.transaction() as tx:
                record_problem(tx, fault, address=path.resolve().as_uri(), now=now())
            done.problems.append(fault)
            continue
        if _is_held(arrival, window):
            look = Look(now().date(), quiet=True, first=False)
            done.add(take_in(arrival, look, database=database, settings=settings, now=now()))
        each(number, len(paths))
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


def _is_held(arrival: Arrival, window: Window) -> bool:
    """Whether a saved page lies in the window, as far as it says when it was published."""
    if window == Window():
        return True
    try:
        page, _ = understand(arrival)
    except ReadingError:
        return True  # what is not understood is taken in too, to be named
    return window.holds(page.published)


def _saved(page: SavedPage) -> Arrival:
    return Arrival(
        address=None,
        fetched_from=page.path.resolve().as_uri(),
        origin="folder",
        fetched_at=page.modified,
        status=200,
        headers={"content-type": page.content_type} if page.content_type else {},
        body=page.body,
    )
