"""A phrase: words in a row, some of which name a change that the sentence rests on."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import Evidence


@dataclass(frozen=True, slots=True)
class Words:
    """A run of a sentence; `about` is the change whose topic it names."""

    text: str
    about: Evidence | None = None


Phrase = tuple[Words, ...]


def say(*bits: str | Phrase) -> Phrase:
    """Words and phrases, one behind the other."""
    words = [each for bit in bits for each in ((Words(bit),) if isinstance(bit, str) else bit)]
    return tuple(each for each in words if each.text)


def text_of(phrase: Phrase) -> str:
    """The phrase as it reads."""
    return "".join(words.text for words in phrase)
