"""What the service made for itself at its first start, and must find again at every later one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, select

from storage.schema import secrets as table
from storage.upsert import insert


def kept(tx: Connection, name: str) -> str | None:
    """Return a secret, if one is kept under this name."""
    return tx.scalar(select(table.c.value).where(table.c.name == name))


def keep(tx: Connection, name: str, make: Callable[[], str], now: datetime) -> str:
    """Keep a secret under a name, unless one is there: whoever comes first has made it for all.

    Returns:
        The secret that is kept.
    """
    new = insert(tx, table).values(name=name, value=make(), made_at=now)
    tx.execute(new.on_conflict_do_nothing(index_elements=["name"]))
    return str(tx.execute(select(table.c.value).where(table.c.name == name)).scalar_one())
