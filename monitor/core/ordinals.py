"""Ordinals in words and figures: how press releases number rounds."""

from __future__ import annotations

import re

_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_FIRST = ("inaugural", "opening")
_TENS = ("twenty", "thirty")

ORDINAL = (
    rf"(?:(?:{'|'.join(_TENS)})[-\s](?:{'|'.join(_WORDS[:9])})|"
    rf"{'|'.join([*_WORDS, *_FIRST, 'thirtieth'])}|\d{{1,2}}(?:st|nd|rd|th))"
)
"""Matches an ordinal in words or figures."""

# Not ", and the": "from May 2nd to 7th, and the third meeting" numbers one meeting.
SEVERAL = rf"{ORDINAL}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+(?:the\s+)?){ORDINAL}(?!-))*"
"""Matches one ordinal or several: "fourth and fifth"."""

_ORDINAL = re.compile(rf"\b{ORDINAL}\b", re.IGNORECASE)


def ordinal_number(word: str) -> int:
    """The number of an ordinal: "fifth", "9th", "inaugural".

    Raises:
        ValueError: it is none.
    """
    word = " ".join(word.lower().split())
    if word in _FIRST:
        return 1
    if word in _WORDS:
        return _WORDS.index(word) + 1
    if word == "thirtieth":
        return 30
    tens, _, ones = word.replace("-", " ").partition(" ")
    if tens in _TENS and ones:
        return 20 + 10 * _TENS.index(tens) + _WORDS.index(ones) + 1
    return int(re.sub(r"(?:st|nd|rd|th)$", "", word))


def numbers_in(words: str) -> tuple[int, ...]:
    """The numbers of all ordinals and figures in a few words, in order."""
    found = [match[0] for match in _ORDINAL.finditer(words)] or re.findall(r"\d+", words)
    return tuple(dict.fromkeys(ordinal_number(word) for word in found))
