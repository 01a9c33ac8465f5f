"""Digests: what became news, with its facts as they stood then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from storage import trace
from storage.documents import from_document, to_document
from storage.records import FiledDigest, Telling
from storage.schema import digests as table
from storage.upsert import insert


def file_digest(
    tx: Connection,
    telling: Telling,
    *,
    readout_id: int,
    revision_id: int,
    subject: str,
    now: datetime,
) -> tuple[int, bool]:
    """File a digest, addressed to nobody yet.

    One revision is told of once per round and kind: a second time changes nothing.

    Returns:
        The digest's id, and whether it is new.
    """
    readout = telling.summary.readout
    row = {
        "series": readout.series,
        "round": readout.round,
        "kind": telling.kind,
        "readout_id": readout_id,
        "revision_id": revision_id,
        "subject": subject,
        "telling": to_document(telling),
        "candidates": 0,
        "created_at": now,
        "trace": trace.current(),
    }
    new = insert(tx, table).values(row).on_conflict_do_nothing().returning(table.c.id)
    digest_id = tx.scalar(new)
    if digest_id is not None:
        return digest_id, True
    known = select(table.c.id).where(
        *_of_round(readout.series, readout.round),
        table.c.kind == telling.kind,
        table.c.revision_id == revision_id,
    )
    return int(tx.execute(known).scalar_one()), False


def digests(tx: Connection) -> tuple[FiledDigest, ...]:
    """Return every digest, the newest first."""
    return tuple(_filed(row) for row in tx.execute(_newest_first()).mappings())


def digest(tx: Connection, digest_id: int) -> FiledDigest | None:
    """Return one digest."""
    return _first(tx, select(table).where(table.c.id == digest_id))


def last_told(tx: Connection, series: str, round: int | None) -> FiledDigest | None:
    """Return the last digest of a round that was news or a correction, if there ever was one."""
    told = table.c.kind.in_(("news", "correction"))
    return _first(tx, _newest_first().where(*_of_round(series, round), told))


def _newest_first() -> Select[Any]:
    return select(table).order_by(table.c.id.desc())


def _of_round(series: str, round: int | None) -> tuple[Any, Any]:
    return table.c.series == series, table.c.round.is_not_distinct_from(round)


def _first(tx: Connection, query: Select[Any]) -> FiledDigest | None:
    row = tx.execute(query.limit(1)).mappings().first()
    return _filed(row) if row else None


def _filed(row: Any) -> FiledDigest:  # noqa: ANN401 - a row of the table
    telling = row["telling"]
    facts = from_document(Telling, telling) if telling is not None else None
    return FiledDigest(**{**row, "telling": facts})
