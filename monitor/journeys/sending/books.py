"""The digests that were filed, each with its books: what became of all its deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage import outbox
from storage.database import Transaction
from storage.records import DigestKind, FiledDigest


@dataclass(frozen=True, slots=True)
class Books:
    """A digest, and how many of its deliveries stand how; together they are its candidates."""

    id: int
    series: str
    round: int | None
    kind: DigestKind
    subject: str
    filed_at: datetime
    candidates: int
    sent: int
    suppressed: int
    failed: int
    waiting: int
    uncertain: int
    abandoned: int


def books(tx: Transaction) -> tuple[Books, ...]:
    """The books of every digest, in the order they were filed."""
    return tuple(books_of(tx, each) for each in outbox.digests(tx))


def books_of(tx: Transaction, digest: FiledDigest) -> Books:
    """The books of one digest."""
    counts = outbox.balance(tx, digest.id)
    return Books(
        id=digest.id,
        series=digest.series,
        round=digest.round,
        kind=digest.kind,
        subject=digest.subject,
        filed_at=digest.created_at,
        candidates=digest.candidates,
        sent=counts.sent,
        suppressed=counts.suppressed,
        failed=counts.failed,
        waiting=counts.queued,
        uncertain=counts.sending + counts.uncertain,
        abandoned=counts.abandoned,
    )
