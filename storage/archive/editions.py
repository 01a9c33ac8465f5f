"""Which edition of the reader understood what is on file."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from storage.schema import revisions


def read_by_others(tx: Connection, reader: str) -> int:
    """Return how many releases say what another edition of the reader made of their page."""
    later = revisions.alias("later")
    highest = select(func.max(later.c.number)).where(later.c.release_id == revisions.c.release_id)
    others = (
        revisions.c.reader.is_distinct_from(reader),
        revisions.c.number == highest.scalar_subquery(),
    )
    return tx.scalar(select(func.count()).select_from(revisions).where(*others)) or 0
