"""What somebody searches for: every word of it must be found, and what is quoted as a phrase."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.core.search.words import words_of
from monitor.errors import UsageError

LONGEST_QUERY = 200
"""Characters of a query."""

_QUOTED = re.compile('["“”„]([^"“”„]*)["“”]')
_BETWEEN = re.compile('[\\s"“”„]+')

Phrase = tuple[str, ...]
"""Words in their normal form that must follow each other; often one alone."""


@dataclass(frozen=True, slots=True)
class Query:
    """Phrases that must all be found; none where there is no word in what was asked for."""

    phrases: tuple[Phrase, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """All words of all phrases, each once."""
        return tuple(dict.fromkeys(word for phrase in self.phrases for word in phrase))


def query_of(asked: str) -> Query:
    """What somebody asks for. Signs mean nothing but quotation marks, so that any text is fine.

    Words that are written together ("U.S.-Japan") are a phrase as if they were quoted.

    Raises:
        UsageError: it is longer than anybody searches for.
    """
    if len(asked) > LONGEST_QUERY:
        raise UsageError(
            f"the search has {len(asked)} characters; {LONGEST_QUERY} is the most",
            todo="search for fewer words",
        )
    phrases = (tuple(word.form for word in words_of(part)) for part in _parts(asked))
    return Query(tuple(dict.fromkeys(phrase for phrase in phrases if phrase)))


def _parts(asked: str) -> Iterator[str]:
    """The quoted parts, and the words between them."""
    end = 0
    for quoted in _QUOTED.finditer(asked):
        yield from _BETWEEN.split(asked[end : quoted.start()])
        yield quoted[1]
        end = quoted.end()
    yield from _BETWEEN.split(asked[end:])
