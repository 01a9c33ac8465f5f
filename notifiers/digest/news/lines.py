"""The news of a round: which sentences, in which order, five at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from notifiers.digest.labels import called
from notifiers.digest.news.came import what_is_new, what_returned
from notifiers.digest.news.facts import Facts, Fit, fitted
from notifiers.digest.news.headline import headline_of, headline_of_first
from notifiers.digest.news.issues import what_became_of_the_issues
from notifiers.digest.news.leads import who_leads_now
from notifiers.digest.news.line import Line, line
from notifiers.digest.news.moves import what_changed_place, what_changed_strand
from notifiers.digest.news.reshaped import what_took_another_shape
from notifiers.digest.news.silence import what_has_not_come_up, what_lies_between
from notifiers.digest.news.texts import what_was_reworded
from notifiers.digest.news.unusual import how_unusual
from notifiers.digest.news.went import what_cannot_be_said, what_went
from notifiers.words import words_of
from notifiers.words.phrase import Phrase, Words, say
from notifiers.words.phrasebook import Phrasebook
from storage.records import Background, Evidence, Language, News, Readout, Strand, Summary

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

_STRANDS: tuple[Strand, ...] = ("common-interest", "bilateral")


@dataclass(frozen=True, slots=True)
class Told:
    """The news of a round, its lines still in pieces, so that a page can link them."""

    headline: str
    lines: tuple[Line, ...]
    unusual: str

    def record(self) -> News:
        """The news for programs."""
        return News(self.headline, tuple(line.record() for line in self.lines), self.unusual)


def tell(
    summary: Summary,
    background: Background,
    before: Readout | None,
    language: Language = "en",
    *,
    chosen: bool = False,
) -> Told:
    """What a round comes to.

    Args:
        summary: the round, with its comparison; None for the first on file.
        background: what the rounds before it add.
        before: the round compared with, where it is at hand: it tells from where a topic moved.
        language: of everything but labels, texts and names.
        chosen: whether these are the topics that a reader chose. How unusual the change is is
            then left out, since it is counted on whole rounds.
    """
    words, found, readout = words_of(language), summary.comparison, summary.readout
    unusual = "" if chosen else how_unusual(found, background, words)
    if found is None:
        headline = headline_of_first(readout, words)
        return Told(headline, _of_a_first_round(readout, words, chosen), unusual)
    facts = Facts(words, readout, found, background, before, chosen)
    return Told(headline_of(facts), _lines(facts), unusual)


def _lines(facts: Facts) -> tuple[Line, ...]:
    """At most five; that rounds are missing in between is told whatever else there is."""
    between = what_lies_between(facts)
    found = [line for teller in TELLERS if (line := teller(facts))]
    kept = found[: MOST_LINES - (between is not None)] or [_nothing_changed(facts)]
    return (*kept, *([between] if between else []))


def _nothing_changed(facts: Facts) -> Line:
    topics, issues = facts.topics, facts.issues
    words = facts.words.stillness.nothing_changed(len(topics), len(issues), facts.old)
    return facts.line(lambda _fit: say(words), [*topics, *issues])


def _of_a_first_round(readout: Readout, words: Phrasebook, chosen: bool) -> tuple[Line, ...]:
    lines = (_named(readout, strand, words, chosen) for strand in _STRANDS)
    return tuple(line for line in lines if line)


def _named(readout: Readout, strand: Strand, words: Phrasebook, chosen: bool) -> Line | None:
    mentions = [mention for mention in readout.mentions if mention.strand == strand]
    if not mentions:
        return None
    evidence = [
        Evidence(readout.round, strand, m.topic, words.stillness.page_names(m.label))
        for m in mentions
    ]

    def build(fit: Fit) -> Phrase:
        labels = [
            (Words(called(mention.label, words.grammar, fit.longest), about),)
            for mention, about in zip(mentions, evidence, strict=True)
        ]
        names = words.grammar.some(labels, fit.most)
        return words.stillness.first_named(strand, names, len(mentions), chosen)

    return line(fitted(build, words), evidence, [])
