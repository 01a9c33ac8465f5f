"""Splits and mergers, by the words that left or came.

A split: all the specific words of a new label stood under a topic of the round before and have left
it. A merger is the mirror image. Only topics of one strand are split and merged; across strands,
and where two topics lost the words, they say no more than a possible relation (`related.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.core.entries import Entry
from monitor.core.matching import Match
from storage.records import Presence


@dataclass(frozen=True, slots=True)
class Family:
    """Topics that belong together across two rounds.

    `match` is the topic that stands in both, None where one left altogether and became several, or
    several became one that is new. `before` and `after` begin with the match's own.
    """

    match: Match | None
    before: tuple[Entry, ...]
    after: tuple[Entry, ...]

    @property
    def presence(self) -> Presence:
        """What became of it."""
        return "split" if len(self.after) > 1 else "merged" if len(self.before) > 1 else "continued"


def families(
    matches: Sequence[Match],
    dropped: Sequence[Entry],
    fresh: Sequence[Entry],
    *,
    torn_before: bool,
    torn_after: bool,
) -> list[Family]:
    """Every match with what was split off from it and merged into it, then those without a match.

    Args:
        matches: the topics that stand in both rounds.
        dropped: those of the round before that are matched with none.
        fresh: those of the later round that are matched with none and seen in no earlier round.
        torn_before: the earlier page breaks off: what looks new may have stood in the rest.
        torn_after: the later page breaks off: what is not there may stand in the rest, and is not
            merged; and what its last topic seems to have lost may follow.
    """
    last = max((match.after.place for match in matches), default=-1) if torn_after else None
    whole = [match for match in matches if match.after.place != last]
    split = _held(fresh, [(match, match.gone) for match in whole])
    merged = {} if torn_after else _held(dropped, [(m, m.come) for m in matches])
    found = [
        Family(
            match,
            (match.before, *(e for e in dropped if merged.get(id(e)) is match)),
            (match.after, *(e for e in fresh if split.get(id(e)) is match)),
        )
        for match in matches
    ]
    if torn_before or torn_after:
        return found
    loose_old = [entry for entry in dropped if id(entry) not in merged]
    loose_new = [entry for entry in fresh if id(entry) not in split]
    return found + _without_match(loose_old, loose_new)


def _held(
    entries: Iterable[Entry], words: Sequence[tuple[Match, frozenset[str]]]
) -> dict[int, Match]:
    """The one match whose departed (or arrived) words hold all the specific ones of an entry."""
    found = {}
    for entry in entries:
        holders = [match for match, held in words if entry.specific and entry.specific <= held]
        if (
            len(holders) == 1
            and entry.strand == holders[0].before.strand == holders[0].after.strand
        ):
            found[id(entry)] = holders[0]
    return found


def _without_match(dropped: list[Entry], fresh: list[Entry]) -> list[Family]:
    """A topic that left and became several new ones, or several that became one new one."""
    splits = [Family(None, (one,), many) for one, many in _several(dropped, fresh)]
    taken = {id(entry) for family in splits for entry in (*family.before, *family.after)}
    old = [entry for entry in dropped if id(entry) not in taken]
    new = [entry for entry in fresh if id(entry) not in taken]
    return splits + [Family(None, many, (one,)) for one, many in _several(new, old)]


def _several(ones: list[Entry], others: list[Entry]) -> list[tuple[Entry, tuple[Entry, ...]]]:
    """Each of some topics under which stand the labels of two or more others, and of no rival."""
    parts: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in others:
        holders = [
            one
            for one in ones
            if entry.specific and one.strand == entry.strand and entry.specific <= one.said
        ]
        if len(holders) == 1:
            parts[id(holders[0])].append(entry)
    return [(one, tuple(parts[id(one)])) for one in ones if len(parts[id(one)]) > 1]
