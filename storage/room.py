"""How much room the database has left to grow."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import Connection

from storage.figures import size
from storage.records import Room


def room(tx: Connection) -> Room | None:
    """Measure the disk under a SQLite file; None on PostgreSQL, whose disk is another machine's."""
    if tx.dialect.name == "postgresql":
        return None
    folder = Path(str(tx.engine.url.database).removeprefix("file:")).parent
    return Room(free=shutil.disk_usage(folder).free, size=size(tx))
