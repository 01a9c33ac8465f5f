"""The ways out of the house, and what can go wrong on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from notifiers.mail.parcel import Parcel

Reach = Literal["message", "address", "domain", "all"]
"""What a failure is about: this message alone, this reader's address, the receiving domain (it
puts us off for a while), or every message there is."""


class SendError(Exception):
    """A message was not handed over, or nobody can know whether it was.

    Args:
        summary: one sentence: what happened, with the server's own words where it gave any.
        permanent: True if sending this message to this reader again cannot help.
        todo: what the operator can do about it.
        status: the enhanced status code that the server gave (RFC 3463), such as `5.1.1`.
        reach: what else it says something about.
        uncertain: True if the message was given whole, and the answer to it was lost.
    """

    def __init__(
        self,
        summary: str,
        permanent: bool,
        *,
        todo: str = "",
        status: str | None = None,
        reach: Reach = "message",
        uncertain: bool = False,
    ) -> None:
        super().__init__(summary)
        self.summary = summary
        self.permanent = permanent
        self.todo = todo
        self.status = status
        self.reach = reach
        self.uncertain = uncertain


class NothingCanBeSent(SendError):
    """The way out itself is shut (server down, login refused, disk full), not this one message.

    Never permanent. Trying the next message at once would meet the same closed door.
    """

    def __init__(self, summary: str, *, todo: str, status: str | None = None) -> None:
        super().__init__(summary, False, todo=todo, status=status, reach="all")


Take = Callable[[bool], "Parcel | None"]
"""`take(wait)`: the next parcel to carry. None: there are no more, or, with `wait` False, none is
ready just now (ask again with True before ending)."""

Settle = Callable[["Parcel", SendError | None], None]
"""`settle(parcel, fault)`: what became of a parcel; returns once that is recorded."""


class Notifier(Protocol):
    """A way out for parcels, along one or several lanes."""

    @property
    def lanes(self) -> int:
        """How many threads may carry at once, at least 1."""

    def carry(self, take: Take, settle: Settle) -> None:
        """Be one lane: hand over what `take` gives until there is no more.

        Called in up to `lanes` threads at once, each with functions of its own or shared ones
        that bear it. Every parcel that was taken is settled exactly once, in the order of taking,
        and none is handed over before the one before it was settled. Failures of a parcel are
        settled, never raised; after one of reach "all" it is for `take` to give nothing more.
        What `take` and `settle` raise ends the lane, with nothing handed over any more.
        """

    def close(self) -> None:
        """Let go of what is held open. Carrying again afterwards opens it anew."""
