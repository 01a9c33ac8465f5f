"""Whom a digest goes to: candidates handed out in pieces, and a delivery written for each.

Nothing here grows with the number of readers but the table itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, insert, or_, select, update

from storage import queue
from storage.outbox.holding import hold, hold_reader, lead_anew
from storage.preferences import PREFERENCES, preferences_of
from storage.records import Addressed, Candidate
from storage.schema import deliveries, digests, letters, subscribers, subscriptions

PIECE = 1000
"""Candidates handled at a time."""

_MANY = 10_000

CHUNK = 500
"""Mails that one job of the queue sends."""

AT_AN_END = {"due_at": None, "bundle_id": None, "owner": None}
ENDED = case((deliveries.c.state == "queued", "suppressed"), else_="abandoned")
"""What becomes of an open delivery whose reader is gone: one that may have gone out is given up."""


def candidates(
    tx: Connection, series: str, only: Collection[int] | None = None
) -> Iterator[list[Candidate]]:
    """Hand out the subscriptions to a series that were confirmed, in pieces.

    Suppressed readers are among them, so that the books show what became of their mail; those who
    are pending or unsubscribed are not.

    Args:
        tx: a writing transaction; a reader who is changed meanwhile is waited for, and none can be
            until its end. So nobody who has left is sent anything more.
        series: the series' slug.
        only: some subscribers' ids; all by default.
    """
    last = 0
    # Until there are none, not until there are few: PostgreSQL leaves out of a piece who has left
    # while it waited for them.
    while rows := tx.execute(_piece(series, last, only)).mappings().all():
        yield [_candidate(row) for row in rows]
        last = rows[-1]["subscription_id"]


def address(
    tx: Connection,
    digest_id: int,
    piece: Sequence[Addressed],
    *,
    now: datetime,
    message_id_domain: str,
) -> int:
    """Write a delivery for each candidate, and count them in the digest's books.

    A candidate that has one already is left as it is. Where one is to be gathered, it goes along
    with the delivery that waits for that reader already, if there is one.

    Returns:
        How many deliveries are new, and wait to be sent.
    """
    new = _without_a_delivery(tx, digest_id, piece)
    leaders = _leaders(tx, [each for each in new if each.gathered])
    rows = [_row(digest_id, each, leaders, now, message_id_domain) for each in new]
    if not rows:
        return 0
    # Nothing is asked back: one statement of a thousand rows takes psycopg longer to read than
    # PostgreSQL to carry out.
    tx.execute(insert(deliveries), rows)
    more = digests.c.candidates + len(rows)
    tx.execute(update(digests).where(digests.c.id == digest_id).values(candidates=more))
    due = sum(1 for row in rows if row["bundle_id"] is None and row["due_at"] == now)
    queue.enqueue(tx, "digests", jobs=ceil(due / CHUNK))
    return sum(1 for row in rows if row["state"] == "queued")


def grown(tx: Connection, by: int) -> None:
    """Have PostgreSQL count anew where a great many deliveries came at once.

    Until it does by itself, minutes later, it takes the table for small, and a claim takes 6 to 29
    ms instead of 3 to 6.
    """
    if by >= _MANY and queue.queued(tx):
        tx.exec_driver_sql("analyze deliveries")


def revive(tx: Connection, digest_id: int, readers: Collection[int], now: datetime) -> int:
    """Have a digest go out after all that was suppressed, since its reader had left; now is back.

    Returns:
        How many deliveries wait again.
    """
    theirs = select(subscriptions.c.id).where(
        subscriptions.c.subscriber_id.in_(readers), subscriptions.c.ended_at.is_(None)
    )
    shut = (deliveries.c.digest_id == digest_id, deliveries.c.state == "suppressed")
    again = {"state": "queued", "slot_at": now, "due_at": now, "settled_at": None, "error": None}
    here = update(deliveries).where(*shut, deliveries.c.subscription_id.in_(theirs))
    return tx.execute(here.values(**again, attempts=0)).rowcount


def reschedule(tx: Connection, subscriber_id: int, due_at: datetime) -> None:
    """Have all that waits for a reader, and was never tried, go out in one mail at another time."""
    hold_reader(tx, subscriber_id)
    ids = hold(
        tx,
        deliveries.c.subscription_id.in_(_subscriptions_of(subscriber_id)),
        deliveries.c.state == "queued",
        deliveries.c.attempts == 0,
    )
    if not ids:
        return
    together = {"slot_at": due_at, "due_at": due_at, "bundle_id": ids[0]}
    tx.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(**together))
    tx.execute(update(deliveries).where(deliveries.c.id == ids[0]).values(bundle_id=None))


def suppress_waiting(
    tx: Connection, subscriber_id: int, reason: str, now: datetime, series: str | None = None
) -> None:
    """Have nothing that waits for a reader go out any more, or nothing of one series.

    Letters are meant too where no series is named. What is being sent just now is past recall.
    """
    hold_reader(tx, subscriber_id)
    mine: ColumnElement[bool] = deliveries.c.subscription_id.in_(
        _subscriptions_of(subscriber_id, series)
    )
    if series is None:
        written = select(letters.c.id).where(letters.c.subscriber_id == subscriber_id)
        mine = or_(mine, deliveries.c.letter_id.in_(written))
    waiting = hold(tx, mine, deliveries.c.state.in_(("queued", "uncertain")))
    if not waiting:
        return
    stop = update(deliveries).where(deliveries.c.id.in_(waiting))
    tx.execute(stop.values(state=ENDED, **AT_AN_END, settled_at=now, error=reason))
    lead_anew(tx, deliveries.c.bundle_id.in_(waiting))


def _subscriptions_of(subscriber_id: int, series: str | None = None) -> Any:  # noqa: ANN401
    mine = select(subscriptions.c.id).where(subscriptions.c.subscriber_id == subscriber_id)
    return mine if series is None else mine.where(subscriptions.c.series == series)


def _piece(series: str, last: int, only: Collection[int] | None) -> Any:  # noqa: ANN401
    query = (
        select(
            subscriptions.c.id.label("subscription_id"),
            subscriptions.c.subscriber_id,
            subscriptions.c.topics,
            *subscribers.c["domain", "state"],
            *subscribers.c[PREFERENCES],
        )
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(subscriptions.c.series == series, subscriptions.c.id > last)
        .where(subscriptions.c.ended_at.is_(None))
        .where(subscribers.c.state.in_(("confirmed", "suppressed")))
        .order_by(subscriptions.c.id)
        .limit(PIECE)
        .with_for_update(read=True, of=[subscribers, subscriptions])
    )
    return query if only is None else query.where(subscriptions.c.subscriber_id.in_(only))


def _candidate(row: Any) -> Candidate:  # noqa: ANN401
    return Candidate(
        subscription_id=row["subscription_id"],
        subscriber_id=row["subscriber_id"],
        topics=row["topics"],
        domain=row["domain"],
        state=row["state"],
        preferences=preferences_of(row),
    )


def _without_a_delivery(
    tx: Connection, digest_id: int, piece: Sequence[Addressed]
) -> list[Addressed]:
    """Those of a piece without a delivery of a digest, which is held: none gets one meanwhile."""
    tx.execute(
        select(digests.c.id).where(digests.c.id == digest_id).with_for_update(key_share=True)
    )
    ids = [each.candidate.subscription_id for each in piece]
    if not ids:
        return []
    with_one = select(deliveries.c.subscription_id).where(
        deliveries.c.digest_id == digest_id,
        deliveries.c.subscription_id.between(min(ids), max(ids)),
    )
    have = set(tx.scalars(with_one))
    return [each for each in piece if each.candidate.subscription_id not in have]


def _leaders(
    tx: Connection, gathered: Sequence[Addressed]
) -> dict[tuple[int, datetime | None], int]:
    """What waits already, by reader and time; held, so that none is claimed meanwhile."""
    readers = [each.candidate.subscriber_id for each in gathered]
    if not readers:
        return {}
    waiting = (
        select(subscriptions.c.subscriber_id, deliveries.c.slot_at, deliveries.c.id)
        .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
        .where(subscriptions.c.subscriber_id.in_(readers), deliveries.c.bundle_id.is_(None))
        .where(deliveries.c.state == "queued", deliveries.c.attempts == 0)
        .order_by(deliveries.c.id.desc())
        .with_for_update(of=deliveries)
    )
    return {(reader, slot): delivery for reader, slot, delivery in tx.execute(waiting).all()}


def _row(
    digest_id: int,
    each: Addressed,
    leaders: dict[tuple[int, datetime | None], int],
    now: datetime,
    domain: str,
) -> dict[str, Any]:
    subscription = each.candidate.subscription_id
    waits = each.due_at is not None
    same_time = (each.candidate.subscriber_id, each.due_at)
    return {
        "digest_id": digest_id,
        "subscription_id": subscription,
        "bundle_id": leaders.get(same_time) if each.gathered and waits else None,
        "message_id": f"<digest-{digest_id}.{subscription}@{domain}>",
        "domain": each.candidate.domain,
        "state": "queued" if waits else "suppressed",
        "slot_at": each.due_at or now,
        "due_at": each.due_at,
        "attempts": 0,
        "queued_at": now,
        "settled_at": None if waits else now,
        "error": each.reason,
    }
