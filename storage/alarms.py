"""Alarms that were raised: what the operator has been told, and is not over."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from storage.records import Alarm
from storage.schema import alarms as table
from storage.upsert import insert


def standing(tx: Connection) -> dict[str, Alarm]:
    """Return the alarms that are not over, by name."""
    rows = tx.execute(select(table).order_by(table.c.name)).mappings()
    return {row["name"]: Alarm(**row) for row in rows}


def raise_alarm(tx: Connection, alarm: Alarm) -> None:
    """Keep an alarm, in place of the one of its name."""
    told = {"says": alarm.says, "told_at": alarm.told_at}
    new = insert(tx, table).values(name=alarm.name, raised_at=alarm.raised_at, **told)
    tx.execute(new.on_conflict_do_update(index_elements=["name"], set_=told))


def end_alarm(tx: Connection, name: str) -> None:
    """Forget an alarm: what it was about is over."""
    tx.execute(delete(table).where(table.c.name == name))
