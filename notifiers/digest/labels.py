"""How a topic is called in a sentence or on a card: its label, as published."""

from __future__ import annotations

import re

from notifiers.words.phrasebook import Grammar
from notifiers.words.wording import clipped, one_line, visible
from storage.records import Change

LONGEST_NAME = 60
"""Characters of a label in a line of news; bilateral issues can be whole sentences."""

_ACRONYM = re.compile(r"\(([A-Z][A-Z0-9&-]{1,9})\)$")


def short(label: str, longest: int = LONGEST_NAME) -> str:
    """A label on one line; where it is too long its own acronym, `CMA`, or else its beginning."""
    whole = visible(one_line(label))
    acronym = _ACRONYM.search(whole) if len(whole) > longest else None
    return acronym[1] if acronym else clipped(whole, longest)


def called(label: str, grammar: Grammar, longest: int = LONGEST_NAME) -> str:
    """The label as it can stand in a sentence of that grammar."""
    return grammar.label(short(label, longest))


def own_label(change: Change) -> str:
    """The label the topic goes by: the newest one."""
    labels = change.after or change.before
    return labels[0] if labels else ""


def full_label(change: Change) -> str:
    """The label uncut, or `old → new` where it is another than before (more than in style)."""
    before, after = (" + ".join(map(one_line, labels)) for labels in (change.before, change.after))
    another = change.label_changed or change.change in ("split", "merged")
    return f"{before} → {after}" if before and after and another else after or before
