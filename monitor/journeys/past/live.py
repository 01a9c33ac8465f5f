"""The past from the live listing: walked back page by page, its releases taken in oldest first.

Titles and addresses are judged first, and only what could be a readout is fetched, unless more is
asked for. What was walked past is on file as named, so a later look does not take it for new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from monitor.core.addresses import SECTION
from monitor.core.look import Look
from monitor.core.selection import Selection
from monitor.errors import NotNow, ServerFault
from monitor.journeys.intake import Taken
from monitor.journeys.past.choosing import Chosen, choose
from monitor.journeys.past.walking import OF_THE_HOST, Ground, ListingWalk
from monitor.journeys.past.window import Backfilled, Window
from monitor.journeys.progress import Each, nobody
from monitor.journeys.wanted import fetch_and_take
from monitor.settings import Settings
from monitor.sources.ustr import UstrSite
from storage import archive, journal
from storage.database import Database

# So many releases in a row that a host could not give are the host's trouble, not the releases'.
_PATIENCE = 5


def backfill_live(
    *,
    database: Database,
    site: UstrSite,
    settings: Settings,
    window: Window,
    now: Callable[[], datetime],
    selection: Selection | None = None,
    section: str = SECTION,
    page_read: Each = nobody,
    each: Each = nobody,
) -> Backfilled:
    """Walk the live listing back, then take in every release on file that could be a readout.

    Args:
        database: the archive.
        site: the press pages.
        settings: where the source is.
        window: which releases to take in.
        now: the clock.
        selection: what is fetched beside what could be a readout; nothing by default.
        section: the section of the press office whose listing is walked.
        page_read: told after each listing page how many there were, and of how many.
        each: told after each release how many are done, and of how many.

    Raises:
        SourceError, ReadingError: not even the newest listing could be had or read.
        StorageError: the database cannot be used; whatever was committed before stands.
    """
    done = Backfilled()
    asked, started = site.requests, now()
    with database.reading() as tx:
        last = journal.last_good_poll(tx, settings.source_url)
    ground = Ground(settings.source_url, section, window, window.until_looked_at(last))
    whole = False
    try:
        ListingWalk(ground, done, database=database, site=site, now=now).go(page_read)
        count_named(done, ground, database)
        _take_in(
            done,
            partial(choose, database, ground.window, selection or Selection(), section=section),
            partial(
                fetch_chosen,
                database=database,
                site=site,
                settings=settings,
                now=now,
                each=each,
            ),
            again=selection is not None and selection.near is not None,
        )
        whole = not done.left
    finally:
        done.requests = site.requests - asked
        done.seconds = (now() - started).total_seconds()
        on_record(done, database, ground, started, now(), whole=whole)
    return done


def _take_in(
    done: Backfilled,
    chosen: Callable[[], list[Chosen]],
    fetch: Callable[[Backfilled, list[int]], None],
    *,
    again: bool,
) -> None:
    """Fetch what is chosen; `again`, until nothing more is: what was read may show further days."""
    tried: set[int] = set()
    while untried := [one for one in chosen() if one.id not in tried]:
        if any(isinstance(problem, OF_THE_HOST) for problem in done.problems):
            done.left = len(untried)
            return
        fetch(done, [one.id for one in untried])
        if done.left or not again:
            return
        tried |= {one.id for one in untried}


def fetch_chosen(
    done: Backfilled,
    chosen: Sequence[int],
    *,
    database: Database,
    site: UstrSite,
    settings: Settings,
    now: Callable[[], datetime],
    each: Each,
) -> None:
    """Take in the releases of these ids, until all is done or the host wants to be left alone."""
    look = Look(now().date(), quiet=True, first=False)
    in_vain = 0
    for number, release_id in enumerate(chosen, 1):
        with database.reading() as tx:
            release = archive.release_by_id(tx, release_id)
        if release is None or release.verdict:
            continue  # another run was faster
        taken = fetch_and_take(
            release, look, database=database, site=site, settings=settings, now=now
        )
        done.add(taken)
        each(number, len(chosen))
        in_vain = in_vain + 1 if _is_of_the_host(taken) else 0
        if isinstance(taken.problem, NotNow) or in_vain == _PATIENCE:
            done.left = len(chosen) - number + in_vain
            return


def _is_of_the_host(taken: Taken) -> bool:
    return isinstance(taken.problem, (*OF_THE_HOST, ServerFault))


def count_named(done: Backfilled, ground: Ground, database: Database) -> None:
    """Count what is on file of what was asked for."""
    since, until = ground.window.since, ground.window.until
    with database.reading() as tx:
        done.named, done.on_file = archive.count_named(
            tx, section=ground.section, since=since, until=until
        )


def on_record(
    done: Backfilled,
    database: Database,
    ground: Ground,
    started: datetime,
    ended: datetime,
    *,
    whole: bool,
) -> None:
    """Record the walk: as a look at the source only if nothing that is listed was left out.

    Otherwise the next look would take what was left out for news, or the next backfill, reaching
    up to this one, would take it in and tell nobody. Nor if it had to stop, or somebody stopped it:
    the next backfill does not reach beyond the last look, and would leave out for good what was
    not fetched today.
    """
    is_look = ground.section == SECTION and not done.left_out and (whole or not done.pages)
    with database.transaction() as tx:
        journal.finish_poll(
            tx,
            journal.start_poll(
                tx, source=ground.source if is_look else f"{ground.source} (its past)", now=started
            ),
            now=ended,
            outcome="read" if done.pages else "failed",
            requests=done.requests,
            named=done.named,
        )
