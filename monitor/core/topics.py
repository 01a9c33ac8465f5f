"""A followed series as data, and its reviewed list of topics.

A series is one TOML file under `monitor/series/`; `docs/series.md` explains every field. Here it
becomes a value: names as patterns, labels as canonical topics.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from monitor.core.words import label_form, slug
from monitor.errors import UnknownSeries
from storage.records import Readout

_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_FIRST = ("inaugural", "opening")
_TENS = ("twenty", "thirty")
ORDINAL = (
    rf"(?:(?:{'|'.join(_TENS)})[-\s](?:{'|'.join(_ORDINALS[:9])})|"
    rf"{'|'.join([*_ORDINALS, *_FIRST, 'thirtieth'])}|\d{{1,2}}(?:st|nd|rd|th))"
)
"""Matches an ordinal in words or digits."""
# Up to three words may qualify an event: "productive", "three-day", "vice-ministerial-level".
# A preparatory or intersessional meeting is none of the numbered ones.
_NO_KIND = "of|the|a|an|day|days|task|under|for|on|in|and|intersessional|preparatory|preliminary"
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
        return _either(self.names)

    @cached_property
    def of_pattern(self) -> str:
        """Matches what stands before "delegation"."""
        possessives = tuple(f"{name}’s" for name in self.names)
        return _either((*self.of, *possessives, *self.names))


@dataclass(frozen=True)
class Topic:
    """A canonical topic: its slug, its name, and every label known to mean it."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """A sequence of rounds under one name."""

    slug: str
    name: str
    names: tuple[str, ...]
    events: tuple[str, ...]
    title_hints: tuple[str, ...]
    parties: tuple[Party, ...]
    topics: tuple[Topic, ...]

    @cached_property
    def name_pattern(self) -> str:
        """Matches the series' name, with or without the parties before it."""
        sides = [party.name_pattern for party in self.parties]
        orders = (sides, sides[::-1])
        pair = "|".join(r"\s*[-–—]?\s*".join(order) for order in orders)
        return rf"(?:(?:{pair})\s+)?{_either(self.names)}"

    @cached_property
    def mention(self) -> re.Pattern[str]:
        """Finds any mention of the series."""
        return re.compile(self.name_pattern, re.IGNORECASE)

    @cached_property
    def event_pattern(self) -> str:
        """Matches one event of the series as a noun phrase, with its ordinal where it has one."""
        nouns = _either(self.events)
        lead = (
            rf"(?:(?:the|their|its|a|an)\s+)?(?:{_KIND}\s+){{0,2}}?"
            rf"(?:(?P<ordinal>{ORDINAL})\s+)?(?:{_KIND}\s+){{0,3}}?"
        )
        after = rf"(?:{nouns})s?\s+(?:of|under|for|in|within)\s+(?:the\s+)?{self.name_pattern}"
        before = rf"{self.name_pattern}\s+(?:{nouns})s?"
        counted = rf"Round\s+(?P<count>\d{{1,2}})\s+(?:of|under)\s+(?:the\s+)?{self.name_pattern}"
        own = r"(?!['’]s?\s+\w|\s+(?:Task|Working|Committee|Commission)\b)"
        return rf"(?:{counted}|{lead}(?:{after}|{before}))\b{own}"

    @cached_property
    def _by_label(self) -> Mapping[str, Topic]:
        return {
            label_form(label): topic
            for topic in self.topics
            for label in (topic.name, *topic.aliases)
        }

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


def with_topics(readout: Readout, series: Series) -> Readout:
    """A readout whose mentions have the topics that a series gives their labels."""
    mentions = (replace(m, topic=series.topic_slug(m.label)) for m in readout.mentions)
    return replace(readout, mentions=tuple(mentions))


def ordinal_number(word: str) -> int:
    """The number of an ordinal: "fifth", "9th", "inaugural".

    Raises:
        ValueError: it is none.
    """
    word = word.lower()
    if word in _FIRST:
        return 1
    if word in _ORDINALS:
        return _ORDINALS.index(word) + 1
    if word == "thirtieth":
        return 30
    tens, _, ones = word.replace("-", " ").partition(" ")
    if tens in _TENS and ones:
        return 20 + 10 * _TENS.index(tens) + _ORDINALS.index(ones) + 1
    return int(re.sub(r"(?:st|nd|rd|th)$", "", word))


def series_from(document: Mapping[str, Any], origin: str) -> Series:
    """A series from the content of its file.

    Args:
        document: the parsed TOML.
        origin: the file's name, for the message.

    Raises:
        UnknownSeries: a field is missing, of another type, or says the same twice.
    """
    try:
        series = Series(
            slug=str(document["slug"]),
            name=str(document["name"]),
            names=_words(document["names"]),
            events=_words(document["events"]),
            title_hints=_words(document["title_hints"]),
            parties=tuple(
                Party(str(p["country"]), _words(p["names"]), _words(p["of"]))
                for p in document["parties"]
            ),
            topics=tuple(
                Topic(str(t["slug"]), str(t["name"]), _words(t.get("aliases", [])))
                for t in document["topics"]
            ),
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise UnknownSeries(
            f"the series file {origin} is faulty: {fault!r}",
            todo="docs/series.md says which fields a series needs",
        ) from fault
    _check_labels(series, origin)
    return series


def _check_labels(series: Series, origin: str) -> None:
    seen: dict[str, str] = {}
    for topic in series.topics:
        for label in (topic.name, *topic.aliases):
            other = seen.setdefault(label_form(label), topic.slug)
            if other != topic.slug:
                raise UnknownSeries(
                    f"the series file {origin} gives the label “{label}” to two topics: "
                    f"{other} and {topic.slug}"
                )


def _words(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - a parsed file holds anything
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise TypeError(f"a list of texts is wanted, not {value!r}")
    return tuple(value)


def _either(phrases: tuple[str, ...]) -> str:
    """A pattern for any of several phrases; spaces, hyphens and quotes in every spelling."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return "(?:" + "|".join(_loose(phrase) for phrase in longest_first) + ")"


def _loose(phrase: str) -> str:
    words = [re.escape(word).replace("’", "[’']") for word in phrase.split()]
    pattern = r"\s+".join(words).replace(r"\-", r"\s*[-–—]\s*")
    return rf"(?<!\w){pattern}(?!\w)"
