"""A longest rising run: what kept its order when the rest was moved around it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def longest_rising(places: Sequence[int]) -> list[int]:
    """The indexes of a longest rising subsequence, in order; of several, one that ends first.

    By patience sorting, in n log n steps.
    """
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
    run = []
    while last >= 0:
        run.append(last)
        last = previous[last]
    return run[::-1]
