"""The news of a digest in at most five lines, made from the facts alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from notifiers.labels import became, name, short
from notifiers.wording import PRESENCE, plural
from storage.records import Change, Comparison, Presence, Readout, Strand

MOST_LINES = 5
MOST_NAMES = 6
"""Topics named in one line of news; the cards name all."""

LONGEST_ISSUE = 40
"""Characters of a bilateral issue in the news: their labels can be whole sentences."""

BREAKS_OFF = "the page breaks off"


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One line of news: what happened, and to what."""

    word: str
    text: str


def news_lines(
    readout: Readout, comparison: Comparison | None, times_stood: Mapping[str, int]
) -> tuple[NewsLine, ...]:
    """At most five lines; what was dropped comes first, and that nothing was is said too.

    Args:
        readout: the round.
        comparison: against the round before; None for the first in the archive.
        times_stood: how many rounds each topic had stood, by its slug.
    """
    if comparison is None:
        return _told(
            _line("Topics", labels_of(readout, "common-interest")),
            _line("Bilateral", labels_of(readout, "bilateral")),
        )
    topics = comparison.topics
    lines = _told(
        _gone(readout, comparison, times_stood),
        _line("Introduced", [name(change) for change in _of(topics, "introduced")]),
        _line("Returned", [_returned(change) for change in _of(topics, "returned")]),
        _reshaped(topics),
        _line("Reworded", [_reworded(change) for change in topics if is_reworded(change)]),
        _line("Bilateral", _bilateral(comparison.bilateral_issues)),
    )
    return _at_most_five(lines if len(lines) > 1 else (*lines, _unchanged(topics)))


def labels_of(readout: Readout, strand: Strand) -> list[str]:
    """The labels of one strand, in the page's order, short enough for a line of news."""
    return [short(mention.label) for mention in readout.mentions if mention.strand == strand]


def age(change: Change, comparison: Comparison, times_stood: Mapping[str, int]) -> str:
    """`3 rounds`: how many the topic had stood; empty where that is not known.

    With rounds missing, only those of the archive were counted, and that is said.
    """
    times = times_stood.get(change.topic)
    gap = " of the archive" if comparison.missing_rounds else ""
    return f"{plural(times, 'round')}{gap}" if times else ""


def is_reworded(change: Change) -> bool:
    """Whether a topic that stayed has other words, and not only another style."""
    return change.change == "continued" and change.text_change not in (None, "same", "style")


def _gone(readout: Readout, comparison: Comparison, times_stood: Mapping[str, int]) -> NewsLine:
    """What was dropped; of a page that breaks off, only what is not seen on it."""
    dropped = _of(comparison.topics, "dropped")
    if dropped:
        ages = [age(change, comparison, times_stood) for change in dropped]
        return NewsLine("Dropped", _with_ages([name(change) for change in dropped], ages))
    if readout.complete:
        return NewsLine("Dropped", "No topic was dropped.")
    unseen = [name(change) for change in _of(comparison.topics, "not-seen")]
    if unseen:
        return NewsLine("Not seen", f"{_enumerated(unseen)} ({BREAKS_OFF})")
    return NewsLine("Dropped", f"Cannot be said: {BREAKS_OFF}.")


def _with_ages(names: Sequence[str], ages: Sequence[str]) -> str:
    if len(names) > 1 and ages[0] and len(set(ages)) == 1:
        return f"{_enumerated(names)} (each after {ages[0]})"
    pairs = zip(names, ages, strict=True)
    return _enumerated([f"{label} (after {known})" if known else label for label, known in pairs])


def _returned(change: Change) -> str:
    seen = change.last_seen_round
    return f"{name(change)} (last seen in round {seen})" if seen is not None else name(change)


def _reshaped(changes: Iterable[Change]) -> NewsLine | None:
    """Split, merged, renamed: one line, named after what stands in it."""
    kinds: dict[str, list[str]] = {"split": [], "merged": [], "renamed": []}
    for change in changes:
        if change.change in kinds:
            kinds[change.change].append(became(change))
        elif change.change == "continued" and change.label_changed:
            kinds["renamed"].append(became(change))
    words = ", ".join(word for word, items in kinds.items() if items)
    return _line(words.capitalize(), [item for items in kinds.values() for item in items])


def _reworded(change: Change) -> str:
    how = "" if change.text_change == "reworded" else f" ({change.text_change})"
    return f"{short(' + '.join(change.after))}{how}"


def _bilateral(issues: Sequence[Change]) -> list[str]:
    """`dropped: a, b`, kind by kind; what stayed under its name is no news."""
    kinds: dict[str, list[str]] = {word.lower(): [] for word in [*PRESENCE.values(), "renamed"]}
    for change in issues:
        if change.change in ("split", "merged"):
            kinds[change.change].append(became(change, LONGEST_ISSUE))
        elif change.change != "continued":
            kinds[PRESENCE[change.change].lower()].append(name(change, LONGEST_ISSUE))
        elif change.label_changed:
            kinds["renamed"].append(name(change, LONGEST_ISSUE))
    return [f"{word}: {', '.join(names)}" for word, names in kinds.items() if names]


def _unchanged(topics: Iterable[Change]) -> NewsLine:
    kept = len(_of(topics, "continued"))
    return NewsLine("Continued", f"{plural(kept, 'topic')}, none reworded.")


def _of(changes: Iterable[Change], presence: Presence) -> list[Change]:
    return [change for change in changes if change.change == presence]


def _line(word: str, items: Sequence[str]) -> NewsLine | None:
    return NewsLine(word, _enumerated(items)) if items else None


def _enumerated(items: Sequence[str]) -> str:
    more = len(items) - MOST_NAMES
    return " · ".join([*items[:MOST_NAMES], *([f"and {more} more"] if more > 0 else [])])


def _told(*lines: NewsLine | None) -> tuple[NewsLine, ...]:
    return tuple(line for line in lines if line is not None)


def _at_most_five(lines: tuple[NewsLine, ...]) -> tuple[NewsLine, ...]:
    if len(lines) <= MOST_LINES:
        return lines
    last = lines[MOST_LINES - 1 :]
    also = "; ".join(f"{line.word.lower()}: {line.text}" for line in last)
    return (*lines[: MOST_LINES - 1], NewsLine("Also", also))
