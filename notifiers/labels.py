"""How a topic is called in a line of news: its label, shortened, with its doubt."""

from __future__ import annotations

from notifiers.wording import CERTAINTY, clipped, one_line
from storage.records import Change

LONGEST_NAME = 60
"""Characters of a label in a line of news."""


def short(label: str, longest: int = LONGEST_NAME) -> str:
    """A label on one line, cut where it is longer than a line of news bears."""
    return clipped(one_line(label), longest)


def own_label(change: Change, longest: int = LONGEST_NAME) -> str:
    """The label the topic goes by: the newest one, but for a split the one that was split."""
    split = change.change == "split" and change.before
    return short(" + ".join(change.before if split or not change.after else change.after), longest)


def name(change: Change, longest: int = LONGEST_NAME) -> str:
    """The label, with the doubt where the change is not certain."""
    return f"{own_label(change, longest)}{doubt(change)}"


def full_label(change: Change) -> str:
    """The label uncut, or `old → new` where it is another than before (more than in style)."""
    before, after = (" + ".join(map(one_line, labels)) for labels in (change.before, change.after))
    another = change.label_changed or change.change in ("split", "merged")
    return f"{before} → {after}" if before and after and another else after or before


def became(change: Change, longest: int = LONGEST_NAME) -> str:
    """`old → new`, `old → new + another`, with the doubt."""
    before, after = (
        " + ".join(short(label, longest) for label in labels)
        for labels in (change.before, change.after)
    )
    return f"{before} → {after}{doubt(change)}"


def doubt(change: Change) -> str:
    """` (likely)`, ` (not sure)`, or nothing. What a torn page hides is no doubt about a match."""
    if change.certainty == "certain" or change.change == "not-seen":
        return ""
    return f" ({CERTAINTY[change.certainty].lower()})"
