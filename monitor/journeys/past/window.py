"""Which part of the past is asked for, and how taking it in went."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from monitor.errors import RoundwatchError, UsageError
from monitor.journeys.intake import RoundOf, Taken
from storage.records import Poll


@dataclass(frozen=True, slots=True)
class Window:
    """Which releases to take in, by the day they were published; both ends belong to it."""

    since: date | None = None
    until: date | None = None

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it; a day nobody knows is not left out."""
        return day is None or (
            (self.since is None or day >= self.since) and (self.until is None or day <= self.until)
        )

    def is_over_for(self, day: date | None) -> bool:
        """Whether a day lies behind it."""
        return day is not None and self.until is not None and day > self.until

    def until_looked_at(self, last: Poll | None) -> Window:
        """The same window without what came since the last look: that is the next one's news."""
        if last is None:
            return self
        day = last.started_at.date() - timedelta(days=1)
        return Window(self.since, min(day, self.until or day))


def window_of(since: date | None, until: date | None) -> Window:
    """The window that somebody asks for.

    Raises:
        UsageError: it ends before it begins.
    """
    if since and until and since > until:
        raise UsageError(
            f"no day is from {since} on and until {until}",
            todo="give the earlier day to --since, the later one to --until",
        )
    return Window(since, until)


@dataclass(slots=True)
class Backfilled:
    """How a backfill went.

    `left_out` counts the releases on the listing that are later than the window; `gaps` the
    captures of the Internet Archive that it names and cannot show, or that show something else.
    """

    pages: int = 0
    named: int = 0
    left_out: int = 0
    gaps: int = 0
    requests: int = 0
    taken: list[Taken] = field(default_factory=list)
    problems: list[RoundwatchError] = field(default_factory=list)

    def add(self, taken: Taken) -> None:
        """Count in what became of a page."""
        self.taken.append(taken)
        self.problems += [taken.problem] if taken.problem else []

    @property
    def rounds(self) -> tuple[RoundOf, ...]:
        """The rounds that were taken in."""
        return tuple(one for taken in self.taken for one in taken.rounds)
