"""Comparisons: derived from two readouts, kept one per later readout, made anew at will."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from storage.documents import from_document, to_document
from storage.records import Comparison
from storage.schema import comparisons
from storage.upsert import insert


def replace_comparison(
    tx: Connection,
    *,
    after_readout_id: int,
    before_readout_id: int | None,
    comparison: Comparison,
    now: datetime,
) -> None:
    """Keep what changed up to a readout, in place of what was worked out earlier."""
    derived = {
        "before_readout_id": before_readout_id,
        "comparison": to_document(comparison),
        "made_at": now,
    }
    row = {"after_readout_id": after_readout_id, **derived}
    new = insert(tx, comparisons).values(row)
    tx.execute(new.on_conflict_do_update(index_elements=["after_readout_id"], set_=derived))


def comparison_for(tx: Connection, readout_id: int) -> Comparison | None:
    """Return what changed up to a readout, where it was worked out."""
    query = select(comparisons.c.comparison).where(comparisons.c.after_readout_id == readout_id)
    document = tx.scalar(query)
    return None if document is None else from_document(Comparison, document)


def comparisons_for(tx: Connection, readout_ids: Iterable[int]) -> dict[int, Comparison]:
    """Return what changed up to each of these readouts, where it was worked out."""
    table = comparisons.c
    query = select(table.after_readout_id, table.comparison).where(
        table.after_readout_id.in_(list(readout_ids))
    )
    return {row[0]: from_document(Comparison, row[1]) for row in tx.execute(query)}
