"""Words in their normal form, queries of any text, and what is marked in a passage."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.search.passages import LONGEST_PASSAGE, MOST_PASSAGES, passages_with
from monitor.core.search.query import LONGEST_QUERY, query_of
from monitor.core.search.words import BOUNDARY, LONGEST_WORD, MOST_BYTES, filed_form, words_of
from monitor.errors import UsageError

TEXTS = st.text(max_size=LONGEST_QUERY)
PIECES = st.lists(
    st.sampled_from('Labor labors U.S.-Japan talks “ " a.b é 日本 \u202e - ’s'.split())
)
QUERIES = st.one_of(TEXTS, PIECES.map(" ".join))


def forms(text: str) -> list[str]:
    return [word.form for word in words_of(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Labor", "labors"),
        ("agriculture", "Agricultural"),
        ("naïve", "NAIVE"),
        ("na\u0308ive", "näive"),
        ("U.S.", "US"),
        ("the U.S", "the US"),
        ("Japan’s", "Japan"),
        ("Japan's", "JAPAN"),
        ("agri\u00adculture", "agriculture"),
        ("Eco\u202enomy", "economy"),
        ("ﬁsheries", "fisheries"),
        ("ｶﾞ", "ガ"),
        ("Ｔｒａｄｅ", "trade"),
        ("İstanbul", "istanbul"),
        ("STRASSE", "straße"),
    ],
)
def test_what_a_reader_takes_for_one_word_is_one(one: str, other: str) -> None:
    assert forms(one) == forms(other)
    assert forms(one)


def test_words_are_apart_where_a_reader_sees_them_apart() -> None:
    assert forms("follow-up, 3.5% and/or c++") == ["follow", "up", "3", "5", "and", "or", "c"]
    assert forms("日本の貿易") == list("日本の貿易")
    assert forms("* - “” \x00 😀 \ud800") == []


@given(st.text())
def test_any_text_is_words_of_letters_and_digits_alone(text: str) -> None:
    for start, end, form in words_of(text):
        assert form.isalnum()
        assert len(form) <= LONGEST_WORD
        assert 0 <= start < end <= len(text)
        form.encode()


@given(st.lists(st.text(), max_size=4))
def test_what_is_filed_is_one_line_with_a_boundary_around_each_passage(texts: list[str]) -> None:
    line = filed_form(texts)
    assert "" not in line.split(" ")
    assert line.count(BOUNDARY) == len(texts) + 1
    assert [word for word in line.split(" ") if word != BOUNDARY] == forms("\n".join(texts))


def test_a_text_without_an_end_is_filed_up_to_a_limit() -> None:
    line = filed_form([" ".join(f"word{number}x" for number in range(60_000))])
    assert MOST_BYTES - 50 < len(line.encode()) <= MOST_BYTES + len(BOUNDARY) + 1
    assert line.endswith(f"x {BOUNDARY}")


# --- Queries ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "phrases"),
    [
        ("labor  Tokyo", [("labor",), ("tokyo",)]),
        ('"labor standards" Tokyo', [("labor", "standard"), ("tokyo",)]),
        ("“labor standards”", [("labor", "standard")]),
        ('a"b', [("a",), ("b",)]),
        ('"labor', [("labor",)]),
        ("NEAR(labor)", [("near", "labor")]),
        ("c++", [("c",)]),
        ("labor AND tokyo*", [("labor",), ("and",), ("tokyo",)]),
        ("U.S.-Japan", [("us", "japan")]),
        ("labor labors", [("labor",)]),
        ("貿易", [("貿", "易")]),
        ("*", []),
        ('""', []),
        ("", []),
    ],
)
def test_a_query_is_words_and_phrases_whatever_signs_are_in_it(
    asked: str, phrases: list[tuple[str, ...]]
) -> None:
    assert list(query_of(asked).phrases) == phrases


@given(QUERIES)
def test_any_text_is_a_query_and_its_words_are_those_of_the_text(text: str) -> None:
    if len(text) <= LONGEST_QUERY:
        assert set(query_of(text).words) <= set(forms(re.sub('["“”„]', " ", text)))


def test_a_query_longer_than_anybody_asks_is_refused() -> None:
    assert query_of("x" * LONGEST_QUERY).words
    with pytest.raises(UsageError, match="10000 characters; 200 is the most") as refused:
        query_of("x" * 10_000)
    assert refused.value.todo == "search for fewer words"


# --- Marks ------------------------------------------------------------------------------------


def marked(asked: str, *texts: str) -> list[list[str]]:
    """The marked runs of each passage."""
    shown = passages_with(query_of(asked), texts)
    return [[run.text for run in passage.runs if run.found] for passage in shown]


def test_found_words_are_marked_as_they_stand() -> None:
    assert marked("labor", "Labor and labors’ rights; labour, elaborate") == [["Labor", "labors"]]
    assert marked('"supply chains"', "In supply  chains and chains") == [["supply  chains"]]
    assert marked("US japan", "The U.S.-Japan talks") == [["U.S.", "Japan"]]


def test_overlapping_phrases_are_one_mark() -> None:
    assert marked('"a b" "b c"', "x a b c d") == [["a b c"]]


def test_a_phrase_does_not_reach_from_one_passage_into_the_next() -> None:
    assert marked('"labor rights"', "Labor", "rights") == []


def test_passages_that_show_something_more_come_before_those_that_come_first() -> None:
    texts = ("", "labor one", "labor two", "labor three", "in Tokyo")
    shown = passages_with(query_of("labor tokyo"), texts)
    assert [passage.paragraph for passage in shown] == [1, 2, 4]


def test_a_long_passage_is_cut_around_its_first_mark_between_words() -> None:
    text = f"{'before ' * 100}labor {'behind ' * 100}"
    (passage,) = passages_with(query_of("labor"), ("", text))
    shown = "".join(run.text for run in passage.runs)
    assert shown in text
    assert shown.startswith("before")
    assert shown.endswith("behind")
    assert (passage.cut_before, passage.cut_after) == (True, True)
    assert len(shown) <= LONGEST_PASSAGE


LONG = st.lists(
    st.sampled_from(["labor", "a", "日本", "x" * 400, "é.", " ", "\n", "talk-s"]), max_size=80
)


@given(QUERIES, st.lists(st.one_of(st.text(), LONG.map(" ".join), LONG.map("".join)), max_size=6))
def test_what_is_marked_is_what_was_asked_for_and_all_else_is_verbatim(
    asked: str, texts: list[str]
) -> None:
    query = query_of(asked[:LONGEST_QUERY])
    shown = passages_with(query, texts)
    assert len(shown) <= MOST_PASSAGES
    for passage in shown:
        whole = "".join(run.text for run in passage.runs)
        text = texts[passage.paragraph]
        assert whole in text
        assert (whole == text) is not (passage.cut_before or passage.cut_after)
        marks = [run.text for run in passage.runs if run.found]
        assert marks
        for mark in marks:
            assert any(set(phrase) <= set(forms(mark)) for phrase in query.phrases)
            assert set(forms(mark)) <= set(query.words)


@given(PIECES.map(" ".join), PIECES.map(" ".join))
def test_a_text_that_has_all_that_was_asked_for_shows_it(asked: str, text: str) -> None:
    query = query_of(asked[:LONGEST_QUERY])
    line = filed_form([text])
    if query.phrases and all(f" {' '.join(phrase)} " in line for phrase in query.phrases):
        assert passages_with(query, ("", text))
