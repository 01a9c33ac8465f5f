"""How many mails may go out in a minute, to one domain and in all."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


class Allowance:
    """So many in any minute.

    The moments of the last so many are kept. A rate alone, as of a leaky bucket, would let nearly
    twice as many through in the first minute.

    Args:
        a_minute: how many; 0 for any number.
    """

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._taken: deque[datetime] = deque()

    def left(self, now: datetime) -> int | None:
        """How many may go now; None for any number."""
        if not self._a_minute:
            return None
        while self._taken and self._taken[0] + _MINUTE <= now:
            self._taken.popleft()
        return self._a_minute - len(self._taken)

    def take(self, now: datetime) -> datetime:
        """Take one that may go now; where none may, take nothing.

        Returns:
            When one may go: now, or later.
        """
        left = self.left(now)
        if left == 0:
            return self._taken[0] + _MINUTE
        if left is not None:
            self._taken.append(now)
        return now


class Limits:
    """What one process may send in a minute: kept for as long as it lives, not for one run.

    Args:
        in_all: how many; 0 for any number.
        to_a_domain: how many to each receiving domain; 0 for any number.
    """

    def __init__(self, in_all: int = 0, to_a_domain: int = 0) -> None:
        self._in_all = Allowance(in_all)
        self._to_a_domain = to_a_domain
        self._domains: dict[str, Allowance] = {}

    def room(self, most: int, now: datetime) -> int:
        """How many of `most` may go now in all."""
        left = self._in_all.left(now)
        return most if left is None else min(most, left)

    def full(self, now: datetime) -> set[str]:
        """The domains that nothing more may go to now; those that rest from us are forgotten."""
        left = {domain: allowance.left(now) for domain, allowance in self._domains.items()}
        for domain, how_many in left.items():
            if how_many == self._to_a_domain:
                del self._domains[domain]
        return {domain for domain, how_many in left.items() if how_many == 0}

    def take(self, domain: str, now: datetime) -> datetime:
        """Take one to a domain, and one in all, where that may go now.

        Returns:
            When it may go to this domain: now, or later.
        """
        if self._to_a_domain:
            allowance = self._domains.setdefault(domain, Allowance(self._to_a_domain))
            free_at = allowance.take(now)
            if free_at > now:
                return free_at
        return self._in_all.take(now)
