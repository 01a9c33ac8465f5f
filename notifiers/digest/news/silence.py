"""What has not come up for longer, and what lies between the rounds compared."""

from __future__ import annotations

from itertools import groupby

from notifiers.digest.labels import called
from notifiers.digest.news.facts import Facts, Fit, fitted
from notifiers.digest.news.line import Line, line
from notifiers.words.phrase import Phrase, Words, say
from storage.records import Absence, Evidence


def what_has_not_come_up(facts: Facts) -> Line | None:
    """The topics of common interest that no round has named for longer, with the last that did."""
    absences = [each for each in facts.background.absences if each.strand == "common-interest"]
    if not absences:
        return None
    ordered = sorted(absences, key=lambda absence: absence.last_round)
    groups = [list(group) for _, group in groupby(ordered, lambda absence: absence.last_round)]

    def build(fit: Fit) -> Phrase:
        shown = groups[: fit.most]
        told = [_since(group, facts, fit, first=group is groups[0]) for group in shown]
        more, torn = len(groups) > len(shown), bool(facts.background.torn)
        return facts.words.stillness.not_come_up(told, more=more, torn=torn)

    return line(
        fitted(build, facts.words),
        [_evidence(absence) for absence in ordered],
        [absence.certainty for absence in ordered],
    )


def what_lies_between(facts: Facts) -> Line | None:
    """That rounds are missing between the two: what changed may have changed in any of them."""
    missing, words = facts.comparison.missing_rounds, facts.words
    if not missing:
        return None
    reason = words.stillness.compared_are(facts.old, facts.new)
    evidence = Evidence(facts.comparison.after_round, None, None, reason)
    sentence = words.grammar.sentence(say(words.stillness.lies_between(missing)))
    return line(sentence, [evidence], [])


def _since(absences: list[Absence], facts: Facts, fit: Fit, *, first: bool) -> Phrase:
    grammar = facts.words.grammar
    labels = [
        (Words(called(each.label, grammar, fit.longest), _evidence(each)),) for each in absences
    ]
    sure = all(each.certainty == "certain" for each in absences)
    names, last = grammar.some(labels, fit.most), absences[0].last_round
    return facts.words.stillness.since(names, len(labels), sure, last, first)


def _evidence(absence: Absence) -> Evidence:
    return Evidence(absence.round, absence.strand, absence.topic, absence.reason)
