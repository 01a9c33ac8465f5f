"""The past from a folder of saved pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from monitor.core.look import Look
from monitor.errors import ReadingError, SourceError
from monitor.journeys.intake import Arrival, take_in, understand
from monitor.journeys.past.window import Backfilled, Window
from monitor.journeys.problems import record_problem
from monitor.journeys.progress import Each, nobody
from monitor.settings import Settings
from monitor.sources.folder import SavedPage, saved_page, saved_paths
from storage.database import Database


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
