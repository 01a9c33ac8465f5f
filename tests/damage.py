"""Damage to an archive, as a disk or a careless hand would do it: past the trigger that forbids it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import delete, text, update

from storage.database import Database, Transaction
from storage.schema import snapshots


def damage_snapshot(database: Database, snapshot_id: int, **columns: object) -> None:
    """Change columns of a snapshot, which is never altered."""
    with database.transaction() as tx:
        _disarm(database, tx)
        tx.execute(update(snapshots).where(snapshots.c.id == snapshot_id).values(**columns))


def lose_snapshot(database: Database, snapshot_id: int) -> None:
    """Take a snapshot away from under what was read from it, which no rule lets anybody do."""
    with database.transaction() as tx:
        _disarm(database, tx)
        if not database.on_sqlite:
            tx.execute(text("set local session_replication_role = replica"))
            tx.execute(delete(snapshots).where(snapshots.c.id == snapshot_id))
            return
        file = str(tx.engine.url.database)
    with closing(sqlite3.connect(file)) as connection, connection:  # knows no foreign keys
        connection.execute("delete from snapshots where id = ?", (snapshot_id,))


def _disarm(database: Database, tx: Transaction) -> None:
    if not database.on_sqlite:
        tx.execute(text("alter table snapshots disable trigger user"))
        return
    named = text("select name from sqlite_master where type = 'trigger'")
    for trigger in tx.scalars(named).all():
        tx.execute(text(f"drop trigger {trigger}"))
