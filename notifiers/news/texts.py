"""Which topics are called otherwise, and which texts were reworded, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from notifiers.news.facts import DOUBT, Case, Facts, Fit, names, of, told
from notifiers.news.line import Line, Phrase, joined, say
from notifiers.redline_text import edges
from notifiers.wording import clipped, number_word, one_line, visible
from storage.records import Op, Piece, TextChange

_LOST_OR_ADDED: dict[TextChange, tuple[Op, str]] = {
    "shortened": ("delete", "lost"),
    "extended": ("insert", "added"),
}


FEW = 6
"""Names in a list from which on texts are counted that neither lost nor added anything alone."""


def what_was_reworded(facts: Facts) -> Line | None:
    """New names first; then what texts lost and added, in their words; then the other texts."""
    stayed = of([*facts.topics, *facts.issues], "continued")
    changed = [case for case in stayed if is_renamed(case) or is_reworded(case)]
    changed.sort(key=lambda case: not is_renamed(case))
    told_one_by_one = [case for case in changed if is_renamed(case) or _lost_or_added(case)]
    others = [case for case in changed if case not in told_one_by_one]

    def build(fit: Fit) -> Phrase:
        shown = [_changed(case, fit) for case in told_one_by_one[: fit.most]]
        left = len(told_one_by_one) - len(shown)
        if not left and (fit.most > FEW or not shown):
            return joined([*shown, *_rewordings(others, fit)])
        left += len(others)
        return joined([*shown, *([say(f"{number_word(left)} more reworded")] if left else [])])

    return told(build, changed) if changed else None


def is_reworded(case: Case) -> bool:
    """Whether a topic that stayed has other words, and not only another style."""
    kind = case.change.text_change
    return case.change.change == "continued" and kind not in (None, "same", "style")


def is_renamed(case: Case) -> bool:
    """Whether a topic that stayed goes by another name, and not only in another style."""
    return case.change.change == "continued" and case.change.label_changed


def _changed(case: Case, fit: Fit) -> Phrase:
    lost_or_added = _lost_or_added(case)
    if lost_or_added is None or (is_renamed(case) and not _is_its_own_text(case)):
        old, new = (" + ".join(side) for side in (case.change.before, case.change.after))
        doubt = DOUBT[case.change.certainty]
        return say(case.called(old, fit), f" is {doubt}called ", case.called(new, fit), " now")
    op, verb = lost_or_added
    words = clipped(_longest_run(case.change.redline, op), fit.longest - 8)
    name = case.called(" + ".join(case.change.before), fit)
    doubt = DOUBT[case.change.certainty]
    return say(name, f" {doubt}{verb} “{words}”" if words else f" was {case.change.text_change}")


def _lost_or_added(case: Case) -> tuple[Op, str] | None:
    return _LOST_OR_ADDED.get(case.change.text_change) if case.change.text_change else None


def _is_its_own_text(case: Case) -> bool:
    """An issue whose label is all the text there is."""
    after = "".join(piece.text for piece in case.change.redline if piece.op != "delete")
    return after == "".join(case.change.after)


def _rewordings(cases: Sequence[Case], fit: Fit) -> Iterator[Phrase]:
    for kind, verb in (("replaced", "given another text"), ("reworded", "reworded")):
        group = [case for case in cases if case.change.text_change == kind]
        if group:
            yield say(names(group, fit), f" {'was' if len(group) == 1 else 'were'} {verb}")


def _longest_run(redline: Sequence[Piece], op: Op) -> str:
    """The longest run that went or came, in the page's words: what stands for nothing else."""
    alone = [
        piece
        for before, piece, after in zip(
            (None, *redline), redline, (*redline[1:], None), strict=False
        )
        if piece.op == op and all(near is None or near.op == "keep" for near in (before, after))
    ]
    runs = [edges(piece.text)[1] for piece in alone]
    longest = visible(one_line(max(runs, key=len, default="")))
    return re.sub(r"^[\s,;:.]+|[\s,;:.]+$", "", longest)
