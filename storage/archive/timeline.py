"""When a release said what: its revisions in order of time, whenever their pages were taken in.

A page of the Internet Archive may come years after the live one that it is older than. A revision
is a run of pages that say the same, one after the other in time; they are numbered by when each was
seen last, so the highest number is what the release says now.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Insert, and_, case, func, select, update

from storage.schema import fetches, revisions, sightings, snapshots
from storage.upsert import insert, insert_on


class Place(NamedTuple):
    """Where a page belongs among those of its release.

    `revision_id`: the revision it shows, None for a new one. `divides`: the revision whose pages
    are partly older and partly younger than a page that says something else.
    """

    revision_id: int | None
    divides: int | None = None


class _Seen(NamedTuple):
    """A page of a release: when it was fetched, and when it was last found to stand."""

    fetched_at: datetime
    snapshot_id: int
    stood_at: datetime
    revision_id: int
    fingerprint: str

    @property
    def last(self) -> tuple[datetime, datetime, int]:
        """Its place by when it was seen last."""
        return self.stood_at, self.fetched_at, self.snapshot_id


def revision_shown(tx: Connection, release_id: int, snapshot_id: int) -> int | None:
    """Return the revision of a release that a snapshot is known to show."""
    query = (
        select(revisions.c.id)
        .join(sightings, sightings.c.revision_id == revisions.c.id)
        .where(sightings.c.snapshot_id == snapshot_id, revisions.c.release_id == release_id)
    )
    return tx.scalar(query)


def place_of(tx: Connection, release_id: int, snapshot_id: int, fingerprint: str) -> Place:
    """Return where a page that says this belongs, among those known of its release."""
    fetched = select(snapshots.c.fetched_at).where(snapshots.c.id == snapshot_id)
    here = (tx.execute(fetched).scalar_one(), snapshot_id)
    seen = _seen(tx, release_id)
    earlier = [one for one in seen if one[:2] < here]
    later = seen[len(earlier) :]
    for neighbour in (*earlier[-1:], *later[:1]):
        if neighbour.fingerprint == fingerprint:
            return Place(neighbour.revision_id)
    if earlier and later and earlier[-1].revision_id == later[0].revision_id:
        return Place(None, divides=later[0].revision_id)
    return Place(None)


def divide(tx: Connection, revision_id: int, *, at: int, now: datetime) -> None:
    """Make two revisions of one: the pages older than a snapshot become one of their own."""
    own = revisions.alias("own")
    whole = tx.execute(select(own).where(own.c.id == revision_id)).mappings().one()
    cut = tx.execute(select(snapshots.c.fetched_at).where(snapshots.c.id == at)).scalar_one()
    ours = [one for one in _seen(tx, whole["release_id"]) if one.revision_id == revision_id]
    older = [one.snapshot_id for one in ours if one[:2] < (cut, at)]
    younger = [one.snapshot_id for one in ours if one.snapshot_id not in older]
    row = {name: value for name, value in whole.items() if name != "id"}
    row |= {
        "snapshot_id": older[0],
        "number": next_number(tx, whole["release_id"]),
        "filed_at": now,
    }
    earlier = tx.scalar(insert(tx, revisions).values(row).returning(revisions.c.id))
    moved = (sightings.c.revision_id == revision_id, sightings.c.snapshot_id.in_(older))
    tx.execute(update(sightings).where(*moved).values(revision_id=earlier))
    own_page = update(revisions).where(revisions.c.id == revision_id)
    if whole["snapshot_id"] not in younger:
        tx.execute(own_page.values(snapshot_id=younger[0]))


def sight(tx: Connection, snapshot_id: int, revision_id: int) -> None:
    """Keep that a snapshot shows a revision."""
    row = {"snapshot_id": snapshot_id, "revision_id": revision_id}
    tx.execute(_sighting(tx.dialect.name), row)


@cache
def _sighting(dialect: str) -> Insert:
    return insert_on(dialect, sightings).on_conflict_do_nothing()


def next_number(tx: Connection, release_id: int) -> int:
    """Return a number that no revision of a release has."""
    highest = select(func.max(revisions.c.number)).where(revisions.c.release_id == release_id)
    return (tx.scalar(highest) or 0) + 1


def number(tx: Connection, release_id: int) -> None:
    """Number a release's revisions from 1 on, by when each was seen last."""
    last: dict[int, tuple[datetime, datetime, int]] = {}
    for one in _seen(tx, release_id):
        last[one.revision_id] = max(one.last, last.get(one.revision_id, one.last))
    wanted = {id_: at for at, id_ in enumerate(sorted(last, key=last.__getitem__), 1)}
    ours = select(revisions.c.id, revisions.c.number).where(revisions.c.release_id == release_id)
    if wanted == {row.id: row.number for row in tx.execute(ours)}:
        return
    change = update(revisions).where(revisions.c.id.in_(wanted))
    # In two steps, since no two may have one number on the way.
    tx.execute(change.values(number=-revisions.c.number))
    tx.execute(change.values(number=case(wanted, value=revisions.c.id)))


def seen_from_to(tx: Connection, release_id: int) -> dict[int, tuple[datetime, datetime]]:
    """Return when each revision of a release was seen first and last, by its id."""
    found: dict[int, tuple[datetime, datetime]] = {}
    for one in _seen(tx, release_id):
        first, last = found.get(one.revision_id, (one.fetched_at, one.stood_at))
        found[one.revision_id] = min(first, one.fetched_at), max(last, one.stood_at)
    return found


def _seen(tx: Connection, release_id: int) -> list[_Seen]:
    """Return the pages of a release; the last of an address may have been found to stand since."""
    standing = and_(
        fetches.c.address == snapshots.c.address,
        fetches.c.sha256 == snapshots.c.sha256,
        snapshots.c.origin == "live",
    )
    query = (
        select(
            *snapshots.c["address", "fetched_at", "id"],
            fetches.c.checked_at,
            revisions.c.id.label("revision_id"),
            revisions.c.fingerprint,
        )
        .select_from(revisions)
        .join(sightings, sightings.c.revision_id == revisions.c.id)
        .join(snapshots, snapshots.c.id == sightings.c.snapshot_id)
        .outerjoin(fetches, standing)
        .where(revisions.c.release_id == release_id)
        .order_by(snapshots.c.fetched_at, snapshots.c.id)
    )
    rows = tx.execute(query).all()
    last = {row.address: row.id for row in rows}
    return [
        _Seen(
            row.fetched_at,
            row.id,
            max(row.checked_at or row.fetched_at, row.fetched_at)
            if last[row.address] == row.id
            else row.fetched_at,
            row.revision_id,
            row.fingerprint,
        )
        for row in rows
    ]
