"""What we remember about a host between two runs, so that no process has to ask again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from monitor.core.outages import WELL, Standing

# RFC 9309 section 2.4: a copy of robots.txt should not be used for more than 24 hours.
ROBOTS_LIFETIME = timedelta(hours=24)

# A Retry-After of years would blind us for good: ask once a day whatever it says.
LONGEST_RETRY_AFTER = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class HostManners:
    """How one host wants to be treated, and how it has fared.

    Attributes:
        robots_text: its robots.txt, or None where it has none (or never was asked).
        robots_status: the status its robots.txt was answered with, 200 to 499.
        robots_at: when robots.txt was asked for (UTC).
        not_before: when the host asked us to come back (Retry-After), UTC.
        standing: its failures in a row, and whether it is left alone for them.
    """

    robots_text: str | None = None
    robots_status: int | None = None
    robots_at: datetime | None = None
    not_before: datetime | None = None
    standing: Standing = WELL


class HostMemory(Protocol):
    """Where manners are kept between two runs, and turns given out to all who share it.

    A host is `name` or `name:port`.
    """

    def recall(self, host: str) -> HostManners | None:
        """What is known about the host, or None."""

    def keep(self, host: str, manners: HostManners) -> None:
        """Remember the host's wishes in place of what was known; its standing stays as it is."""

    def change_standing(self, host: str, before: Standing, after: Standing) -> bool:
        """Remember how the host has fared, if it is still as `before`; say whether it was."""

    def take_turn(self, host: str, interval: float, now: Callable[[], datetime]) -> float:
        """Take the host's turn if it has come, for all processes at once.

        Args:
            host: whose turn.
            interval: the seconds until the next turn after this one.
            now: the clock; read once nobody else can take the turn.

        Returns:
            0: it is ours. Else the seconds to wait before asking again.
        """

    def put_off_turn(self, host: str, until: datetime) -> None:
        """Let the next turn not come before this time."""


def robots_are_fresh(manners: HostManners, now: datetime) -> bool:
    """Whether the copy of robots.txt at hand may still be used without asking again."""
    return manners.robots_at is not None and now - manners.robots_at < ROBOTS_LIFETIME


def seconds_to_wait(manners: HostManners, now: datetime) -> float:
    """How many seconds the host still wants to be left alone; 0 when it does not."""
    if manners.not_before is None:
        return 0.0
    return max(0.0, (manners.not_before - now).total_seconds())


def retry_after(header: str | None, now: datetime) -> float | None:
    """The seconds a Retry-After header asks for (RFC 9110 section 10.2.3), at most a day.

    Args:
        header: the header's value: a number of seconds, or an HTTP date.
        now: the time a date is counted from.

    Returns:
        Seconds, 0 for a date that has passed; None where the header is missing or nonsense.
    """
    seconds = _delay(header.strip(), now) if header else None
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def _delay(text: str, now: datetime) -> float | None:
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    # "-0000" leaves a date without a zone; HTTP dates are always GMT.
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
