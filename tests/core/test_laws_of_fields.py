"""What holds of the grammars for any text at all: they answer, quickly, in the page's own words."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.bilateral import items_of
from monitor.core.dates import YearHint, days_in
from monitor.core.delegations import delegations_in
from monitor.core.next_round import next_round_in
from monitor.core.periods import period_in
from storage.records import Span
from tests.core.builders import PARTNERSHIP
from tests.core.wordings import BILATERAL, DAYS, LEADS, NEXT_ROUNDS

RELEASED = date(2022, 7, 31)
HINTS = (YearHint(date(2022, 2, 1), RELEASED, "the release's date"),)


def _days(text: str) -> list[Span]:
    found = days_in(text, HINTS, published=RELEASED)
    return [found.span, *found.elsewhere] if found else []


def _period(text: str) -> list[Span]:
    found = period_in(text, HINTS, published=RELEASED)
    return [found] if found else []


def _next(text: str) -> list[Span]:
    found = next_round_in([text], 5, None, published=RELEASED)
    return [found] if found else []


def _words_of_spans(read: Callable[[str], list[Span]]) -> Callable[[str], list[str]]:
    return lambda text: [word for s in read(text) for word in (s.text, s.calendar) if word]


def _leads(text: str) -> list[str]:
    leads = [lead for d in delegations_in(text, PARTNERSHIP) for lead in d.leads]
    # A title that stands on both sides of a name is two pieces.
    return [p for lead in leads for p in (lead.name, *(lead.title or "").split(", ")) if p]


READERS: dict[str, Callable[[str], list[str]]] = {
    "days": _words_of_spans(_days),
    "periods": _words_of_spans(_period),
    "next round": _words_of_spans(_next),
    "leads": _leads,
    "issues": lambda text: items_of(text, PARTNERSHIP),
}
SENTENCES = [
    *(days.words for days in DAYS.values()),
    *(led.sentence for led in LEADS.values()),
    *(ahead.sentence for ahead in NEXT_ROUNDS.values()),
    *(paragraph for issues in BILATERAL.values() for paragraph in issues.paragraphs),
]
PIECES = st.sampled_from(
    [word for sentence in SENTENCES for word in sentence.split()]
    + [",", ";", "(", ")", "-", "–", "31", "May", "2022", "and", "led by", "next", "\u00a0", "\n"]
)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(PIECES, max_size=40).map(" ".join),
    st.lists(st.sampled_from(SENTENCES), max_size=3).map(" ".join),
)


@pytest.mark.parametrize("name", READERS)
@given(text=TEXTS)
def test_any_text_is_answered_in_words_that_stand_in_it(name: str, text: str) -> None:
    plain = " ".join(text.split())
    assert [words for words in READERS[name](text) if words not in plain] == []


@pytest.mark.parametrize("name", READERS)
@given(text=TEXTS, space=st.sampled_from(["\u00a0", "  ", " \n\t", "\u2009"]))
def test_the_kind_and_number_of_spaces_change_nothing(name: str, text: str, space: str) -> None:
    assert READERS[name](text.replace(" ", space)) == READERS[name](" ".join(text.split()))


LONG = 100_000
UNITS = [
    "May 5, ", "5, ", "5-", "in the ", "will the next round ", ", and ", "A. ", "Ada Bell, Director, ",
    "Director for ", "The U.S. delegation was led by ", "the Japanese side, led by ", "a, ", "a; ", "(",
    "including ", " ", "early ", "2025-06-02 to ", "discussed bilateral issues including a, ",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", READERS)
def test_the_worst_texts_take_no_time_out_of_proportion(name: str, unit: str) -> None:
    started = time.process_time()
    READERS[name](unit * (LONG // len(unit)))
    assert time.process_time() - started < 2  # a second at most, and a slow machine's share
