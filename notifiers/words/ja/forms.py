"""Sentences of a closed set of forms, said in another language.

A form is a pattern with named places and how it reads in the other language. A place is of a kind,
which knows what can stand there and how that is said: a quotation, a round, or one of other forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter


@dataclass(frozen=True, slots=True)
class Kind:
    """What can stand at a place: a regular expression without groups that capture; and as said."""

    shape: str
    say: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Form:
    """A sentence, `Both rounds name {x:label}.`, as a pattern, and how it is said."""

    shape: str
    pattern: re.Pattern[str]
    says: Mapping[str, Callable[[str], str]]
    reads: str

    def said(self, text: str) -> str | None:
        """The text in the other language, None if it has another form."""
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        return self.reads.format_map({n: self.says[n](t) for n, t in found.groupdict().items()})


def form(sentence: str, reads: str, kinds: Mapping[str, Kind]) -> Form:
    """A form from its two sentences; the places of the second are named in the first."""
    shape, pattern, says = "", "", {}
    for literal, name, kind, _ in Formatter().parse(sentence):
        shape += re.escape(literal)
        pattern += re.escape(literal)
        if name is not None:
            place = kinds[kind or name]
            shape += place.shape
            pattern += f"(?P<{name}>{place.shape})"
            says[name] = place.say
    return Form(shape, re.compile(pattern), says, reads)


def one_of(sentences: Mapping[str, str], kinds: Mapping[str, Kind]) -> Kind:
    """A place where any of some forms stands."""
    forms = [form(sentence, reads, kinds) for sentence, reads in sentences.items()]

    def say(text: str) -> str:
        return next(said for each in forms if (said := each.said(text)) is not None)

    return Kind(f"(?:{'|'.join(each.shape for each in forms)})", say)
