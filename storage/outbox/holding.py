"""The order in which rows are held, so that no two transactions ever wait for each other.

First the reader, whose mail it is; then that reader's deliveries, by id: the one that leads a mail
comes before those that go along with it. PostgreSQL alone holds rows; SQLite has one writer.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select, update

from storage.schema import OPEN, deliveries, subscribers


def holds_rows(tx: Connection) -> bool:
    """Whether the database holds single rows at all."""
    return tx.dialect.name != "sqlite"


def hold_reader(tx: Connection, subscriber_id: int) -> None:
    """Keep a reader from others until the end of the transaction."""
    tx.execute(select(subscribers.c.id).where(subscribers.c.id == subscriber_id).with_for_update())


def hold(tx: Connection, *conditions: Any, **values: Any) -> list[int]:  # noqa: ANN401 - of a query
    """Keep deliveries from others until the end of the transaction; return their ids.

    Args:
        tx: a writing transaction.
        conditions: which deliveries.
        values: of the parameters in the conditions, by name.
    """
    # Not by the bare id: SQLite would go through the whole table for an order that it has.
    some = select(deliveries.c.id).where(*conditions).order_by(deliveries.c.id + 0)
    return list(tx.scalars(some.with_for_update(), values))


def lead_anew(tx: Connection, condition: Any) -> None:  # noqa: ANN401 - a condition of a query
    """Have open deliveries that go along with one that is at an end go out all the same.

    The first of each mail leads the others from now on.

    Args:
        tx: a writing transaction.
        condition: which deliveries have lost the one that leads them.
    """
    left = select(deliveries.c.bundle_id, func.min(deliveries.c.id)).where(OPEN, condition)
    for old, new in tx.execute(left.group_by(deliveries.c.bundle_id)).all():
        tx.execute(update(deliveries).where(deliveries.c.bundle_id == old).values(bundle_id=new))
        tx.execute(update(deliveries).where(deliveries.c.id == new).values(bundle_id=None))
