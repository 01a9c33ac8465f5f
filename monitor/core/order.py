"""Which of the topics that stand in both rounds were moved: by strand, or within their list.

Of the topics of a strand the longest run that kept its order stayed where it was, so that an
inserted topic does not make the others look moved.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.core.matching import Match
from monitor.core.rising import longest_rising
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
    stayed = set(longest_rising([match.after.place for match in ordered]))
    return [match for index, match in enumerate(ordered) if index not in stayed]
