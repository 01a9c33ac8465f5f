"""How English joins words, and what it calls rounds, labels and countries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from notifiers.words.phrase import Phrase, Words, say, text_of
from storage.records import Certainty

DOUBT: dict[Certainty, str] = {"certain": "", "likely": "likely ", "unsure": "perhaps "}

_SMALL = frozenset("a an as at by for from in of on the to under with".split())
_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
_WITH_ARTICLE = re.compile(r"United |European |Dominican |Czech |Netherlands$|Philippines$")


def longest_line() -> int:
    """Two lines and a bit of a mail."""
    return 165


def quoted(words: str) -> str:
    """`“words”`."""
    return f"“{words}”"


def label(shown: str) -> str:
    """In quotation marks unless it is plainly a name.

    A label in small letters, or with an “and” or a comma in it, would run into the sentence.
    """
    return shown if _is_plainly_a_name(shown) else quoted(shown)


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
    """`a, b and 3 more`."""
    left = len(items) - most
    return enumerated([*items[:most], *([say(f"{left} more")] if left > 0 else [])])


def sentence(phrase: Phrase) -> Phrase:
    """The first letter large, a full stop behind it."""
    first, rest = phrase[0], phrase[1:]
    return say((Words(capital(first.text), first.about), *rest), ".")


def people(names: Sequence[str]) -> str:
    """`a, b and c`."""
    return listed(names)


def country(name: str) -> str:
    """`Japan`, `the United States`."""
    return f"{'the ' if _WITH_ARTICLE.match(name) else ''}{name}"


def seat(country: str) -> str:
    """As the page has it."""
    return country


def before(number: int | None) -> str:
    """`round 4`, or what it is called without a number."""
    return "the round before" if number is None else f"round {number}"


def this(number: int | None) -> str:
    """`round 5`, or what it is called without a number."""
    return "this round" if number is None else f"round {number}"


def rounds(numbers: Iterable[int]) -> str:
    """`round 3`, `rounds 2 and 3`, `rounds 2 to 4`, `rounds 2, 4 and 6 to 8`."""
    runs: list[list[int]] = []
    ordered = sorted(set(numbers))
    for earlier, number in pairwise([None, *ordered]):
        if earlier is not None and number == earlier + 1:
            runs[-1].append(number)
        elif number is not None:
            runs.append([number])
    names = [f"{run[0]} to {run[-1]}" if len(run) > 2 else listed([*map(str, run)]) for run in runs]
    return f"{'round' if len(ordered) == 1 else 'rounds'} {listed(names)}"


def capital(words: str) -> str:
    """The words as the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def plural(number: int, noun: str) -> str:
    """`1 round`, `3 rounds`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def number_word(number: int) -> str:
    """`no`, `one`, ... `twelve`, `13`: as a sentence has it."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def many(number: int, noun: str) -> str:
    """`one round`, `three rounds`, `no rounds`."""
    return f"{number_word(number)} {noun}{'' if number == 1 else 's'}"


def is_or_are(count: int) -> str:
    """`is` for one."""
    return "is" if count == 1 else "are"


def _is_plainly_a_name(words: str) -> bool:
    firsts = [word.lstrip("(")[:1] for word in words.split() if word not in _SMALL]
    marks = set(words) & set(',;:…?!"“”/[]')
    large = all(first.isupper() or first.isdigit() for first in firsts)
    return bool(firsts) and large and not marks and not words.endswith(".")
