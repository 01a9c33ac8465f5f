"""From a release that reports a round to its readout; every paragraph gets its part.

Strict: what a rule does not recognise stays unknown, and a paragraph that plays no known part is
`other`, which opens an issue. `docs/reading.md` names the rule behind each field.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import takewhile

from monitor.core.addresses import dated
from monitor.core.bilateral import items_of
from monitor.core.classify import (
    LOOKS_LIKE_ONE,
    Claim,
    classify,
    dateline,
    opening_sentence,
)
from monitor.core.dates import MONTHS, YearHint, days_in
from monitor.core.delegations import delegations_in
from monitor.core.next_round import next_round_in, year_counted_from
from monitor.core.parts import BACKGROUND, BILATERAL, Part, is_complete, parts_of
from monitor.core.periods import month_in, period_in
from monitor.core.release import Page
from monitor.core.topics import Series
from monitor.core.words import clipped, sentences
from storage.records import (
    Mention,
    Paragraph,
    Reading,
    Readout,
    Release,
    Span,
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
    """What a person should look at: parts without a role, facts that are missing."""
    found = [*reading.evidence] if _looks_like_one(reading) else []
    if reading.verdict == "readout" and reading.release:
        found += [
            f"no known part: “{clipped(p.text)}”"
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
    return (*found, *withheld(reading))


def withheld(reading: Reading) -> tuple[str, ...]:
    """Why a readout must not be announced yet: its topics may not all have been understood.

    What could not be assigned inside the list of topics would be told as dropped.
    """
    if not reading.readouts or reading.release is None:
        return ()
    roles = [p.role for p in reading.release.paragraphs]
    listed = [i for i, role in enumerate(roles) if role in {"list-intro", "mention"}]
    ended = [i for i, role in enumerate(roles) if role in {"bilateral", "closing"}]
    first, last = min(listed, default=0), max([*listed, *ended], default=0)
    found = []
    if not any(m.strand == "common-interest" for r in reading.readouts for m in r.mentions):
        found.append("no topic was found")
    if "other" in roles[first:last]:
        found.append("a paragraph among the topics was not understood")
    if "bilateral" in roles and not any(
        m.strand == "bilateral" for r in reading.readouts for m in r.mentions
    ):
        found.append("no bilateral issue was found where some are spoken of")
    return tuple(found)


def _looks_like_one(reading: Reading) -> bool:
    return reading.verdict == "related" and any(
        line.startswith(LOOKS_LIKE_ONE) for line in reading.evidence
    )


def _readout(page: Page, parts: tuple[Part, ...], claim: Claim) -> tuple[Readout, list[str]]:
    _, first = opening_sentence(page)
    intro = " ".join(part.text for part in parts if part.role in {"opening", "delegation"})
    ahead = _about_what_comes(parts, first)
    planned = next_round_in(ahead, claim.number, None, published=page.published)
    hints = _year_hints(page, parts, planned)
    held, elsewhere, notes = _held(first, hints, claim.series, page.published)
    expected = next_round_in(ahead, claim.number, held.start, published=page.published)
    if expected and (counted := year_counted_from(expected, held.start, page.published)):
        notes.append(f"the days of “{expected.text}” are counted from {counted}")
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


def _about_what_comes(parts: tuple[Part, ...], first: str) -> list[str]:
    """The paragraphs that may speak of the next round: neither a topic nor the background does."""
    told = list(takewhile(lambda part: not BACKGROUND.match(part.text), parts))
    return [part.text.replace(first, "", 1) for part in told if part.role != "mention"]


def _held(
    first: str, hints: tuple[YearHint, ...], series: Series, published: date | None
) -> tuple[Span, tuple[Span, ...], list[str]]:
    event = re.search(series.event_pattern, first, re.IGNORECASE)
    # The days stand behind the event that they belong to, or else before it.
    texts = (first[event.end() :], first) if event else (first,)
    for text in texts:
        found = days_in(text, hints, published=published)
        if found:
            words = found.span.text
            notes = [f"the year of “{words}” is from {found.year_from}"] if found.year_from else []
            if found.days_from:
                notes.append(f"the days of “{words}” are counted from {found.days_from}")
            return found.span, found.elsewhere, notes
    periods = (period_in(text, hints, published=published) for text in texts)
    span = next((span for span in periods if span), None)
    return span or Span("", None, None, "unstated"), (), []


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
    if stated and not stated[1].startswith(MONTHS):
        return stated[1].strip(" .")
    opening, _ = opening_sentence(page)
    return dateline(page.blocks[opening].text)[0]


def _topics(parts: tuple[Part, ...], series: Series) -> tuple[Mention, ...]:
    return tuple(
        Mention("common-interest", series.topic_slug(part.label), part.label, part.said)
        for part in parts
        if part.role == "mention" and part.label
    )


def _issues(parts: tuple[Part, ...], series: Series) -> tuple[Mention, ...]:
    found: list[str] = []
    for part in parts:
        if part.role == "bilateral":
            found += [part.label] if part.label else _items_in(part.text, series)
    return tuple(Mention("bilateral", series.topic_slug(item), item, item) for item in found)


def _items_in(text: str, series: Series) -> list[str]:
    return [
        item
        for sentence in sentences(text)
        if BILATERAL.search(sentence) and not sentence.endswith(":")
        for item in items_of(sentence, series)
    ]
