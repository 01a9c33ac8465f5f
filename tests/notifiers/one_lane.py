"""One parcel through a notifier's lane, and what came of it."""

from __future__ import annotations

from notifiers.mail.parcel import Parcel
from notifiers.message import Notifier, SendError


def carried(notifier: Notifier, *parcels: Parcel) -> list[SendError | None]:
    """What became of each parcel, in order; each is settled before the next one is taken."""
    waiting, settled = list(parcels), []
    taken: list[Parcel] = []

    def take(wait: bool) -> Parcel | None:
        assert len(settled) == len(taken)
        if not waiting:
            return None
        taken.append(waiting.pop(0))
        return taken[-1]

    def settle(parcel: Parcel, fault: SendError | None) -> None:
        assert parcel is taken[-1]
        settled.append(fault)

    notifier.carry(take, settle)
    assert not waiting
    return settled
