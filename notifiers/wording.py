"""Facts in words: the fixed vocabulary of a digest, without adjectives and without guesses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from storage.records import Certainty, Presence, Span

PRESENCE: dict[Presence, str] = {
    "dropped": "Dropped",
    "not-seen": "Not seen",
    "introduced": "Introduced",
    "returned": "Returned",
    "split": "Split",
    "merged": "Merged",
    "continued": "Continued",
}
"""In the order in which a digest tells them: what has gone is the news."""

CERTAINTY: dict[Certainty, str] = {"certain": "Certain", "likely": "Likely", "unsure": "Not sure"}

TEXT_CHANGE: Mapping[str, str] = {
    "same": "same text",
    "style": "style only",
    "shortened": "shortened",
    "extended": "extended",
    "reworded": "reworded",
    "replaced": "text replaced",
}

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


def round_name(number: int | None, otherwise: str) -> str:
    """`round 4`, or another name for one without a number."""
    return otherwise if number is None else f"round {number}"


def plural(number: int, noun: str) -> str:
    """`1 round`, `3 rounds`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


def number_word(number: int) -> str:
    """`no`, `one`, ... `twelve`, `13`: as a sentence has it."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def many(number: int, noun: str) -> str:
    """`one round`, `three rounds`, `no rounds`."""
    return f"{number_word(number)} {noun}{'' if number == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def rounds_named(rounds: Iterable[int]) -> str:
    """`round 3`, `rounds 2 and 3`, `rounds 2 to 4`, `rounds 2, 4 and 6 to 8`."""
    runs: list[list[int]] = []
    ordered = sorted(set(rounds))
    for before, number in pairwise([None, *ordered]):
        if before is not None and number == before + 1:
            runs[-1].append(number)
        elif number is not None:
            runs.append([number])
    names = [f"{run[0]} to {run[-1]}" if len(run) > 2 else listed([*map(str, run)]) for run in runs]
    return f"{'round' if len(ordered) == 1 else 'rounds'} {listed(names)}"


def span_words(span: Span, elsewhere: Sequence[Span] = ()) -> str:
    """The page's own words in quotes, then the days they mean: `“July 29-30” (2024-07-29 ...)`."""
    days = [_days_with_calendar(each) for each in (span, *elsewhere) if days_of(each)]
    return f"“{brief(span.text)}” ({'; '.join(days) or 'no date given'})"


def _days_with_calendar(span: Span) -> str:
    return f"{days_of(span)}, {one_line(span.calendar)}" if span.calendar else days_of(span)


def days_of(span: Span) -> str:
    """The days of a span as ISO dates, as precise as the page is; empty where it names none."""
    if span.start is None:
        return ""
    if span.precision == "year":
        return f"{span.start:%Y}"
    if span.precision == "month":
        return f"{span.start:%Y-%m}"
    if span.end is None or span.end == span.start:
        return span.start.isoformat()
    return f"{span.start} to {span.end}"


def day(when: date | None) -> str:
    """`July 31, 2024`; `on a day not stated` where the page does not say."""
    return f"{when:%B} {when.day}, {when.year}" if when else "on a day not stated"


def minute(when: datetime) -> str:
    """`2024-07-31 18:02 UTC`."""
    return f"{when:%Y-%m-%d %H:%M} UTC"
