"""When and where a round was held: the days that stand with its event, and the city.

The days are looked for behind the event, then before it, then in a sentence of the opening that
goes on about the meeting ("The dialogues were held on ..."). The launch of the talks, earlier
meetings and what is planned never count. A year that is not written comes from the release's date,
its address, or the page itself, and the notes say from where; never from today's date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.core.addresses import dated
from monitor.core.classify import Claim, dateline, opening_sentence
from monitor.core.dates import MONTHS, Found, YearHint, days_in
from monitor.core.parts import Part
from monitor.core.periods import month_in, period_in
from monitor.core.release import Page
from monitor.core.reported import LONGEST
from monitor.core.words import sentences, spaced
from storage.records import Span

_GOES_ON = re.compile(
    r"^(?:the|these|this|both|it|they)\b[^.;]{0,60}?"
    r"\b(?:rounds?|meetings?|dialogues?|talks|sessions?|negotiations|discussions|it|they)\b[^.;]{0,40}?"
    r"\b(?:(?:was|were)\s+held|took\s+place|ran|lasted|met)\b",
    re.IGNORECASE,
)
_ANOTHER = re.compile(r"\b(?:previous|last|earlier|prior|next|launch\w*)\b", re.IGNORECASE)
_VIRTUAL = re.compile(
    r"\b(?:virtual(?:ly)?|online|by\s+video(?:\s?conference)?|via\s+video\w*|remotely)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\bin\s+((?:(?:St|Ft)\.\s+|[A-ZÀ-ÖØ-Þ][\w’'-]*[a-zà-ÿ]\.?\s?){1,3})"
    r"(?:,\s*(?:D\.?\s?C\.?|[A-Z][a-z]+))?(?=[\s,.;)]|$)"
)
_NO_PLACE = re.compile(
    rf"(?:{'|'.join(MONTHS)}|Spring|Summer|Fall|Autumn|Winter|Person|Supply|Trade|Article)\b"
)
_HALF_YEAR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Meeting:
    """When and where; `notes` say what the days rest on beyond their own words."""

    held: Span
    elsewhere: tuple[Span, ...]
    city: str | None
    notes: tuple[str, ...]


def meeting_of(
    page: Page, parts: Sequence[Part], claim: Claim, *, alone: bool, expected: Span | None
) -> Meeting:
    """When and where a round was held.

    Args:
        page: the release.
        parts: those that tell of this round.
        claim: the round.
        alone: whether the release reports no other: then all of its first sentence is about it.
        expected: the next round's time: this one was before it.
    """
    first = opening_sentence(page)[1][:LONGEST]
    texts = list(_texts(first, parts, claim, alone=alone))
    hints = _year_hints(page, parts, expected)
    found, told = _days(texts, hints, page.published)
    city = None if _VIRTUAL.search(told or first) else _city(page, first, claim)
    if found:
        words = found.span.text
        notes = [f"the year of “{words}” is from {found.year_from}"] if found.year_from else []
        if found.days_from:
            notes.append(f"the days of “{words}” are counted from {found.days_from}")
        return Meeting(found.span, found.elsewhere, city, tuple(notes))
    periods = (period_in(text, hints, published=page.published) for text in texts)
    span = next((span for span in periods if span), None)
    return Meeting(span or Span("", None, None, "unstated"), (), city, ())


def _texts(first: str, parts: Sequence[Part], claim: Claim, *, alone: bool) -> Iterator[str]:
    """Where the days may stand, the nearest first."""
    event = claim.series.event.search(claim.told or first)
    told = claim.told or first
    yield told[event.end() :] if event else told
    if alone or not claim.told:
        yield first
    for part in parts:
        if part.role in {"opening", "delegation", "other"}:
            for sentence in sentences(part.text):
                if _GOES_ON.search(sentence) and not _ANOTHER.search(sentence):
                    yield sentence


def _days(
    texts: list[str], hints: tuple[YearHint, ...], published: date | None
) -> tuple[Found | None, str | None]:
    """The first days in the texts, with the text that has them."""
    for text in texts:
        found = days_in(text, hints, published=published)
        if found:
            several = _GOES_ON.search(text) is not None
            return (_stretched(found, text, hints, published) if several else found), text
    return None, None


def _stretched(
    found: Found, text: str, hints: tuple[YearHint, ...], published: date | None
) -> Found:
    """The days of a meeting in parts, on October 7 and on December 17, as one stretch."""
    text = spaced(text)
    rest = text[found.start_index + len(found.span.text) :].lstrip()
    last = days_in(rest, hints, published=published)
    if last is None or last.span.end is None or found.span.start is None:
        return found
    if last.span.end <= found.span.start:
        return found
    until = len(text) - len(rest) + last.start_index + len(last.span.text)
    words = text[found.start_index : until]
    return replace(found, span=replace(found.span, text=words, end=last.span.end))


def _year_hints(page: Page, parts: Sequence[Part], expected: Span | None) -> tuple[YearHint, ...]:
    """Where a year that is not written may come from, best first; never from today's date."""
    hints = []
    if page.published:
        until = page.published
        hints.append(YearHint(until - _HALF_YEAR, until, f"the release's date, {until}"))
    where = dated(page.url) if page.url else None
    if where:
        year, month = where
        until = date(year + (month == 12), month % 12 + 1, 28) if month else date(year, 12, 31)
        after = until - _HALF_YEAR if month else date(year, 1, 1)
        hints.append(YearHint(after, until, f"the address, /{year}/"))
    purpose = " ".join(part.text for part in parts if part.role == "purpose")
    launched = month_in(purpose)
    if launched and expected and expected.start:
        words = f"the page: after “{launched[1]}” and before “{expected.text}”"
        hints.append(YearHint(launched[0], expected.start - timedelta(days=1), words))
    return tuple(hints)


def _city(page: Page, first: str, claim: Claim) -> str | None:
    """The city that the first sentence names, else the one before the dash that opens it."""
    around = claim.series.event.sub(" ; ", first)
    countries = {name for party in claim.series.parties for name in party.names}
    for stated in _PLACE.finditer(around):
        name = stated[1].strip(" .")
        if name not in countries and not _NO_PLACE.match(name):
            return name
    opening, _ = opening_sentence(page)
    return dateline(page.blocks[opening].text)[0]
