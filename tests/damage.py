"""Damage to an archive, as a disk or a careless hand would do it: past the trigger that forbids it."""

from __future__ import annotations

from sqlalchemy import text, update

from storage.database import Database
from storage.schema import snapshots


def damage_snapshot(database: Database, snapshot_id: int, **columns: object) -> None:
    """Change columns of a snapshot, which is never altered."""
    with database.transaction() as tx:
        if database.on_sqlite:
            named = text("select name from sqlite_master where type = 'trigger'")
            for trigger in tx.scalars(named).all():
                tx.execute(text(f"drop trigger {trigger}"))
        else:
            tx.execute(text("alter table snapshots disable trigger user"))
        tx.execute(update(snapshots).where(snapshots.c.id == snapshot_id).values(**columns))
