"""Readers and what they asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, delete, select, update

from storage.records import Subscriber
from storage.schema import deliveries, subscriptions
from storage.schema import subscribers as table
from storage.upsert import insert


def subscribe(
    tx: Connection, *, address: str, series: str, now: datetime
) -> tuple[Subscriber, bool]:
    """Have a reader told of a series' rounds; once more changes nothing.

    Args:
        tx: a writing transaction.
        address: as the caller has normalised it; two that differ in case are one reader.
        series: the series' slug.
        now: the time to file it under, aware.

    Returns:
        The reader as on file, and whether the subscription is new.
    """
    row = {"address": address, "address_key": _key(address), "created_at": now}
    new = insert(tx, table).values(row)
    # An update that changes nothing, so that RETURNING answers for a known reader too.
    same = {"address_key": new.excluded.address_key}
    reader_id = tx.execute(
        new.on_conflict_do_update(index_elements=["address_key"], set_=same).returning(table.c.id)
    ).scalar_one()
    wish = {"subscriber_id": reader_id, "series": series, "created_at": now}
    created = tx.execute(
        insert(tx, subscriptions)
        .values(wish)
        .on_conflict_do_nothing(index_elements=["subscriber_id", "series"])
        .returning(subscriptions.c.id)
    ).first()
    mine = _listing().where(table.c.id == reader_id, subscriptions.c.series == series)
    return Subscriber(**tx.execute(mine).mappings().one()), created is not None


def subscribers(tx: Connection, series: str | None = None) -> tuple[Subscriber, ...]:
    """Return the readers of one series, or all, in the order they came: a line per subscription."""
    query = _listing().order_by(subscriptions.c.id)
    if series is not None:
        query = query.where(subscriptions.c.series == series)
    return tuple(Subscriber(**row) for row in tx.execute(query).mappings())


def erase(tx: Connection, address: str) -> bool:
    """Forget a reader: the address is nowhere in the database afterwards.

    What is queued is removed; what is being sent counts as abandoned, since nobody will know how
    it ended; what was sent or failed stays in the books without its reader, and without the words
    of the mail server, which may quote the address.

    Returns:
        Whether there was such a reader.
    """
    reader_id = tx.scalar(select(table.c.id).where(table.c.address_key == _key(address)))
    if reader_id is None:
        return False
    # Locked first: a digest that is being enqueued at this moment is waited for, and its deliveries
    # are then seen below.
    mine = select(subscriptions.c.id).where(subscriptions.c.subscriber_id == reader_id)
    ids = list(tx.scalars(mine.with_for_update()))
    ours = deliveries.c.subscription_id.in_(ids)
    tx.execute(delete(deliveries).where(ours, deliveries.c.state == "queued"))
    abandoned = {"state": "abandoned", "owner": None, "due_at": None}
    tx.execute(update(deliveries).where(ours, deliveries.c.state == "sending").values(**abandoned))
    tx.execute(update(deliveries).where(ours).values(error=None))
    tx.execute(delete(table).where(table.c.id == reader_id))
    return True


def _key(address: str) -> str:
    """Return what makes two spellings of an address one; the database's own lower() differs."""
    return address.casefold()


def _listing() -> Select[tuple[int, str, str, datetime]]:
    return select(
        table.c.id, table.c.address, subscriptions.c.series, subscriptions.c.created_at
    ).join(subscriptions, subscriptions.c.subscriber_id == table.c.id)
