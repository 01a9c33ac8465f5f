"""Which of the topics that stand in both rounds were moved: by strand, or within their list.

Of the topics of a strand the longest run that kept its order stayed where it was, so that an
inserted topic does not make the others look moved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from monitor.core.matching import Match
from storage.records import Moved


def moved_among(matches: Iterable[Match]) -> dict[int, Moved]:
    """What moved, by the identity of the match; one that stayed is not in it."""
    matches = list(matches)
    moved: dict[int, Moved] = {
        id(m): "strand" for m in matches if m.before.strand != m.after.strand
    }
    for strand in ("common-interest", "bilateral"):
        stayed = [m for m in matches if m.before.strand == m.after.strand == strand]
        moved.update({id(match): "order" for match in _out_of_order(stayed)})
    return moved


def _out_of_order(matches: list[Match]) -> list[Match]:
    ordered = sorted(matches, key=lambda match: match.before.place)
    stayed = _longest_rising([match.after.place for match in ordered])
    return [match for index, match in enumerate(ordered) if index not in stayed]


def _longest_rising(places: Sequence[int]) -> set[int]:
    """The indexes of a longest rising subsequence; of several, the one that ends first."""
    tails: list[int] = []  # the smallest place that ends a run of each length so far
    ends: list[int] = []  # ... and its index
    previous: list[int] = []
    last = -1
    for index, place in enumerate(places):
        length = bisect_left(tails, place)
        previous.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(place)
            ends.append(index)
            last = index
        else:
            tails[length], ends[length] = place, index
    run = set()
    while last >= 0:
        run.add(last)
        last = previous[last]
    return run
