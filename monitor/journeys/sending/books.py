"""The digests that were filed, each with its books: what became of all its deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage import outbox
from storage.database import Transaction
from storage.records import DigestKind


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
    found = []
    for each in outbox.digests(tx):
        counts = outbox.balance(tx, each.id)
        found.append(
            Books(
                id=each.id,
                series=each.series,
                round=each.round,
                kind=each.kind,
                subject=each.subject,
                filed_at=each.created_at,
                candidates=each.candidates,
                sent=counts.sent,
                suppressed=counts.suppressed,
                failed=counts.failed,
                waiting=counts.queued,
                uncertain=counts.sending + counts.uncertain,
                abandoned=counts.abandoned,
            )
        )
    return tuple(found)
