"""Alarms that were raised: what the operator has been told, and is not over."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, text

from storage.records import Alarm
from storage.schema import alarms as table
from storage.upsert import insert


def standing(tx: Connection) -> dict[str, Alarm]:
    """Return the alarms that are not over, by name."""
    rows = tx.execute(select(table).order_by(table.c.name)).mappings()
    return {row["name"]: Alarm(**row) for row in rows}


def hold(tx: Connection) -> None:
    """Keep the alarms from others until the end of a writing transaction.

    Two that check at once would both find that nobody was told yet. (On SQLite there is one writer
    at a time anyway.)
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("lock table alarms in exclusive mode"))


def keep_alarm(tx: Connection, alarm: Alarm) -> None:
    """Keep an alarm, in place of the one of its name."""
    told = {"says": alarm.says, "told_at": alarm.told_at, "well_since": alarm.well_since}
    new = insert(tx, table).values(name=alarm.name, raised_at=alarm.raised_at, **told)
    tx.execute(new.on_conflict_do_update(index_elements=["name"], set_=told))


def end_alarm(tx: Connection, name: str) -> None:
    """Forget an alarm: what it was about is over."""
    tx.execute(delete(table).where(table.c.name == name))
