from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.dates import MONTHS, YearHint, date_within, days_in, lone_date


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


WINDOW = (YearHint(date(2024, 2, 2), date(2024, 7, 31), "the release's date"),)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("10th and 11th July", "2024-07-10", "2024-07-11"),
        ("May 2nd through May 7th", "2024-05-02", "2024-05-07"),
        ("February 5 and February 13", "2024-02-05", "2024-02-13"),
        ("October 7 and 9, 2024", "2024-10-07", "2024-10-09"),
        ("September 30 – October 3, 2025", "2025-09-30", "2025-10-03"),
        ("from December 30, 2025 to January 2, 2026", "2025-12-30", "2026-01-02"),
        ("Monday, June 2, and Tuesday, June 3, 2025", "2025-06-02", "2025-06-03"),
        ("July 8, 9, and 10, 2025", "2025-07-08", "2025-07-10"),
        ("June 2 and again on June 5, 2024", "2024-06-02", "2024-06-05"),
        ("30 September to 3 October 2025", "2025-09-30", "2025-10-03"),
        ("the 3rd of June 2025", "2025-06-03", "2025-06-03"),
        ("Feb. 2-3, 2023", "2023-02-02", "2023-02-03"),
        ("Sept. 16–30, 2024", "2024-09-16", "2024-09-30"),
        ("DECEMBER 5-6, 2024", "2024-12-05", "2024-12-06"),
        ("May 5,2024", "2024-05-05", "2024-05-05"),
        ("2025-06-02 to 2025-06-03", "2025-06-02", "2025-06-03"),
        ("6/2/2025-6/3/2025", "2025-06-02", "2025-06-03"),
    ],
)
def test_lists_and_ranges_of_days_are_read_in_every_spelling(
    words: str, start: str, end: str
) -> None:
    found = days_in(f"met in Tokyo {words} to talk", WINDOW)
    assert found is not None
    span = found.span
    assert (span.text, str(span.start), str(span.end)) == (words, start, end)


def test_over_three_days_from_keeps_the_words_of_the_days() -> None:
    found = days_in("met over three days from 3 to 5 June 2025 in Paris")
    assert found is not None
    assert (found.span.text, found.span.end) == ("from 3 to 5 June 2025", date(2025, 6, 5))


@pytest.mark.parametrize(
    "words", ["February 30, 2024", "July 32, 2025", "13/02/2025", "July 10-3, 2025"]
)
def test_an_impossible_day_stays_unknown_with_its_words(words: str) -> None:
    found = days_in(f"met on {words}.", WINDOW)
    assert found is not None
    assert (found.span.text, found.span.start, found.span.end) == (words, None, None)


@pytest.mark.parametrize(
    "sentence",
    [
        "launched on November 17, 2021",
        "the first meeting since May 5, 2022",
        "when both last met on April 3, 2023",
        "they may 5 times a year",
        "July 29/30, 2024",
    ],
)
def test_days_of_something_else_and_days_that_may_be_two_things_are_passed_over(
    sentence: str,
) -> None:
    assert days_in(sentence, WINDOW) is None


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("on July 29 and 30 officials came", "July 29"),
        ("on June 2, 15 officials met", "June 2"),
        ("Launched in November 2021, the talks went on on May 5", "May 5"),
    ],
)
def test_a_number_of_something_is_no_day(sentence: str, words: str) -> None:
    found = days_in(sentence, WINDOW)
    assert found is not None
    assert found.span.text == words


def test_two_calendars_are_told_apart_by_what_the_page_calls_them() -> None:
    words = "July 9-10 Washington time (July 10-11, Tokyo time)"
    found = days_in(f"met {words}, online", WINDOW)
    assert found is not None
    assert (found.span.text, found.span.calendar) == (words, "Washington time")
    assert [(str(s.start), str(s.end), s.calendar) for s in found.elsewhere] == [
        ("2024-07-10", "2024-07-11", "Tokyo time")
    ]
    local = days_in("met July 9, 2024 (local time)")
    assert local is not None
    assert (local.span.calendar, local.elsewhere) == ("local time", ())


@pytest.mark.parametrize(
    ("words", "published", "start", "end"),
    [
        ("today", date(2024, 7, 31), "2024-07-31", "2024-07-31"),
        ("yesterday", date(2024, 7, 31), "2024-07-30", "2024-07-30"),
        ("this week", date(2024, 7, 31), "2024-07-29", "2024-08-04"),
        ("last week", date(2024, 7, 31), "2024-07-22", "2024-07-28"),
        ("last week", date(2024, 7, 28), "None", "None"),  # a Sunday: either of two weeks
        ("today", None, "None", "None"),
        ("this week", None, "None", "None"),
    ],
)
def test_today_and_this_week_are_counted_from_the_releases_date_or_unknown(
    words: str, published: date | None, start: str, end: str
) -> None:
    found = days_in(f"met {words} in Tokyo", WINDOW, published=published)
    assert found is not None
    assert (found.span.text, str(found.span.start), str(found.span.end)) == (words, start, end)
    assert (found.days_from is not None) == (found.span.start is not None)


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
