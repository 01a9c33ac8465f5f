"""One lane of a notifier, fed by hand."""

from __future__ import annotations

from collections import deque
from contextlib import closing

from notifiers.mail.parcel import Parcel
from notifiers.message import Notifier, SendError

Outcomes = list[tuple[Parcel, SendError | None]]


def carried(notifier: Notifier, *parcels: Parcel) -> Outcomes:
    """Carry the parcels along one lane; what became of each, in the order of settling."""
    waiting = deque(parcels)
    outcomes: Outcomes = []
    with closing(notifier):
        notifier.carry(
            lambda wait: waiting.popleft() if waiting else None,
            lambda parcel, fault: outcomes.append((parcel, fault)),
        )
    return outcomes
