"""Which part of the past is asked for, and how taking it in went."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from monitor.errors import RoundwatchError, UsageError
from monitor.journeys.intake import RoundOf, Taken
from storage.records import Poll, Verdict


@dataclass(frozen=True, slots=True)
class Window:
    """Which releases to take in, by the day they were published; both ends belong to it."""

    since: date | None = None
    until: date | None = None

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it; a day nobody knows is not left out."""
        return day is None or self.meets((day, day))

    def meets(self, span: tuple[date, date] | None) -> bool:
        """Whether one of some days may lie in it; None: nobody knows them."""
        return span is None or (
            (self.since is None or span[1] >= self.since)
            and (self.until is None or span[0] <= self.until)
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
    """How a backfill went; its size does not grow with what was understood.

    Of the listing: `pages` were walked, by `way`; `named` is how many releases of the window are on
    file, `left_out` how many that were listed are later than the window; `not_there` are pages that
    the walk did not find; `walked`: it came to its end; `notes` say how it began.

    Of the releases: `read` were taken in, `verdicts` counts what they are, `failed` are those that
    could not be had or understood, `on_file` were read before, `left` are for another run; `gaps`
    are captures that the Internet Archive names and cannot show, or that show something else.
    """

    pages: int = 0
    way: str | None = None
    named: int = 0
    left_out: int = 0
    not_there: tuple[str, ...] = ()
    walked: bool = True
    notes: list[str] = field(default_factory=list)
    requests: int = 0
    seconds: float = 0.0
    read: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    rounds: tuple[RoundOf, ...] = ()
    on_file: int = 0
    left: int = 0
    gaps: int = 0
    failed: list[Taken] = field(default_factory=list)
    problems: list[RoundwatchError] = field(default_factory=list)

    def add(self, taken: Taken) -> None:
        """Count in what became of a page."""
        if taken.problem:
            self.failed.append(taken)
            self.problems.append(taken.problem)
            return
        self.read += 1
        self.rounds += taken.rounds
        if taken.verdict:
            self.verdicts[taken.verdict] += 1

    @property
    def complete(self) -> bool:
        """Whether nothing of what was asked for is left for another run."""
        return self.walked and not self.left
