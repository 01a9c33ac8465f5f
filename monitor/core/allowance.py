"""How many mails may go out in a minute, to one domain or in all: the next free moment of each."""

from __future__ import annotations

from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


class Allowance:
    """So many in a minute, at once if they come at once, then evenly.

    The generic cell rate algorithm: one time is kept, at which the allowance would be whole again
    (ITU-T I.371, annex A).

    Args:
        a_minute: how many; 0 for any number.
    """

    def __init__(self, a_minute: int) -> None:
        self._every = _MINUTE / a_minute if a_minute else timedelta()
        self._whole_at: datetime | None = None

    def take(self, now: datetime) -> datetime:
        """Take the next free moment, and say when it is: now, or later."""
        if not self._every:
            return now
        whole = max(self._whole_at or now, now) + self._every
        self._whole_at = whole
        return max(now, whole - _MINUTE)
