from datetime import date

import pytest

from monitor.core.dates import YearHint
from monitor.core.periods import month_in, period_in

RELEASED = date(2024, 7, 31)
AHEAD = (YearHint(RELEASED, date(2025, 7, 30), "the release's date"),)


@pytest.mark.parametrize(
    ("words", "start", "end", "precision"),
    [
        ("during the summer of 2022", "2022-06-01", "2022-08-31", "season"),
        ("in the winter of 2023", "2023-12-01", "2024-02-29", "season"),
        ("in spring 2025", "2025-03-01", "2025-05-31", "season"),
        ("in the spring or summer of 2026", "2026-03-01", "2026-08-31", "season"),
        ("in September 2023", "2023-09-01", "2023-09-30", "month"),
        ("in early March 2026", "2026-03-01", "2026-03-31", "month"),
        ("between September and October 2025", "2025-09-01", "2025-10-31", "month"),
        ("no later than March 2026", "2026-03-01", "2026-03-31", "month"),
        ("in the first week of June 2025", "2025-06-01", "2025-06-30", "month"),
        ("in 2025", "2025-01-01", "2025-12-31", "year"),
        ("in 2026 or 2027", "2026-01-01", "2027-12-31", "year"),
        ("in the first quarter of 2026", "2026-01-01", "2026-12-31", "year"),
        ("by the end of 2025", "2025-01-01", "2025-12-31", "year"),
        ("the week of March 3, 2025", "2025-03-03", "2025-03-09", "week"),
    ],
)
def test_periods_are_read_with_their_words_and_no_precision_is_made_up(
    words: str, start: str, end: str, precision: str
) -> None:
    span = period_in(f"expected {words} in Tokyo")
    assert span is not None
    assert (span.text, str(span.start), str(span.end), span.precision) == (
        words,
        start,
        end,
        precision,
    )


@pytest.mark.parametrize(
    ("words", "start", "precision"),
    [
        ("in mid-July", "2025-07-01", "month"),
        ("in September", "2024-09-01", "month"),
        ("in the fall", "2024-09-01", "season"),
        ("this fall", "2024-09-01", "season"),
        ("next spring", "2025-03-01", "season"),
        ("next fall", "None", "season"),  # this year's or the one after
        ("this winter", "None", "season"),
        ("next month", "2024-08-01", "month"),
        ("later this year", "2024-01-01", "year"),
        ("early next year", "2025-01-01", "year"),
        ("by the end of the year", "2024-01-01", "year"),
    ],
)
def test_what_names_no_year_is_counted_from_the_release_or_unknown(
    words: str, start: str, precision: str
) -> None:
    span = period_in(f"expected {words}.", AHEAD, published=RELEASED)
    assert span is not None
    assert (span.text, str(span.start), span.precision) == (words, start, precision)
    alone = period_in(f"expected {words}.")
    assert alone is not None
    assert (alone.text, alone.start) == (words, None)


@pytest.mark.parametrize(
    "sentence",
    ["as the 2023 APEC host", "the 2024 round", "launched in November 2021", "they may go"],
)
def test_a_year_that_tells_no_time_is_none(sentence: str) -> None:
    assert period_in(sentence) is None


def test_the_first_month_of_a_text_is_found_with_its_words() -> None:
    assert month_in("launched in November 2021 in Tokyo") == (date(2021, 11, 1), "in November 2021")
