"""How fast we ask: one request after another, host by host, never faster than allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock


@dataclass(slots=True)
class _Host:
    """One host's turn-taking: who holds the lock may ask."""

    lock: Lock = field(default_factory=Lock)
    asked_at: float = float("-inf")
    held_until: float = float("-inf")


class Pace:
    """Gives out turns to ask a host. Safe to use from several threads.

    Args:
        requests_per_second: the most that any one host is asked.
        clock: a clock that never goes back, in seconds.
        sleep: waits for a number of seconds.

    Raises:
        ValueError: the rate is not above zero.
    """

    def __init__(
        self,
        requests_per_second: float,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        if not requests_per_second > 0:
            raise ValueError(f"requests per second must be above 0, not {requests_per_second}")
        self._interval = 1.0 / requests_per_second
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()

    @contextmanager
    def turn(self, host: str, pause: float = 0.0) -> Iterator[None]:
        """Wait for our turn, ask inside the block, and leave it once the answer begins.

        The next interval is counted from the end of the block: counted from its start, a slow
        connection would let two requests arrive closer together than they were sent.

        Args:
            host: whose turn.
            pause: the seconds between two requests that this host asked for, if more than ours.
        """
        seat = self._seat(host)
        with seat.lock:
            due = max(seat.asked_at + max(self._interval, pause), seat.held_until)
            wait = due - self._clock()
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                seat.asked_at = self._clock()

    def hold(self, host: str, seconds: float) -> None:
        """Give out no turn for this host for the next `seconds`."""
        seat = self._seat(host)
        seat.held_until = max(seat.held_until, self._clock() + seconds)

    def _seat(self, host: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(host, _Host())
