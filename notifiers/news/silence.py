"""What has not come up for longer, and what lies between the rounds compared."""

from __future__ import annotations

from itertools import groupby

from notifiers.labels import quoted
from notifiers.news.facts import Facts, Fit, fitted
from notifiers.news.line import Line, Phrase, Words, enumerated, say, sentence, some
from notifiers.wording import rounds_named
from storage.records import Absence, Evidence


def what_has_not_come_up(facts: Facts) -> Line | None:
    """The topics of common interest that no round has named for longer, with the last that did."""
    absences = [each for each in facts.background.absences if each.strand == "common-interest"]
    if not absences:
        return None
    ordered = sorted(absences, key=lambda absence: absence.last_round)
    groups = [list(group) for _, group in groupby(ordered, lambda absence: absence.last_round)]
    as_far = ", as far as the pages on file go" if facts.background.torn else ""

    def build(fit: Fit) -> Phrase:
        told = [_since(group, fit, first=group is groups[0]) for group in groups[: fit.most]]
        left = len(groups) - len(told)
        return say(enumerated([*told, *([say("others for less long")] if left else [])]), as_far)

    return sentence(
        fitted(build),
        [_evidence(absence) for absence in ordered],
        [absence.certainty for absence in ordered],
    )


def what_lies_between(facts: Facts) -> Line | None:
    """That rounds are missing between the two: what changed may have changed in any of them."""
    missing = facts.comparison.missing_rounds
    if not missing:
        return None
    are, any_ = ("is", "it") if len(missing) == 1 else ("are", "any of them")
    words = f"{rounds_named(missing)} {are} not on file: what changed may have changed in {any_}"
    reason = f"Compared are {facts.old} and {facts.new}; the archive has none between them."
    evidence = Evidence(facts.comparison.after_round, None, None, reason)
    return sentence(say(words), [evidence], [])


def _since(absences: list[Absence], fit: Fit, *, first: bool) -> Phrase:
    labels = [(Words(quoted(each.label, fit.longest), _evidence(each)),) for each in absences]
    doubt = "" if all(each.certainty == "certain" for each in absences) else "likely "
    have = f" {'has' if len(labels) == 1 else 'have'} {doubt}not come up" if first else ""
    return say(some(labels, fit.most), f"{have} since round {absences[0].last_round}")


def _evidence(absence: Absence) -> Evidence:
    return Evidence(absence.round, absence.strand, absence.topic, absence.reason)
