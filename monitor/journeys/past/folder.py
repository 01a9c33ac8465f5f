"""The past from a folder: saved pages, and what a crawler kept in WARC files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from monitor.core.addresses import OFFICIAL_HOSTS, canonical, host_of, is_release
from monitor.core.captures import in_warc
from monitor.core.look import Look
from monitor.errors import BrokenWarc, ReadingError, SourceError
from monitor.journeys.intake import Arrival, take_in, understand
from monitor.journeys.past.window import Backfilled, Window
from monitor.journeys.problems import record_problem
from monitor.journeys.progress import Each, nobody
from monitor.settings import Settings
from monitor.sources.folder import SavedPage, saved_page, saved_paths, warc_paths
from storage import journal
from storage.database import Database


def backfill_folder(
    folder: Path,
    *,
    database: Database,
    settings: Settings,
    window: Window,
    now: Callable[[], datetime],
    everything: bool = False,
    each: Each = nobody,
) -> Backfilled:
    """Take a folder of saved pages in: HTML, text, and WARC files.

    Of a WARC the releases are taken, by their address; with `everything` all of its pages.

    Raises:
        UsageError: there is no such folder.
        StorageError: as for the live listing.
    """
    taking = _Taking(database, settings, window, now)
    pages, warcs = saved_paths(folder), warc_paths(folder)
    total = len(pages) + len(warcs)
    for number, path in enumerate(pages, 1):
        taking.take_page(path)
        each(number, total)
    for number, path in enumerate(warcs, len(pages) + 1):
        taking.take_warc(path, lambda address: everything or _is_ours(address))
        each(number, total)
    return taking.done


@dataclass(frozen=True, slots=True)
class _Taking:
    """Takes in what a folder holds, and counts how that goes."""

    database: Database
    settings: Settings
    window: Window
    now: Callable[[], datetime]
    done: Backfilled = field(default_factory=Backfilled)

    def take_page(self, path: Path) -> None:
        """Take one saved page in."""
        try:
            arrival = _saved(saved_page(path))
        except SourceError as fault:
            self._say(fault, path.resolve().as_uri())
            return
        self._take(arrival)

    def take_warc(self, path: Path, wanted: Callable[[str], bool]) -> None:
        """Take in the pages of a WARC that are wanted; what stands before a break is taken."""
        where = path.resolve().as_uri()
        try:
            for arrival in _recorded(path, where, wanted):
                if isinstance(arrival, SourceError):
                    self._say(arrival, arrival.evidence.get("address") or where)
                else:
                    self._take(arrival)
        except SourceError as fault:
            self._say(fault, where)
            return
        with self.database.transaction() as tx:
            journal.close_issues(tx, address=where, now=self.now(), kinds={BrokenWarc.kind})

    def _take(self, arrival: Arrival) -> None:
        if _is_held(arrival, self.window):
            now = self.now()
            look = Look(now.date(), quiet=True, first=False)
            taken = take_in(arrival, look, database=self.database, settings=self.settings, now=now)
            self.done.add(taken)
        else:
            self.done.left_out += 1

    def _say(self, fault: SourceError, address: str) -> None:
        with self.database.transaction() as tx:
            record_problem(tx, fault, address=address, now=self.now())
        self.done.problems.append(fault)


def _is_ours(address: str) -> bool:
    """Whether a page of a WARC is a release; of a page that was only saved, nobody knows."""
    saved = address.startswith("file:")
    return saved or (host_of(address).partition(":")[0] in OFFICIAL_HOSTS and is_release(address))


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


def _recorded(
    path: Path, where: str, wanted: Callable[[str], bool]
) -> Iterator[Arrival | SourceError]:
    """The pages of a WARC as they arrive, or what is wrong with one."""
    from monitor.sources.warc import recorded_pages

    for page in recorded_pages(path, wanted):
        if isinstance(page, SourceError):
            yield page
            continue
        saved = page.address.startswith("file:")
        yield Arrival(
            address=None if saved else canonical(page.address),
            fetched_from=in_warc(where, page.address),
            origin="folder",
            fetched_at=page.recorded_at,
            status=page.status,
            headers=page.headers,
            body=page.body,
        )
