"""The sessions of a meeting that was held in parts: on October 7, and again on December 17."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from monitor.core.dates import YearHint, days_in
from storage.records import Span

_AND = re.compile(r"[,;]?\s+and\s+")
_STRETCH = re.compile(r"\s*(?:between|from|during|over)\s", re.IGNORECASE)


def sessions_of(held: Span) -> tuple[Span, ...]:
    """The stretches of days that the words of a meeting name, in order.

    That is the whole of it, unless several days joined by "and" make it up from its first day to
    its last, with at least one day between two of them on which nobody met.
    """
    if held.start is None or held.end is None or _STRETCH.match(held.text):
        return (held,)
    found = tuple(_days(held, YearHint(held.start, held.end, held.text)))
    apart = all(_ends_before(one, other) for one, other in pairwise(found))
    whole = found and (found[0].start, found[-1].end) == (held.start, held.end)
    return found if whole and apart and len(found) > 1 else (held,)


def _days(held: Span, hint: YearHint) -> Iterator[Span]:
    for words in _AND.split(held.text):
        found = days_in(words, (hint,))
        if found:
            yield found.span


def _ends_before(one: Span, other: Span) -> bool:
    if one.end is None or other.start is None:
        return False
    return one.end + timedelta(days=1) < other.start
