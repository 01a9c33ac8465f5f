"""All readers as a table in a file (CSV, RFC 4180), out and in again.

A file is read line by line, twice: once to name every fault of it, once to take it in. Neither
keeps more of it in memory than the lines of one reader, and a number for each reader seen.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TextIO
from zoneinfo import available_timezones

from monitor.core.readers.lines import COLUMNS, ReaderLine, lines_of, read_line
from monitor.errors import RoundwatchError, UsageError
from monitor.journeys.progress import Each, nobody
from monitor.journeys.readers.orders import Place, place_of
from monitor.series import DEFAULT, followed
from storage import newcomers, subscribers
from storage.database import Database, Transaction
from storage.records import Subscriber, Subscription

_A_COMMIT = 1000
"""Readers: so long others have to wait for their turn to write, on SQLite."""


@dataclass(frozen=True, slots=True)
class Faulty:
    """A line that cannot be taken in, by its number in the file, and why."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A reader in a file: where, and every line."""

    number: int
    place: Place
    lines: tuple[ReaderLine, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: readers that are new, those that were known, and subscriptions."""

    new: int = 0
    known: int = 0
    followed: int = 0


def export(file: TextIO, *, database: Database) -> int:
    """Write all readers, a line for each series that they follow; return how many lines."""
    table = csv.writer(file, lineterminator="\r\n")
    table.writerow(COLUMNS)
    written = 0
    with database.reading() as tx:
        for reader in subscribers.subscribers(tx):
            for line in lines_of(reader):
                table.writerow(line)
                written += 1
    return written


def faults_of_file(path: Path) -> Iterator[Faulty]:
    """Every line that cannot be taken in.

    Raises:
        UsageError: there is no such file, or its header is none of ours.
    """
    return (each for each in _read(path) if isinstance(each, Faulty))


def take_in(
    path: Path, *, database: Database, now: datetime, dry: bool = False, each: Each = nobody
) -> Imported:
    """Add the readers of a file, leaving its faulty lines out. Who is on file stays as is.

    Each commit holds a thousand readers, each with all of its lines; whoever was in one is on file
    the next time. So an import that was broken off is simply started again.

    Args:
        path: the file.
        database: where readers are.
        now: when those came of whom the file does not say it, aware.
        dry: only count.
        each: told after each commit how many readers are done; the total is not known (0).

    Raises:
        UsageError: there is no such file, or its header is none of ours.
    """
    readers = (_reader(found, now) for found in _read(path) if isinstance(found, Entry))
    done = Imported()
    while piece := list(islice(readers, _A_COMMIT)):
        with database.reading() if dry else database.transaction() as tx:
            new, followed = _counted(tx, piece) if dry else newcomers.enter(tx, piece)
        known = len(piece) - new
        done = Imported(done.new + new, done.known + known, done.followed + followed)
        each(done.new + done.known, 0)
    return done


def unknown_topics(path: Path, known: Mapping[str, Collection[str]]) -> frozenset[str]:
    """The topics in a file that nothing on file, and no list of a series, has (yet)."""
    return frozenset(
        topic
        for found in _read(path)
        if isinstance(found, Entry)
        for line in found.lines
        for topic in line.topics
        if topic not in known.get(line.series or "", ())
    )


def _reader(entry: Entry, now: datetime) -> Subscriber:
    """A reader as the lines have it, to be filed."""
    first = entry.lines[0]
    came = min(line.since or now for line in entry.lines)
    return Subscriber(
        id=0,
        address=entry.place.address,
        channel=entry.place.channel,
        domain=entry.place.domain,
        state=first.state,
        created_at=came,
        confirmed_at=came if first.state == "confirmed" else None,
        reason=first.reason,
        preferences=first.preferences,
        subscriptions=tuple(
            Subscription(0, line.series, line.topics, line.since or now)
            for line in entry.lines
            if line.series is not None
        ),
    )


def _counted(tx: Transaction, readers: Sequence[Subscriber]) -> tuple[int, int]:
    """How many readers would be new, and with how many subscriptions."""
    known = newcomers.known_among(tx, [(each.address, each.channel) for each in readers])
    new = [each for each in readers if (each.address, each.channel) not in known]
    return len(new), sum(len(each.subscriptions) for each in new)


def _read(path: Path) -> Iterator[Entry | Faulty]:
    """The readers of a file in its order, each with its lines, and the lines that are faulty."""
    seen: set[int] = set()
    entry: Entry | None = None
    for found in _lines(path):
        if isinstance(found, Faulty):
            yield found
        elif entry is not None and _key(entry) == _key(found):
            joined = _joined(entry, found)
            if isinstance(joined, Faulty):
                yield joined
            else:
                entry = joined
        elif hash(_key(found)) in seen:
            yield Faulty(found.number, f"{_named(found)} stands further up: put its lines together")
        else:
            if entry is not None:
                yield entry
            seen.add(hash(_key(found)))
            entry = found
    if entry is not None:
        yield entry


def _joined(entry: Entry, found: Entry) -> Entry | Faulty:
    """A reader with one line more."""
    (line,) = found.lines
    if line.about_reader != entry.lines[0].about_reader:
        why = f"it says other things of {_named(found)} than line {entry.number}"
        return Faulty(found.number, why)
    if line.series in {each.series for each in entry.lines}:
        return Faulty(found.number, f"{_named(found)} follows {line.series} by a line before")
    return replace(entry, lines=(*entry.lines, line))


def _lines(path: Path) -> Iterator[Entry | Faulty]:
    """Each line as an entry of its own."""
    zones = available_timezones()
    series = {each.slug for each in followed()}
    for number, cells in _rows(path):
        if isinstance(cells, str):
            yield Faulty(number, cells)
            continue
        try:
            line = read_line(cells, zones, DEFAULT)
            if line.series is not None and line.series not in series:
                raise UsageError(f"series: none is called “{line.series}”")
            yield Entry(number, _placed(line), (line,))
        except RoundwatchError as fault:
            yield Faulty(number, fault.summary)


def _placed(line: ReaderLine) -> Place:
    place = place_of(line.address)
    if place.channel != line.channel:
        raise UsageError(f"channel: the address is one of {place.channel}, not {line.channel}")
    return place


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str] | str]]:
    """The cells of each line by their columns, or what is wrong with the line."""
    try:
        # A spreadsheet may begin a file with a byte order mark; bytes that are no UTF-8 are to be
        # a fault of their line, not of the file.
        file = path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}") from fault
    with file:
        table = csv.reader(file, strict=True)
        header = _header(path, table)
        while True:
            number = table.line_num + 1
            try:
                cells = next(table, None)
            except csv.Error as fault:
                yield number, f"no line of a table: {fault}"
                continue
            if cells is None:
                return
            if cells:
                yield number, _by_column(header, cells)


def _header(path: Path, table: Iterator[list[str]]) -> list[str]:
    try:
        header = [name.strip().lower() for name in next(table, [])]
    except csv.Error:
        header = []
    unknown = [name for name in header if name not in COLUMNS or header.count(name) > 1]
    if "address" in header and not unknown:
        return header
    told = f" (not: {', '.join(unknown)})" if unknown else ""
    raise UsageError(
        f"the first line of {path} does not name the columns{told}",
        todo=f"`address` is wanted, and any of {', '.join(COLUMNS[1:])}; commas between them",
    )


def _by_column(header: list[str], cells: list[str]) -> Mapping[str, str] | str:
    if len(cells) != len(header):
        return f"{len(cells)} cells, where the first line names {len(header)} columns"
    if any(_is_broken(cell) for cell in cells):
        return "it is not in UTF-8"
    return dict(zip(header, cells, strict=True))


def _is_broken(cell: str) -> bool:
    return any("\udc80" <= sign <= "\udcff" for sign in cell)


def _key(entry: Entry) -> str:
    place = entry.place
    return place.address.casefold() if place.channel == "mail" else place.address


def _named(entry: Entry) -> str:
    return entry.place.address
