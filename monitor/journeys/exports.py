"""What is on file as files to take away: gathered here, worded by the notifiers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from monitor.core.marks import MarkedMatrix, MarkedRow
from monitor.core.topic_history import TopicHistory, TopicRound, changes_by_topic
from monitor.core.topics import Series
from monitor.journeys.latest import Account
from monitor.journeys.links import series_as_linked
from monitor.journeys.sending.announce import telling_of
from monitor.journeys.topic import history_with_rounds
from monitor.journeys.topics import topics_by_rounds
from monitor.journeys.two_rounds import TwoRounds
from notifiers.citations import Citation, citation
from notifiers.digest.cards import Redline, card_of
from notifiers.digest.redline_text import marked
from notifiers.digest.sheet import Sheet, lay_out
from notifiers.exports.lines import SEVERAL, ChangeLine, RoundLine, TopicLine, source_of
from notifiers.exports.markdown import (
    Chapter,
    Grid,
    Row,
    Topic,
    comparison_as_markdown,
    matrix_as_markdown,
    round_as_markdown,
    topic_as_markdown,
)
from notifiers.exports.spreadsheet import Cell, lines_as_csv, table_as_csv
from notifiers.words import words_of
from storage import archive
from storage.database import Transaction
from storage.records import Change, FiledReadout, Strand

Form = Literal["csv", "md"]
"""The forms of a file, by the suffixes of their names."""


@dataclass(frozen=True, slots=True)
class TakenAway:
    """A file: what it is called, and its bytes. The same archive gives the same bytes."""

    name: str
    content: bytes


def file_of_round(
    tx: Transaction, account: Account, form: Form, *, public_url: str | None
) -> TakenAway:
    """One round: its topics, each with what became of it since the round before.

    Args:
        tx: a transaction.
        account: the round.
        form: of the file.
        public_url: where our pages are, if anywhere.
    """
    number = account.summary.readout.round
    name = f"{account.series.slug}-{'latest' if number is None else f'round-{number}'}.{form}"
    if form == "md":
        return TakenAway(name, round_as_markdown(_sheet(account, public_url)).encode())
    series = series_as_linked(tx, account.series.slug)
    return TakenAway(name, lines_as_csv(RoundLine, _round_lines(account, series)))


def file_of_comparison(found: TwoRounds, form: Form, *, public_url: str | None) -> TakenAway:
    """Two rounds of a series, topic by topic."""
    account, compared = found.account, found.comparison
    rounds = f"round-{compared.after_round}-against-{compared.before_round}"
    name = f"{account.series.slug}-{rounds}.{form}"
    if form == "md":
        sheet = _sheet(account, public_url)
        told = comparison_as_markdown(sheet, found.before, account.filed)
        return TakenAway(name, told.encode())
    return TakenAway(name, lines_as_csv(ChangeLine, _change_lines(found)))


def file_of_topic(tx: Transaction, slug: str, called: str, form: Form) -> TakenAway:
    """One topic over all rounds on file; as Markdown the latest first, as CSV the first.

    Raises:
        NotFound: there is no such topic, or no round on file.
        UnknownSeries: there is no such series.
    """
    series = series_as_linked(tx, slug)
    history, filed = history_with_rounds(tx, called, series)
    name = f"{slug}-{history.topic}.{form}"
    told = list(zip(filed, history.rounds, strict=True))
    if form == "md":
        chapters = tuple(_chapter(each, said) for each, said in told)[::-1]
        page = topic_as_markdown(Topic(series.name, history.name, chapters))
        return TakenAway(name, page.encode())
    lines = (_topic_line(each, said, history) for each, said in told)
    return TakenAway(name, lines_as_csv(TopicLine, lines))


def file_of_matrix(tx: Transaction, slug: str, form: Form) -> TakenAway:
    """The topics of a series by rounds, with what became of each, in words.

    Raises:
        NotFound: no round of it is on file.
        UnknownSeries: there is no such series.
    """
    series = series_as_linked(tx, slug)
    grid = _grid(tx, series, topics_by_rounds(tx, series))
    name = f"{slug}-topics-by-rounds.{form}"
    if form == "md":
        return TakenAway(name, matrix_as_markdown(grid).encode())
    columns = ("strand", "topic", "name", *(f"round_{each.readout.round}" for each in grid.rounds))
    return TakenAway(name, table_as_csv(columns, [*_matrix_rows(grid)]))


def how_to_cite(account: Account) -> Citation:
    """How to cite the press release that reports a round."""
    series = account.series
    return citation(account.filed, publisher=series.publisher, series_name=series.name)


def _sheet(account: Account, public_url: str | None) -> Sheet:
    """Laid out as a digest is. No file says when it was made: it would never stay the same."""
    fetched = account.filed.source.fetched_at
    return lay_out(telling_of(account, "news", fetched), public_url=public_url)


def _round_lines(account: Account, series: Series) -> Iterator[RoundLine]:
    readout, comparison = account.summary.readout, account.summary.comparison
    changes = changes_by_topic(comparison, series) if comparison else {}
    for position, said in enumerate(readout.mentions, 1):
        change = changes.get(said.topic)
        yield RoundLine(
            readout.series,
            readout.round,
            readout.held.text,
            readout.held.start,
            readout.held.end,
            readout.city,
            account.summary.release.published,
            said.strand,
            position,
            said.topic,
            said.label,
            said.text,
            comparison.before_round if comparison else None,
            *_fate(change),
            *source_of(account.filed),
        )


def _fate(change: Change | None) -> tuple[str | None, str | None, str | None]:
    return (change.change, change.certainty, change.reason) if change else (None, None, None)


def _topic_line(filed: FiledReadout, said: TopicRound, history: TopicHistory) -> TopicLine:
    fate, certainty, reason = _fate(said.change)
    return TopicLine(
        history.series,
        history.topic,
        history.name,
        said.round,
        said.held.text,
        said.held.start,
        said.held.end,
        said.strand,
        SEVERAL.join(said.labels),
        said.text,
        fate,
        certainty,
        said.change.last_seen_round if said.change else None,
        reason,
        said.complete,
        *source_of(filed),
    )


def _change_lines(found: TwoRounds) -> Iterator[ChangeLine]:
    for change in found.comparison.topics:
        yield _change_line(found, change, "common-interest")
    for change in found.comparison.bilateral_issues:
        yield _change_line(found, change, "bilateral")


def _change_line(found: TwoRounds, change: Change, strand: Strand) -> ChangeLine:
    texts = Redline("running", change.redline)
    return ChangeLine(
        found.comparison.series,
        found.comparison.before_round,
        found.comparison.after_round,
        strand,
        change.topic,
        change.change,
        change.certainty,
        SEVERAL.join(change.before),
        SEVERAL.join(change.after),
        change.label_changed,
        change.text_change,
        change.moved,
        texts.before,
        texts.after,
        marked(change.redline),
        "; ".join(change.words_gone),
        "; ".join(change.words_new),
        change.last_seen_round,
        change.reason,
        *source_of(found.before),
        *source_of(found.account.filed),
    )


def _chapter(filed: FiledReadout, said: TopicRound) -> Chapter:
    strand = said.strand or "common-interest"
    card = card_of(said.change, strand, words_of("en")) if said.change else None
    return Chapter(filed, said.labels, said.text, card)


def _grid(tx: Transaction, series: Series, found: MarkedMatrix) -> Grid:
    on_file = {each.readout.round: each for each in archive.current_readouts(tx, series.slug)}
    rounds = tuple(on_file[number] for number in found.rounds)
    return Grid(series.name, rounds, tuple(_row(row) for row in found.rows))


def _row(row: MarkedRow) -> Row:
    """A row of words; a match that is likely or unsure is not certain."""
    words = (f"{cell.mark}{'' if cell.certain else ' (not certain)'}" for cell in row.cells)
    return Row(row.strand, row.topic, row.name, tuple(words))


def _matrix_rows(grid: Grid) -> Iterator[tuple[Cell, ...]]:
    for row in grid.rows:
        yield (row.strand, row.topic, row.name, *row.marks)
    sources = zip(*(source_of(filed) for filed in grid.rounds), strict=True)
    for what, cells in zip(("address", "fetched_at", "sha256"), sources, strict=True):
        yield ("source", what, None, *cells)
