"""What people see on the terminal. Programs read `--json`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.core.history import Matrix
from monitor.core.readout import doubts
from monitor.core.topic_history import TopicHistory
from monitor.core.topics import Series
from monitor.entrypoints.counting import counted
from notifiers.digest.cards import Card
from notifiers.digest.redline_text import marked
from notifiers.words.wording import visible
from storage.records import (
    Change,
    Comparison,
    Issue,
    Piece,
    RankChange,
    Reading,
    RequestMade,
    Subscriber,
    Traffic,
)

if TYPE_CHECKING:
    from monitor.core.amendments import Amendment
    from monitor.core.search.passages import Passage
    from monitor.journeys.revisions import Revised
    from monitor.journeys.search import Hit
    from notifiers.digest.seats import Seat
    from notifiers.digest.sheet import Sheet

_PIECE_STYLES = {"keep": "dim", "delete": "red strike", "insert": "green underline"}
_WIDEST_CELL = 34
_PIPED_WIDTH = 100  # of paragraphs
_NO_WIDTH = 10_000  # of tables: piped, a row is for grep and the like, and stays one line


@lru_cache
def _console(piped_width: int = _PIPED_WIDTH) -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else piped_width)


def print_account(sheet: Sheet) -> None:
    """A round's account: the news first, then every topic with its redline, then who led."""
    parts: list[RenderableType] = [
        _text(f"{sheet.series}, {sheet.heading.lower()}", "bold"),
        _text(f"held {sheet.held}; published {sheet.published}"),
        _text(sheet.compared),
        *(_text(f"! {notice}", "bold") for notice in sheet.notices),
        _text(""),
        _text(sheet.news.headline, "bold"),
        *(_text(f"- {line.text}") for line in sheet.news.lines),
        _text(sheet.news.unusual, "dim"),
        *_cards("Topics", sheet.cards),
        *_cards("Bilateral issues", sheet.issue_cards),
        *_items("Topics", [(item.label, item.text) for item in sheet.items]),
        *_items("Bilateral issues", [(item.label, item.text) for item in sheet.issue_items]),
        _text(""),
        *(part for seat in sheet.leads for part in _lead(seat)),
        _headed("Next round", sheet.next_round),
        _text(""),
        _text(sheet.source.address or "no official address known"),
        _text(
            f"{sheet.source.had.lower()} {sheet.source.fetched}; SHA-256 {sheet.source.sha256}",
            "dim",
        ),
        _text(f"seen at: {sheet.source.seen}", "dim"),
    ]
    _console().print(Group(*parts))


def print_comparison(comparison: Comparison, ranks: Sequence[RankChange]) -> None:
    """Two rounds, topic by topic, and who led."""
    if comparison.missing_rounds:
        missing = ", ".join(map(str, comparison.missing_rounds))
        _console().print(_text(f"not in the archive: {missing}", "bold"))
    for title, changes in (
        ("Topics", comparison.topics),
        ("Bilateral issues", comparison.bilateral_issues),
    ):
        _console().print(_text(f"\n{title}", "bold underline"))
        for change in changes:
            _print_change(change)
    for side in comparison.delegations:
        then, now = "; ".join(side.before), "; ".join(side.after)
        _console().print(_headed(side.country, _seat(then or "not named", now or "not named")))
    for rank in _changed(ranks):
        _console().print(Padding(_text(rank.reason, "italic"), (0, 0, 0, 4)))


def _changed(ranks: Sequence[RankChange]) -> list[RankChange]:
    return [change for change in ranks if change.direction != "same"]


def _print_change(change: Change) -> None:
    label = " + ".join(change.after or change.before)
    _console().print(_headed(f"{change.change} ({change.certainty})", label))
    _console().print(Padding(_redline(change.redline), (0, 0, 0, 4)))
    _console().print(Padding(_text(change.reason, "italic"), (0, 0, 1, 4)))


def print_revisions(found: Sequence[Revised]) -> None:
    """The texts of a release: when each was seen, and what was edited."""
    for one in found:
        seen = f"seen from {one.seen_first:%Y-%m-%d %H:%M} to {one.seen_last:%Y-%m-%d %H:%M} UTC"
        _console().print(_headed(f"Text {one.number}", seen))
        _console().print(
            Padding(_text(f"SHA-256 of the page: {one.source.sha256}", "dim"), (0, 0, 0, 4))
        )
        if one.amendment:
            _print_amendment(one.amendment)
        for change in _edits(one.comparison):
            label = " + ".join(change.after or change.before)
            _console().print(Padding(_headed(f"topic {change.change}", label), (0, 0, 0, 4)))
        _console().print()
    if len(found) == 1:
        _console().print("no other text of it is known")


def _print_amendment(edit: Amendment) -> None:
    if edit.title:
        _console().print(Padding(Text.assemble("title: ", _redline(edit.title)), (0, 0, 0, 4)))
    if edit.published:
        then, now = (f"{day:%Y-%m-%d}" if day else "no date" for day in edit.published)
        _console().print(Padding(_headed("date", f"{then} → {now}"), (0, 0, 0, 4)))
    for passage in edit.passages:
        _console().print(Padding(_redline(passage), (0, 0, 0, 4)))


def _edits(comparison: Comparison | None) -> list[Change]:
    """What an edit did to the topics themselves: those that only read otherwise stand above."""
    changes = comparison.changes if comparison else ()
    return [each for each in changes if each.change != "continued" or each.label_changed]


def print_reading(path: str, reading: Reading) -> None:
    """What a page is, and why."""
    _console().print(_headed(path, reading.verdict))
    for line in reading.evidence:
        _console().print(Padding(_text(line, "dim"), (0, 0, 0, 4)))
    for readout in reading.readouts:
        held = f"round {readout.round or 'unknown'}, held {readout.held.text or 'on days unknown'}"
        _console().print(Padding(_text(held), (0, 0, 0, 4)))
        for mention in readout.mentions:
            _console().print(Padding(_text(f"- {mention.label}"), (0, 0, 0, 6)))
    for doubt in doubts(reading) if reading.readouts else ():
        _console().print(Padding(_text(f"in doubt: {doubt}", "bold"), (0, 0, 0, 4)))


def print_topic(history: TopicHistory) -> None:
    """One topic over all rounds: what each said of it, and what had changed."""
    _console().print(_text(f"{history.name} ({history.topic})", "bold"))
    for one in history.rounds:
        number = "a round without a number" if one.round is None else f"round {one.round}"
        held = f"held {one.held.text}" if one.held.text else "held on days unknown"
        labels = " + ".join(one.labels)
        if not labels:
            labels = "does not name it" if one.complete else "not seen: its page breaks off"
        _console().print(_headed(f"\n{number}, {held}", labels))
        if one.change:
            _print_change(one.change)
        elif one.text:
            _console().print(Padding(_text(one.text), (0, 0, 0, 4)))


def print_matrix(found: Matrix, series: Series) -> None:
    """Topics by rounds; a dot stands where a round names the topic."""
    rows = [
        (_name(series, row.topic, row.labels), *("●" if label else "" for label in row.labels))
        for row in found.rows
    ]
    print_table((series.name, *map(str, found.rounds)), rows)


def print_hits(found: Sequence[Hit], *, more: bool) -> None:
    """The releases that were found, each with the passages that show why."""
    if not found:
        _console().print("nothing on file has all of these words")
    for hit in found:
        rounds = ", ".join(f"{each.series} round {each.round or '?'}" for each in hit.rounds)
        day = f"{hit.published:%Y-%m-%d}" if hit.published else "no date"
        _console().print(_headed(day, hit.title or "without a title"))
        about = "; ".join(filter(None, [hit.verdict, rounds]))
        for line in filter(None, [about, hit.url]):
            line_of_its_own = _text(f"    {line}", "dim")
            _console().print(line_of_its_own, no_wrap=True, overflow="ignore", crop=False)
        for passage in hit.passages:
            _console().print(Padding(_passage(passage), (0, 0, 0, 4)))
        _console().print()
    if more:
        _console().print(_text("there is more: --limit, --series and --year", "dim"))


def _passage(passage: Passage) -> Text:
    """What was found is bold; off a terminal it stands in brackets."""
    plain = not _console().is_terminal
    parts: list[str | tuple[str, str]] = ["[…] " if passage.cut_before else ""]
    for run in passage.runs:
        text = visible(run.text)
        parts.append((f"[{text}]" if plain else text, "bold") if run.found else text)
    return Text.assemble(*parts, " […]" if passage.cut_after else "")


def print_issues(found: Sequence[Issue]) -> None:
    """What was not understood."""
    rows = [
        (
            str(i.id),
            i.kind,
            i.summary,
            i.address or "",
            f"{i.times}×",
            f"{i.last_seen_at:%Y-%m-%d %H:%M}",
        )
        for i in found
    ]
    print_table(
        ("No.", "Kind", "What", "Where", "Seen", "Last (UTC)"), rows, empty="no issue is open"
    )


def print_requests(made: Sequence[RequestMade], sums: Sequence[Traffic]) -> None:
    """Requests one by one, the newest last, then all of them in sum by host."""
    rows = [
        (
            f"{each.asked_at:%Y-%m-%d %H:%M:%S}",
            "" if each.status is None else str(each.status),
            each.fault or "",
            str(each.size),
            str(each.milliseconds),
            each.address,
        )
        for each in made
    ]
    headings = ("Asked (UTC)", "Status", "Fault", "Bytes", "ms", "Address")
    print_table(headings, rows, empty="no request is on record")
    for each in sums:
        said = f"{counted(each.requests, 'request')}, {each.unchanged} unchanged (304)"
        took = f"{each.size} bytes in {each.milliseconds / 1000:.1f} s"
        _console().print(_text(f"{each.host}: {said}, {each.failed} failed; {took}"))


def print_readers(found: Sequence[Subscriber]) -> None:
    """Who is told, of what, and how often."""
    rows = [
        (
            reader.address,
            reader.state,
            reader.preferences.rhythm,
            ", ".join(each.series for each in reader.subscriptions),
            f"{reader.created_at:%Y-%m-%d}",
        )
        for reader in found
    ]
    print_table(("Address", "State", "Rhythm", "Series", "Since"), rows, empty="no readers yet")


def print_reader(found: Mapping[str, Any]) -> None:
    """All that is stored on a reader: the rows of each kind, a line each."""
    about = dict(found["subscriber"])
    nested = {"preferences": about.pop("preferences"), "subscriptions": about.pop("subscriptions")}
    _console().print(_text(about["address"], "bold"))
    for name, value in (about | nested.pop("preferences")).items():
        _console().print(_headed(name, _plain(value)))
    for title, rows in (nested | {k: v for k, v in found.items() if k != "subscriber"}).items():
        _console().print(_text(f"\n{title}: {len(rows)}", "bold underline"))
        for row in rows:
            _console().print(
                _text("; ".join(f"{name}: {_plain(value)}" for name, value in row.items()))
            )


def _plain(value: object) -> str:
    """A value as stored, in words: nothing where there is none."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "all"
    return "" if value is None else str(value)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], empty: str = "") -> None:
    """A table of texts."""
    rows = list(rows)
    if not rows:
        _console().print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(_text(heading), overflow="fold")
    for row in rows:
        table.add_row(*(_text(cell) for cell in row))
    _console(_NO_WIDTH).print(table)


def _text(words: str, style: str = "") -> Text:
    """Words for the terminal: nothing scraped may steer it, or turn the reading direction."""
    return Text(visible(words), style=style)


def _headed(word: str, text: str) -> Text:
    return Text.assemble((visible(f"{word}: "), "bold"), visible(text))


def _seat(before: str | None, after: str) -> str:
    return f"{before} → {after}" if before else after


def _lead(seat: Seat) -> list[RenderableType]:
    told = _headed(seat.country, _seat(seat.before, seat.after))
    return [told, Padding(_text(seat.rank, "italic"), (0, 0, 0, 4))] if seat.rank else [told]


def _cards(title: str, cards: Sequence[Card]) -> list[RenderableType]:
    if not cards:
        return []
    parts: list[RenderableType] = [_text(f"\n{title}", "bold underline")]
    for card in cards:
        parts.append(_headed(card.word, card.label))
        if card.redline:
            parts.append(Padding(_redline(card.redline.pieces), (0, 0, 0, 4)))
        parts.append(Padding(_text(card.reason, "italic"), (0, 0, 1, 4)))
    return parts


def _items(title: str, items: Sequence[tuple[str, str]]) -> list[RenderableType]:
    if not items:
        return []
    return [
        _text(f"\n{title}", "bold underline"),
        *(_headed(label, text) if text else _text(label) for label, text in items),
    ]


def _redline(pieces: Sequence[Piece]) -> Text:
    if not _console().is_terminal:
        return _text(marked(pieces))
    return Text.assemble(*((visible(piece.text), _PIECE_STYLES[piece.op]) for piece in pieces))


def _name(series: Series, topic: str, labels: Sequence[str | None]) -> str:
    name = series.topic_name(topic) or next((label for label in reversed(labels) if label), topic)
    return name if len(name) <= _WIDEST_CELL else f"{name[: _WIDEST_CELL - 1]}…"
