"""The topics of one round, ready to be held against those of another.

A page may name a topic twice, with the same label or with two that the reviewed list knows as one:
then its mentions are one entry, as a reader would take them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from monitor.core.topics import Series
from monitor.core.words import folded, label_form, stems, without_acronym
from storage.records import Mention, Readout, Strand

Key = tuple[str, str]
"""What makes two labels one topic: the entry of the reviewed list, or else the cleaned label."""

# Words that every second label of trade policy has: alone they tie no two labels together.
_GENERIC = stems(
    "trade issues areas cooperation collaboration products services policy measures barriers "
    "agreement use increasing ensuring enhancing promoting strengthening addressing deepening"
)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A topic as one round names it.

    `place` counts from 0 among all mentions of the round. The words are stems: `label_words` of the
    labels, `specific` those of them that say which topic it is, `text_words` of the texts.
    """

    strand: Strand
    key: Key
    mentions: tuple[Mention, ...]
    place: int
    label_words: frozenset[str]
    specific: frozenset[str]
    text_words: frozenset[str]

    @property
    def label(self) -> str:
        """What the page calls it, the first time."""
        return self.mentions[0].label

    @property
    def labels(self) -> tuple[str, ...]:
        """What the page calls it, each time."""
        return tuple(mention.label for mention in self.mentions)

    @property
    def topic(self) -> str:
        """The canonical topic's slug."""
        return self.mentions[0].topic

    @property
    def text(self) -> str:
        """What the page says of it."""
        return "\n".join(mention.text for mention in self.mentions)

    @property
    def said(self) -> frozenset[str]:
        """All words under which it stands, label and text."""
        return self.label_words | self.text_words


def key_of(label: str, series: Series) -> Key:
    """What a label is known by."""
    topic = series.topic_of(label)
    return ("topic", topic.slug) if topic else ("label", label_form(label) or folded(label))


def entries_of(readout: Readout, series: Series) -> tuple[Entry, ...]:
    """The topics of a round in the page's order."""
    common = commonplace(series)
    grouped: dict[tuple[Strand, Key], list[tuple[int, Mention]]] = {}
    for place, mention in enumerate(readout.mentions):
        grouped.setdefault((mention.strand, key_of(mention.label, series)), []).append(
            (place, mention)
        )
    return tuple(_entry(*at, placed, common) for at, placed in grouped.items())


def commonplace(series: Series) -> frozenset[str]:
    """The words that say nothing of which topic a label means: generic ones, the parties' names."""
    names = (name for party in series.parties for name in (*party.names, *party.of))
    return _GENERIC | stems(" ".join(names))


def label_words(labels: Iterable[str]) -> frozenset[str]:
    """The stems of some labels, their bracketed acronyms left out."""
    return frozenset().union(*map(_label_words, labels))


@lru_cache(maxsize=8192)  # every round of a history names nearly the same labels
def _label_words(label: str) -> frozenset[str]:
    return stems(without_acronym(label))


def _entry(
    strand: Strand, key: Key, placed: list[tuple[int, Mention]], common: frozenset[str]
) -> Entry:
    mentions = tuple(mention for _, mention in placed)
    words = label_words(mention.label for mention in mentions)
    texts = stems(" ".join(mention.text for mention in mentions))
    return Entry(strand, key, mentions, placed[0][0], words, words - common, texts)
