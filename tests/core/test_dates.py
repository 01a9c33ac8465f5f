from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.dates import MONTHS, YearHint, date_within, days_in, lone_date
from monitor.core.periods import period_in


@pytest.mark.parametrize(
    ("sentence", "words", "start", "end", "precision"),
    [
        ("met on July 29-30, 2024.", "July 29-30, 2024", "2024-07-29", "2024-07-30", "day"),
        (
            "met from February 2-3, 2023",
            "from February 2-3, 2023",
            "2023-02-02",
            "2023-02-03",
            "day",
        ),
        (
            "met from April 30 to May 2, 2024.",
            "from April 30 to May 2, 2024",
            "2024-04-30",
            "2024-05-02",
            "day",
        ),
        (
            "met on December 30 – January 2, 2024.",
            "December 30 – January 2, 2024",
            "2023-12-30",
            "2024-01-02",
            "day",
        ),
        ("met on June 5, 2023, in", "June 5, 2023", "2023-06-05", "2023-06-05", "day"),
        (
            "met Monday, July 29 and Tuesday, July 30, 2024",
            "Monday, July 29 and Tuesday, July 30, 2024",
            "2024-07-29",
            "2024-07-30",
            "day",
        ),
        (
            "met during the week of August 22, 2022.",
            "during the week of August 22, 2022",
            "2022-08-22",
            "2022-08-28",
            "week",
        ),
    ],
)
def test_days_are_read_with_their_words_and_precision(
    sentence: str, words: str, start: str, end: str, precision: str
) -> None:
    found = days_in(sentence)
    assert found is not None
    span = found.span
    assert (span.text, str(span.start), str(span.end), span.precision) == (
        words,
        start,
        end,
        precision,
    )


@pytest.mark.parametrize(
    ("sentence", "words", "start", "end", "precision"),
    [
        (
            "expected during the summer of 2022.",
            "during the summer of 2022",
            "2022-06-01",
            "2022-08-31",
            "season",
        ),
        (
            "expected in the winter of 2023.",
            "in the winter of 2023",
            "2023-12-01",
            "2024-02-29",
            "season",
        ),
        ("expected in September 2023.", "in September 2023", "2023-09-01", "2023-09-30", "month"),
        ("expected in 2025.", "in 2025", "2025-01-01", "2025-12-31", "year"),
    ],
)
def test_periods_are_read_with_their_words_and_precision(
    sentence: str, words: str, start: str, end: str, precision: str
) -> None:
    span = period_in(sentence)
    assert span is not None
    assert (span.text, str(span.start), str(span.end), span.precision) == (
        words,
        start,
        end,
        precision,
    )


def test_a_year_that_is_not_written_and_not_hinted_stays_unknown() -> None:
    found = days_in("met on February 28.")
    assert found is not None
    assert (found.span.text, found.span.start, found.year_from) == ("February 28", None, None)


def test_a_year_comes_from_the_first_hint_in_which_the_day_falls_once() -> None:
    hints = (
        YearHint(date(2021, 11, 1), date(2024, 6, 1), "too wide"),
        YearHint(date(2021, 11, 1), date(2022, 6, 1), "the page"),
    )
    found = days_in("met on February 28 (March 1, Japan time).", hints)
    assert found is not None
    assert (found.span.start, found.year_from) == (date(2022, 2, 28), "the page")
    assert [(s.text, s.start, s.calendar) for s in found.elsewhere] == [
        ("March 1, Japan time", date(2022, 3, 1), "Japan time")
    ]


@pytest.mark.parametrize(
    "text", ["February 30, 2023", "2023-13-01", "13/45/2023", "on May 5, 2023", "May 2023"]
)
def test_what_is_no_lone_date_is_none(text: str) -> None:
    assert lone_date(text) is None


def test_two_dates_in_one_row_are_no_date() -> None:
    assert date_within("May 5, 2023 and May 6, 2023") is None
    assert date_within("2023-05-05 A title") == date(2023, 5, 5)


@given(st.dates(date(1995, 1, 1), date(2090, 12, 31)))
def test_every_day_is_read_back_in_each_spelling(day: date) -> None:
    spellings = (
        f"{MONTHS[day.month - 1]} {day.day:02}, {day.year}",
        f"{day.month:02}/{day.day:02}/{day.year}",
        day.isoformat(),
    )
    assert {lone_date(spelling) for spelling in spellings} == {day}
    found = days_in(f"They met on {spellings[0]}.")
    assert found is not None
    assert found.span.start == day
