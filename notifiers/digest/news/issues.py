"""What became of the bilateral issues, in one sentence."""

from __future__ import annotations

from notifiers.digest.news.came import back_clauses, new_clauses
from notifiers.digest.news.facts import Facts, Fit, of
from notifiers.digest.news.line import Line
from notifiers.digest.news.reshaped import reshaped_clause
from notifiers.digest.news.went import went_clauses
from notifiers.words.phrase import Phrase


def what_became_of_the_issues(facts: Facts) -> Line | None:
    """Which bilateral issues went, came and took another shape."""
    changed = of(facts.issues, "dropped", "returned", "introduced", "split", "merged")
    gone, back = of(changed, "dropped"), of(changed, "returned")
    fresh, reshaped = of(changed, "introduced"), of(changed, "split", "merged")

    def build(fit: Fit) -> Phrase:
        clauses = [
            *went_clauses(gone, facts, fit, aged=len(gone) == len(changed)),
            *back_clauses(back, facts, fit),
            *new_clauses(fresh, facts, fit),
            *(reshaped_clause(case, facts, fit) for case in reshaped[: fit.most]),
        ]
        left = len(reshaped) - fit.most
        more = [facts.words.shapes.more_parted(left)] if left > 0 else []
        return facts.words.shapes.of_issues([*clauses, *more])

    return facts.line(build, changed) if changed else None
