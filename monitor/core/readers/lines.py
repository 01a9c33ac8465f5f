"""Readers as lines of a table: one for each series that a reader follows, out and in again.

A line begins with what is about the reader, repeated on each of the reader's lines; then the series
and its topics.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, get_args

from monitor.errors import UsageError
from storage.records import (
    Channel,
    DigestRhythm,
    Language,
    MailFormat,
    Preferences,
    Subscriber,
    SubscriberState,
    Subscription,
)

COLUMNS = (
    *("address", "channel", "state", "language", "format", "rhythm", "weekday", "hour", "zone"),
    *("paused_until", "series", "topics", "since", "reason"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_FORMULA = re.compile(r"[=+\-@\t\r']")
"""What a spreadsheet takes for the start of a formula; and our own sign that something is none."""

_TOPIC = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOURS = 24


@dataclass(frozen=True, slots=True)
class ReaderLine:
    """What one line says, its address not yet looked at.

    `series` is None where the line names none; `since` where it does not say.
    """

    address: str
    channel: Channel
    state: SubscriberState
    preferences: Preferences
    series: str | None
    topics: tuple[str, ...] = ()
    since: datetime | None = None
    reason: str | None = None

    @property
    def about_reader(self) -> tuple[object, ...]:
        """What has to be the same on all lines of one reader."""
        return self.channel, self.state, self.preferences, self.reason


def lines_of(reader: Subscriber) -> Iterator[tuple[str, ...]]:
    """The lines of a reader, ready for a spreadsheet: one at least."""
    for each in reader.subscriptions or (None,):
        yield tuple(map(_harmless, _cells(reader, each)))


def read_line(cells: Mapping[str, str], zones: Collection[str], default_series: str) -> ReaderLine:
    """What a line says.

    Args:
        cells: its cells by the names of their columns, of which only `address` has to be there.
        zones: the names of all time zones.
        default_series: what is meant where there is no column for the series.

    Raises:
        UsageError: it cannot be understood; every reason is named.
    """
    reading = _Reading({name: _as_it_was(cell) for name, cell in cells.items()})
    line = ReaderLine(
        address=reading.text("address") or reading.fault("the address is missing", ""),
        channel=reading.one_of("channel", get_args(Channel), "mail"),
        state=reading.one_of("state", get_args(SubscriberState), "confirmed"),
        preferences=_preferences(reading, zones),
        series=reading.text("series") if "series" in cells else default_series,
        topics=tuple(sorted(set((reading.text("topics") or "").split()))),
        since=reading.made("since", _moment, None, "a time such as 2026-03-02T12:00:00Z"),
        reason=reading.text("reason"),
    )
    if line.topics and line.series is None:
        reading.fault("topics: they are those of a series, and none is named", None)
    for slug in line.topics:
        if not _TOPIC.fullmatch(slug):
            reading.fault(f"topics: “{slug}” is no slug such as digital-economy", None)
    if reading.faults:
        raise UsageError("; ".join(reading.faults))
    return line


def _preferences(reading: _Reading, zones: Collection[str]) -> Preferences:
    usual = Preferences()
    zone = reading.text("zone") or usual.zone
    if zone not in zones:
        reading.fault(f"zone: no time zone is called “{zone}”", None)
    return replace(
        usual,
        language=reading.one_of("language", get_args(Language), usual.language),
        format=reading.one_of("format", get_args(MailFormat), usual.format),
        rhythm=reading.one_of("rhythm", get_args(DigestRhythm), usual.rhythm),
        weekday=WEEKDAYS.index(reading.one_of("weekday", WEEKDAYS, WEEKDAYS[usual.weekday])),
        hour=reading.made("hour", _hour, usual.hour, "an hour from 0 to 23"),
        zone=zone,
        paused_until=reading.made(
            "paused_until", date.fromisoformat, None, "a day such as 2026-03-02"
        ),
    )


class _Reading:
    """The cells of a line being read, and what is wrong with them."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.faults: list[str] = []

    def text(self, name: str) -> str | None:
        return self._cells.get(name, "").strip() or None

    def one_of(self, name: str, choice: Collection[str], usual: str) -> Any:  # noqa: ANN401
        given = (self.text(name) or usual).lower()
        if given in choice:
            return given
        return self.fault(f"{name}: “{given}” is none of {', '.join(choice)}", usual)

    def made(self, name: str, make: Callable[[str], Any], usual: Any, wanted: str) -> Any:  # noqa: ANN401
        given = self.text(name)
        try:
            return usual if given is None else make(given)
        except ValueError:
            return self.fault(f"{name}: {wanted} is wanted, not “{given}”", usual)

    def fault(self, why: str, usual: Any) -> Any:  # noqa: ANN401
        self.faults.append(why)
        return usual


def _cells(reader: Subscriber, followed: Subscription | None) -> Iterator[str]:
    wants = reader.preferences
    since = followed.created_at if followed else reader.created_at
    yield from (reader.address, reader.channel, reader.state)
    yield from (wants.language, wants.format, wants.rhythm, WEEKDAYS[wants.weekday])
    yield from (str(wants.hour), wants.zone)
    yield wants.paused_until.isoformat() if wants.paused_until else ""
    yield from (followed.series, " ".join(followed.topics)) if followed else ("", "")
    yield since.astimezone(UTC).isoformat().replace("+00:00", "Z")
    yield reader.reason or ""


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: with an apostrophe before it."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _as_it_was(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


def _hour(text: str) -> int:
    hour = int(text)
    if not 0 <= hour < _HOURS:
        raise ValueError
    return hour


def _moment(text: str) -> datetime:
    """A time; a day alone is its beginning, and one without a zone is in UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
