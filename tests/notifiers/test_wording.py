"""Facts in words."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.words.en.dates import day, days_of, minute
from notifiers.words.en.dates import span as span_words
from notifiers.words.en.grammar import listed, plural
from notifiers.words.en.grammar import rounds as rounds_named
from notifiers.words.wording import clipped, visible
from storage.records import Precision, Span
from tests.notifiers.builders import HELD_1, HELD_1_IN_JAPAN, HELD_5


@pytest.mark.parametrize(
    ("rounds", "words"),
    [
        ([3], "round 3"),
        ([2, 3], "rounds 2 and 3"),
        ([2, 3, 4], "rounds 2 to 4"),
        ([4, 2], "rounds 2 and 4"),
        ([2, 4, 6, 7, 8], "rounds 2, 4 and 6 to 8"),
        ([9, 2, 3, 4, 9], "rounds 2 to 4 and 9"),
    ],
)
def test_rounds_are_named_as_a_person_would(rounds: list[int], words: str) -> None:
    assert rounds_named(rounds) == words


@given(st.sets(st.integers(1, 40), min_size=1))
def test_naming_rounds_neither_adds_nor_loses_one(rounds: set[int]) -> None:
    told = rounds_named(rounds).split(" ", 1)[1].replace(" and ", ", ")
    meant: set[int] = set()
    for part in told.split(", "):
        first, _, last = part.partition(" to ")
        meant |= set(range(int(first), int(last or first) + 1))
    assert meant == rounds


def test_lists_and_counts_read_well() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert (plural(1, "round"), plural(3, "round")) == ("1 round", "3 rounds")


def test_days_stand_in_the_pages_words_and_as_dates() -> None:
    assert span_words(HELD_5) == "“July 29-30, 2024” (2024-07-29 to 2024-07-30)"
    assert span_words(HELD_1, (HELD_1_IN_JAPAN,)) == (
        "“February 28 (March 1, Japan time)” (2022-02-28; 2022-03-01, Japan time)"
    )


def test_no_date_is_made_up_where_the_page_names_none() -> None:
    soon = Span("look forward to\n meeting again", None, None, "unstated")
    assert span_words(soon) == "“look forward to meeting again” (no date given)"


@pytest.mark.parametrize(
    ("precision", "last", "words"),
    [
        ("day", date(2022, 6, 1), "2022-06-01"),
        ("day", None, "2022-06-01"),
        ("week", date(2022, 6, 7), "2022-06-01 to 2022-06-07"),
        ("season", date(2022, 8, 31), "2022-06-01 to 2022-08-31"),
        ("month", date(2022, 6, 30), "2022-06"),
        ("year", date(2022, 12, 31), "2022"),
    ],
)
def test_dates_are_as_precise_as_the_page(
    precision: Precision, last: date | None, words: str
) -> None:
    assert days_of(Span("then", date(2022, 6, 1), last, precision)) == words


def test_days_and_minutes_are_written_out() -> None:
    assert day(date(2024, 7, 1)) == "July 1, 2024"
    assert day(None) == "on a day not stated"
    assert minute(datetime(2024, 7, 31, 18, 2, 59, tzinfo=UTC)) == "2024-07-31 18:02 UTC"


@given(st.text(), st.integers(4, 80))
def test_a_clipped_text_fits_and_says_that_it_was_cut(text: str, longest: int) -> None:
    cut = clipped(text, longest)
    assert len(cut) <= longest
    assert cut == text if len(text) <= longest else cut.endswith("…")
    assert text.startswith(cut.removesuffix("…"))


def test_a_text_is_clipped_at_a_word() -> None:
    assert (
        clipped("areas for cooperation to increase the supply", 30) == "areas for cooperation to…"
    )


def test_controls_that_turn_the_reading_direction_are_shown() -> None:
    assert visible("dropped\u202eton\u2069") == "dropped[U+202E]ton[U+2069]"
    assert visible("a\x00b\x1b[31m\r\nc\td") == "a[U+0000]b[U+001B][31m[U+000D]\nc\td"


@given(st.text(alphabet=st.characters()))
def test_what_is_visible_holds_no_hidden_control_and_no_lone_surrogate(text: str) -> None:
    shown = visible(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n"]
    turning = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    assert not [c for c in shown if unicodedata.bidirectional(c) in turning]
    assert visible(shown) == shown
