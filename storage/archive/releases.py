"""Releases: named by a listing, wanted or passed over, read in the end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, update

from storage.records import FiledRelease, Named
from storage.schema import WANTED, releases, revisions
from storage.upsert import insert

_COLUMNS = [column for column in releases.c if column is not releases.c.evidence]


def name_releases(
    tx: Connection, named: Sequence[Named], *, wanted: Collection[str], now: datetime
) -> tuple[FiledRelease, ...]:
    """File the releases not known yet: `wanted` if their key is among those, else `passed`.

    Returns:
        The new ones alone, in the order they were named.
    """
    rows = [
        {
            "key": release.key,
            "address": release.address,
            "title": release.title,
            "published": release.published,
            "state": "wanted" if release.key in wanted else "passed",
            "named_at": now,
        }
        for release in named
    ]
    if not rows:
        return ()
    new = insert(tx, releases).on_conflict_do_nothing(index_elements=["key"]).returning(*_COLUMNS)
    filed = {row["key"]: FiledRelease(**row) for row in tx.execute(new, rows).mappings()}
    order = dict.fromkeys(release.key for release in named)
    return tuple(filed[key] for key in order if key in filed)


def known_keys(
    tx: Connection, keys: Collection[str], *, named_by: datetime | None = None
) -> set[str]:
    """Return those of the keys that are on file, or that were by some time."""
    query = select(releases.c.key).where(releases.c.key.in_(keys))
    if named_by is not None:
        query = query.where(releases.c.named_at <= named_by)
    return set(tx.scalars(query))


def wanted_releases(tx: Connection, *, now: datetime) -> list[FiledRelease]:
    """Return what is still to be read and may be tried now, the oldest publication first."""
    due = or_(releases.c.next_try_at.is_(None), releases.c.next_try_at <= now)
    query = (
        select(*_COLUMNS)
        .where(WANTED, due)
        .order_by(releases.c.published.asc().nulls_last(), releases.c.id)
    )
    return [FiledRelease(**row) for row in tx.execute(query).mappings()]


def postpone(tx: Connection, release_id: int, *, attempts: int, next_try_at: datetime) -> None:
    """Put off the next attempt to read a release."""
    _change(tx, release_id, attempts=attempts, next_try_at=next_try_at)


def read_again(tx: Connection, release_id: int, at: datetime | None) -> None:
    """Have a release that was read be wanted anew from a time on; None: no more."""
    state = "read" if at is None else "wanted"
    _change(tx, release_id, state=state, attempts=0, next_try_at=at)


def release_by_key(tx: Connection, key: str) -> FiledRelease | None:
    """Return the release of this key."""
    return _first(tx, releases.c.key == key)


def release_by_id(tx: Connection, release_id: int) -> FiledRelease | None:
    """Return the release of this id."""
    return _first(tx, releases.c.id == release_id)


def adopt_address(tx: Connection, release_id: int, key: str, address: str) -> None:
    """Give a release its official key and address once they are known.

    A release that was only named under that key, and never read, gives way.

    Raises:
        Conflict: a release that was read has the key already.
    """
    read = exists().where(revisions.c.release_id == releases.c.id)
    only_named = and_(releases.c.key == key, releases.c.id != release_id, ~read)
    with tx.begin_nested():
        tx.execute(delete(releases).where(only_named))
        _change(tx, release_id, key=key, address=address)


def _first(tx: Connection, condition: ColumnElement[bool]) -> FiledRelease | None:
    query = select(*_COLUMNS).where(condition).order_by(releases.c.id).limit(1)
    row = tx.execute(query).mappings().first()
    return FiledRelease(**row) if row else None


def _change(tx: Connection, release_id: int, **values: object) -> None:
    changed = tx.execute(update(releases).where(releases.c.id == release_id).values(**values))
    if changed.rowcount != 1:
        raise LookupError(f"no release {release_id}")
