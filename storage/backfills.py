"""Backfills that were left to the service: what was ordered, and the months it was cut into.

What became of a release is not kept here: the archive knows it. So a month may be done twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import Connection, func, select, update

from storage import queue
from storage.records import BackfillMonth, OrderedBackfill
from storage.schema import backfill_months as months_table
from storage.schema import backfills as table
from storage.schema import releases
from storage.upsert import insert

_AT_ONCE = 500  # ids in one question


def order(tx: Connection, *, source: str, wish: object, now: datetime) -> int:
    """File a backfill for the service to do, and have it begun; return its number."""
    counts = {"pages": 0, "named": 0, "left_out": 0, "requests": 0}
    row = {"source": source, "wish": wish, "ordered_at": now, **counts}
    new = insert(tx, table).values(row).returning(table.c.id)
    number = int(tx.execute(new).scalar_one())
    queue.enqueue(tx, "past")
    return number


def next_open(tx: Connection, source: str) -> OrderedBackfill | None:
    """Return the oldest backfill of a source that is not at its end."""
    waiting = select(table).where(table.c.source == source, table.c.ended_at.is_(None))
    row = tx.execute(waiting.order_by(table.c.id).limit(1)).mappings().first()
    return OrderedBackfill(**row) if row else None


def backfills(tx: Connection) -> tuple[OrderedBackfill, ...]:
    """Return all that was ordered, the newest first."""
    newest = select(table).order_by(table.c.id.desc())
    return tuple(OrderedBackfill(**row) for row in tx.execute(newest).mappings())


def count_walk(
    tx: Connection,
    number: int,
    *,
    pages: int,
    named: int,
    left_out: int,
    requests: int,
    until: date | None,
) -> None:
    """Count in what a part of the walk came past; `named` and `until` are as of now."""
    grown = {
        "pages": table.c.pages + pages,
        "left_out": table.c.left_out + left_out,
        "requests": table.c.requests + requests,
    }
    tx.execute(update(table).where(table.c.id == number).values(**grown, named=named, until=until))


def count_requests(tx: Connection, number: int, requests: int) -> None:
    """Count in what fetching a month took."""
    grown = {"requests": table.c.requests + requests}
    tx.execute(update(table).where(table.c.id == number).values(**grown))


def plan(tx: Connection, number: int, found: Mapping[date, Collection[int]], now: datetime) -> None:
    """Cut what is to be taken in into months, each a job; what was planned before stays.

    The walk is at its end with this. A job more brings it to its own end.
    """
    walked = func.coalesce(table.c.walked_at, now)
    tx.execute(update(table).where(table.c.id == number).values(walked_at=walked))
    theirs = select(*months_table.c["month", "chosen"]).where(months_table.c.backfill_id == number)
    known = {row.month: row.chosen for row in tx.execute(theirs)}
    for month, ids in found.items():
        both = sorted({*ids, *known.get(month, ())})
        row = {"backfill_id": number, "month": month, "chosen": both, "ended_at": None}
        new = insert(tx, months_table).values(row)
        again = {"chosen": new.excluded.chosen, "ended_at": None}
        tx.execute(new.on_conflict_do_update(index_elements=["backfill_id", "month"], set_=again))
    queue.enqueue(tx, "past", jobs=len(found) + 1)


def next_month(tx: Connection, number: int) -> tuple[date, tuple[int, ...]] | None:
    """Return the oldest month that is not at its end, and the ids of what was chosen of it."""
    waiting = select(*months_table.c["month", "chosen"]).where(
        months_table.c.backfill_id == number, months_table.c.ended_at.is_(None)
    )
    row = tx.execute(waiting.order_by(months_table.c.month).limit(1)).first()
    return (row.month, tuple(row.chosen)) if row else None


def chosen(tx: Connection, number: int) -> frozenset[int]:
    """Return the ids of all releases that were chosen."""
    theirs = select(months_table.c.chosen).where(months_table.c.backfill_id == number)
    return frozenset(one for ids in tx.scalars(theirs) for one in ids)


def months(tx: Connection, number: int) -> tuple[BackfillMonth, ...]:
    """Return the months of a backfill, the oldest first."""
    theirs = select(months_table).where(months_table.c.backfill_id == number)
    return tuple(
        BackfillMonth(row["month"], tuple(row["chosen"]), _read(tx, row["chosen"]), row["ended_at"])
        for row in tx.execute(theirs.order_by(months_table.c.month)).mappings()
    )


def end_month(tx: Connection, number: int, month: date, now: datetime) -> None:
    """Record that all that was chosen of a month was tried."""
    one = (months_table.c.backfill_id == number, months_table.c.month == month)
    tx.execute(update(months_table).where(*one).values(ended_at=now))


def end(tx: Connection, number: int, now: datetime) -> bool:
    """Record that a backfill is at its end; return whether it was there and open."""
    one = (table.c.id == number, table.c.ended_at.is_(None))
    return tx.execute(update(table).where(*one).values(ended_at=now)).rowcount == 1


def _read(tx: Connection, ids: list[int]) -> int:
    """How many of some releases were read."""
    found = 0
    for start in range(0, len(ids), _AT_ONCE):
        some = (releases.c.id.in_(ids[start : start + _AT_ONCE]), releases.c.verdict.is_not(None))
        found += tx.execute(select(func.count()).select_from(releases).where(*some)).scalar_one()
    return found
