"""What a page turned out to say: its release brought up to date, its text as a revision."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Update, bindparam, func, select, update
from sqlalchemy.sql.dml import ReturningInsert

from storage.archive import timeline
from storage.documents import to_document
from storage.records import Reading
from storage.schema import releases, revisions, sightings, snapshots
from storage.upsert import insert_on

_CURRENT = (
    select(revisions.c.id)
    .where(revisions.c.release_id == bindparam("of"))
    .order_by(revisions.c.number.desc())
    .limit(1)
)


class FiledReading(NamedTuple):
    """Where a reading was filed.

    `is_new_revision`: the release says something else now than before. `is_current`: this is what
    it says now; a page of the past, read late or again, shows an earlier text. `is_first`: nothing
    of it had been read before.
    """

    release_id: int
    revision_id: int
    is_new_revision: bool
    is_current: bool
    is_first: bool = False


def file_reading(
    tx: Connection,
    *,
    release_key: str,
    address: str | None,
    reading: Reading,
    fingerprint: str,
    snapshot_id: int,
    reader: str,
    now: datetime,
) -> FiledReading:
    """File what a snapshot says under its release, at its place in time.

    A text that differs from those seen just before and after it is a new revision: A, B, A are
    three. What the release says now is what the page seen last says, in whatever order the pages
    were taken in; an older text changes neither that nor what is still to be done. A snapshot that
    was read before stays with the revision it showed then, whatever a better reader makes of it:
    the page did not change, our understanding did.

    Args:
        tx: a writing transaction.
        release_key: the release's key; a release not on file is filed.
        address: its official address, if known; one on file is not forgotten for None.
        reading: what the page says.
        fingerprint: the hash of its meaningful text.
        snapshot_id: the page.
        reader: the edition of the reader that understood it so.
        now: the time to file it under, aware.
    """
    release_id = _lock_release(tx, release_key, address, now)
    said = _words(reading, fingerprint) | {"reader": reader}
    before = current_revision(tx, release_id)
    if before is None:
        first = _append(tx, release_id, snapshot_id, said, number=1, now=now)
        timeline.sight(tx, snapshot_id, first)
        _bring_up_to_date(tx, release_id, first, reading, address)
        return FiledReading(release_id, first, True, True, is_first=True)
    revision_id = timeline.revision_shown(tx, release_id, snapshot_id)
    if revision_id is None:
        place = timeline.place_of(tx, release_id, snapshot_id, fingerprint)
        revision_id = place.revision_id or _append(
            tx, release_id, snapshot_id, said, number=timeline.next_number(tx, release_id), now=now
        )
        if place.divides is not None:
            timeline.divide(tx, place.divides, at=snapshot_id, now=now)
        timeline.sight(tx, snapshot_id, revision_id)
    _correct(tx, revision_id, snapshot_id, said)
    timeline.number(tx, release_id)
    is_current = current_revision(tx, release_id) == revision_id
    if is_current:
        _bring_up_to_date(tx, release_id, revision_id, reading, address)
    return FiledReading(release_id, revision_id, is_current and revision_id != before, is_current)


def see_page(tx: Connection, release_id: int, snapshot_id: int) -> None:
    """Keep that a page at another address shows what a release says now."""
    revision_id = current_revision(tx, release_id)
    if revision_id is not None:
        timeline.sight(tx, snapshot_id, revision_id)


def current_revision(tx: Connection, release_id: int) -> int | None:
    """Return the id of the revision that a release says now; None where it was never read."""
    return tx.scalar(_CURRENT, {"of": release_id})


def current_page(tx: Connection, release_id: int) -> int | None:
    """Return the id of the snapshot that a release's current revision was read from."""
    query = select(revisions.c.snapshot_id).where(revisions.c.release_id == release_id)
    return tx.scalar(query.order_by(revisions.c.number.desc()).limit(1))


def shows_current(tx: Connection, release_id: int, sha256: str | None) -> bool:
    """Whether a page of these bytes is known to show what a release says now."""
    shown = (
        select(sightings.c.snapshot_id)
        .join(snapshots, snapshots.c.id == sightings.c.snapshot_id)
        .where(
            sightings.c.revision_id == current_revision(tx, release_id),
            snapshots.c.sha256 == sha256,
        )
    )
    return tx.execute(shown.limit(1)).first() is not None


def _lock_release(tx: Connection, key: str, address: str | None, now: datetime) -> int:
    """Return the id of the release, which stays locked until the transaction ends."""
    row = {"key": key, "address": address, "state": "read", "attempts": 0, "named_at": now}
    return int(tx.execute(_locking(tx.dialect.name), row).scalar_one())


@cache
def _locking(dialect: str) -> ReturningInsert[int]:
    new = insert_on(dialect, releases)
    kept = {"address": func.coalesce(releases.c.address, new.excluded.address)}
    return new.on_conflict_do_update(index_elements=["key"], set_=kept).returning(releases.c.id)


def _words(reading: Reading, fingerprint: str) -> dict[str, Any]:
    """Return what a revision keeps of a reading, as columns."""
    release = reading.release
    return {
        "fingerprint": fingerprint,
        "title": release.title if release else None,
        "published": release.published if release else None,
        "paragraphs": to_document(release.paragraphs if release else ()),
    }


def _correct(tx: Connection, revision_id: int, snapshot_id: int, said: dict[str, Any]) -> None:
    """Have a revision say what its own page says, as it is read now."""
    own = (revisions.c.id == revision_id, revisions.c.snapshot_id == snapshot_id)
    tx.execute(update(revisions).where(*own).values(**said))


def _append(
    tx: Connection,
    release_id: int,
    snapshot_id: int,
    said: dict[str, Any],
    *,
    number: int,
    now: datetime,
) -> int:
    row = {
        "release_id": release_id,
        "snapshot_id": snapshot_id,
        "number": number,
        "filed_at": now,
        **said,
    }
    return int(tx.execute(_appending(tx.dialect.name), row).scalar_one())


@cache
def _appending(dialect: str) -> ReturningInsert[int]:
    return insert_on(dialect, revisions).returning(revisions.c.id)


def _bring_up_to_date(
    tx: Connection, release_id: int, revision_id: int, reading: Reading, address: str | None
) -> None:
    """Have the release say what its current revision says; what the page lacks is kept."""
    values = {
        "of": release_id,
        "current": revision_id,
        "judged": reading.verdict,
        "why": to_document(reading.evidence),
        "at": address,
    }
    tx.execute(_BRING_UP_TO_DATE, values)


def _bringing_up_to_date() -> Update:
    said = revisions.alias("said")
    title, published, fingerprint = (
        select(said.c[name]).where(said.c.id == bindparam("current")).scalar_subquery()
        for name in ("title", "published", "fingerprint")
    )
    return (
        update(releases)
        .where(releases.c.id == bindparam("of"))
        .values(
            title=func.coalesce(title, releases.c.title),
            published=func.coalesce(published, releases.c.published),
            fingerprint=fingerprint,
            verdict=bindparam("judged"),
            evidence=bindparam("why", type_=releases.c.evidence.type),
            address=func.coalesce(bindparam("at"), releases.c.address),
            state="read",
            attempts=0,
            next_try_at=None,
        )
    )


_BRING_UP_TO_DATE = _bringing_up_to_date()
