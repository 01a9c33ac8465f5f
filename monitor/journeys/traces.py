"""From a mail back to the look that found its round, and on to all that came of that look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.journeys.sending.books import Books, books_of
from storage import journal, outbox
from storage.database import Transaction
from storage.records import DeliveryState, LetterKind, Poll


@dataclass(frozen=True, slots=True)
class Letters:
    """How many letters of a kind stand how."""

    kind: LetterKind
    state: DeliveryState
    count: int


@dataclass(frozen=True, slots=True)
class Traced:
    """All that is on file under one id."""

    trace: str
    looks: Sequence[Poll]
    digests: Sequence[Books]
    letters: Sequence[Letters]

    @property
    def is_known(self) -> bool:
        """Whether anything is on file under the id."""
        return bool(self.looks or self.digests or self.letters)


def traced(tx: Transaction, trace: str) -> Traced:
    """Gather what is on file under an id, as a log's line or a mail's header names it."""
    filed = (outbox.digest(tx, number) for number in outbox.digests_under(tx, trace))
    return Traced(
        trace=trace,
        looks=journal.polls_under(tx, trace),
        digests=tuple(books_of(tx, each) for each in filed if each),
        letters=tuple(
            Letters(kind, state, count)
            for (kind, state), count in outbox.letters_under(tx, trace).items()
        ),
    )
