"""What is on file under an id by which work is followed; see `storage.trace`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import Connection, func, select

from storage.records import DeliveryState, LetterKind
from storage.schema import deliveries, digests, letters


def trace_of(tx: Connection, kind: Literal["digest", "letter"], number: int) -> str | None:
    """Return the id of the work that a digest or a letter comes from, where it is known."""
    table = digests if kind == "digest" else letters
    found: str | None = tx.scalar(select(table.c.trace).where(table.c.id == number))
    return found


def digests_under(tx: Connection, trace: str) -> tuple[int, ...]:
    """Return the digests that were filed under an id, in their order."""
    query = select(digests.c.id).where(digests.c.trace == trace).order_by(digests.c.id)
    return tuple(tx.scalars(query))


def letters_under(tx: Connection, trace: str) -> Mapping[tuple[LetterKind, DeliveryState], int]:
    """Return how many letters were queued under an id, by kind and by how they stand."""
    columns = letters.c.kind, deliveries.c.state
    query = (
        select(*columns, func.count())
        .join(deliveries, deliveries.c.letter_id == letters.c.id)
        .where(letters.c.trace == trace)
        .group_by(*columns)
        .order_by(*columns)
    )
    return {(kind, state): count for kind, state, count in tx.execute(query)}
