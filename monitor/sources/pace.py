"""How fast we ask: one request after another, host by host, never faster than allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from monitor.core.turns import is_paced, jittered
from monitor.sources.manners import HostMemory


@dataclass(slots=True)
class _Host:
    """One host's turn-taking: who holds the lock may ask."""

    lock: Lock = field(default_factory=Lock)
    asked_at: float = float("-inf")
    held_until: float = float("-inf")


class Pace:
    """Gives out turns to ask a host, to threads and, through the memory, to processes.

    Processes share their turns where requests are paced (`core.turns.PACED_FROM`).

    Args:
        requests_per_second: the most that any one host is asked.
        memory: what is shared with other processes.
        clock: a clock that never goes back, in seconds.
        sleep: waits for a number of seconds.
        now: the time of day in UTC, which other processes have too.
        chance: a number from 0 to 1, another one each time.

    Raises:
        ValueError: the rate is not above zero.
    """

    def __init__(
        self,
        requests_per_second: float,
        memory: HostMemory,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        now: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        if not requests_per_second > 0:
            raise ValueError(f"requests per second must be above 0, not {requests_per_second}")
        self._interval = 1.0 / requests_per_second
        self._memory = memory
        self._clock = clock
        self._sleep = sleep
        self._now = now
        self._chance = chance
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()

    def interval(self, pause: float) -> float:
        """The least seconds between two requests to a host that asked for this pause."""
        return max(self._interval, pause)

    @contextmanager
    def turn(self, host: str, pause: float = 0.0) -> Iterator[None]:
        """Wait for our turn, ask inside the block, and leave it once the answer begins.

        The next interval is counted from the end of the block: counted from its start, a slow
        connection would let two requests arrive closer together than they were sent. Another
        process may have the next turn when an interval has passed since the start, if no answer
        has begun by then.

        Args:
            host: whose turn.
            pause: the seconds between two requests that this host asked for, if more than ours.
        """
        seat = self._seat(host)
        interval = jittered(self.interval(pause), self._chance())
        with seat.lock:
            wait = max(seat.asked_at + interval, seat.held_until) - self._clock()
            if wait > 0:
                self._sleep(wait)
            if is_paced(interval):
                self._wait_for_others(host, interval)
            try:
                yield
            finally:
                seat.asked_at = self._clock()
                if is_paced(interval):
                    until = self._now() + timedelta(seconds=interval)
                    self._memory.put_off_turn(host, until)

    def hold(self, host: str, seconds: float) -> None:
        """Give out no turn for this host for the next `seconds`."""
        seat = self._seat(host)
        seat.held_until = max(seat.held_until, self._clock() + seconds)

    def _wait_for_others(self, host: str, interval: float) -> None:
        while (wait := self._memory.take_turn(host, interval, self._now)) > 0:
            self._sleep(wait)

    def _seat(self, host: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(host, _Host())
