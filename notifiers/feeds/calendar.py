"""The rounds of a series as a calendar (RFC 5545): those held, and the one that is expected.

Everything stands as whole days: a page names days, not hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from notifiers.feeds.feed import feed_id, round_names, shown
from notifiers.words.en import ENGLISH
from notifiers.words.wording import brief
from storage.records import FiledReadout, Precision, Readout, Span

if TYPE_CHECKING:
    from icalendar import Calendar, Event

_KNOWN: frozenset[Precision] = frozenset({"day", "week", "month", "season"})
"""How precise a time must be: all of a year in a calendar would tell nobody anything."""

_LOOK_AGAIN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class HeldRound:
    """A round on file: its sessions, when its account last changed, and its page, or ""."""

    filed: FiledReadout
    sessions: tuple[Span, ...]
    changed_at: datetime
    page: str


@dataclass(frozen=True, slots=True)
class Happening:
    """What stands in a calendar: a stretch of days, and what is said of it."""

    uid: str
    first: date
    last: date
    title: str
    words: str
    place: str
    page: str
    changed_at: datetime
    expected: bool


def calendar(series: str, series_name: str, rounds: Sequence[HeldRound]) -> bytes:
    """The calendar of a series. The same arguments give the same bytes.

    Args:
        series: its slug.
        series_name: its name for people.
        rounds: those on file; the last one is the latest, and says which one is expected.
    """
    from icalendar import vDuration

    made = _calendar(series, series_name)
    refresh = vDuration(_LOOK_AGAIN)
    refresh.params["VALUE"] = "DURATION"  # RFC 7986 section 5.7 wants it said
    made.add("refresh-interval", refresh)
    made.add("x-published-ttl", vDuration(_LOOK_AGAIN))  # the same for Outlook
    for happening in happenings(series, series_name, rounds):
        made.add_component(_event(happening))
    content: bytes = made.to_ical()
    return content


def happenings(series: str, series_name: str, rounds: Sequence[HeldRound]) -> tuple[Happening, ...]:
    """What a calendar of a series holds, in the order of the rounds."""
    held = [each for one in rounds for each in _held(series, series_name, one)]
    return (*held, *(_expected(series, series_name, rounds[-1]) if rounds else ()))


def _held(series: str, series_name: str, one: HeldRound) -> Iterable[Happening]:
    readout = one.filed.readout
    several = len(one.sessions)
    for number, session in enumerate(one.sessions, 1):
        if session.start is None or session.precision not in _KNOWN:
            continue
        part = f" (part {number} of {several})" if several > 1 else ""
        yield Happening(
            uid=_uid(series, *round_names(one.filed), *([f"part/{number}"] if number > 1 else [])),
            first=session.start,
            last=session.end or session.start,
            title=f"{_called(readout)}{part}: {series_name}",
            words=_words(f"Held {ENGLISH.dates.span(readout.held, readout.held_elsewhere)}.", one),
            place=readout.city or "",
            page=one.page or _official(one.filed),
            changed_at=one.changed_at,
            expected=False,
        )


def _expected(series: str, series_name: str, latest: HeldRound) -> Iterable[Happening]:
    """The next round, as the latest readout words it, where a date can be known.

    Its uid is the one that the round will have once it was held, so that clients then move it.
    """
    readout = latest.filed.readout
    planned, number = readout.next_round, readout.round
    if planned is None or planned.start is None or planned.precision not in _KNOWN:
        return
    following = f"Round {number + 1}" if number is not None else "The next round"
    said = f"The readout of {_round_name(number)} says: “{brief(planned.text)}”."
    names = (f"round/{number + 1}",) if number is not None else (*round_names(latest.filed), "next")
    yield Happening(
        uid=_uid(series, *names),
        first=planned.start,
        last=planned.end or planned.start,
        title=f"{following} (expected): {series_name}",
        words=_words(said, latest),
        place="",
        page=latest.page or _official(latest.filed),
        changed_at=latest.changed_at,
        expected=True,
    )


def _uid(series: str, *names: str) -> str:
    """A UUID without a host in it, as RFC 7986 section 5.3 asks."""
    return str(UUID(feed_id("calendar", series, *names)))


def _called(readout: Readout) -> str:
    return f"Round {readout.round}" if readout.round is not None else "A round without a number"


def _words(said: str, one: HeldRound) -> str:
    official = _official(one.filed)
    return f"{said}\n{official}" if official else said


def _official(filed: FiledReadout) -> str:
    return filed.release.url or filed.source.address or ""


def _calendar(series: str, series_name: str) -> Calendar:
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//Roundwatch//Rounds//EN")
    made.add("version", "2.0")
    made.add("uid", _uid(series))
    made.add("name", f"Rounds: {series_name}")
    made.add("x-wr-calname", f"Rounds: {series_name}")
    made.add("description", f"Rounds of the {series_name}, from USTR's press releases.")
    return made


def _event(happening: Happening) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", happening.uid)
    event.add("dtstamp", happening.changed_at.astimezone(UTC))
    event.add("last-modified", happening.changed_at.astimezone(UTC))
    event.add("sequence", _sequence(happening.changed_at))
    event.add("dtstart", happening.first)
    event.add("dtend", happening.last + timedelta(days=1))  # the first day that is free again
    event.add("summary", shown(happening.title))
    event.add("description", shown(happening.words))
    event.add("status", "TENTATIVE" if happening.expected else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody's day is taken by talks of others
    if happening.place:
        event.add("location", shown(happening.place))
    if happening.page.startswith(("https://", "http://")):
        event.add("url", happening.page)
    return event


def _sequence(changed_at: datetime) -> int:
    """Minutes since 1970: it grows with every change, and nobody has to count changes.

    RFC 5545 section 3.8.7.4 asks only that a later version has a higher number.
    """
    return int(changed_at.timestamp() // 60)


def _round_name(number: int | None) -> str:
    return "the latest round" if number is None else ENGLISH.grammar.this(number)
