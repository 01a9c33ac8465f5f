"""What a page turned out to say: its release brought up to date, its text as a revision."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, func, select, update

from storage.documents import to_document
from storage.records import Reading
from storage.schema import releases, revisions, sightings
from storage.upsert import insert


class FiledReading(NamedTuple):
    """Where a reading was filed.

    `is_new_revision`: the release says something else than before. `is_current`: this is what it
    says now; a page of the past that is read again shows an earlier text.
    """

    release_id: int
    revision_id: int
    is_new_revision: bool
    is_current: bool


def file_reading(
    tx: Connection,
    *,
    release_key: str,
    address: str | None,
    reading: Reading,
    fingerprint: str,
    snapshot_id: int,
    now: datetime,
) -> FiledReading:
    """File what a snapshot says under its release.

    A text that differs from the release's current one is a new revision: A, B, A are three. A
    snapshot that was read before stays with the revision it showed then, whatever a better reader
    makes of it: the page did not change, our understanding did.

    Args:
        tx: a writing transaction.
        release_key: the release's key; a release not on file is filed.
        address: its official address, if known; one on file is not forgotten for None.
        reading: what the page says.
        fingerprint: the hash of its meaningful text.
        snapshot_id: the page.
        now: the time to file it under, aware.
    """
    release_id = _lock_release(tx, release_key, address, now)
    said = _words(reading, fingerprint)
    known = _revision_shown(tx, release_id, snapshot_id, fingerprint)
    if known is None:
        revision_id = _append(tx, release_id, snapshot_id, said, now)
    else:
        revision_id = known["id"]
        if known["snapshot_id"] == snapshot_id:
            tx.execute(update(revisions).where(revisions.c.id == revision_id).values(**said))
    _sight(tx, snapshot_id, revision_id)
    newest = _newest(tx, release_id)
    is_current = newest is not None and newest["id"] == revision_id
    if is_current:
        _bring_up_to_date(tx, release_id, revision_id, reading)
    return FiledReading(release_id, revision_id, known is None, is_current)


def _lock_release(tx: Connection, key: str, address: str | None, now: datetime) -> int:
    """Return the id of the release, now read, and locked until the transaction ends."""
    read = {"state": "read", "attempts": 0, "next_try_at": None}
    new = insert(tx, releases).values(key=key, address=address, named_at=now, **read)
    kept = {"address": func.coalesce(new.excluded.address, releases.c.address), **read}
    query = new.on_conflict_do_update(index_elements=["key"], set_=kept).returning(releases.c.id)
    return int(tx.execute(query).scalar_one())


def _words(reading: Reading, fingerprint: str) -> dict[str, Any]:
    """Return what a revision keeps of a reading, as columns."""
    release = reading.release
    return {
        "fingerprint": fingerprint,
        "title": release.title if release else None,
        "published": release.published if release else None,
        "paragraphs": to_document(release.paragraphs if release else ()),
    }


def _revision_shown(
    tx: Connection, release_id: int, snapshot_id: int, fingerprint: str
) -> RowMapping | None:
    """Return the revision that a snapshot is known to show, or the current one of its text."""
    shown = (
        select(revisions.c.id, revisions.c.snapshot_id)
        .join(sightings, sightings.c.revision_id == revisions.c.id)
        .where(sightings.c.snapshot_id == snapshot_id, revisions.c.release_id == release_id)
    )
    row: RowMapping | None = tx.execute(shown).mappings().first()
    if row is not None:
        return row
    newest = _newest(tx, release_id)
    return newest if newest is not None and newest["fingerprint"] == fingerprint else None


def _newest(tx: Connection, release_id: int) -> RowMapping | None:
    """Return the release's current revision."""
    query = (
        select(*revisions.c["id", "fingerprint", "snapshot_id"])
        .where(revisions.c.release_id == release_id)
        .order_by(revisions.c.number.desc())
        .limit(1)
    )
    return tx.execute(query).mappings().first()


def _append(
    tx: Connection, release_id: int, snapshot_id: int, said: dict[str, Any], now: datetime
) -> int:
    highest = select(func.max(revisions.c.number)).where(revisions.c.release_id == release_id)
    row = {
        "release_id": release_id,
        "snapshot_id": snapshot_id,
        "number": (tx.scalar(highest) or 0) + 1,
        "filed_at": now,
        **said,
    }
    return int(tx.execute(insert(tx, revisions).values(row).returning(revisions.c.id)).scalar_one())


def _sight(tx: Connection, snapshot_id: int, revision_id: int) -> None:
    row = {"snapshot_id": snapshot_id, "revision_id": revision_id}
    tx.execute(insert(tx, sightings).values(row).on_conflict_do_nothing())


def _bring_up_to_date(tx: Connection, release_id: int, revision_id: int, reading: Reading) -> None:
    """Have the release say what its current revision says; what the page lacks is kept."""
    said = revisions.alias("said")
    title, published, fingerprint = (
        select(said.c[name]).where(said.c.id == revision_id).scalar_subquery()
        for name in ("title", "published", "fingerprint")
    )
    values = {
        "title": func.coalesce(title, releases.c.title),
        "published": func.coalesce(published, releases.c.published),
        "fingerprint": fingerprint,
        "verdict": reading.verdict,
        "evidence": to_document(reading.evidence),
    }
    tx.execute(update(releases).where(releases.c.id == release_id).values(**values))
