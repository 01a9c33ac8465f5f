"""Which snapshots show which release: where a release was seen, when, and as what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, FromClause, RowMapping, func, select

from storage.documents import from_document
from storage.records import Paragraph, Revision, Seen, Sighting, Snapshot
from storage.schema import releases, revisions, sightings, snapshots

_PAGE = [column for column in snapshots.c if column is not snapshots.c.body]


def origins_of(tx: Connection, release_ids: Collection[int]) -> dict[int, tuple[Seen, ...]]:
    """Return where each of some releases was seen, by origin; the earliest sighting first."""
    query = (
        select(
            revisions.c.release_id,
            snapshots.c.origin,
            func.min(snapshots.c.fetched_at),
            func.max(snapshots.c.fetched_at),
        )
        .select_from(_shown())
        .where(revisions.c.release_id.in_(release_ids))
        .group_by(revisions.c.release_id, snapshots.c.origin)
        .order_by(func.min(snapshots.c.fetched_at), snapshots.c.origin)
    )
    found: defaultdict[int, tuple[Seen, ...]] = defaultdict(tuple)
    for release_id, origin, first, last in tx.execute(query):
        found[release_id] += (Seen(origin, first, last),)
    return found


def was_seen_live(tx: Connection, release_id: int) -> bool:
    """Whether the site itself has ever shown a release to us."""
    return any(seen.origin == "live" for seen in origins_of(tx, [release_id]).get(release_id, ()))


def sightings_of(tx: Connection, release_id: int) -> tuple[Sighting, ...]:
    """Return every snapshot that shows a release, oldest first, with the revision it shows."""
    query = (
        select(*_PAGE, revisions.c.number.label("revision"))
        .select_from(_shown())
        .where(revisions.c.release_id == release_id)
        .order_by(snapshots.c.fetched_at, snapshots.c.id)
    )
    found = []
    for row in tx.execute(query).mappings():
        about = dict(row)
        revision = about.pop("revision")
        found.append(Sighting(Snapshot(**about), revision))
    return tuple(found)


def revisions_of(tx: Connection, release_id: int) -> tuple[Revision, ...]:
    """Return every text of a release, by its number."""
    query = select(revisions).where(revisions.c.release_id == release_id)
    rows = tx.execute(query.order_by(revisions.c.number)).mappings()
    return tuple(map(_revision, rows))


def revisions_behind(tx: Connection, revision_id: int, *, limit: int) -> tuple[Revision, ...]:
    """Return the next revisions behind one, by id; 0 for the first ones."""
    query = select(revisions).where(revisions.c.id > revision_id).order_by(revisions.c.id)
    return tuple(map(_revision, tx.execute(query.limit(limit)).mappings()))


def count_revisions(tx: Connection) -> int:
    """Return how many revisions are on file."""
    return tx.scalar(select(func.count()).select_from(revisions)) or 0


def lost_pages(tx: Connection) -> dict[int, str]:
    """Return the snapshots that a text is of and that are gone, with their release's name."""
    called = func.coalesce(releases.c.address, releases.c.key).label("called")
    ours = revisions.join(releases, releases.c.id == revisions.c.release_id)
    read_from = (
        select(revisions.c.snapshot_id, called)
        .select_from(ours.outerjoin(snapshots, snapshots.c.id == revisions.c.snapshot_id))
        .where(snapshots.c.id.is_(None))
    )
    shown_by = (
        select(sightings.c.snapshot_id, called)
        .select_from(
            ours.join(sightings, sightings.c.revision_id == revisions.c.id).outerjoin(
                snapshots, snapshots.c.id == sightings.c.snapshot_id
            )
        )
        .where(snapshots.c.id.is_(None))
    )
    return {row.snapshot_id: row.called for row in tx.execute(read_from.union(shown_by))}


def _shown() -> FromClause:
    joined = snapshots.join(sightings, sightings.c.snapshot_id == snapshots.c.id)
    return joined.join(revisions, revisions.c.id == sightings.c.revision_id)


def _revision(row: RowMapping) -> Revision:
    words = from_document(tuple[Paragraph, ...], row["paragraphs"])
    return Revision(**{**row, "paragraphs": words})
