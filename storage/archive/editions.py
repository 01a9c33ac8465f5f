"""Which edition of the reader understood what is on file."""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select

from storage.schema import revisions, sightings, snapshots


def current_pages(tx: Connection) -> tuple[tuple[int, int], ...]:
    """Return each release that was read, by id, with the snapshot that last showed what it says.

    A page that moved or stands twice belongs to the release whose text it shows.
    """
    later = revisions.alias("later")
    highest = select(func.max(later.c.number)).where(later.c.release_id == revisions.c.release_id)
    query = (
        select(revisions.c.release_id, snapshots.c.id)
        .join(sightings, sightings.c.revision_id == revisions.c.id)
        .join(snapshots, snapshots.c.id == sightings.c.snapshot_id)
        .where(revisions.c.number == highest.scalar_subquery())
        .order_by(revisions.c.release_id, snapshots.c.fetched_at, snapshots.c.id)
    )
    return tuple({row.release_id: row.id for row in tx.execute(query)}.items())


def unread_pages(tx: Connection) -> tuple[int, ...]:
    """Return the ids of the snapshots that show no release's text, oldest first."""
    seen = select(sightings.c.snapshot_id).where(sightings.c.snapshot_id == snapshots.c.id)
    query = select(snapshots.c.id).where(~seen.exists())
    return tuple(tx.scalars(query.order_by(snapshots.c.fetched_at, snapshots.c.id)))


def read_by_others(tx: Connection, reader: str) -> int:
    """Return how many releases say what another edition of the reader made of their page."""
    later = revisions.alias("later")
    highest = select(func.max(later.c.number)).where(later.c.release_id == revisions.c.release_id)
    # In three parts, each of which an index answers: nearly always there are none.
    named = revisions.c.reader
    others = (
        or_(named < reader, named > reader, named.is_(None)),
        revisions.c.number == highest.scalar_subquery(),
    )
    return tx.scalar(select(func.count()).select_from(revisions).where(*others)) or 0
