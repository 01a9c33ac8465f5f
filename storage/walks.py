"""Walks into the past: how far each has come, kept after every page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage.records import Checkpoint
from storage.schema import walks
from storage.upsert import insert


def unfinished_walk(tx: Connection, source: str, scope: str) -> Checkpoint | None:
    """Return the walk that was begun there and is not at its end."""
    query = select(walks).where(
        walks.c.source == source, walks.c.scope == scope, walks.c.finished_at.is_(None)
    )
    row = tx.execute(query).mappings().first()
    return Checkpoint(**row) if row else None


def finished_walk(tx: Connection, source: str, scope: str) -> Checkpoint | None:
    """Return the last walk there that came to its end."""
    query = (
        select(walks)
        .where(walks.c.source == source, walks.c.scope == scope, walks.c.finished_at.is_not(None))
        .order_by(walks.c.id.desc())
        .limit(1)
    )
    row = tx.execute(query).mappings().first()
    return Checkpoint(**row) if row else None


def begin_walk(
    tx: Connection, *, source: str, scope: str, frontier: object, now: datetime
) -> Checkpoint:
    """Return a walk that has just begun: this one, or another run's that was a moment earlier."""
    row = {
        "source": source,
        "scope": scope,
        "frontier": frontier,
        "pages": 0,
        "named": 0,
        "requests": 0,
        "started_at": now,
        "updated_at": now,
    }
    while (begun := unfinished_walk(tx, source, scope)) is None:
        tx.execute(insert(tx, walks).values(row).on_conflict_do_nothing())
    return begun


def keep_walk(
    tx: Connection,
    walk_id: int,
    *,
    frontier: object,
    way: str | None,
    now: datetime,
    named: int,
    requests: int,
    finished: bool,
) -> None:
    """Keep how far a walk has come after one more page.

    Args:
        tx: the transaction in which what the page names is filed.
        walk_id: which walk.
        frontier: where it goes on.
        way: what leads into the past, as far as that was found out.
        now: the present.
        named: how many releases the page named that were not on file.
        requests: how many requests the page took.
        finished: whether that was the last page.
    """
    values: dict[str, object] = {
        "frontier": frontier,
        "way": way,
        "pages": walks.c.pages + 1,
        "named": walks.c.named + named,
        "requests": walks.c.requests + requests,
        "updated_at": now,
    }
    if finished:
        values["finished_at"] = now
    tx.execute(update(walks).where(walks.c.id == walk_id).values(values))


def forget_walk(tx: Connection, walk_id: int) -> None:
    """Forget a walk; what it filed stays."""
    tx.execute(delete(walks).where(walks.c.id == walk_id))


def way_that_worked(tx: Connection, source: str, section: str) -> str | None:
    """Return the way of the last walk there, of any window, that came to its end by one."""
    query = (
        select(walks.c.way)
        .where(
            walks.c.source == source,
            walks.c.scope.startswith(f"{section} ", autoescape=True),
            walks.c.way.is_not(None),
            walks.c.finished_at.is_not(None),
        )
        .order_by(walks.c.id.desc())
        .limit(1)
    )
    return tx.scalar(query)


def mark_walk(
    tx: Connection, walk_id: int, *, frontier: object, now: datetime, finished: bool = False
) -> None:
    """Keep what a walk has learned between two pages, or that nothing more is wanted of it."""
    values: dict[str, object] = {"frontier": frontier, "updated_at": now}
    if finished:
        values["finished_at"] = now
    tx.execute(update(walks).where(walks.c.id == walk_id).values(values))
