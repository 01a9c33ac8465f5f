"""The outbox: a digest and who is to get it; claimed with a lease, settled once.

An open delivery carries one time, `due_at`: when it may be tried, or, while a worker holds it, when
the lease runs out and it is anybody's again. So one question finds the next one to do.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    select,
    update,
)

from storage.records import Balance, Delivery, FiledDigest, RenderedDigest
from storage.schema import OPEN, deliveries, subscribers, subscriptions
from storage.schema import digests as table
from storage.upsert import insert

_RENDERED = ("series", "round", "kind", "subject", "text", "html")


def enqueue(
    tx: Connection,
    *,
    digest: RenderedDigest,
    readout_id: int,
    revision_id: int,
    now: datetime,
    message_id_domain: str,
) -> tuple[int, int]:
    """Put a digest into the outbox, with a delivery for each subscription to its series.

    One revision is told of once per round and kind: a second time adds nothing, not even for
    readers who came since.

    Returns:
        The digest's id and how many deliveries were queued (0 where it was there already).
    """
    words = {name: getattr(digest, name) for name in _RENDERED}
    row = {**words, "readout_id": readout_id, "revision_id": revision_id, "created_at": now}
    new = insert(tx, table).values(row).on_conflict_do_nothing().returning(table.c.id)
    digest_id = tx.scalar(new)
    if digest_id is None:
        return _known_digest(tx, digest, revision_id), 0
    return digest_id, _address(tx, digest_id, digest.series, now, message_id_domain)


def claim(tx: Connection, *, owner: str, now: datetime, lease: timedelta) -> Delivery | None:
    """Take the delivery that is due longest, or whose last owner's lease ran out.

    Any number of workers may ask at once: each delivery goes to one of them. Commit before sending.

    Args:
        tx: a writing transaction.
        owner: who claims, different for each worker; settling asks for it.
        now: the time, aware.
        lease: for how long nobody else may have it.

    Returns:
        The delivery, this attempt counted; None if nothing is due.
    """
    longest_due = (
        select(deliveries.c.id)
        .where(OPEN, deliveries.c.due_at <= now)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    mine = {
        "state": "sending",
        "owner": owner,
        "due_at": now + lease,
        "attempts": deliveries.c.attempts + 1,
    }
    taken = update(deliveries).where(deliveries.c.id == longest_due).values(**mine)
    delivery_id = tx.execute(taken.returning(deliveries.c.id)).scalar()
    return None if delivery_id is None else _claimed(tx, delivery_id)


def settle_sent(tx: Connection, delivery_id: int, *, owner: str, now: datetime) -> bool:
    """Record that a delivery was sent.

    Returns:
        Whether `owner` still held it; if not, nothing is recorded. So it is with all settling.
    """
    return _settle(tx, delivery_id, owner, state="sent", due_at=None, settled_at=now, error=None)


def settle_retry(
    tx: Connection,
    delivery_id: int,
    *,
    owner: str,
    error: str,
    next_attempt_at: datetime,
    tried: bool = True,
) -> bool:
    """Give a delivery back, to be tried again at a later time.

    Args:
        tx: a writing transaction.
        delivery_id: the delivery.
        owner: who holds it.
        error: what went wrong.
        next_attempt_at: when it is due again, aware.
        tried: whether this counts as an attempt; not where no delivery at all could be sent.
    """
    again = {"state": "queued", "due_at": next_attempt_at, "error": error}
    if not tried:
        again["attempts"] = deliveries.c.attempts - 1
    return _settle(tx, delivery_id, owner, **again)


def settle_failed(
    tx: Connection, delivery_id: int, *, owner: str, error: str, now: datetime
) -> bool:
    """Record that a delivery failed for good."""
    return _settle(tx, delivery_id, owner, state="failed", due_at=None, settled_at=now, error=error)


def retry_failed(tx: Connection, now: datetime) -> int:
    """Put what failed for good back into the queue, as if it had never been tried.

    What nobody is there to receive any more is abandoned.

    Returns:
        How many are queued again.
    """
    failed = deliveries.c.state == "failed"
    erased = deliveries.c.subscription_id.is_(None)
    tx.execute(update(deliveries).where(failed, erased).values(state="abandoned"))
    anew = {"state": "queued", "due_at": now, "queued_at": now, "settled_at": None, "attempts": 0}
    return tx.execute(update(deliveries).where(failed).values(**anew)).rowcount


def is_told(tx: Connection, series: str, round: int | None) -> bool:
    """Whether a digest of this round was ever put into the outbox."""
    same = (table.c.series == series, table.c.round.is_not_distinct_from(round))
    return tx.execute(select(table.c.id).where(*same).limit(1)).first() is not None


def balance(tx: Connection) -> Balance:
    """Return how many deliveries are in each state."""
    counts = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    nothing = {"queued": 0, "sending": 0, "sent": 0, "failed": 0, "abandoned": 0}
    return Balance(**nothing | {row[0]: row[1] for row in tx.execute(counts)})


def oldest_due(tx: Connection, now: datetime) -> datetime | None:
    """Return since when the delivery that waits longest could have been sent, if one waits."""
    return _earliest(tx, deliveries.c.due_at, deliveries.c.due_at <= now)


def oldest_queued(tx: Connection) -> datetime | None:
    """Return when the oldest open delivery was queued, however often it was tried since."""
    return _earliest(tx, deliveries.c.queued_at)


def next_attempt(tx: Connection) -> datetime | None:
    """Return when a delivery is next due, or its lease over; None if none is open."""
    return _earliest(tx, deliveries.c.due_at)


def digests(tx: Connection) -> tuple[FiledDigest, ...]:
    """Return every digest, the newest first."""
    return _digests(tx, select(table).order_by(table.c.id.desc()))


def digest(tx: Connection, digest_id: int) -> FiledDigest | None:
    """Return one digest."""
    return next(iter(_digests(tx, select(table).where(table.c.id == digest_id))), None)


def _known_digest(tx: Connection, digest: RenderedDigest, revision_id: int) -> int:
    query = select(table.c.id).where(
        table.c.series == digest.series,
        table.c.round.is_not_distinct_from(digest.round),
        table.c.kind == digest.kind,
        table.c.revision_id == revision_id,
    )
    return int(tx.execute(query).scalar_one())


def _address(tx: Connection, digest_id: int, series: str, now: datetime, domain: str) -> int:
    """Queue the digest for every subscription to the series; return how many."""
    subscription = cast(subscriptions.c.id, String)
    message_id = literal(f"<digest-{digest_id}.") + subscription + literal(f"@{domain}>")
    rows = {
        "digest_id": literal(digest_id),
        "subscription_id": subscriptions.c.id,
        "message_id": message_id,
        "state": literal("queued"),
        "due_at": literal(now, deliveries.c.due_at.type),
        "attempts": literal(0),
        "queued_at": literal(now, deliveries.c.queued_at.type),
    }
    readers = (
        select(*rows.values())
        .where(subscriptions.c.series == series)
        .order_by(subscriptions.c.id)
        .with_for_update(read=True, key_share=True)  # a reader being erased is waited for
    )
    tx.execute(insert(tx, deliveries).from_select(list(rows), readers, include_defaults=False))
    queued = select(func.count()).where(deliveries.c.digest_id == digest_id)
    return int(tx.execute(queued).scalar_one())


def _claimed(tx: Connection, delivery_id: int) -> Delivery:
    query = (
        select(
            *deliveries.c["id", "digest_id", "subscription_id", "message_id", "attempts"],
            subscribers.c.address,
            *(table.c[name].label(name) for name in _RENDERED),
        )
        .join(table, table.c.id == deliveries.c.digest_id)
        .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(deliveries.c.id == delivery_id)
    )
    row = dict(tx.execute(query).mappings().one())
    rendered = RenderedDigest(**{name: row.pop(name) for name in _RENDERED})
    return Delivery(**row, digest=rendered)


def _settle(tx: Connection, delivery_id: int, owner: str, **outcome: object) -> bool:
    # Nobody owns a delivery but while it is being sent.
    held = and_(deliveries.c.id == delivery_id, deliveries.c.owner == owner)
    settled = update(deliveries).where(held).values(owner=None, **outcome)
    return tx.execute(settled).rowcount == 1


def _earliest(
    tx: Connection, times: Column[datetime], *conditions: ColumnElement[bool]
) -> datetime | None:
    earliest: datetime | None = tx.scalar(select(func.min(times)).where(OPEN, *conditions))
    return earliest


def _digests(tx: Connection, query: Select[tuple[object, ...]]) -> tuple[FiledDigest, ...]:
    return tuple(
        FiledDigest(
            id=row["id"],
            readout_id=row["readout_id"],
            revision_id=row["revision_id"],
            created_at=row["created_at"],
            digest=RenderedDigest(**{name: row[name] for name in _RENDERED}),
        )
        for row in tx.execute(query).mappings()
    )
