"""What the rounds on file tell of a topic: when it was last named, and in which rounds it stood.

The rounds may come in any order, twice, or from after the two that are compared. One without a
number has its place by its days; one with neither has none and tells nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.core.entries import Entry, Key, commonplace, key_of, label_words
from monitor.core.topics import Series
from monitor.core.words import label_form
from storage.records import Readout, Strand

_Place = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Sighting:
    """An earlier round that named a topic, the label it used, and the step that says so."""

    readout: Readout
    label: str
    by: Literal["name", "list", "contained"]


@dataclass(frozen=True, slots=True)
class _Seen:
    """One mention of the past: the round by its index, and where in it."""

    index: int
    strand: Strand
    label: str


class Past:
    """The rounds before two that are compared, and those between them."""

    def __init__(
        self, before: Readout, after: Readout, history: Iterable[Readout], series: Series
    ) -> None:
        known = list(history)
        placed = _placed([before, after, *known])
        start, end = placed[0], placed[1]
        others = [(at, r) for at, r in zip(placed[2:], known, strict=True) if at is not None]
        others.sort(key=lambda pair: pair[0])
        self.earlier = [r for at, r in others if start is not None and at < start]
        self.between = [
            r for at, r in others if start is not None and end is not None and start < at < end
        ]
        self._series = series
        self._common = commonplace(series)
        self._seen = self._index(self.earlier)
        self._seen_between = self._index(self.between)

    def last_named(self, entry: Entry, *, same_strand: bool) -> Sighting | None:
        """The latest earlier round that named a topic, by name or by the reviewed list.

        One that named it in the same strand goes before one that named it in the other, which does
        not count at all if `same_strand` says so.
        """
        seen = self._seen.get(entry.key, [])
        found = [s for s in seen if s.strand == entry.strand] or ([] if same_strand else seen)
        if not found:
            return None
        last = found[-1]
        by: Literal["name", "list"] = (
            "name" if label_form(last.label) == label_form(entry.label) else "list"
        )
        return Sighting(self.earlier[last.index], last.label, by)

    def last_contained(self, entry: Entry) -> Sighting | None:
        """The latest earlier round with one label that holds this one's words, or the reverse."""
        if not entry.specific:
            return None
        found: list[_Seen] = []
        for seen in self._seen.values():
            last = seen[-1]
            words = label_words((last.label,))
            shared = words & entry.label_words
            fits = shared in (words, entry.label_words) and bool(shared - self._common)
            if fits and last.strand == entry.strand:
                found.append(last)
        latest = max((last.index for last in found), default=-1)
        only = [last for last in found if last.index == latest]
        return (
            Sighting(self.earlier[latest], only[0].label, "contained") if len(only) == 1 else None
        )

    def rounds_with(self, key: Key) -> list[int]:
        """The earlier rounds, by number, that named a topic in either strand."""
        rounds = {self.earlier[seen.index].round for seen in self._seen.get(key, [])}
        return sorted(number for number in rounds if number is not None)

    def between_with(self, key: Key) -> list[Readout]:
        """The rounds between the two compared that named a topic, in order."""
        return [self.between[seen.index] for seen in self._seen_between.get(key, [])]

    def _index(self, readouts: Sequence[Readout]) -> dict[Key, list[_Seen]]:
        keys: dict[str, Key] = {}
        found: defaultdict[Key, list[_Seen]] = defaultdict(list)
        for index, readout in enumerate(readouts):
            for mention in readout.mentions:
                key = keys.get(mention.label) or keys.setdefault(
                    mention.label, key_of(mention.label, self._series)
                )
                found[key].append(_Seen(index, mention.strand, mention.label))
        return dict(found)


def _placed(readouts: Sequence[Readout]) -> list[_Place | None]:
    """Where each round stands in the sequence; one without a number behind those held before it."""
    dated = sorted(
        (r.held.start, r.round) for r in readouts if r.round is not None and r.held.start
    )
    places: list[_Place | None] = []
    for readout in readouts:
        day = readout.held.start
        if readout.round is not None:
            places.append((readout.round, 0, ""))
        elif day is not None:
            number = max((number for start, number in dated if start <= day), default=0)
            places.append((number, 1, day.isoformat()))
        else:
            places.append(None)
    return places
