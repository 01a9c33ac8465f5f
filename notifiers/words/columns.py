"""How much room a text takes: a Chinese or Japanese character is as wide as two Latin ones."""

from __future__ import annotations

import unicodedata


def columns(text: str) -> int:
    """The columns of a text in a window of fixed width (UAX #11: wide and full-width take two)."""
    if text.isascii():
        return len(text)
    return len(text) + sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
