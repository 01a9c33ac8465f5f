"""How unusual the change is, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from notifiers.digest.news.unusual import how_unusual
from notifiers.words.en import ENGLISH
from storage.records import Background, Count
from tests.notifiers.builders import change, comparison

FOUND = replace(comparison(change("Labor")), before_round=4)
QUIET = Count("common-interest", "split", 0, (0, 0, 0))


def told(*counts: Count) -> str:
    return how_unusual(FOUND, Background(counts=counts), ENGLISH)


def went(now: int, *earlier: int, **facts: Any) -> Count:
    return replace(Count("common-interest", "went", now, earlier), **facts)


def came(now: int, *earlier: int, **facts: Any) -> Count:
    return replace(Count("common-interest", "came", now, earlier), **facts)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (
            went(2, 1, 0, 1),
            "Unusual: two topics dropped out, more than in any of the three earlier comparisons.",
        ),
        (
            went(2, 1, 0),
            "Unusual: two topics dropped out, more than in either of the two earlier comparisons.",
        ),
        (
            went(1, 2, 4, 3),
            "Unusual: one topic dropped out, fewer than in any of the three earlier comparisons.",
        ),
        (
            went(0, 1, 2, 1),
            "Unusual: no topic dropped out, for the first time in four comparisons.",
        ),
        (
            went(1, 0, 0, strand="bilateral", certainty="likely"),
            "Unusual: one bilateral issue likely dropped out, for the first time in three "
            "comparisons.",
        ),
        (
            came(3, 0, 0, certainty="unsure"),
            "Unusual: three topics are perhaps new or back, for the first time in three "
            "comparisons.",
        ),
    ],
)
def test_what_never_was_so_many_or_so_few_is_unusual(count: Count, words: str) -> None:
    assert told(count) == words


def test_several_firsts_are_told_together() -> None:
    split = Count("common-interest", "split", 1, (0, 0, 0), "likely")
    assert told(went(0, 1, 1, 1), split, came(3, 1, 2, 1)) == (
        "Unusual: no topic dropped out and one topic likely split, each for the first time in four "
        "comparisons; three topics are new or back, more than in any of the three earlier "
        "comparisons."
    )


def test_what_is_as_usual_says_what_usual_is() -> None:
    assert told(went(1, 0, 2, 1), came(0, 0, 1, 1), QUIET) == (
        "As usual: one topic dropped out (0 to 2) and no topic is new or back (0 or 1); in "
        "brackets, how many in the three earlier comparisons."
    )
    assert "one topic dropped out (1)" in told(went(1, 1, 1), came(0, 0, 0))


@pytest.mark.parametrize(
    ("counts", "words"),
    [((went(1, 3),), "only one earlier comparison"), ((went(1),), "no earlier comparison")],
)
def test_with_too_little_history_nothing_is_said(counts: tuple[Count, ...], words: str) -> None:
    assert told(*counts) == f"How unusual this is cannot be said: there is {words}."


def test_what_cannot_be_measured_says_why() -> None:
    def why(found: Any, *torn: int) -> str:
        return how_unusual(found, Background(torn=torn), ENGLISH).removeprefix(
            "How unusual this is cannot be said: "
        )

    assert why(None) == "no earlier round is on file."
    assert why(FOUND, 5) == "the page of round 5 breaks off."
    assert why(FOUND, 2, 4, 5) == "the pages of rounds 4 and 5 break off."
    assert why(replace(FOUND, missing_rounds=(2, 3))) == "rounds 2 and 3 are not on file."
    assert why(replace(FOUND, missing_rounds=(3,))) == "round 3 is not on file."
    assert why(replace(FOUND, before_round=None, after_round=None)) == "a page breaks off."
