"""How unusual the change is, beside the earlier comparisons of the series: counts, no figures.

What happened more often than ever on file, or less often, is told; otherwise that it is as usual,
with the least and the most there was. Two earlier comparisons are needed at least.
"""

from __future__ import annotations

from notifiers.words.phrasebook import Phrasebook
from storage.records import Background, Comparison, Count

NEEDED = 2
"""Earlier comparisons below which nothing is said: of one, everything would be unusual."""


def how_unusual(comparison: Comparison | None, background: Background, words: Phrasebook) -> str:
    """One or two sentences, or why it cannot be said."""
    if comparison is None:
        return words.unusual.no_round()
    counts = background.counts
    if not counts:
        return _why_not(comparison, background, words)
    earlier = len(counts[0].earlier)
    if earlier < NEEDED:
        return words.unusual.too_few(earlier)
    odd = [count for count in counts if _is_unusual(count)]
    if not odd:
        told = [count for count in counts if count.fate in ("went", "came")]
        return words.unusual.as_usual(told, earlier)
    first = [count for count in odd if _for_the_first_time(count)]
    return words.unusual.unusual(first, [c for c in odd if c not in first], earlier)


def _is_unusual(count: Count) -> bool:
    return not min(count.earlier) <= count.now <= max(count.earlier)


def _for_the_first_time(count: Count) -> bool:
    """None where there always were some, or some where there never were any."""
    return (count.now == 0) != (max(count.earlier) == 0)


def _why_not(comparison: Comparison, background: Background, words: Phrasebook) -> str:
    if comparison.missing_rounds:
        return words.unusual.missing(comparison.missing_rounds)
    compared = {comparison.before_round, comparison.after_round} & {*background.torn}
    return words.unusual.torn(sorted(number for number in compared if number is not None))
