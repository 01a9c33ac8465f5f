"""Reports of what became of our mail after the server had taken it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from storage.records import Bounce
from storage.schema import bounces as table
from storage.upsert import insert


def file_bounce(
    tx: Connection, bounce: Bounce, *, report: str, subscriber_id: int, now: datetime
) -> bool:
    """File what a report says about one reader.

    Args:
        tx: a writing transaction.
        bounce: what it says.
        report: what tells the report from all others; one that was taken before counts no more.
        subscriber_id: the reader.
        now: the time, aware.

    Returns:
        Whether it is new.
    """
    row = {
        "report": report,
        "subscriber_id": subscriber_id,
        "kind": bounce.kind,
        "status": bounce.status,
        "message_id": bounce.message_id,
        "words": bounce.words,
        "taken_at": now,
    }
    new = insert(tx, table).values(row).on_conflict_do_nothing()
    return tx.execute(new.returning(table.c.id)).first() is not None
