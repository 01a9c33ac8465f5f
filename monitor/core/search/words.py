"""The words of a text in their normal form: what is filed to be found, and what a query asks for.

Both databases are given these words and no text, so that they find the same; and what is marked is
found by the same rule. Why words of our own: docs/decisions/0020-words-of-our-own.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

WORDS = "1"
"""The version of the rule. Raise it when the rule changes: then the archive is indexed anew."""

LONGEST_WORD = 40
"""Characters of a word that count. A longer one is broken text; it is found by its beginning."""

MOST_BYTES = 400_000
"""How much of one release is filed, in UTF-8: some 60,000 words. PostgreSQL takes no more than
1 MB of words into one tsvector (manual, section 12.11), and a page may have 10 MB."""

BOUNDARY = "."
"""Stands between two passages, so that no phrase reaches from one into the next."""

# Kana and ideographs are written without spaces: each is a word, and a run of them a phrase.
_SINGLE = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
# Soft hyphens, joiners and what turns the reading direction: nobody sees them inside of a word.
_UNSEEN = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_MARKS = "\u0300-\u036f"
_LETTER = rf"[^\W_{_SINGLE}]"
_WORD = re.compile(
    rf"[{_SINGLE}]"
    r"|\b[A-Za-z](?:\.[A-Za-z])+\b\.?"
    rf"|{_LETTER}(?:[{_UNSEEN}{_MARKS}’'ʼ]*{_LETTER})*[{_MARKS}]*"
)
_APOSTROPHES = re.compile("[’ʼ]")
_PLAIN = re.compile("[a-z]+")


class Word(NamedTuple):
    """A word of a text: where it stands, and its normal form."""

    start: int
    end: int
    form: str


def words_of(text: str) -> Iterator[Word]:
    """The words of a text, in order; any text has some or none."""
    for found in _WORD.finditer(text):
        form = _form(found[0])
        if form:
            yield Word(found.start(), found.end(), form)


def filed_form(passages: Iterable[str]) -> str:
    """The words of several passages as one line, with a boundary around each passage."""
    line = BOUNDARY
    for passage in passages:
        line += "".join(f" {word.form}" for word in words_of(passage)) + f" {BOUNDARY}"
    return _shortened(line)


def _shortened(line: str) -> str:
    """No more than may be filed, ended at a word."""
    whole = line.encode()
    if len(whole) <= MOST_BYTES:
        return line
    kept = whole[:MOST_BYTES].rpartition(b" ")[0].decode()
    return f"{kept} {BOUNDARY}"


@lru_cache(maxsize=8192)  # releases share nearly all of their words
def _form(written: str) -> str:
    """The normal form of one word: without case, marks and ending; empty where nothing is left."""
    bare = _APOSTROPHES.sub("'", written).casefold().removesuffix("'s")
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", bare).casefold())
    letters = "".join(sign for sign in apart if sign.isalnum())[:LONGEST_WORD]
    return _stem(letters) if _PLAIN.fullmatch(letters) else letters


def _stem(word: str) -> str:
    # Here and not above: it loads 36 languages (docs/decisions/0001). One for each word, since
    # none may be used by two threads at once.
    from snowballstemmer.english_stemmer import EnglishStemmer

    return str(EnglishStemmer().stemWord(word))
