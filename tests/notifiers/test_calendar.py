"""The calendar as a client reads it: what was held, and what is expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.feeds.calendar import HeldRound, calendar
from storage.records import FiledReadout, Readout, Span
from tests.notifiers.builders import (
    BEFORE,
    READOUT_1,
    READOUT_5,
    RELEASE_5,
    SERIES,
    SERIES_NAME,
    SOURCE_5,
)

PAGE = "https://rounds.example.org/rounds/5"
THEN = datetime(2024, 7, 31, 18, 5, tzinfo=UTC)
SUMMER = Span("in the summer of 2025", date(2025, 6, 1), date(2025, 8, 31), "season")


def held(readout: Readout = READOUT_5, *sessions: Span, at: datetime = THEN) -> HeldRound:
    filed = FiledReadout(5, 5, 5, RELEASE_5, readout, SOURCE_5)
    return HeldRound(filed, sessions or (readout.held,), at, PAGE)


def events(*rounds: HeldRound) -> list[Any]:
    read = icalendar.Calendar.from_ical(calendar(SERIES, SERIES_NAME, rounds))
    return list(read.walk("VEVENT"))


def test_a_round_is_an_event_of_whole_days() -> None:
    (event,) = events(held())
    assert event.decoded("dtstart") == date(2024, 7, 29)
    assert event.decoded("dtend") == date(2024, 7, 31)  # the first day that is free again
    assert event["summary"] == f"Round 5: {SERIES_NAME}"
    assert "“July 29-30, 2024”" in event["description"]
    assert (event["location"], event["url"]) == ("Washington", PAGE)
    assert (event["status"], event["transp"]) == ("CONFIRMED", "TRANSPARENT")


def test_a_round_in_parts_has_an_event_for_each() -> None:
    again = Span("August 8", date(2024, 8, 8), date(2024, 8, 8), "day")
    first, second = events(held(READOUT_5, READOUT_5.held, again))
    assert first["summary"] == f"Round 5 (part 1 of 2): {SERIES_NAME}"
    assert second.decoded("dtstart") == date(2024, 8, 8)
    assert first["uid"] != second["uid"]


def test_the_expected_round_is_tentative_and_quoted() -> None:
    _, event = events(held(replace(READOUT_5, next_round=SUMMER)))
    assert event["status"] == "TENTATIVE"
    assert event["summary"] == f"Round 6 (expected): {SERIES_NAME}"
    assert event["description"].startswith("The readout of round 5 says: “in the summer of 2025”.")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (SUMMER.start, date(2025, 9, 1))


@pytest.mark.parametrize(
    "planned",
    [
        None,
        Span("look forward to meeting again", None, None, "unstated"),
        Span("next year", date(2025, 1, 1), date(2025, 12, 31), "year"),
    ],
)
def test_a_time_that_nobody_knows_is_not_in_the_calendar(planned: Span | None) -> None:
    assert len(events(held(replace(READOUT_5, next_round=planned)))) == 1


def test_only_the_latest_round_says_what_is_expected() -> None:
    earlier = HeldRound(BEFORE, (READOUT_1.held,), THEN, "")
    assert READOUT_1.next_round is not None
    assert READOUT_1.next_round.start is not None
    assert [event["status"] for event in events(earlier, held())] == ["CONFIRMED", "CONFIRMED"]


def test_an_expected_round_becomes_the_held_one_in_place() -> None:
    (_, expected) = events(held(replace(READOUT_5, next_round=SUMMER)))
    sixth = replace(READOUT_5, round=6, held=SUMMER)
    (event,) = events(held(sixth, at=THEN + timedelta(days=300)))
    assert event["uid"] == expected["uid"]
    assert event["sequence"] > expected["sequence"]
    assert event.decoded("last-modified") > expected.decoded("last-modified")
    assert UUID(event["uid"]).version == 5


def test_a_round_without_a_known_day_has_no_event() -> None:
    assert events(held(replace(READOUT_5, held=Span("", None, None, "unstated")))) == []


def test_a_calendar_without_rounds_is_one_all_the_same() -> None:
    read = icalendar.Calendar.from_ical(calendar(SERIES, SERIES_NAME, ()))
    assert read["version"] == "2.0"
    assert read["prodid"]
    assert read["x-wr-calname"] == f"Rounds: {SERIES_NAME}"
    assert read.walk("VEVENT") == []


@given(st.text(max_size=200))
def test_no_words_of_a_page_end_their_line(words: str) -> None:
    readout = replace(READOUT_5, city=words, held=replace(READOUT_5.held, text=words))
    content = calendar(SERIES, SERIES_NAME, [held(readout)])
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))  # RFC 5545 section 3.1
    assert b"\n" not in content.replace(b"\r\n", b"")
    names = {
        line.split(b":")[0].split(b";")[0] for line in content.split(b"\r\n") if line[:1] != b" "
    }
    assert names <= {name.encode() for name in KNOWN}


KNOWN = (
    " BEGIN END VERSION PRODID DESCRIPTION NAME X-WR-CALNAME REFRESH-INTERVAL UID X-PUBLISHED-TTL"
    " SUMMARY DTSTART DTEND DTSTAMP SEQUENCE LAST-MODIFIED LOCATION STATUS TRANSP URL"
).split(" ")
