"""Ways into the past, as far as they have gone.

A walk is known by its source and scope; one of each is unfinished at a time, and whoever asks for
it goes on with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text, update

from storage.schema import walks
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class FiledWalk:
    """A walk on file; `frontier` is what is needed to go on, empty where it has just begun."""

    id: int
    frontier: Any
    pages: int
    named: int
    requests: int
    started_at: datetime
    updated_at: datetime


_COLUMNS = walks.c["id", "frontier", "pages", "named", "requests", "started_at", "updated_at"]


def unfinished_walk(tx: Connection, *, source: str, scope: str, now: datetime) -> FiledWalk:
    """Return the unfinished walk of a source and scope; begin one where there is none."""
    row = {
        "source": source,
        "scope": scope,
        "frontier": {},
        "pages": 0,
        "named": 0,
        "requests": 0,
        "started_at": now,
        "updated_at": now,
    }
    unfinished = text("finished_at is null")
    new = insert(tx, walks).values(row)
    tx.execute(
        new.on_conflict_do_nothing(index_elements=["source", "scope"], index_where=unfinished)
    )
    ours = (walks.c.source == source, walks.c.scope == scope, walks.c.finished_at.is_(None))
    return FiledWalk(**tx.execute(select(*_COLUMNS).where(*ours)).mappings().one())


def keep_walk(
    tx: Connection,
    walk_id: int,
    *,
    frontier: Any,  # noqa: ANN401 - a document: what a walk needs is its own affair
    pages: int,
    named: int,
    requests: int,
    now: datetime,
) -> None:
    """Keep how far a walk has come."""
    values = {
        "frontier": frontier,
        "pages": pages,
        "named": named,
        "requests": requests,
        "updated_at": now,
    }
    tx.execute(update(walks).where(walks.c.id == walk_id).values(**values))


def finish_walk(tx: Connection, walk_id: int, now: datetime) -> None:
    """Record that a walk has come to its end."""
    tx.execute(update(walks).where(walks.c.id == walk_id).values(finished_at=now, updated_at=now))
