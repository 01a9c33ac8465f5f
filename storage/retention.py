"""Forgetting what is old, in pieces: no transaction is long, and a killed one is simply repeated.

Each function forgets one piece at the most and says how many rows that was; none, and nothing is
left. The books balance before and after: what was forgotten of a digest's
deliveries stays as numbers in its row, and a letter goes together with its delivery.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, update

from storage import subscribers as readers
from storage.schema import (
    bounces,
    deliveries,
    digests,
    domains,
    letters,
    polls,
    subscribers,
)

PIECE = 2000
"""Rows forgotten in one transaction: some tens of milliseconds."""

_READERS = 50
"""Readers erased in one transaction: each takes several statements."""

_ENDED = deliveries.c.state.in_(("sent", "suppressed", "failed", "abandoned"))


def forget_looks(tx: Connection, before: datetime) -> int:
    """Forget looks that found nothing or failed; each source's first and last good one stay."""
    good = polls.c.outcome.in_(("unchanged", "read"))
    ends = select(func.min(polls.c.id), func.max(polls.c.id)).where(good).group_by(polls.c.source)
    kept = {number for pair in tx.execute(ends) for number in pair}
    empty = func.coalesce(polls.c.outcome, "failed") != "read"
    return _forget(tx, polls, polls.c.started_at < before, empty, polls.c.id.not_in(kept))


def forget_letters(tx: Connection, before: datetime) -> int:
    """Forget letters that are at an end, with their deliveries."""
    old = (
        select(deliveries.c.id, letters.c.id)
        .join(letters, letters.c.id == deliveries.c.letter_id)
        .where(letters.c.created_at < before, _ENDED)
        .limit(PIECE)
    )
    found = tx.execute(old).all()
    tx.execute(delete(deliveries).where(deliveries.c.id.in_([row[0] for row in found])))
    tx.execute(delete(letters).where(letters.c.id.in_([row[1] for row in found])))
    return len(found)


def forget_deliveries(tx: Connection, before: datetime) -> int:
    """Forget who got one old digest, and keep how many did."""
    old = (_ENDED, deliveries.c.settled_at < before)
    rest = select(deliveries.c.id).where(deliveries.c.digest_id == digests.c.id, *old).exists()
    digest = tx.execute(
        select(digests.c.id, digests.c.forgotten)
        .where(digests.c.created_at < before, rest)
        .order_by(digests.c.id)
        .limit(1)
        .with_for_update(of=digests)
    ).first()
    if digest is None:
        return 0
    of_it = select(deliveries.c.id, deliveries.c.state).where(
        deliveries.c.digest_id == digest.id, *old
    )
    found = tx.execute(of_it.order_by(deliveries.c.id).limit(PIECE).with_for_update()).all()
    ids = [row.id for row in found]
    led = update(deliveries).where(
        deliveries.c.bundle_id.is_not(None), deliveries.c.bundle_id.in_(ids)
    )
    tx.execute(led.values(bundle_id=None))
    tx.execute(delete(deliveries).where(deliveries.c.id.in_(ids)))
    counts = Counter(digest.forgotten or {}) + Counter(row.state for row in found)
    grown = update(digests).where(digests.c.id == digest.id)
    tx.execute(grown.values(forgotten=dict(counts)))
    return len(found)


def forget_bounces(tx: Connection, before: datetime) -> int:
    """Forget reports of mail that came back."""
    return _forget(tx, bounces, bounces.c.taken_at < before)


def forget_domains(tx: Connection, before: datetime) -> int:
    """Forget what a domain said that was last left alone so long ago."""
    return tx.execute(delete(domains).where(domains.c.not_before < before)).rowcount


def erase_those_who_left(tx: Connection, before: datetime, now: datetime) -> int:
    """Erase readers who left before a time; those we must not write to again stay.

    For one of whom it is not known (an earlier version did not keep it) the time begins now.
    """
    left = subscribers.c.state == "unsubscribed"
    unknown = update(subscribers).where(left, subscribers.c.left_at.is_(None))
    tx.execute(unknown.values(left_at=now))
    gone = select(subscribers.c.id).where(left, subscribers.c.left_at < before)
    found = list(tx.scalars(gone.limit(_READERS)))
    for each in found:
        readers.erase(tx, each, now)
    return len(found)


def optimize(tx: Connection) -> None:
    """Have SQLite learn anew how large its tables are, where that has changed much.

    PostgreSQL does so by itself (autovacuum).
    """
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql("pragma optimize")


def _forget(tx: Connection, table: Table, *which: ColumnElement[Any]) -> int:
    piece = select(table.c.id).where(*which).limit(PIECE)
    ids = list(tx.scalars(piece))
    return tx.execute(delete(table).where(table.c.id.in_(ids))).rowcount
