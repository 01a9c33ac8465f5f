"""How many mails may go out in a minute, to one domain or in all: the next free moment of each."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


class Allowance:
    """So many in any minute: at once if they come at once, what is more evenly after that.

    The moments of the last so many are kept: the next is free a minute after the first of them. A
    rate alone, as of a leaky bucket, would let nearly twice as many through in the first minute.

    Args:
        a_minute: how many; 0 for any number.
    """

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._taken: deque[datetime] = deque(maxlen=a_minute)

    def take(self, now: datetime) -> datetime:
        """Take the next free moment, and say when it is: now, or later.

        Args:
            now: the time, not before that of the last call.
        """
        if self._a_minute:
            self._taken.append(free := self._next(now))
            return free
        return now

    def _next(self, now: datetime) -> datetime:
        if len(self._taken) < self._a_minute or self._taken[0] + _MINUTE <= now:
            return max(now, self._taken[-1]) if self._taken else now
        evenly = self._taken[-1] + _MINUTE / self._a_minute
        return max(self._taken[0] + _MINUTE, evenly)
