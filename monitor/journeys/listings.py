"""Listing pages and the feed: fetched politely, kept, read, and what they name filed.

Shared by the look at the source (`poll`) and the way back into the past (`backfill`). Nearly every
look finds nothing changed: what reads pages is imported when there is one to read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.core.addresses import LISTING_PATHS, OFFICIAL_ORIGIN, SECTION
from monitor.errors import EmptyListing, Gone, ReadingError, SourceError, UnknownLayout
from monitor.journeys.glance import Glanced
from monitor.journeys.problems import FAULTS_OF_A_PAGE, record_problem
from monitor.series import edition
from monitor.sources.answers import Answer
from monitor.sources.ustr import UstrSite
from storage import archive, fetches, journal, queue
from storage.database import Database, Transaction
from storage.records import FetchState, FiledRelease, Named

if TYPE_CHECKING:
    from monitor.core.listing import Listing

NO_LISTING = (EmptyListing, UnknownLayout)
"""What a page is that may be a good page, but is no listing."""


def fetch_listing(
    database: Database,
    site: UstrSite,
    now: Callable[[], datetime],
    *,
    anew: bool = False,
    glanced: Glanced | None = None,
    section: str = SECTION,
) -> Answer:
    """Fetch the newest listing, under the prefix where it was last found, else where it answers.

    Args:
        database: where its validators are kept.
        site: the press pages.
        now: the clock.
        anew: ask for the page itself, whether or not it has changed.
        glanced: what a glance learned just before: it is not asked for again.
        section: whose listing; of the press releases unless told otherwise.

    Raises:
        SourceError: neither prefix answers; recorded as an issue.
    """
    addresses = newest_pages(site, section)
    with database.reading() as tx:
        states = {address: fetches.fetch_state(tx, address) for address in addresses}
    addresses.sort(key=lambda address: states[address] is None)
    for address in addresses:
        try:
            if glanced and glanced.address == address:
                return _learned(glanced)
            return asked_again(site, address, None if anew else states[address])
        except SourceError as fault:
            if isinstance(fault, Gone) and address != addresses[-1]:
                continue
            _record(database, fault, address, now())
            raise
    raise AssertionError("the last prefix answers or raises")


def fetch_older(
    address: str,
    database: Database,
    site: UstrSite,
    now: Callable[[], datetime],
    *,
    guessed: bool = False,
) -> Answer:
    """Fetch an older page of the listing.

    Args:
        address: where it is.
        database: the archive.
        site: the press pages.
        now: the clock.
        guessed: nobody has linked to it: that it is not there is no issue.

    Raises:
        SourceError: it cannot be had; recorded as an issue.
    """
    try:
        return site.page(address)
    except SourceError as fault:
        if not (guessed and isinstance(fault, Gone)):
            _record(database, fault, address, now())
        raise


def keep_and_read(
    answer: Answer, database: Database, now: datetime, *, guessed: bool = False
) -> Listing:
    """Keep a listing page as a snapshot, then read it.

    What was wrong with it before is over once it is understood.

    Args:
        answer: the page.
        database: the archive.
        now: the present.
        guessed: nobody has linked to it: that it is no listing is no issue.

    Raises:
        ReadingError: it is not understood; recorded as an issue, with the snapshot.
    """
    from monitor.core import markup
    from monitor.core.listing import read_listing

    with database.transaction() as tx:
        snapshot = archive.file_snapshot(
            tx,
            address=answer.url,
            origin="live",
            fetched_at=answer.fetched_at,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
        )
    try:
        listing = read_listing(markup.decode(answer.body, answer.content_type), answer.url)
    except ReadingError as fault:
        if not (guessed and isinstance(fault, NO_LISTING)):
            _record(database, fault, answer.requested, now, snapshot.id)
        raise
    with database.transaction() as tx:
        _close_issues(tx, answer.requested, now)
    return listing


def listing_is_well(tx: Transaction, site: UstrSite, now: datetime) -> None:
    """Close what was wrong with the newest listing, under either prefix: it was seen and is well.

    It may be well without having changed, or under another prefix than the one that failed.
    """
    for address in newest_pages(site):
        _close_issues(tx, address, now)


def is_known(answer: Answer, database: Database) -> bool:
    """Whether these very bytes were understood before: a server without validators says 200."""
    with database.reading() as tx:
        state = fetches.fetch_state(tx, answer.url)
    if state is None or state.reader != edition():
        return False
    return state.sha256 == hashlib.sha256(answer.body).hexdigest()


def file_named(
    named: tuple[Named, ...],
    database: Database,
    now: datetime,
    *,
    wanted: Collection[str],
    answer: Answer | None = None,
    leave: bool = False,
) -> tuple[FiledRelease, ...]:
    """File what a listing names and, in the same commit, that the page was understood.

    Args:
        named: the releases it names.
        database: the archive.
        now: the present.
        wanted: the keys of those whose pages are to be read, if they are new.
        answer: the page, if its validators are to be remembered.
        leave: have the workers take in what is new, where there is a queue.

    Returns:
        Those that were not known.
    """
    with database.transaction() as tx:
        new = archive.name_releases(tx, named, wanted=wanted, now=now)
        if new and leave:
            queue.enqueue(tx, "intake")
        if answer is not None:
            fetches.remember_fetch(tx, state_of(answer))
    return new


def named_by_feed(site: UstrSite) -> tuple[Named, ...]:
    """What the feed names: a hint, so a feed that cannot be had or read names nothing."""
    from monitor.core import markup
    from monitor.core.listing import read_feed

    try:
        answer = site.feed()
        return read_feed(markup.decode(answer.body, answer.content_type, feed=True))
    except (SourceError, ReadingError):
        return ()


def asked_again(site: UstrSite, address: str, state: FetchState | None) -> Answer:
    """Ask for a page with the validators of last time; without them if another reader read it."""
    if state is None or state.reader != edition():
        return site.page(address)
    return site.page(address, etag=state.etag, last_modified=state.last_modified)


def state_of(answer: Answer) -> FetchState:
    """What is remembered of a page that was fetched, so that it can be asked for again."""
    return FetchState(
        address=answer.url,
        etag=answer.etag,
        last_modified=answer.last_modified,
        checked_at=answer.fetched_at,
        sha256=hashlib.sha256(answer.body).hexdigest(),
        reader=edition(),
    )


def newest_pages(site: UstrSite, section: str = SECTION) -> list[str]:
    """Where the newest listing of a section may be found: under either prefix."""
    paths = (path.replace(SECTION, section) for path in LISTING_PATHS)
    return [site.fetch_address(OFFICIAL_ORIGIN + path) for path in paths]


def _close_issues(tx: Transaction, address: str, now: datetime) -> None:
    journal.close_issues(tx, address=address, now=now, kinds=FAULTS_OF_A_PAGE)


def _learned(glanced: Glanced) -> Answer:
    if isinstance(glanced.outcome, SourceError):
        raise glanced.outcome
    return glanced.outcome


def _record(
    database: Database,
    fault: SourceError | ReadingError,
    address: str,
    now: datetime,
    snapshot_id: int | None = None,
) -> None:
    with database.transaction() as tx:
        record_problem(tx, fault, address=address, now=now, snapshot_id=snapshot_id)
