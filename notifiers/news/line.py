"""A sentence in the making: words, some of which name a change that the sentence rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.records import Certainty, Evidence, NewsLine

_LEAST_SURE_LAST: tuple[Certainty, ...] = ("certain", "likely", "unsure")


@dataclass(frozen=True, slots=True)
class Words:
    """A run of a sentence; `about` is the change whose topic it names."""

    text: str
    about: Evidence | None = None


Phrase = tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of news, with all that it rests on, named in it or not."""

    phrase: Phrase
    certainty: Certainty
    evidence: tuple[Evidence, ...]

    @property
    def text(self) -> str:
        """The sentence."""
        return text_of(self.phrase)

    def record(self) -> NewsLine:
        """The line for programs."""
        return NewsLine(self.text, self.certainty, self.evidence)


def say(*bits: str | Phrase) -> Phrase:
    """Words and phrases, one behind the other."""
    words = [each for bit in bits for each in ((Words(bit),) if isinstance(bit, str) else bit)]
    return tuple(each for each in words if each.text)


def text_of(phrase: Phrase) -> str:
    """The phrase as it reads."""
    return "".join(words.text for words in phrase)


def enumerated(items: Sequence[Phrase]) -> Phrase:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return say(*items)
    return say(items[0], *(say(", ", item) for item in items[1:-1]), " and ", items[-1])


def running(clauses: Sequence[Phrase]) -> Phrase:
    """The clauses as a list; as one with semicolons, where a clause holds a list itself."""
    lists = any(re.search(r", | and ", text_of(clause)) for clause in clauses)
    return joined(clauses) if lists else enumerated(clauses)


def joined(clauses: Sequence[Phrase]) -> Phrase:
    """`a; b; c`."""
    return say(*(say("; " if number else "", each) for number, each in enumerate(clauses)))


def some(items: Sequence[Phrase], most: int) -> Phrase:
    """So many of them as a list, then how many more there are: `a, b and 3 more`."""
    left = len(items) - most
    return enumerated([*items[:most], *([say(f"{left} more")] if left > 0 else [])])


def sentence(
    phrase: Phrase, evidence: Iterable[Evidence], certainties: Iterable[Certainty]
) -> Line:
    """A line: the first letter large, a full stop behind it."""
    first, rest = phrase[0], phrase[1:]
    begun = Words(first.text[:1].upper() + first.text[1:], first.about)
    certain: Certainty = "certain"
    worst = max(certainties, key=_LEAST_SURE_LAST.index, default=certain)
    return Line(say((begun, *rest), "."), worst, tuple(evidence))
