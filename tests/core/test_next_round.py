from datetime import date

import pytest

from monitor.core.next_round import next_round_in, year_counted_from

HELD, RELEASED = date(2024, 7, 29), date(2024, 7, 31)


@pytest.mark.parametrize(
    ("sentence", "words", "precision"),
    [
        ("They look forward to the next round of Partnership meetings to go on.",
         "look forward to the next round of Partnership meetings", "unstated"),
        ("The sixth round of meetings will be held in Tokyo in spring 2025.",
         "in spring 2025", "season"),
        ("They will hold the next round in the coming months.", "in the coming months", "unstated"),
        ("The next round is expected later this year.", "later this year", "year"),
        ("They agreed to meet again in 2026.", "in 2026", "year"),
        ("Both plan to hold the next round next month.", "next month", "month"),
        ("The next round will be held in Tokyo, with dates to be determined.",
         "dates to be determined", "unstated"),
        ("They expect to hold the next round no later than March 2026.",
         "no later than March 2026", "month"),
        ("They look forward to the next round, following the visit in May 2023, in fall 2024.",
         "in fall 2024", "season"),
        ("In September or October 2025, both expect to hold the next round.",
         "In September or October 2025", "month"),
        ("They will work ahead of the next round, to be held from June 2-3, 2025.",
         "from June 2-3, 2025", "day"),
        ("They noted that the forum will meet in May 2025 and look forward to the next round.",
         "look forward to the next round", "unstated"),
    ],
)  # fmt: skip
def test_the_next_round_is_told_in_the_pages_words(
    sentence: str, words: str, precision: str
) -> None:
    span = next_round_in(["Work goes on.", sentence], 5, HELD, published=RELEASED)
    assert span is not None
    assert (span.text, span.precision) == (words, precision)


@pytest.mark.parametrize(
    "sentence",
    [
        "They will put to work what the third round agreed on.",
        "Both will continue to talk.",
        "Details on the next steps will be shared at a later date.",
    ],
)
def test_an_earlier_round_or_none_is_no_next_round(sentence: str) -> None:
    assert next_round_in([sentence], 5, HELD) is None


def test_a_month_without_a_year_is_the_first_behind_the_release_and_the_evidence_says_so() -> None:
    sentence = "They expect to hold the next round in September."
    span = next_round_in([sentence], 5, HELD, published=RELEASED)
    assert span is not None
    assert span.start == date(2024, 9, 1)
    assert year_counted_from(span, HELD, RELEASED) == "the release's date, 2024-07-31"
    unknown = next_round_in([sentence], 5, None)
    assert unknown is not None
    assert (unknown.start, year_counted_from(unknown, None, None)) == (None, None)
