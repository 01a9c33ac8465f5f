"""How unusual the change is, beside the earlier comparisons of the series: counts, no figures.

What happened more often than ever on file, or less often, is told; otherwise that it is as usual,
with the least and the most there was. Two earlier comparisons are needed at least.
"""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.news.facts import DOUBT
from notifiers.wording import listed, many, number_word, rounds_named
from storage.records import Background, Comparison, Count, Fate

NEEDED = 2
"""Earlier comparisons below which nothing is said: of one, everything would be unusual."""

_CANNOT = "How unusual this is cannot be said: "
_DID: dict[Fate, str] = {
    "went": "dropped out",
    "split": "split",
    "merged": "merged into another",
}


def how_unusual(comparison: Comparison | None, background: Background) -> str:
    """One or two sentences, or why it cannot be said."""
    if comparison is None:
        return f"{_CANNOT}no earlier round is on file."
    counts = background.counts
    if not counts:
        return f"{_CANNOT}{_why_not(comparison, background)}."
    earlier = len(counts[0].earlier)
    if earlier < NEEDED:
        return f"{_CANNOT}there is {'only one' if earlier else 'no'} earlier comparison."
    odd = [count for count in counts if _is_unusual(count)]
    return _unusual(odd, earlier) if odd else _as_usual(counts, earlier)


def _is_unusual(count: Count) -> bool:
    return not min(count.earlier) <= count.now <= max(count.earlier)


def _why_not(comparison: Comparison, background: Background) -> str:
    missing = comparison.missing_rounds
    if missing:
        return f"{rounds_named(missing)} {'is' if len(missing) == 1 else 'are'} not on file"
    compared = {comparison.before_round, comparison.after_round} & {*background.torn}
    named = sorted(number for number in compared if number is not None)
    if not named:
        return "a page breaks off"
    pages = "the page" if len(named) == 1 else "the pages"
    return f"{pages} of {rounds_named(named)} {'breaks' if len(named) == 1 else 'break'} off"


def _unusual(odd: Sequence[Count], earlier: int) -> str:
    first = [_so_many(count) for count in odd if _for_the_first_time(count)]
    told = [
        f"{_so_many(count)}, {_beyond(count)} the {number_word(earlier)} earlier comparisons"
        for count in odd
        if not _for_the_first_time(count)
    ]
    if first:
        times = f"for the first time in {number_word(earlier + 1)} comparisons"
        told.insert(0, f"{listed(first)}, {'each ' if len(first) > 1 else ''}{times}")
    return f"Unusual: {'; '.join(told)}."


def _for_the_first_time(count: Count) -> bool:
    """None where there always were some, or some where there never were any."""
    return (count.now == 0) != (max(count.earlier) == 0)


def _beyond(count: Count) -> str:
    which = "either" if len(count.earlier) == 2 else "any"
    return f"{'more' if count.now > max(count.earlier) else 'fewer'} than in {which} of"


def _as_usual(counts: Sequence[Count], earlier: int) -> str:
    told = [
        f"{_so_many(count)} ({_range(count)})" for count in counts if count.fate in ("went", "came")
    ]
    return (
        f"As usual: {listed(told)}; in brackets, how many in the {number_word(earlier)} earlier "
        "comparisons."
    )


def _so_many(count: Count) -> str:
    noun = "topic" if count.strand == "common-interest" else "bilateral issue"
    are = "is" if count.now < 2 else "are"
    doubt = DOUBT[count.certainty]
    did = f"{are} {doubt}new or back" if count.fate == "came" else f"{doubt}{_DID[count.fate]}"
    return f"{many(count.now, noun) if count.now else f'no {noun}'} {did}"


def _range(count: Count) -> str:
    least, most = min(count.earlier), max(count.earlier)
    return (
        f"{least}"
        if least == most
        else f"{least} or {most}"
        if most - least == 1
        else (f"{least} to {most}")
    )
