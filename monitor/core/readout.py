"""From a release that reports a round to its readout; every paragraph gets its part.

Strict: what a rule does not recognise stays unknown, and a paragraph that plays no known part is
`other`, which opens an issue. `docs/reading.md` names the rule behind each field.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from monitor.core.addresses import dated
from monitor.core.bilateral import items_of
from monitor.core.classify import Claim, classify, dateline, opening_sentence
from monitor.core.dates import YearHint, days_in, month_in, period_in
from monitor.core.delegations import delegations_in
from monitor.core.parts import BILATERAL, LABELLED, Part, is_complete, parts_of
from monitor.core.release import Page, without_marker
from monitor.core.topics import Series
from monitor.core.words import sentences
from storage.records import (
    Mention,
    Paragraph,
    Reading,
    Readout,
    Release,
    Span,
)

_NEXT = re.compile(
    r"\b(?P<words>(?:look(?:s|ed|ing)?\s+forward\s+to|expect(?:s|ed)?\s+to|plan(?:s|ned)?\s+to|intend(?:s)?\s+to|"
    r"agreed\s+to|anticipate(?:s)?|will)\b[^.;]*?\bnext\s+(?:round|meeting)s?"
    r"(?:\s+of\s+(?:the\s+)?(?:[\w.’'-]+\s+){0,6}?meetings)?)",
    re.IGNORECASE,
)


def read_release(page: Page, followed: tuple[Series, ...]) -> Reading:
    """Read a release: verdict, paragraphs with their roles, a readout for each round reported.

    Args:
        page: the release.
        followed: all series that are followed.
    """
    judgment = classify(page, followed)
    if not judgment.claims:
        plain = tuple(Paragraph("other", block.text) for block in page.blocks)
        release = Release(page.title, page.published, page.url, plain)
        return Reading(judgment.verdict, (*judgment.evidence, *page.notes), release, ())
    parts = parts_of(page, judgment.claims[0].series)
    release = Release(
        page.title, page.published, page.url, tuple(Paragraph(p.role, p.text) for p in parts)
    )
    readouts, notes = [], list(page.notes)
    for claim in judgment.claims:
        readout, found = _readout(page, parts, claim)
        readouts.append(readout)
        notes += found
    return Reading("readout", (*judgment.evidence, *notes), release, tuple(readouts))


def doubts(reading: Reading) -> tuple[str, ...]:
    """What a person should look at in a readout: parts without a role, facts that are missing."""
    found = []
    if reading.verdict == "readout" and reading.release:
        found += [
            f"no known part: “{p.text[:120]}”"
            for p in reading.release.paragraphs
            if p.role == "other"
        ]
    for readout in reading.readouts:
        if readout.round is None:
            found.append("the number of the round is unknown")
        if readout.held.start is None:
            found.append(f"the days are unknown: “{readout.held.text}”")
        if not readout.complete:
            found.append("the page breaks off")
        if not any(m.strand == "common-interest" for m in readout.mentions):
            found.append("no topic was found")
    return tuple(found)


def _readout(page: Page, parts: tuple[Part, ...], claim: Claim) -> tuple[Readout, list[str]]:
    _, first = opening_sentence(page)
    intro = " ".join(part.text for part in parts if part.role in {"opening", "delegation"})
    expected = _next_round(parts)
    held, elsewhere, notes = _held(page, parts, first, expected)
    return (
        Readout(
            series=claim.series.slug,
            round=claim.number,
            held=held,
            held_elsewhere=elsewhere,
            city=_city(page, first),
            delegations=delegations_in(intro, claim.series),
            mentions=(*_topics(parts, claim.series), *_issues(parts, claim.series)),
            next_round=expected,
            complete=is_complete(parts),
        ),
        notes,
    )


def _held(
    page: Page, parts: tuple[Part, ...], first: str, expected: Span | None
) -> tuple[Span, tuple[Span, ...], list[str]]:
    found = days_in(first, _year_hints(page, parts, expected))
    if found is None:
        span = period_in(first)
        return span or Span("", None, None, "unstated"), (), []
    notes = (
        [f"the year of “{found.span.text}” is from {found.year_from}"] if found.year_from else []
    )
    return found.span, found.elsewhere, notes


def _year_hints(page: Page, parts: tuple[Part, ...], expected: Span | None) -> tuple[YearHint, ...]:
    """Where a year that is not written may come from, best first; never from today's date."""
    hints = []
    if page.published:
        until = page.published
        hints.append(YearHint(until - timedelta(days=180), until, f"the release's date, {until}"))
    where = dated(page.url) if page.url else None
    if where:
        year, month = where
        until = date(year + (month == 12), month % 12 + 1, 28) if month else date(year, 12, 31)
        after = until - timedelta(days=180) if month else date(year, 1, 1)
        hints.append(YearHint(after, until, f"the address, /{year}/"))
    purpose = " ".join(part.text for part in parts if part.role == "purpose")
    launched = month_in(purpose)
    if launched and expected and expected.start:
        words = f"the page: after “{launched[1]}” and before “{expected.text}”"
        hints.append(YearHint(launched[0], expected.start - timedelta(days=1), words))
    return tuple(hints)


def _city(page: Page, first: str) -> str | None:
    stated = re.search(
        r"\bin\s+((?:[A-Z][a-z]+\.?\s?){1,3})(?:,\s*(?:D\.?C\.?|[A-Z][a-z]+))?(?=[\s,.]|$)", first
    )
    if stated and not re.match(
        r"(?:January|February|March|April|May|June|July|August|September|October|November|December)",
        stated[1],
    ):
        return stated[1].strip()
    opening, _ = opening_sentence(page)
    return dateline(page.blocks[opening].text)[0]


def _topics(parts: tuple[Part, ...], series: Series) -> tuple[Mention, ...]:
    mentions = []
    for part in parts:
        match = LABELLED.match(without_marker(part.text)) if part.role == "mention" else None
        if match and match["text"].strip():
            label = match["label"].strip()
            mentions.append(
                Mention("common-interest", series.topic_slug(label), label, match["text"].strip())
            )
    return tuple(mentions)


def _issues(parts: tuple[Part, ...], series: Series) -> tuple[Mention, ...]:
    found = []
    for part in parts:
        for sentence in sentences(part.text) if part.role == "bilateral" else ():
            found += items_of(sentence, series) if BILATERAL.search(sentence) else []
    return tuple(Mention("bilateral", series.topic_slug(item), item, item) for item in found)


def _next_round(parts: tuple[Part, ...]) -> Span | None:
    for part in reversed(parts):
        for sentence in sentences(part.text) if part.role in {"closing", "bilateral"} else ():
            match = _NEXT.search(sentence)
            if match:
                when = period_in(sentence[match.end() :])
                return when or Span(_trimmed(match["words"]), None, None, "unstated")
    return None


def _trimmed(words: str) -> str:
    """From the last verb that looks ahead: "will engage ... and look forward to the next round"."""
    later = _NEXT.search(words, 1)
    while later:
        words, later = later["words"], _NEXT.search(later["words"], 1)
    return words
