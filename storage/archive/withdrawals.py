"""Withdrawals: releases whose page is missing, since when, and whether that was said."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.records import Withdrawal
from storage.schema import releases
from storage.schema import withdrawals as table

_MOST_EVIDENCE = 40  # days; what comes later is counted, and the last of it kept


def missing_release(tx: Connection, release_id: int) -> Withdrawal | None:
    """Return what is known of a release being missing now; in a writing transaction, locked."""
    lock = select(releases.c.id).where(releases.c.id == release_id).with_for_update()
    tx.execute(lock)
    query = select(table).where(table.c.release_id == release_id, table.c.ended_at.is_(None))
    row = tx.execute(query).mappings().first()
    return Withdrawal(**row) if row else None


def miss_release(
    tx: Connection,
    release_id: int,
    known: Withdrawal | None,
    *,
    kind: str,
    what: str,
    days: int,
    at: datetime,
) -> Withdrawal:
    """Keep that a release was missing once more.

    Args:
        tx: a writing transaction.
        release_id: the release.
        known: what `missing_release` returned in this transaction.
        kind: the kind of fault it shows by.
        what: what was seen, in one sentence.
        days: on how many days it was missing by now.
        at: when it was looked for, aware.
    """
    evidence = dict(known.evidence) if known else {}
    while len(evidence) >= _MOST_EVIDENCE:
        evidence.popitem()
    seen = {"kind": kind, "last_at": at, "days": days}
    seen["evidence"] = {**evidence, at.date().isoformat(): what}
    if known is None:
        new = insert(table).values(release_id=release_id, first_at=at, **seen)
        return Withdrawal(**tx.execute(new.returning(table)).mappings().one())
    again = update(table).where(table.c.id == known.id).values(**seen)
    return Withdrawal(**tx.execute(again.returning(table)).mappings().one())


def find_release(tx: Connection, release_id: int, at: datetime) -> Withdrawal | None:
    """Keep that a release was seen again; return how it had been missing, if it was until then."""
    missing = (
        table.c.release_id == release_id,
        table.c.ended_at.is_(None),
        table.c.last_at < at,
    )
    over = update(table).where(*missing).values(ended_at=at).returning(table)
    row = tx.execute(over).mappings().first()
    return Withdrawal(**row) if row else None


def say_withdrawn(tx: Connection, withdrawal_id: int, now: datetime) -> bool:
    """Keep that a withdrawal was said; return whether it had not been said before."""
    unsaid = (table.c.id == withdrawal_id, table.c.said_at.is_(None))
    return tx.execute(update(table).where(*unsaid).values(said_at=now)).rowcount == 1


def missing_releases(tx: Connection) -> tuple[Withdrawal, ...]:
    """Return what is known of the releases that are missing now, by when they first were."""
    query = select(table).where(table.c.ended_at.is_(None)).order_by(table.c.first_at, table.c.id)
    return tuple(Withdrawal(**row) for row in tx.execute(query).mappings())


def withdrawn_releases(tx: Connection, ids: Collection[int]) -> dict[int, Withdrawal]:
    """Return those of some releases that are withdrawn now, as was said."""
    said = (
        table.c.release_id.in_(ids),
        table.c.said_at.is_not(None),
        table.c.ended_at.is_(None),
    )
    rows = tx.execute(select(table).where(*said)).mappings()
    return {row["release_id"]: Withdrawal(**row) for row in rows}
