"""What a digest shows, laid out: every word that text and HTML have in common, decided once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from notifiers.digest.cards import WHOLE, Card, Item, Measure, anchor, cards_of, items_of
from notifiers.digest.news.lines import Told, tell
from notifiers.digest.notices import notices_of
from notifiers.digest.seats import LEADS, Seat, seats_across, seats_of
from notifiers.digest.subject import subject_of
from notifiers.words import words_of
from notifiers.words.frame import words as frame_words
from notifiers.words.phrasebook import Phrasebook
from notifiers.words.wording import brief, one_line
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
    """Where all this stands, so that it can be checked. Unknown addresses are empty.

    `fetched` is when our copy is of, and `had` the word for that: fetched, or captured by the
    Internet Archive. `seen` is where the release was seen, and when at first; a digest says
    nothing of it.
    """

    address: str
    earlier: str
    had: str
    fetched: str
    sha256: str
    seen: str = ""


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
    page: str

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
        public_url: where our pages are, if anywhere, without a slash at the end.
        language: of everything but quotations.
        measure: how much of long texts is shown.
    """
    words = words_of(language)
    summary, background, before = telling.summary, telling.background, telling.before
    readout, found = summary.readout, summary.comparison
    number, earlier = readout.round, before.readout if before else None
    page = _page(readout, public_url)
    if telling.kind == "withdrawal":
        return _of_withdrawal(telling, words, page)
    return Sheet(
        kind=telling.kind,
        series=one_line(telling.series_name),
        subject=subject_of(telling, words),
        round=number,
        heading=words.frame.heading(number),
        notices=notices_of(telling, page=page, measure=measure, language=language),
        held=words.frame.held(_days(readout, words), brief(readout.city or "")),
        published=words.dates.day(summary.release.published),
        compared=_compared(found, before, words),
        news=_news(telling, language),
        cards=cards_of("common-interest", found, background, measure, words) if found else (),
        issue_cards=cards_of("bilateral", found, background, measure, words) if found else (),
        items=() if found else items_of("common-interest", readout.mentions, measure),
        issue_items=() if found else items_of("bilateral", readout.mentions, measure),
        leads=(
            seats_across(readout, found, earlier, background.ranks, words)
            if found
            else seats_of(readout, words)
        ),
        next_round=_next_round(readout, words),
        source=_source(summary, before, words),
        made=words.dates.minute(telling.made_at),
        page=page,
    )


def _of_withdrawal(telling: Telling, words: Phrasebook, page: str) -> Sheet:
    """That the page of a round is gone: of what it said, only where our copy is."""
    readout, release = telling.summary.readout, telling.summary.release
    headline = frame_words(words.language)["whereabouts"]["headline"]
    return Sheet(
        kind=telling.kind,
        series=one_line(telling.series_name),
        subject=subject_of(telling, words),
        round=readout.round,
        heading=words.frame.heading(readout.round),
        notices=notices_of(telling, page=page, measure=WHOLE, language=words.language),
        held=words.frame.held(_days(readout, words), brief(readout.city or "")),
        published=words.dates.day(release.published),
        compared="",
        news=Told(headline, (), ""),
        cards=(),
        issue_cards=(),
        items=(),
        issue_items=(),
        leads=(),
        next_round="",
        source=_source(telling.summary, None, words),
        made="",
        page=page,
    )


def _page(readout: Readout, public_url: str | None) -> str:
    """The round's own page on the web, which goes on showing it; of one without a number, the last.

    Empty where we have no pages.
    """
    if public_url is None:
        return ""
    series = f"{public_url}/{readout.series}"
    return series if readout.round is None else f"{series}/rounds/{readout.round}"


def _news(telling: Telling, language: Language) -> Told:
    before = telling.before.readout if telling.before else None
    chosen = telling.chosen is not None
    return tell(telling.summary, telling.background, before, language, chosen=chosen)


def _days(readout: Readout, words: Phrasebook) -> str:
    return words.dates.span(readout.held, readout.held_elsewhere)


def _compared(comparison: Comparison | None, before: FiledReadout | None, words: Phrasebook) -> str:
    if comparison is None:
        return words.frame.first_round()
    old = words.grammar.before(comparison.before_round)
    held = _days(before.readout, words) if before else ""
    return words.frame.compared(old, held, comparison.missing_rounds)


def _next_round(readout: Readout, words: Phrasebook) -> str:
    if readout.next_round is not None:
        return words.dates.span(readout.next_round)
    frame = words.frame
    return frame.next_not_mentioned() if readout.complete else frame.next_unknown()


def _source(summary: Summary, before: FiledReadout | None, words: Phrasebook) -> Source:
    found, said = summary.source, frame_words(words.language)["frame"]
    earlier = (before.release.url or before.source.address) if before else None
    official = summary.release.url or found.address
    return Source(
        address=official or "",
        earlier=earlier or "",
        had=said["captured" if found.origin == "wayback" else "fetched"],
        fetched=f"{words.dates.minute(found.fetched_at)}{_detour(found, official, words)}",
        sha256=found.sha256,
    )


def _detour(source: SourceOf, official: str | None, words: Phrasebook) -> str:
    """How the page came to us, where not straight from its official address."""
    frame, address = words.frame, source.fetched_from
    if source.origin == "folder":
        return frame.from_file(PurePosixPath(unquote(urlsplit(address).path)).name)
    if source.origin == "wayback":
        return frame.from_archive(address)
    return frame.from_address(address) if address != official else ""
