"""The past from the Internet Archive: its index walked page by page, then what it captured.

Of each release that could be a readout the earliest good capture is taken in, as the release as it
was first published, and the latest one if its bytes differ. Each is a commit of its own, and a run
that is stopped goes on where it was.

Nothing is named to the archive before its page is here: an index of captures is no listing, and
what a listing names first is news.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from monitor.core.addresses import canonical
from monitor.core.captures import (
    Capture,
    Captured,
    Outcome,
    name_of,
    next_capture,
    releases_captured,
)
from monitor.core.classify import worth_fetching
from monitor.core.look import Look
from monitor.core.selection import Selection, is_near, order_of, span_of
from monitor.errors import (
    Forbidden,
    Gone,
    NoGoodCapture,
    OddEncoding,
    OddStatus,
    ReadingError,
    RedirectedElsewhere,
    RoundwatchError,
    ServerFault,
    SourceError,
    TimedOut,
    TooLarge,
    UnknownCaptures,
)
from monitor.journeys.intake import Arrival, Taken, keep, take_in, understand
from monitor.journeys.past.capture_index import CaptureIndex, obeying
from monitor.journeys.past.choosing import reporting_days
from monitor.journeys.past.window import Backfilled, Window
from monitor.journeys.problems import record_problem
from monitor.journeys.progress import Each, nobody
from monitor.series import followed
from monitor.settings import Settings
from monitor.sources.wayback import InternetArchive, Playback
from storage import archive, journal
from storage.database import Database

# About this one capture, for good.
_GAPS = (Gone, Forbidden, OddStatus, RedirectedElsewhere, TooLarge, OddEncoding)
# About this one capture, and perhaps not for good. Whatever else there is, is about the archive.
_PASSING = (ServerFault, TimedOut)


@dataclass(frozen=True, slots=True)
class AskedOfTheArchive:
    """What somebody wants of the Internet Archive.

    Attributes:
        window: which releases, by the day they were published.
        selection: which of them beside what could be a readout by its address.
        every_capture: each distinct capture of a release: the history of silent edits.
    """

    window: Window = field(default_factory=Window)
    selection: Selection = field(default_factory=Selection)
    every_capture: bool = False


def backfill_wayback(
    asked: AskedOfTheArchive,
    *,
    database: Database,
    site: InternetArchive,
    settings: Settings,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
    page_read: Each = nobody,
    each: Each = nobody,
) -> Backfilled:
    """Walk the index of captures, then take in the releases that were captured, oldest first.

    Args:
        asked: what is wanted.
        database: the archive.
        site: the Internet Archive.
        settings: where the source is.
        now: the clock.
        sleep: waits for a number of seconds, where the Internet Archive wants to be left alone.
        page_read: told after each page of the index how many pages and captures there were so far.
        each: told after each release how many are done, and of how many.

    Raises:
        SourceError, ReadingError: not even the first page of the index could be had or read.
        StorageError: the database cannot be used; whatever was committed before stands.
    """
    with database.reading() as tx:
        window = asked.window.until_looked_at(journal.last_good_poll(tx, settings.source_url))
    before, started = site.requests, now()
    index = CaptureIndex(database, site, source=settings.wayback_url, since=window.since, now=now)
    taking = _Taking(asked, window, index, database, site, settings, now, sleep)
    done = taking.done
    try:
        done.walked = False
        index.walk(sleep, page_read)
        done.walked = True
        taking.take_all(each)
        index.finish()
    except (SourceError, UnknownCaptures) as fault:
        if not index.frontier.pages:
            raise
        done.problems.append(fault)
    finally:
        done.pages, done.notes = index.pages_read, index.notes
        done.requests = site.requests - before
        done.seconds = (now() - started).total_seconds()
    return done


@dataclass(frozen=True, slots=True)
class _Taking:
    """Takes releases in by their captures, and counts how that goes."""

    asked: AskedOfTheArchive
    window: Window
    index: CaptureIndex
    database: Database
    site: InternetArchive
    settings: Settings
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    done: Backfilled = field(default_factory=Backfilled)

    def take_all(self, each: Each) -> None:
        """Take in all releases that are wanted, about the oldest publication first."""
        wanted = _chosen(self.index, self.asked.selection, self.window, self.database)
        self.done.named = self.done.left = len(wanted)
        for number, captured in enumerate(wanted, 1):
            self._take(captured)
            self.done.left -= 1
            each(number, len(wanted))

    def _take(self, captured: Captured) -> None:
        """Take in the captures of one release that are wanted and not here yet."""
        tried = self._tried(captured)
        lost: list[Capture] = []
        fault: RoundwatchError | None = None
        every = self.asked.every_capture
        while capture := next_capture(captured.captures, tried, every=every):
            try:
                page = self._stored(capture) or self._fetched(capture)
                arrival = _arrival(captured, capture, page)
                if not self._file(arrival):
                    return
                tried[name_of(capture)] = "good"
            except (*_GAPS, *_PASSING) as gap:
                tried[name_of(capture)], fault = "gap", gap
                self.done.gaps += 1
                lost += [capture] if isinstance(gap, _GAPS) else []
            except ReadingError as wall:
                tried[name_of(capture)], fault = "no-page", wall
                self.done.gaps += 1
        # What has the bytes of a good capture is never asked for again, remembered or not.
        good = {c.digest for c in captured.captures if tried.get(name_of(c)) == "good"}
        self.index.remember_gaps([each for each in lost if each.digest not in good])
        if fault and not good:
            self._in_vain(captured, fault)

    def _tried(self, captured: Captured) -> dict[str, Outcome]:
        """What came of the captures that were asked for before."""
        addresses = {self.site.playback_address(c): name_of(c) for c in captured.captures}
        with self.database.reading() as tx:
            understood = archive.understood(tx, addresses)
        gaps = set(self.index.frontier.gaps)
        tried: dict[str, Outcome] = {
            name: "gap" for name in map(name_of, captured.captures) if name in gaps
        }
        return tried | {addresses[address]: "good" for address in understood}

    def _stored(self, capture: Capture) -> Playback | None:
        """A capture that is on file already: a wall, or one that a run was stopped over."""
        address = self.site.playback_address(capture)
        with self.database.reading() as tx:
            known = archive.latest_snapshot(tx, address)
            if known is None:
                return None
            return Playback(address, known.headers, archive.body_of(tx, known.id))

    def _fetched(self, capture: Capture) -> Playback:
        return obeying(partial(self.site.playback, capture), self.sleep)

    def _file(self, arrival: Arrival) -> bool:
        """Take a page in, unless it says that it lies outside of the window.

        Raises:
            ReadingError: it is no page, or none that we understand; its bytes are kept.
        """
        try:
            page, _ = understand(arrival)
        except ReadingError:
            keep(arrival, self.database)
            raise
        if not self.window.holds(page.published):
            self.done.left_out += 1
            return False
        now = self.now()
        look = Look(now.date(), quiet=True, first=False)
        taken = take_in(arrival, look, database=self.database, settings=self.settings, now=now)
        self.done.add(taken)
        return True

    def _in_vain(self, captured: Captured, last: RoundwatchError) -> None:
        """No capture shows the release: that is an issue."""
        problem = NoGoodCapture(
            f"none of {len(captured.captures)} captures shows the release; the last one tried: "
            f"{last.summary}",
            evidence=last.evidence | {"address": captured.original},
            todo="nothing, if the page is had from elsewhere; else look for it at the archive",
        )
        address = canonical(captured.original)
        with self.database.transaction() as tx:
            record_problem(tx, problem, address=address, now=self.now())
        self.done.add(Taken(address, None, problem=problem))


def _chosen(
    index: CaptureIndex, selection: Selection, window: Window, database: Database
) -> list[Captured]:
    """The releases to take in, about the oldest publication first."""
    series = followed()
    days: set[date] = set()
    if selection.near is not None:
        named = (each.original for each in index.captures())
        days = {order_of(None, each) for each in named if worth_fetching("", each, series)}
        days |= reporting_days(database, window)

    def is_wanted(address: str) -> bool:
        return (
            selection.everything
            or worth_fetching("", address, series)
            or (selection.near is not None and is_near(None, address, days, selection.near))
        )

    captures = (capture for capture in index.captures() if is_wanted(capture.original))
    found = (each for each in releases_captured(captures) if _may_be_in(each, window))
    return sorted(found, key=lambda each: (order_of(None, each.original), each.first_day, each.key))


def _may_be_in(captured: Captured, window: Window) -> bool:
    """Whether a release may lie in a window: by its address, and it is captured once published."""
    late = window.since is None or captured.first_day >= window.since
    return late and window.meets(span_of(None, captured.original))


def _arrival(captured: Captured, capture: Capture, page: Playback) -> Arrival:
    return Arrival(
        address=canonical(captured.original),
        fetched_from=page.address,
        origin="wayback",
        fetched_at=capture.taken_at,
        status=capture.status or 200,
        headers=page.headers,
        body=page.body,
    )
