"""The news of a round: which sentences, in which order, five at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from notifiers.labels import quoted
from notifiers.news.came import what_is_new, what_returned
from notifiers.news.facts import Facts, Fit, fitted, told
from notifiers.news.headline import headline_of, headline_of_first
from notifiers.news.issues import what_became_of_the_issues
from notifiers.news.leads import who_leads_now
from notifiers.news.line import Line, Phrase, Words, say, sentence, some
from notifiers.news.moves import what_changed_place, what_changed_strand
from notifiers.news.reshaped import what_took_another_shape
from notifiers.news.silence import what_has_not_come_up, what_lies_between
from notifiers.news.texts import what_was_reworded
from notifiers.news.unusual import how_unusual
from notifiers.news.went import what_cannot_be_said, what_went
from notifiers.wording import many
from storage.records import Background, Evidence, News, Readout, Strand, Summary

MOST_LINES = 5

TELLERS: tuple[Callable[[Facts], Line | None], ...] = (
    what_cannot_be_said,
    what_went,
    what_took_another_shape,
    what_returned,
    what_is_new,
    what_changed_strand,
    what_became_of_the_issues,
    who_leads_now,
    what_was_reworded,
    what_has_not_come_up,
    what_changed_place,
)
"""In the order of what is news: what has gone first, what stands at another place last."""


@dataclass(frozen=True, slots=True)
class Told:
    """The news of a round, its lines still in pieces, so that a page can link them."""

    headline: str
    lines: tuple[Line, ...]
    unusual: str

    def record(self) -> News:
        """The news for programs."""
        return News(self.headline, tuple(line.record() for line in self.lines), self.unusual)


def tell(summary: Summary, background: Background, before: Readout | None) -> Told:
    """What a round comes to.

    Args:
        summary: the round, with its comparison; None for the first on file.
        background: what the rounds before it add.
        before: the round compared with, where it is at hand: it tells from where a topic moved.
    """
    found = summary.comparison
    unusual = how_unusual(found, background)
    if found is None:
        first = summary.readout
        return Told(headline_of_first(first), _of_a_first_round(first), unusual)
    facts = Facts(summary.readout, found, background, before)
    return Told(headline_of(facts), _lines(facts), unusual)


def _lines(facts: Facts) -> tuple[Line, ...]:
    """At most five; that rounds are missing in between is told whatever else there is."""
    between = what_lies_between(facts)
    found = [line for teller in TELLERS if (line := teller(facts))]
    kept = found[: MOST_LINES - (between is not None)] or [_nothing_changed(facts)]
    return (*kept, *([between] if between else []))


def _nothing_changed(facts: Facts) -> Line:
    stayed = [*facts.topics, *facts.issues]
    topics, issues = len(facts.topics), len(facts.issues)
    counted = f"{many(topics, 'topic')} and {many(issues, 'bilateral issue')}"
    words = f"nothing came or went: {counted} stand as they did in {facts.old}"
    return told(lambda _fit: say(words), stayed)


def _of_a_first_round(readout: Readout) -> tuple[Line, ...]:
    strands: tuple[tuple[Strand, str], ...] = (
        ("common-interest", "area{} of common interest"),
        ("bilateral", "bilateral issue{}"),
    )
    lines = (_named(readout, strand, noun) for strand, noun in strands)
    return tuple(line for line in lines if line)


def _named(readout: Readout, strand: Strand, noun: str) -> Line | None:
    mentions = [mention for mention in readout.mentions if mention.strand == strand]
    if not mentions:
        return None
    evidence = [
        Evidence(readout.round, strand, m.topic, f"The page names “{m.label}”.") for m in mentions
    ]

    one = len(mentions) == 1

    def build(fit: Fit) -> Phrase:
        labels = [
            (Words(quoted(mention.label, fit.longest), about),)
            for mention, about in zip(mentions, evidence, strict=True)
        ]
        start = f"the only {noun.format('')} is " if one else f"the {noun.format('s')} are "
        return say(start, some(labels, fit.most))

    return sentence(fitted(build), evidence, [])
