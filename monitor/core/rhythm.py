"""The rhythm of a series: how long it was between its rounds, and how long it has been quiet.

A gap counts from the last day of one round to the first day of the next, where both are known to
the week or better and no round between them is missing from the archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median_low

from storage.records import FiledReadout, Precision, Span

_EXACT: tuple[Precision, ...] = ("day", "week")


@dataclass(frozen=True, slots=True)
class Beat:
    """A round in time. `gap` is in days, None where it cannot be told."""

    filed: FiledReadout
    gap: int | None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The rounds first to last, and the gaps: the usual one is the lower median.

    `quiet` is the days since the last day of the latest round. All are in days, and None where
    nothing tells.
    """

    beats: tuple[Beat, ...] = ()
    usual: int | None = None
    shortest: int | None = None
    longest: int | None = None
    quiet: int | None = None


def rhythm(filed: Iterable[FiledReadout], today: date) -> Rhythm:
    """How a series goes.

    Args:
        filed: its rounds on file, in any order.
        today: the day until which it is quiet.
    """
    rounds = sorted(filed, key=_moment)
    known = [_gap(one, other) for one, other in pairwise(rounds)]
    gaps = [gap for gap in known if gap is not None]
    beats = tuple(Beat(one, gap) for one, gap in zip(rounds, [None, *known], strict=False))
    return Rhythm(
        beats=beats,
        usual=median_low(gaps) if gaps else None,
        shortest=min(gaps, default=None),
        longest=max(gaps, default=None),
        quiet=_quiet(rounds, today),
    )


def _moment(filed: FiledReadout) -> tuple[date, int]:
    readout = filed.readout
    return readout.held.start or filed.release.published or date.min, readout.round or 0


def _gap(one: FiledReadout, other: FiledReadout) -> int | None:
    first, second = one.readout, other.readout
    if first.round is not None and second.round is not None and second.round > first.round + 1:
        return None
    ended, began = _exact(first.held), _exact(second.held)
    if ended is None or began is None:
        return None
    days = (began[0] - ended[1]).days
    return days if days >= 0 else None


def _exact(held: Span) -> tuple[date, date] | None:
    """The first and the last day of a round; None where they are not known to the week."""
    if held.precision not in _EXACT or held.start is None:
        return None
    return held.start, held.end or held.start


def _quiet(rounds: Sequence[FiledReadout], today: date) -> int | None:
    ends = [one.readout.held.end or one.readout.held.start for one in rounds]
    latest = max((end for end in ends if end is not None), default=None)
    return max(0, (today - latest).days) if latest else None
