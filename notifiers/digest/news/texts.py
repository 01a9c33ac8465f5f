"""Which topics are called otherwise, and which texts were reworded, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from notifiers.digest.news.facts import Case, Facts, Fit, of
from notifiers.digest.news.line import Line
from notifiers.digest.redline_text import edges
from notifiers.words.phrase import Phrase
from notifiers.words.wording import clipped, one_line, visible
from storage.records import Op, Piece, TextChange

_LOST_OR_ADDED: dict[TextChange | None, Op] = {"shortened": "delete", "extended": "insert"}

FEW = 6
"""Names in a list from which on texts are counted that neither lost nor added anything alone."""


def what_was_reworded(facts: Facts) -> Line | None:
    """New names first; then what texts lost and added, in their words; then the other texts."""
    words = facts.words
    stayed = of([*facts.topics, *facts.issues], "continued")
    changed = [case for case in stayed if is_renamed(case) or is_reworded(case)]
    changed.sort(key=lambda case: not is_renamed(case))
    told_one_by_one = [case for case in changed if is_renamed(case) or _lost_or_added(case)]
    others = [case for case in changed if case not in told_one_by_one]

    def build(fit: Fit) -> Phrase:
        shown = [_changed(case, facts, fit) for case in told_one_by_one[: fit.most]]
        left = len(told_one_by_one) - len(shown)
        if not left and (fit.most > FEW or not shown):
            return words.grammar.joined([*shown, *_rewordings(others, facts, fit)])
        left += len(others)
        more = [words.texts.more_reworded(left)] if left else []
        return words.grammar.joined([*shown, *more])

    return facts.line(build, changed) if changed else None


def is_reworded(case: Case) -> bool:
    """Whether a topic that stayed has other words, and not only another style."""
    kind = case.change.text_change
    return case.change.change == "continued" and kind not in (None, "same", "style")


def is_renamed(case: Case) -> bool:
    """Whether a topic that stayed goes by another name, and not only in another style."""
    return case.change.change == "continued" and case.change.label_changed


def _changed(case: Case, facts: Facts, fit: Fit) -> Phrase:
    op, say = _lost_or_added(case), facts.words.texts
    old, new = (" + ".join(side) for side in (case.change.before, case.change.after))
    if op is None or (is_renamed(case) and not _is_its_own_text(case)):
        sure = case.change.certainty
        return say.called_now(case.called(old, fit), case.called(new, fit), sure)
    words = clipped(_longest_run(case.change.redline, op), fit.longest - 8)
    name = case.called(old, fit)
    tell = say.shortened if op == "delete" else say.extended
    return tell(name, case.change.certainty, words)


def _lost_or_added(case: Case) -> Op | None:
    return _LOST_OR_ADDED.get(case.change.text_change)


def _is_its_own_text(case: Case) -> bool:
    """An issue whose label is all the text there is."""
    after = "".join(piece.text for piece in case.change.redline if piece.op != "delete")
    return after == "".join(case.change.after)


def _rewordings(cases: Sequence[Case], facts: Facts, fit: Fit) -> Iterator[Phrase]:
    texts = facts.words.texts
    for kind, tell in (("replaced", texts.replaced), ("reworded", texts.reworded)):
        group = [case for case in cases if case.change.text_change == kind]
        if group:
            yield tell(facts.names(group, fit), len(group))


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
