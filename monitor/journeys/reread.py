"""Run the reader again over the stored pages: a better parser reaches old rounds.

No network. Quiet: nothing is announced. What would come out differently can be foreseen, page by
page and without keeping anything. A page that comes out as before changes nothing; one that is no
longer understood keeps its earlier account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.core.decide import decide_readout
from monitor.core.look import Look
from monitor.core.release import Page
from monitor.core.rereading import Account, Difference, differences
from monitor.errors import DamagedSnapshot, ReadingError
from monitor.journeys.intake import Arrival, Taken, take_in, understand
from monitor.journeys.links import reading_as_linked
from monitor.journeys.progress import Each, nobody
from monitor.journeys.stored import arrival_of, gone, holds_a_release, read_back
from monitor.settings import Settings
from storage import archive
from storage.database import Database, Transaction
from storage.records import FiledRelease, Reading, Readout


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What reading a page again would change of what its release says, or why it would not."""

    name: str
    differences: tuple[Difference, ...] = ()
    fault: str | None = None


def foresee(*, database: Database, today: datetime, each: Each = nobody) -> Iterator[Foreseen]:
    """Read every page anew that says what a release says now, and hold it against what is on file.

    Pages that nobody understood are read too. One page is held in memory at a time; nothing is
    kept. Yielded are those that would come out differently, or are not understood any more.

    Args:
        database: the archive.
        today: the present.
        each: told after each page how many are done, and of how many.
    """
    with database.reading() as tx:
        current, unread = archive.current_pages(tx), archive.unread_pages(tx)
        lost = archive.lost_pages(tx)
    for number, name in sorted(lost.items()):
        yield Foreseen(name, fault=f"damaged: {gone(number).summary}")
    pages = [*current, *((None, number) for number in unread)]
    look = Look(today.date(), quiet=True, first=False)
    for done, (release_id, number) in enumerate(pages, 1):
        with database.reading() as tx:
            found = _foreseen(tx, release_id, number, look)
        each(done, len(pages))
        if found and (found.differences or found.fault):
            yield found


def reread(
    *, database: Database, settings: Settings, now: Callable[[], datetime], each: Each = nobody
) -> list[Taken]:
    """Read every stored release again, oldest snapshot first; a damaged page is a problem named.

    Raises:
        StorageError: the database cannot be used; each page is a commit of its own.
    """
    with database.reading() as tx:
        pages = [snapshot.id for snapshot in archive.snapshots(tx) if holds_a_release(snapshot)]
        lost = archive.lost_pages(tx)
    look = Look(now().date(), quiet=True, first=False)
    taken = [Taken(name, None, problem=gone(number)) for number, name in sorted(lost.items())]
    for done, number in enumerate(pages, 1):
        each(done, len(pages))
        try:
            with database.reading() as tx:
                snapshot, body = read_back(tx, number)
        except DamagedSnapshot as fault:
            taken.append(Taken(f"snapshot {number}", None, problem=fault))
            continue
        arrival = arrival_of(snapshot, body)
        if snapshot.origin != "wayback" or _is_understood(arrival):  # else a gap, and no fault
            taken.append(take_in(arrival, look, database=database, settings=settings, now=now()))
    return taken


def _is_understood(arrival: Arrival) -> bool:
    try:
        understand(arrival)
    except ReadingError:
        return False
    return True


def _foreseen(tx: Transaction, release_id: int | None, number: int, look: Look) -> Foreseen | None:
    release = archive.release_by_id(tx, release_id) if release_id else None
    try:
        snapshot, body = read_back(tx, number)
    except DamagedSnapshot as damage:
        name = (release and release.address) or f"snapshot {number}"
        return Foreseen(name, fault=f"damaged: {damage.summary}; its earlier account is kept")
    if not holds_a_release(snapshot):
        return None
    arrival = arrival_of(snapshot, body)
    name = (release and release.address) or arrival.name
    try:
        page, reading = understand(arrival)
    except ReadingError as fault:
        said = f"not understood any more: {fault.summary}; its earlier account is kept"
        return Foreseen(name, fault=said) if release else None
    if release is None:
        return Foreseen(name, (Difference("verdict", "not understood", reading.verdict),))
    before = _account(tx, release)
    after = _anew(tx, before, release=release, page=page, reading=reading, look=look)
    return Foreseen(name, differences(before, after))


def _account(tx: Transaction, release: FiledRelease) -> Account:
    """What is on file of a release."""
    filed = archive.readouts_of(tx, release.id)
    readouts = tuple(each.readout for each in filed)
    return Account(release.verdict, release.title, release.published, readouts)


def _anew(
    tx: Transaction,
    before: Account,
    *,
    release: FiledRelease,
    page: Page,
    reading: Reading,
    look: Look,
) -> Account:
    """What would be on file of it; what the page lacks, and a round it no longer tells of, stays.

    Then that is an issue (`no-longer-a-readout`), and the verdict tells of it.
    """
    said = reading.release
    linked = reading_as_linked(tx, reading).readouts
    readouts = tuple(each for each in linked if _is_filed(tx, each, release.id, page, look))
    return Account(
        reading.verdict,
        (said and said.title) or before.title,
        (said and said.published) or before.published,
        readouts or before.readouts,
    )


def _is_filed(tx: Transaction, readout: Readout, release_id: int, page: Page, look: Look) -> bool:
    decision = decide_readout(
        readout,
        release_id=release_id,
        published=page.published,
        known=archive.current_readouts(tx, readout.series),
        look=look,
    )
    return decision.file
