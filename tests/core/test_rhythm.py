"""The rhythm of a series: gaps between rounds, the usual one, and how long it has been quiet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.rhythm import Rhythm, rhythm
from storage.records import FiledReadout, Precision, Readout, Release, SourceOf, Span


def filed(
    number: int | None, start: date | None, days: int = 0, precision: Precision = "day"
) -> FiledReadout:
    end = start + timedelta(days=days) if start else None
    held = Span("then", start, end, precision)
    readout = Readout("talks", number, held, (), None, (), (), None, True)
    source = SourceOf(None, "file:///x", "folder", datetime(2024, 1, 1, tzinfo=UTC), "0" * 64, 1)
    return FiledReadout(number or 99, 1, 1, Release(None, None, None, ()), readout, source)


def gaps(found: Rhythm) -> list[int | None]:
    return [beat.gap for beat in found.beats]


def test_a_gap_is_from_the_last_day_of_one_round_to_the_first_of_the_next() -> None:
    rounds = [filed(2, date(2024, 1, 13)), filed(1, date(2024, 1, 1), days=2)]
    found = rhythm(rounds, date(2024, 2, 2))
    assert gaps(found) == [None, 10]
    assert (found.usual, found.shortest, found.longest, found.quiet) == (10, 10, 10, 20)


def test_the_usual_gap_is_the_middle_one() -> None:
    days = [date(2024, 1, 1), date(2024, 1, 3), date(2024, 1, 10), date(2024, 12, 1)]
    found = rhythm([filed(n, day) for n, day in enumerate(days, 1)], date(2024, 12, 1))
    assert (found.usual, found.shortest, found.longest, found.quiet) == (7, 2, 326, 0)


def test_a_gap_that_a_missing_round_lies_in_is_none() -> None:
    found = rhythm([filed(1, date(2024, 1, 1)), filed(3, date(2024, 6, 1))], date(2024, 7, 1))
    assert gaps(found) == [None, None]
    assert found.usual is None
    assert found.quiet == 30


def test_days_that_are_known_to_the_month_alone_make_no_gap() -> None:
    rounds = [filed(1, date(2024, 1, 1)), filed(2, date(2024, 6, 1), 29, "month")]
    assert gaps(rhythm(rounds, date(2024, 7, 1))) == [None, None]


def test_nothing_on_file_has_no_rhythm() -> None:
    assert rhythm([], date(2024, 1, 1)) == Rhythm()
    assert rhythm([filed(1, None)], date(2024, 1, 1)).quiet is None


@given(st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), unique=True, min_size=1))
def test_gaps_and_quiet_add_up_to_the_time_since_the_first_round(days: list[date]) -> None:
    today = date(2030, 1, 1)
    found = rhythm([filed(n, day) for n, day in enumerate(sorted(days), 1)], today)
    told = [gap for gap in gaps(found) if gap is not None]
    assert sum(told) + (found.quiet or 0) == (today - min(days)).days
    assert told == [(b - a).days for a, b in pairwise(sorted(days))]
