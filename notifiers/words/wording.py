"""What is quoted, made fit to show: on one line, not too long, with nothing hidden in it."""

from __future__ import annotations

import re

LONGEST_QUOTE = 300
"""Characters of a quoted date or expectation; longer ones come from broken pages."""

_HIDDEN = re.compile(
    # Bidi_Control (UAX #9), C0 and C1 controls but tab and newline, separators, lone surrogates
    r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
)


def visible(text: str) -> str:
    """The text with hidden controls shown as `[U+202E]`.

    A control that turns the reading direction can make a quotation say what the page does not.
    Taking it out in silence would hide that it is there, so it is shown. Stored text keeps it.
    """
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def plain_json(document: str) -> str:
    r"""A JSON document with hidden controls as escapes: `\u202e`. It holds the same values."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", document)


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def clipped(text: str, longest: int) -> str:
    """At most `longest` characters, ended at a word and marked with an ellipsis if cut."""
    if len(text) <= longest:
        return text
    kept = text[:longest].rpartition(" ")[0]
    shown = kept if len(kept) > longest // 2 else text[:longest]
    return shown[: longest - 1].rstrip(" ,;:") + "…"


def brief(words: str) -> str:
    """Scraped words that are short unless the page is broken."""
    return clipped(one_line(words), LONGEST_QUOTE)
