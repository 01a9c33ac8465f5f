"""Readers as lines of a table: what goes out comes in again, and no spreadsheet runs it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.readers.lines import COLUMNS, lines_of, read_line
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

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ZONES = ("UTC", "Asia/Tokyo", "America/New_York")
SERIES = "us-japan-partnership-on-trade"

moments = st.timedeltas(timedelta(-9999), timedelta(9999)).map(lambda ago: NOON + ago)
preferences = st.builds(
    Preferences,
    language=st.sampled_from(get_args(Language)),
    format=st.sampled_from(get_args(MailFormat)),
    rhythm=st.sampled_from(get_args(DigestRhythm)),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    zone=st.sampled_from(ZONES),
    paused_until=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
subscriptions = st.builds(
    Subscription,
    id=st.just(1),
    series=st.sampled_from(("a-series", "another")),
    topics=st.sets(st.sampled_from(("labor", "digital-economy", "x1"))).map(
        lambda found: tuple(sorted(found))
    ),
    created_at=moments,
)
words = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Z"]), min_size=1)
readers = st.builds(
    Subscriber,
    id=st.just(1),
    address=st.sampled_from(("", "=", "+", "-", "@", "'", "''=", "'=")).flatmap(
        lambda start: words.map(lambda rest: start + rest)
    ),
    channel=st.sampled_from(get_args(Channel)),
    domain=st.just("example.org"),
    state=st.sampled_from(get_args(SubscriberState)),
    created_at=moments,
    reason=st.none() | words,
    preferences=preferences,
    subscriptions=st.lists(subscriptions, max_size=2).map(tuple),
)


@given(readers)
def test_every_line_says_the_same_when_it_is_read_again(reader: Subscriber) -> None:
    read = [
        read_line(dict(zip(COLUMNS, cells, strict=True)), ZONES, "default")
        for cells in lines_of(reader)
    ]
    for line in read:
        assert line.address == reader.address
        assert line.about_reader == (
            reader.channel,
            reader.state,
            reader.preferences,
            reader.reason,
        )
    told = [(line.series, line.topics, line.since) for line in read]
    kept = [(each.series, each.topics, each.created_at) for each in reader.subscriptions]
    assert told == (kept or [(None, (), reader.created_at)])


@given(readers)
def test_no_cell_begins_like_a_formula(reader: Subscriber) -> None:
    cells = [cell for line in lines_of(reader) for cell in line]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]


def test_an_address_alone_is_a_line_with_the_usual_preferences() -> None:
    line = read_line({"address": " reader@example.org "}, ZONES, SERIES)
    assert (line.address, line.channel, line.state) == ("reader@example.org", "mail", "confirmed")
    assert (line.series, line.preferences, line.since) == (SERIES, Preferences(), None)


def test_every_fault_of_a_line_is_named() -> None:
    cells = {
        "address": "",
        "state": "happy",
        "weekday": "7",
        "hour": "24",
        "zone": "Mars/Base",
        "paused_until": "soon",
        "series": "",
        "topics": "Digital Economy",
        "since": "yesterday",
    }
    with pytest.raises(UsageError) as refused:
        read_line(cells, available_timezones(), SERIES)
    said = refused.value.summary
    for words in (
        "the address is missing",
        "state: “happy” is none of pending, confirmed, unsubscribed, suppressed",
        "weekday: “7” is none of monday",
        "hour: an hour from 0 to 23 is wanted, not “24”",
        "zone: no time zone is called “Mars/Base”",
        "paused_until: a day such as 2026-03-02 is wanted",
        "since: a time such as",
        "topics: they are those of a series, and none is named",
        "topics: “Digital” is no slug",
    ):
        assert words in said


@pytest.mark.parametrize(
    "text", ["2026-03-02T12:00:00Z", "2026-03-02 12:00", "2026-03-02T21:00+09"]
)
def test_a_time_is_read_in_its_zone_or_in_utc(text: str) -> None:
    line = read_line({"address": "a@example.org", "since": text}, ZONES, SERIES)
    assert line.since == NOON
