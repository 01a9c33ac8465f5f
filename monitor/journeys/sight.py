"""What a look makes of the listing: suspicions are issues on file, until they are over.

A person who closes one has settled it: it is not opened again as long as every look sees it, and
what the listing shows from then on is the usual. One that was not seen for an hour is over.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.sight import (
    BACKWARDS,
    DAYS,
    LOOKS,
    OVER_AFTER,
    STALE,
    SUSPICIONS,
    Suspicion,
    Usual,
    silence,
    suspicions,
)
from monitor.journeys.problems import record_problem
from storage import archive, journal
from storage.database import Transaction
from storage.records import Named, Poll


@dataclass(frozen=True, slots=True)
class Place:
    """Where the listing is: the source's name in the journal, and the addresses it is found at."""

    source: str
    addresses: tuple[str, ...]


def weigh(
    tx: Transaction,
    named: Sequence[Named],
    *,
    place: Place,
    address: str,
    fetched_from: str,
    last: Poll | None,
    now: datetime,
) -> tuple[Suspicion, ...]:
    """Hold what a listing names against what earlier looks saw; file what is odd about it.

    Args:
        tx: a writing transaction.
        named: what the listing names.
        place: where it is.
        address: the one of its addresses that gave this page.
        fetched_from: where that led to: the stored page is under it.
        last: the last good look, whatever came of it.
        now: the present.

    Returns:
        What is odd and was not settled by a person.
    """
    found = tuple(suspicions(named, usual(tx, place.source), now.date()))
    judged = journal.last_judged_poll(tx, place.source)
    page = archive.latest_snapshot(tx, fetched_from)
    opened = []
    for each in found:
        # The validators of a listing that went back are not kept: every look reads it anew.
        before = last if each.kind == BACKWARDS else judged
        if not _is_settled(tx, each, address, before, now):
            number = page.id if page else None
            record_problem(tx, each, address=address, snapshot_id=number, now=now)
            opened.append(each)
    _end(tx, place, SUSPICIONS - {STALE} - {each.kind for each in found}, now)
    return tuple(opened)


def usual(tx: Transaction, source: str) -> Usual:
    """What the last looks that nobody doubted saw."""
    looks = journal.undoubted_polls(tx, source, LOOKS)
    return Usual(tuple(poll.named for poll in looks), looks[0].newest if looks else None)


def stands(tx: Transaction, place: Place, now: datetime) -> None:
    """The listing is the one that was read last, by its validators or to the byte.

    Then it has not gone back; and if that one was not doubted, all else is over, too.
    """
    judged = journal.last_judged_poll(tx, place.source)
    doubted = judged is not None and judged.problem is not None
    _end(tx, place, {BACKWARDS} if doubted else SUSPICIONS - {STALE}, now)


def listen(tx: Transaction, place: Place, *, last: Poll | None, now: datetime) -> Suspicion | None:
    """Whether the source has been silent for too long, though it answers; filed if so."""
    today = now.date()
    found = silence(archive.days_of_publication(tx, until=today, limit=DAYS), today)
    if found is None:
        _end(tx, place, {STALE}, now)
    elif not _is_settled(tx, found, place.addresses[0], last, now):
        record_problem(tx, found, address=place.addresses[0], now=now)
        return found
    return None


def _is_settled(
    tx: Transaction, found: Suspicion, address: str, before: Poll | None, now: datetime
) -> bool:
    """Whether a person closed the issue since it was last seen: nobody else closes what holds."""
    return before is not None and journal.see_settled(
        tx, kind=found.kind, address=address, since=before.started_at, now=now
    )


def _end(tx: Transaction, place: Place, kinds: Collection[str], now: datetime) -> None:
    unseen = now - OVER_AFTER
    for address in place.addresses:
        journal.close_issues(tx, address=address, now=now, kinds=kinds, seen_by=unseen)
