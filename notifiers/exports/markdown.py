"""Rounds, comparisons, topics and the matrix as Markdown: GitHub's, which pandoc reads too.

Whatever is quoted goes through `notifiers.exports.inert`. The words around it are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from notifiers.digest.cards import Card, Item
from notifiers.digest.seats import Seat
from notifiers.digest.sheet import Sheet
from notifiers.exports.inert import inert, inert_line, link_to, redline, slanted, strong
from notifiers.exports.lines import source_of
from notifiers.words import words_of
from storage.records import FiledReadout, Strand

_WORDS = words_of("en")
_STRANDS: Mapping[Strand, str] = {"common-interest": "Topics", "bilateral": "Bilateral issues"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One round in a topic's history: what it says of it, and what had changed, if anything."""

    filed: FiledReadout
    labels: tuple[str, ...]
    text: str
    card: Card | None


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic over all rounds, the latest first."""

    series: str
    name: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A topic of the matrix: what became of it in each round, in a word, "" where nothing did."""

    strand: Strand
    topic: str
    name: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The matrix: the rounds, first to last, and the topics."""

    series: str
    rounds: tuple[FiledReadout, ...]
    rows: tuple[Row, ...]


def round_as_markdown(sheet: Sheet) -> str:
    """A round's account; a redline as ~~struck~~ and **new** words."""
    source = sheet.source
    lines = [
        *_head(f"{inert(sheet.series)}, {sheet.heading.lower()}"),
        f"Held {inert(sheet.held)}. {inert(sheet.compared)}",
        "",
        *_notices(sheet),
        strong(sheet.news.headline),
        "",
        *(f"- {inert_line(line.text)}" for line in sheet.news.lines),
        "",
        inert_line(sheet.news.unusual),
        *_changes(sheet),
        *_delegations(sheet.leads),
        f"Next round: {inert(sheet.next_round)}",
        "",
        f"Source: {link_to(source.address) or 'no official address known'}  ",
        f"{source.had.lower()} {inert(source.fetched)}, SHA-256 {source.sha256}",
    ]
    return _document(lines)


def comparison_as_markdown(sheet: Sheet, before: FiledReadout, after: FiledReadout) -> str:
    """Two rounds compared: what became of each topic, and who led.

    Args:
        sheet: the later round's account against the earlier.
        before: the earlier round.
        after: the later one.
    """
    then, now = (_heading(each) for each in (before, after))
    lines = [
        *_head(f"{inert(sheet.series)}, {now.lower()} against {then.lower()}"),
        f"{now} was held {inert(sheet.held)}. {inert(sheet.compared)}",
        "",
        *_notices(sheet),
        strong(sheet.news.headline),
        *_changes(sheet),
        *_delegations(sheet.leads),
        *_sources((before, after)),
    ]
    return _document(lines)


def topic_as_markdown(topic: Topic) -> str:
    """One topic's history with its redlines."""
    lines = _head(f"{inert(topic.name)}, {inert(topic.series)}")
    for chapter in topic.chapters:
        held = _WORDS.dates.span(chapter.filed.readout.held)
        lines += [f"## {_heading(chapter.filed)}", "", f"Held {inert(held)}.", ""]
        lines += _told(chapter)
    return _document([*lines, *_sources(tuple(chapter.filed for chapter in topic.chapters))])


def matrix_as_markdown(grid: Grid) -> str:
    """Topics by rounds: a table for each strand, a word in each cell."""
    numbers = [str(each.readout.round) for each in grid.rounds]
    lines = _head(f"{inert(grid.series)}, topics by rounds")
    for strand, title in _STRANDS.items():
        rows = [row for row in grid.rows if row.strand == strand]
        if rows:
            lines += [
                f"## {title}",
                "",
                _row("Topic", numbers),
                _row("---", ["---"] * len(numbers)),
            ]
            lines += [_row(inert(row.name).strip(), row.marks) for row in rows]
            lines += [""]
    return _document([*lines, *_sources(grid.rounds)])


def _head(title: str) -> list[str]:
    return [f"# {title.strip()}", ""]


def _document(lines: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _notices(sheet: Sheet) -> Iterator[str]:
    for notice in sheet.notices:
        yield f"> {inert_line(notice)}\n"


def _changes(sheet: Sheet) -> Iterator[str]:
    """What became of each topic; where there is nothing to compare with, what there is."""
    for title, cards in zip(_STRANDS.values(), (sheet.cards, sheet.issue_cards), strict=True):
        yield from _titled(title, [line for card in cards for line in _card(card)])
    for title, items in zip(_STRANDS.values(), (sheet.items, sheet.issue_items), strict=True):
        yield from _titled(title, [line for item in items for line in _item(item)])


def _titled(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", f"## {title}", "", *lines)


def _card(card: Card) -> Iterator[str]:
    yield from (f"### {card.word}: {inert(card.label)}".rstrip(), "")
    shown = redline(card.redline.pieces) if card.redline else ""
    yield from (shown, "") if shown else ()
    yield from (slanted(card.reason), "")


def _item(item: Item) -> Iterator[str]:
    yield f"- {strong(item.label)} {inert(item.text)}".rstrip()


def _delegations(seats: Sequence[Seat]) -> Iterator[str]:
    yield from ("", "## Delegations", "")
    for seat in seats:
        told = f"{seat.before} → {seat.after}" if seat.before else seat.after
        shown = [f"- {inert_line(seat.country)}:", inert(told), inert(seat.rank)]
        yield " ".join(filter(None, shown))
    yield ""


def _told(chapter: Chapter) -> Iterator[str]:
    if chapter.card:
        yield from _card(chapter.card)
    elif chapter.labels:
        label = " + ".join(chapter.labels)
        yield from (f"### {inert(label)}".rstrip(), "")
        yield from (inert_line(chapter.text), "") if chapter.text != label else ()
    else:
        whole = chapter.filed.readout.complete
        yield from ("Not named." if whole else "Not seen: the page breaks off.", "")


def _row(first: str, cells: Iterable[str]) -> str:
    return f"| {' | '.join((first, *cells))} |"


def _heading(filed: FiledReadout) -> str:
    return _WORDS.frame.heading(filed.readout.round)


def _sources(rounds: Iterable[FiledReadout]) -> Iterator[str]:
    yield from ("## Sources", "")
    for filed in rounds:
        address, fetched, sha256 = source_of(filed)
        where = link_to(address or "") or "no official address known"
        when = _WORDS.dates.minute(fetched)
        had = "captured" if filed.source.origin == "wayback" else "fetched"
        yield f"- {_heading(filed)}: {where}, {had} {inert(when)}, SHA-256 {sha256}"
