"""A followed series as a value: its names as patterns, its labels as canonical topics.

A series is one TOML file; `monitor.core.series_file` reads it, `docs/series.md` explains every
field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from monitor.core.ordinals import ORDINAL, SEVERAL
from monitor.core.words import label_form, slug
from storage.records import Readout

Shape = Literal["labelled", "dotted", "plain", "numbered", "sentence", "on"]
"""How a readout writes its topics; `docs/series.md` shows each."""

# Up to three words may qualify an event: "productive", "three-day", "vice-ministerial-level".
# A preparatory or intersessional meeting is none of the numbered ones, and a verb is no quality.
_NO_KIND = (
    "of|the|a|an|day|days|task|under|for|on|in|and|intersessional|preparatory|preliminary|held|"
    "completed|concluded|convened|conducted|finished|hosted|joined|participated|engaged|chaired|"
    "co-chaired|welcomed|launched|opened|began|started|announced|postponed|cancelled|canceled"
)
_KIND = rf"(?:and\s+)?(?!(?:{_NO_KIND}|{ORDINAL})(?![\w-]))[\w-]+,?"


@dataclass(frozen=True)
class Party:
    """A side of the table: the country, its names, and how its delegation is called."""

    country: str
    names: tuple[str, ...]
    of: tuple[str, ...]

    @cached_property
    def name_pattern(self) -> str:
        """Matches any name of the country."""
        return either(self.names)

    @cached_property
    def of_pattern(self) -> str:
        """Matches what stands before "delegation"."""
        possessives = tuple(f"{name}’s" for name in self.names)
        return either((*self.of, *possessives, *self.names))

    @cached_property
    def named(self) -> re.Pattern[str]:
        """Finds the country under any of its names."""
        return re.compile(f"{self.name_pattern}|{self.of_pattern}")


@dataclass(frozen=True)
class Topic:
    """A canonical topic: its slug, its name, and every label known to mean it."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListRule:
    """One way in which a series writes its topics: the shape, and the words that open the list."""

    shape: Shape
    opens: tuple[str, ...] = ()

    @cached_property
    def opener(self) -> re.Pattern[str] | None:
        """Finds the words that open the list, None where any list of the shape is meant."""
        return re.compile(either(self.opens), re.IGNORECASE) if self.opens else None


@dataclass(frozen=True)
class Series:
    """A sequence of rounds under one name."""

    slug: str
    name: str
    publisher: str
    names: tuple[str, ...]
    events: tuple[str, ...]
    title_hints: tuple[str, ...]
    parties: tuple[Party, ...]
    topics: tuple[Topic, ...]
    short_names: tuple[str, ...] = ()
    lists: tuple[ListRule, ...] = (ListRule("labelled"),)

    @cached_property
    def mention(self) -> re.Pattern[str]:
        """Finds any mention of the series by its full name."""
        return re.compile(either(self.names), re.IGNORECASE)

    def may_be_in(self, folded_text: str) -> bool:
        """Whether a text in small letters has a word of the name at all: a cheap first question."""
        return any(word in folded_text for word in self._telling_words)

    @cached_property
    def _telling_words(self) -> frozenset[str]:
        """The longest word of each full name, in small letters."""
        return frozenset(max(re.findall(r"\w+", n.casefold()), key=len) for n in self.names)

    @cached_property
    def called(self) -> re.Pattern[str]:
        """Finds the series by its full name or by a short one."""
        patterns = [either(self.names), *(self._alone(short) for short in self.short_names)]
        return re.compile(self._with_pair(f"(?:{'|'.join(patterns)})"), re.IGNORECASE)

    @cached_property
    def event_pattern(self) -> str:
        """Matches one event of the series as a noun phrase, with its ordinal where it has one."""
        nouns = self._nouns
        name = self.called.pattern
        lead = (
            rf"(?:(?:the|their|its|a|an|another)\s+)?(?:{_KIND}\s+){{0,2}}?"
            rf"(?:(?P<ordinal>{SEVERAL})\s+)?(?:{_KIND}\s+){{0,3}}?"
        )
        link = r"(?:of|under|for|in|within|on)\s+(?:the\s+|their\s+)?"
        nested = rf"{nouns}(?:\s+of\s+(?:meetings|talks|negotiations))?"
        after = rf"{nested}\s+{link}{name}(?:\s+(?:meetings|talks|negotiations))?"
        before = rf"{name}(?:\s*\([A-Z]{{2,8}}\))?\s+{nouns}"
        counted = rf"Round\s+(?P<count>\d{{1,2}})\s+{link}{name}"
        own = r"(?!['’]s?\s+\w|\s+(?:Task|Working|Committee|Commission)\b)"
        return rf"(?<![\w-])(?:{counted}|{lead}(?:{after}|{before}))\b{own}"

    @cached_property
    def event(self) -> re.Pattern[str]:
        """Finds an event of the series; groups `ordinal` and `count` hold its number's words."""
        return re.compile(self.event_pattern, re.IGNORECASE)

    @cached_property
    def numbered_noun(self) -> re.Pattern[str]:
        """Finds "fifth round" and the like, without the series' name."""
        return re.compile(rf"\b(?P<ordinal>{SEVERAL})\s+{self._nouns}", re.IGNORECASE)

    @cached_property
    def _by_label(self) -> Mapping[str, Topic]:
        return {
            label_form(label): topic
            for topic in self.topics
            for label in (topic.name, *topic.aliases)
        }

    def names_all_parties(self, text: str) -> bool:
        """Whether a text names every side of the table."""
        return all(party.named.search(text) for party in self.parties)

    def topic_of(self, label: str) -> Topic | None:
        """The canonical topic that a label names, or None where no person has reviewed it."""
        return self._by_label.get(label_form(label))

    def topic_slug(self, label: str) -> str:
        """The slug of the canonical topic; a label not in the list gets one made from itself."""
        topic = self.topic_of(label)
        return topic.slug if topic else slug(label)

    def with_aliases(self, links: Iterable[tuple[str, str, str]]) -> Series:
        """The same series with the labels that a person has linked to topics.

        Args:
            links: label, slug of its topic, name of that topic. What the reviewed list says of a
                label stands; a topic that is not on it joins it under its name.
        """
        added: dict[str, Topic] = {}
        for label, topic_slug, name in links:
            if self.topic_of(label) is None:
                known = next((t for t in self.topics if t.slug == topic_slug), None)
                topic = added.get(topic_slug) or known or Topic(topic_slug, name)
                added[topic_slug] = replace(topic, aliases=(*topic.aliases, label))
        if not added:
            return self
        kept = tuple(added.pop(topic.slug, topic) for topic in self.topics)
        return replace(self, topics=(*kept, *added.values()))

    def topic_name(self, topic_slug: str) -> str | None:
        """The canonical topic's name, None for one that is not in the list."""
        return next((t.name for t in self.topics if t.slug == topic_slug), None)

    @cached_property
    def _nouns(self) -> str:
        """Matches what a meeting is called, one or several of them."""
        split = (event.split(" of ") for event in self.events)
        several = (" of ".join([f"{head}s", *rest]) for head, *rest in split)
        return either((*self.events, *several))

    def _alone(self, short: str) -> str:
        """A short name where it is not the beginning of a full one."""
        rests = [name.removeprefix(short) for name in self.names if name.startswith(f"{short} ")]
        not_full = "".join(rf"(?!\s+{_loose(rest)})" for rest in rests)
        return f"{_loose(short)}{not_full}"

    def _with_pair(self, name: str) -> str:
        """A name, with or without the parties before it in either order."""
        sides = [party.name_pattern for party in self.parties]
        orders = (sides, sides[::-1]) if len(sides) > 1 else (sides,)
        pair = "|".join(r"\s*[-–—/]?\s*".join(order) for order in orders)
        return rf"(?:(?:{pair})\s*[-–—]?\s+)?{name}"


def with_topics(readout: Readout, series: Series) -> Readout:
    """A readout whose mentions have the topics that a series gives their labels."""
    mentions = (replace(m, topic=series.topic_slug(m.label)) for m in readout.mentions)
    return replace(readout, mentions=tuple(mentions))


def either(phrases: tuple[str, ...]) -> str:
    """A pattern for any of several phrases; spaces, hyphens and quotes in every spelling."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return "(?:" + "|".join(_loose(phrase) for phrase in longest_first) + ")"


def _loose(phrase: str) -> str:
    words = [re.escape(word).replace("’", "[’']") for word in phrase.split()]
    pattern = r"\s+".join(words).replace(r"\-", r"\s*[-–—]\s*")
    return rf"(?<!\w){pattern}(?!\w)"
