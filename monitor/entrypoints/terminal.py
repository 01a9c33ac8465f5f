"""What people see on the terminal. Programs read `--json`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.core.history import Matrix
from monitor.core.topics import Series
from notifiers.cards import Card
from notifiers.redline_text import marked
from notifiers.wording import visible
from storage.records import Comparison, Issue, Piece, Reading

if TYPE_CHECKING:
    from notifiers.sheet import Sheet

_PIECE_STYLES = {"keep": "dim", "delete": "red strike", "insert": "green underline"}
_WIDEST_CELL = 34


@lru_cache
def _console() -> Console:
    # Piped output is for grep and the like: one line stays one line.
    return Console(highlight=False, width=None if sys.stdout.isatty() else 100)


def print_account(sheet: Sheet) -> None:
    """A round's account: the news first, then every topic with its redline."""
    parts: list[RenderableType] = [
        Text(f"{sheet.series}, {sheet.heading.lower()}", style="bold"),
        Text(f"held {sheet.held}; published {sheet.published}"),
        Text(sheet.compared),
        *(Text(f"! {visible(notice)}", style="bold") for notice in sheet.notices),
        Text(""),
        *(_headed(line.word, visible(line.text)) for line in sheet.news),
        *_cards("Topics", sheet.cards),
        *_cards("Bilateral issues", sheet.issue_cards),
        *_items("Topics", [(item.label, item.text) for item in sheet.items]),
        *_items("Bilateral issues", [(item.label, item.text) for item in sheet.issue_items]),
        Text(""),
        *(_headed(seat.country, _seat(seat.before, seat.after)) for seat in sheet.leads),
        _headed("Next round", visible(sheet.next_round)),
        Text(""),
        Text(sheet.source.address or "no official address known"),
        Text(f"fetched {sheet.source.fetched}; SHA-256 {sheet.source.sha256}", style="dim"),
    ]
    _console().print(Group(*parts))


def as_markdown_text(sheet: Sheet) -> str:
    """A round's account as Markdown; a redline as ~~struck~~ and **new** words."""
    lines = [
        f"# {sheet.series}, {sheet.heading.lower()}",
        "",
        f"Held {sheet.held}. {sheet.compared}",
        "",
    ]
    lines += [f"> {notice}\n" for notice in sheet.notices]
    lines += [f"- **{line.word}**: {line.text}" for line in sheet.news]
    for title, cards in (("Topics", sheet.cards), ("Bilateral issues", sheet.issue_cards)):
        lines += ["", f"## {title}"] if cards else []
        for card in cards:
            lines += ["", f"### {card.word}: {card.label}", ""]
            lines += [_markdown_redline(card.redline.pieces), ""] if card.redline else []
            lines += [f"*{card.reason}*"]
    for title, items in (("Topics", sheet.items), ("Bilateral issues", sheet.issue_items)):
        lines += ["", f"## {title}", ""] if items else []
        lines += [f"- **{item.label}** {item.text}".rstrip() for item in items]
    lines += ["", "## Delegations", ""]
    lines += [f"- {seat.country}: {_seat(seat.before, seat.after)}" for seat in sheet.leads]
    lines += ["", f"Next round: {sheet.next_round}", ""]
    lines += [f"Source: {sheet.source.address or 'no official address known'}  "]
    lines += [f"fetched {sheet.source.fetched}, SHA-256 {sheet.source.sha256}"]
    return visible("\n".join(lines))


def print_comparison(comparison: Comparison) -> None:
    """Two rounds, topic by topic."""
    if comparison.missing_rounds:
        missing = ", ".join(map(str, comparison.missing_rounds))
        _console().print(Text(f"not in the archive: {missing}", style="bold"))
    for title, changes in (
        ("Topics", comparison.topics),
        ("Bilateral issues", comparison.bilateral_issues),
    ):
        _console().print(Text(f"\n{title}", style="bold underline"))
        for change in changes:
            label = " + ".join(change.after or change.before)
            _console().print(_headed(f"{change.change} ({change.certainty})", visible(label)))
            _console().print(Padding(_redline(change.redline), (0, 0, 0, 4)))
            _console().print(Padding(Text(visible(change.reason), style="italic"), (0, 0, 1, 4)))
    for side in comparison.delegations:
        then, now = "; ".join(side.before), "; ".join(side.after)
        _console().print(_headed(side.country, _seat(then or "not named", now or "not named")))


def print_reading(path: str, reading: Reading) -> None:
    """What a page is, and why."""
    _console().print(_headed(visible(path), reading.verdict))
    for line in reading.evidence:
        _console().print(Padding(Text(visible(line), style="dim"), (0, 0, 0, 4)))
    for readout in reading.readouts:
        held = f"round {readout.round or 'unknown'}, held {readout.held.text or 'on days unknown'}"
        _console().print(Padding(Text(visible(held)), (0, 0, 0, 4)))
        for mention in readout.mentions:
            _console().print(Padding(Text(visible(f"- {mention.label}")), (0, 0, 0, 6)))


def print_matrix(found: Matrix, series: Series) -> None:
    """Topics by rounds; a dot stands where a round names the topic."""
    rows = [
        (_name(series, row.topic, row.labels), *("●" if label else "" for label in row.labels))
        for row in found.rows
    ]
    print_table((series.name, *map(str, found.rounds)), rows)


def print_issues(found: Sequence[Issue]) -> None:
    """What was not understood."""
    rows = [
        (
            str(i.id),
            i.kind,
            visible(i.summary),
            i.address or "",
            f"{i.times}×",
            f"{i.last_seen_at:%Y-%m-%d %H:%M}",
        )
        for i in found
    ]
    print_table(
        ("No.", "Kind", "What", "Where", "Seen", "Last (UTC)"), rows, empty="no issue is open"
    )


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], empty: str = "") -> None:
    """A table of texts."""
    rows = list(rows)
    if not rows:
        _console().print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    _console().print(table)


def _headed(word: str, text: str) -> Text:
    return Text.assemble((f"{word}: ", "bold"), text)


def _seat(before: str | None, after: str) -> str:
    return visible(f"{before} → {after}" if before else after)


def _cards(title: str, cards: Sequence[Card]) -> list[RenderableType]:
    if not cards:
        return []
    parts: list[RenderableType] = [Text(f"\n{title}", style="bold underline")]
    for card in cards:
        parts.append(_headed(card.word, visible(card.label)))
        if card.redline:
            parts.append(Padding(_redline(card.redline.pieces), (0, 0, 0, 4)))
        parts.append(Padding(Text(visible(card.reason), style="italic"), (0, 0, 1, 4)))
    return parts


def _items(title: str, items: Sequence[tuple[str, str]]) -> list[RenderableType]:
    if not items:
        return []
    return [
        Text(f"\n{title}", style="bold underline"),
        *(
            _headed(visible(label), visible(text)) if text else Text(visible(label))
            for label, text in items
        ),
    ]


def _redline(pieces: Sequence[Piece]) -> Text:
    if not _console().is_terminal:
        return Text(visible(marked(pieces)))
    return Text.assemble(*((visible(piece.text), _PIECE_STYLES[piece.op]) for piece in pieces))


def _markdown_redline(pieces: Sequence[Piece]) -> str:
    marks = {"keep": "", "delete": "~~", "insert": "**"}
    shown = []
    for piece in pieces:
        core = piece.text.strip()
        mark = marks[piece.op]
        shown.append(piece.text.replace(core, f"{mark}{core}{mark}") if core else piece.text)
    return "".join(shown)


def _name(series: Series, topic: str, labels: Sequence[str | None]) -> str:
    name = series.topic_name(topic) or next((label for label in reversed(labels) if label), topic)
    return name if len(name) <= _WIDEST_CELL else f"{name[: _WIDEST_CELL - 1]}…"
