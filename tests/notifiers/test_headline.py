"""The headline, and the subject that is the same line in less room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifiers.digest.news.facts import Facts
from notifiers.digest.news.headline import LONGEST_HEADLINE, headline_of, headline_of_first
from notifiers.digest.subject import LONGEST_SUBJECT, subject_of
from notifiers.words.en import ENGLISH
from storage.records import Background, Change, RankChange
from tests.notifiers.builders import (
    COMPARISON,
    READOUT_5,
    SERIES_NAME,
    change,
    comparison,
    dropped,
    introduced,
    summary,
    telling,
)

TORN = replace(READOUT_5, complete=False)
UNSEEN = dropped("Labor", "x", change="not-seen", certainty="unsure", last_seen_round=None)
RETURNED = introduced("Energy", "x", change="returned", last_seen_round=3)
SPLIT = change("Trade", change="split", after=("Trade", "Non-Market Policies"), certainty="likely")
RANK = RankChange("United States", "Director", "Ambassador", "higher", "A sentence.")


def facts(*topics: Change, issues: tuple[Change, ...] = (), **background: object) -> Facts:
    found = comparison(*topics, bilateral_issues=issues)
    return Facts(ENGLISH, READOUT_5, found, replace(Background(), **background))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("topics", "words"),
    [
        ([dropped("Environment", "x")], "Environment dropped"),
        (
            [dropped("Environment", "x"), dropped("Labor", "x"), introduced("Energy", "x")],
            "Environment and Labor dropped; Energy new",
        ),
        ([introduced("Energy", "x")], "Energy new; no topic dropped"),
        ([RETURNED], "Energy returned; no topic dropped"),
        ([SPLIT], "Non-Market Policies likely split off; no topic dropped"),
        ([introduced("Energy", "x", certainty="likely")], "Energy likely new; no topic dropped"),
        (
            [dropped("Ports", "x", certainty="unsure"), dropped("Labor", "x")],
            "Labor dropped; Ports perhaps dropped",
        ),
        (
            [change("Labor", text_change="reworded"), change("Energy", text_change="shortened")],
            "No topic dropped or new; two texts reworded",
        ),
        ([change("Labor", text_change="style")], "No topic dropped or new"),
        (
            [dropped(f"Topic {number}", "x") for number in range(6)],
            "Topic 0, Topic 1, Topic 2 +3 dropped",
        ),
    ],
)
def test_a_headline_names_the_biggest_news_first(topics: list[Change], words: str) -> None:
    assert headline_of(facts(*topics)) == words


def test_bilateral_issues_come_after_the_topics_all_kinds_or_none_by_name() -> None:
    issues = dropped("standards", "x"), introduced("beef", "x")
    assert headline_of(facts(change("Labor"), issues=issues)) == (
        "“standards” dropped; “beef” new; no topic dropped or new"
    )
    assert headline_of(
        facts(dropped("A Topic with a Name of Some Length", "x"), issues=issues)
    ) == ("A Topic with a Name of Some Length dropped; “standards” dropped; “beef” new")
    long = tuple(replace(each, before=("some words " * 5,)) for each in issues[:1]) + issues[1:]
    assert headline_of(facts(dropped("Environment", "x"), issues=long)) == (
        "Environment dropped; two bilateral issues changed"
    )


def test_another_rank_of_the_lead_is_told_where_there_is_room() -> None:
    assert headline_of(facts(change("Labor"), ranks=(RANK,))) == (
        "A higher rank led for the United States; no topic dropped or new"
    )


def test_against_a_page_that_breaks_off_nothing_is_said_of_what_was_not_dropped() -> None:
    assert headline_of(facts(introduced("Energy", "x"), torn=(1,))) == (
        "Energy new; the page of round 1 breaks off"
    )
    assert headline_of(facts(torn=(1,))) == "The page of round 1 breaks off"


def test_a_headline_of_a_torn_page_says_so_however_much_there_is() -> None:
    many = [introduced(f"Topic {number}", "x") for number in range(9)]
    found = replace(facts(UNSEEN, *many), readout=TORN)
    made = headline_of(found, 50)
    assert made == "Topic 0, Topic 1 +7 new; the page breaks off"
    assert headline_of(replace(facts(UNSEEN), readout=TORN)) == "The page breaks off"


def test_a_first_round_names_as_many_topics_as_have_room() -> None:
    assert headline_of_first(READOUT_5, ENGLISH) == "First round on file: Digital Economy and Labor"
    assert headline_of_first(READOUT_5, ENGLISH, 40) == "First round on file: Digital Economy +1"
    assert headline_of_first(READOUT_5, ENGLISH, 30) == "First round on file"
    assert headline_of_first(replace(READOUT_5, mentions=()), ENGLISH) == "First round on file"


def subject(*topics: Change) -> str:
    return subject_of(telling(summary(comparison(*topics)), background=Background()), ENGLISH)


def test_the_subject_is_the_headline_in_less_room() -> None:
    assert subject(*COMPARISON.topics) == (
        f"Round 5: Environment, Trade Facilitation +1 dropped; one topic new – {SERIES_NAME}"
    )
    assert headline_of(facts(*COMPARISON.topics)).startswith(
        "Environment, Trade Facilitation and Multilateral Cooperation dropped"
    )
    assert len(subject(*COMPARISON.topics)) <= LONGEST_SUBJECT
    assert len(headline_of(facts(*COMPARISON.topics))) <= LONGEST_HEADLINE


def test_a_subject_of_a_first_round_or_a_correction_says_what_it_is() -> None:
    first = subject_of(telling(summary(None, round=None), background=Background()), ENGLISH)
    assert first == f"A round: First round on file: Digital Economy and Labor – {SERIES_NAME}"
    found = telling(summary(comparison(dropped("Labor", "x"))), kind="correction")
    again = subject_of(replace(found, background=Background()), ENGLISH)
    assert again == f"Correction: Round 5: Labor dropped – {SERIES_NAME}"
