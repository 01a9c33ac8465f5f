"""What a digest shows, laid out: every word that text and HTML have in common, decided once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from notifiers.cards import WHOLE, Card, Item, Measure, anchor, cards_of, items_of
from notifiers.news.lines import Told, tell
from notifiers.notices import notices_of
from notifiers.seats import LEADS, Seat, seats_across, seats_of
from notifiers.subject import subject_of
from notifiers.wording import brief, day, minute, one_line, round_name, rounds_named, span_words
from storage.records import (
    Comparison,
    DigestKind,
    Evidence,
    FiledReadout,
    Language,
    Readout,
    SourceOf,
    Summary,
    Telling,
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where all this stands, so that it can be checked. Unknown addresses are empty."""

    address: str
    earlier: str
    fetched: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A digest before it takes a form. Strings are final; only wrapping and markup are to come."""

    kind: DigestKind
    series: str
    subject: str
    round: int | None
    heading: str
    notices: tuple[str, ...]
    held: str
    published: str
    compared: str
    news: Told
    cards: tuple[Card, ...]
    issue_cards: tuple[Card, ...]
    items: tuple[Item, ...]
    issue_items: tuple[Item, ...]
    leads: tuple[Seat, ...]
    next_round: str
    source: Source
    made: str
    public_url: str

    @property
    def anchors(self) -> frozenset[str]:
        """Every place that a line of news may point to."""
        cards = {card.anchor for card in (*self.cards, *self.issue_cards)}
        return frozenset({LEADS} | cards | {i.anchor for i in (*self.items, *self.issue_items)})


def place_of(evidence: Evidence) -> str:
    """The anchor of the place that a line of news points to."""
    if evidence.strand is None or evidence.topic is None:
        return LEADS
    return anchor(evidence.strand, evidence.topic)


def lay_out(
    telling: Telling,
    *,
    public_url: str | None,
    language: Language = "en",
    measure: Measure = WHOLE,
) -> Sheet:
    """Decide every word of a digest.

    Args:
        telling: the round, and what a digest tells of it.
        public_url: where the latest round is shown on the web, if anywhere.
        language: of everything but quotations.
        measure: how much of long texts is shown.
    """
    summary, background, before = telling.summary, telling.background, telling.before
    readout, found = summary.readout, summary.comparison
    number = readout.round
    return Sheet(
        kind=telling.kind,
        series=one_line(telling.series_name),
        subject=subject_of(readout, found, telling.kind, telling.series_name, background),
        round=number,
        heading=f"Round {number}" if number is not None else "A round without a number",
        notices=notices_of(telling, public_url=public_url, measure=measure, language=language),
        held=_held(readout),
        published=day(summary.release.published),
        compared=_compared(found, before),
        news=_news(telling),
        cards=cards_of("common-interest", found, background, measure) if found else (),
        issue_cards=cards_of("bilateral", found, background, measure) if found else (),
        items=() if found else items_of("common-interest", readout.mentions, measure),
        issue_items=() if found else items_of("bilateral", readout.mentions, measure),
        leads=(
            seats_across(readout, found, before.readout if before else None, background.ranks)
            if found
            else seats_of(readout)
        ),
        next_round=_next_round(readout),
        source=_source(summary, before),
        made=minute(telling.made_at),
        public_url=public_url or "",
    )


def _news(telling: Telling) -> Told:
    """The news; of chosen topics without how unusual it is, which is told of whole rounds."""
    before = telling.before.readout if telling.before else None
    told = tell(telling.summary, telling.background, before)
    return replace(told, unusual="") if telling.chosen else told


def _held(readout: Readout) -> str:
    place = f", {brief(readout.city)}" if readout.city else ""
    return f"{span_words(readout.held, readout.held_elsewhere)}{place}"


def _compared(comparison: Comparison | None, before: FiledReadout | None) -> str:
    if comparison is None:
        return "The first round in the archive: there is none to compare it with."
    words = f"Compared with {round_name(comparison.before_round, 'the round before')}"
    if before is not None:
        words += f", held {span_words(before.readout.held, before.readout.held_elsewhere)}"
    missing = comparison.missing_rounds
    if missing:
        are = "is" if len(missing) == 1 else "are"
        words += f"; {rounds_named(missing)} {are} not in the archive"
    return f"{words}."


def _next_round(readout: Readout) -> str:
    if readout.next_round is not None:
        return span_words(readout.next_round)
    if not readout.complete:
        return "not known: the page breaks off"
    return "not mentioned in this readout"


def _source(summary: Summary, before: FiledReadout | None) -> Source:
    found = summary.source
    earlier = (before.release.url or before.source.address) if before else None
    official = summary.release.url or found.address
    return Source(
        address=official or "",
        earlier=earlier or "",
        fetched=f"{minute(found.fetched_at)}{_detour(found, official)}",
        sha256=found.sha256,
    )


def _detour(source: SourceOf, official: str | None) -> str:
    """How the page came to us, where not straight from its official address."""
    if source.origin == "folder":
        name = PurePosixPath(unquote(urlsplit(source.fetched_from).path)).name
        return f", from the saved page {name}"
    if source.origin == "wayback":
        return f", from the Internet Archive: {source.fetched_from}"
    return f", from {source.fetched_from}" if source.fetched_from != official else ""
