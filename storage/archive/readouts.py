"""Readouts: the rounds that releases report, one current account of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, insert, select, update

from storage.documents import from_document, to_document
from storage.records import (
    Delegation,
    FiledReadout,
    Mention,
    Paragraph,
    Readout,
    Release,
    SourceOf,
    Span,
)
from storage.schema import mentions, releases, revisions, snapshots
from storage.schema import readouts as table


def file_readout(
    tx: Connection, *, release_id: int, revision_id: int, readout: Readout, now: datetime
) -> int:
    """File the one round that a release reports; see `file_readouts`."""
    return file_readouts(
        tx, release_id=release_id, revision_id=revision_id, readouts=(readout,), now=now
    )[0]


def file_readouts(
    tx: Connection,
    *,
    release_id: int,
    revision_id: int,
    readouts: Sequence[Readout],
    now: datetime,
) -> tuple[int, ...]:
    """File all the rounds that a release reports, in place of what it reported before.

    What it reported before is marked superseded and kept. A readout that is current already, word
    for word and from the same revision, stays, so filing twice changes nothing.

    Returns:
        The readouts' ids, in the order given.

    Raises:
        Conflict: another release reports one of the rounds. Then nothing of this was written, and
            the transaction may go on.
    """
    standing = {filed.readout: filed.id for filed in _of_revision(tx, release_id, revision_id)}
    keep = [standing[readout] for readout in readouts if readout in standing]
    with tx.begin_nested():
        _supersede(tx, release_id, keep, now)
        return tuple(
            standing.get(readout) or _file(tx, release_id, revision_id, readout, now)
            for readout in readouts
        )


def current_readouts(tx: Connection, series: str) -> tuple[FiledReadout, ...]:
    """Return a series' current readouts by round; those without a number last, by date."""
    return _read(tx, table.c.series == series)


def readout_of_round(tx: Connection, series: str, round: int) -> FiledReadout | None:
    """Return the current readout of a numbered round."""
    return next(iter(_read(tx, table.c.series == series, table.c.round == round)), None)


def readouts_of(tx: Connection, release_id: int) -> tuple[FiledReadout, ...]:
    """Return the current readouts that a release reports."""
    return _read(tx, table.c.release_id == release_id)


def latest_readout(tx: Connection, series: str) -> FiledReadout | None:
    """Return the latest round's readout.

    That is the one of the highest number; or one without a number, where it was held later (or, if
    the page has no dates, published later), or where none has a number.
    """
    ours = (table.c.series == series, table.c.superseded_at.is_(None))
    rows = tx.execute(
        select(table.c.id, table.c.round, table.c.held_start, revisions.c.published)
        .join(revisions, revisions.c.id == table.c.revision_id)
        .where(*ours)
    ).all()
    dated = [(row.held_start or row.published, row) for row in rows]
    numbered = [pair for pair in dated if pair[1].round is not None]
    latest = max(numbered, key=lambda pair: pair[1].round, default=None)
    for date, row in dated:
        later = latest is None or (date and latest[0] and date > latest[0])
        if row.round is None and later:
            latest = (date, row)
    return _read(tx, table.c.id == latest[1].id)[0] if latest else None


def round_numbers(tx: Connection, series: str) -> tuple[int, ...]:
    """Return the numbers of the rounds of a series on file, in order."""
    query = select(table.c.round).where(
        table.c.series == series, table.c.superseded_at.is_(None), table.c.round.is_not(None)
    )
    return tuple(tx.scalars(query.order_by(table.c.round)))


def filed_at(tx: Connection, series: str) -> dict[int, datetime]:
    """Return when each current readout of a series was filed, by its id.

    Filing the same words again leaves it: it is when the round was last read in another way.
    """
    query = select(table.c.id, table.c.filed_at).where(
        table.c.series == series, table.c.superseded_at.is_(None)
    )
    return {row.id: row.filed_at for row in tx.execute(query)}


def series_known(tx: Connection) -> tuple[str, ...]:
    """Return the series of which there is a current readout, by name."""
    query = select(table.c.series).where(table.c.superseded_at.is_(None)).distinct()
    return tuple(tx.scalars(query.order_by(table.c.series)))


def readouts_ever(tx: Connection, release_id: int) -> dict[int, tuple[Readout, ...]]:
    """Return the rounds that each revision of a release was last read to report, by its id."""
    query = _with_sources(current=False).where(table.c.release_id == release_id)
    rows = tx.execute(query).mappings().all()
    said = _mentions_of(tx, [row["id"] for row in rows])
    found: defaultdict[int, dict[tuple[str, int | None], Readout]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: row["id"]):
        found[row["revision_id"]][row["series"], row["round"]] = _readout(row, said[row["id"]])
    return {revision: tuple(readouts.values()) for revision, readouts in found.items()}


def _of_revision(tx: Connection, release_id: int, revision_id: int) -> tuple[FiledReadout, ...]:
    return _read(tx, table.c.release_id == release_id, table.c.revision_id == revision_id)


def _supersede(tx: Connection, release_id: int, keep: Sequence[int], now: datetime) -> None:
    others = (
        table.c.release_id == release_id,
        table.c.superseded_at.is_(None),
        table.c.id.not_in(keep),
    )
    tx.execute(update(table).where(*others).values(superseded_at=now))


def _file(
    tx: Connection, release_id: int, revision_id: int, readout: Readout, now: datetime
) -> int:
    row = {
        "release_id": release_id,
        "revision_id": revision_id,
        "series": readout.series,
        "round": readout.round,
        "held_start": readout.held.start,
        "held": to_document(readout.held),
        "held_elsewhere": to_document(readout.held_elsewhere),
        "city": readout.city,
        "delegations": to_document(readout.delegations),
        "next_round": to_document(readout.next_round),
        "complete": readout.complete,
        "filed_at": now,
    }
    readout_id = int(tx.execute(insert(table).values(row).returning(table.c.id)).scalar_one())
    if readout.mentions:
        tx.execute(insert(mentions), _mention_rows(readout_id, readout.mentions))
    return readout_id


def _mention_rows(readout_id: int, said: Sequence[Mention]) -> list[dict[str, Any]]:
    return [
        {"readout_id": readout_id, "position": position, **to_document(mention)}
        for position, mention in enumerate(said)
    ]


def _read(tx: Connection, *conditions: ColumnElement[bool]) -> tuple[FiledReadout, ...]:
    """Return the current readouts that meet the conditions, by round."""
    rows = tx.execute(_with_sources().where(*conditions)).mappings().all()
    said = _mentions_of(tx, [row["id"] for row in rows])
    return tuple(_filed(row, said[row["id"]]) for row in rows)


def _with_sources(*, current: bool = True) -> Select[Any]:
    query = (
        select(
            table,
            *(revisions.c[name].label(name) for name in ("title", "published", "paragraphs")),
            releases.c.address,
            snapshots.c.address.label("fetched_from"),
            *(snapshots.c[name].label(name) for name in ("origin", "fetched_at", "sha256")),
            snapshots.c.id.label("snapshot_id"),
        )
        .select_from(table)
        .join(releases, releases.c.id == table.c.release_id)
        .join(revisions, revisions.c.id == table.c.revision_id)
        .join(snapshots, snapshots.c.id == revisions.c.snapshot_id)
        .order_by(
            table.c.round.asc().nulls_last(),
            table.c.held_start.asc().nulls_last(),
            table.c.id,
        )
    )
    return query.where(table.c.superseded_at.is_(None)) if current else query


def _mentions_of(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Mention, ...]]:
    query = select(mentions).where(mentions.c.readout_id.in_(ids))
    said: defaultdict[int, tuple[Mention, ...]] = defaultdict(tuple)
    for row in tx.execute(query.order_by(mentions.c.readout_id, mentions.c.position)):
        said[row.readout_id] += (Mention(row.strand, row.topic, row.label, row.text),)
    return said


def _filed(row: RowMapping, said: tuple[Mention, ...]) -> FiledReadout:
    return FiledReadout(
        id=row["id"],
        release_id=row["release_id"],
        revision_id=row["revision_id"],
        release=Release(
            title=row["title"],
            published=row["published"],
            url=row["address"],
            paragraphs=from_document(tuple[Paragraph, ...], row["paragraphs"]),
        ),
        readout=_readout(row, said),
        source=SourceOf(
            address=row["address"],
            fetched_from=row["fetched_from"],
            origin=row["origin"],
            fetched_at=row["fetched_at"],
            sha256=row["sha256"],
            snapshot_id=row["snapshot_id"],
        ),
    )


def _readout(row: RowMapping, said: tuple[Mention, ...]) -> Readout:
    planned = row["next_round"]
    return Readout(
        series=row["series"],
        round=row["round"],
        held=from_document(Span, row["held"]),
        held_elsewhere=from_document(tuple[Span, ...], row["held_elsewhere"]),
        city=row["city"],
        delegations=from_document(tuple[Delegation, ...], row["delegations"]),
        mentions=said,
        next_round=from_document(Span, planned) if planned is not None else None,
        complete=row["complete"],
    )
