from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.readers.chosen import holds_news, narrowed
from storage.records import Change, Telling
from tests.core.builders import PARTNERSHIP
from tests.notifiers.builders import (
    change,
    comparison,
    dropped,
    summary,
    telling,
)

LABOR = change("Labor")
REWORDED = change("Agriculture", text_change="reworded")
GONE = dropped("Environment", "Talked about trees.")
SPLIT = change("Labor", change="split", after=("Forced Labor", "Digital Economy"), topic="labor")


def told(*changes: Change, **facts: Any) -> Telling:
    return telling(summary(comparison(*changes)), **facts)


def is_news(found: Telling, *topics: str) -> bool:
    return holds_news(found, topics, PARTNERSHIP)


def narrow(found: Telling, *topics: str) -> Telling:
    return narrowed(found, topics, PARTNERSHIP)


def shown(found: Telling) -> list[str]:
    assert found.summary.comparison is not None
    return [each.topic for each in found.summary.comparison.topics]


def test_everything_is_news_to_who_chose_nothing() -> None:
    assert is_news(told(LABOR))
    assert narrow(told(LABOR)) == told(LABOR)


@pytest.mark.parametrize(
    "facts",
    [
        {"text_change": "reworded"},
        {"text_change": "replaced"},
        {"label_changed": True},
        {"moved": "strand"},
        {"change": "returned", "text_change": None},
        {"change": "introduced", "text_change": None},
        {"change": "dropped", "text_change": None},
        {"change": "split"},
        {"change": "merged"},
    ],
)
def test_what_changed_of_a_topic_chosen_is_news(facts: dict[str, Any]) -> None:
    assert is_news(told(change("Labor", **facts)), "labor")
    assert not is_news(told(change("Labor", **facts)), "agriculture")


@pytest.mark.parametrize(
    "facts",
    [
        {"text_change": "same"},
        {"text_change": "style"},
        {"text_change": None},
        {"moved": "order"},
        {"change": "not-seen", "text_change": None},
    ],
)
def test_what_goes_on_in_the_same_words_is_none(facts: dict[str, Any]) -> None:
    assert not is_news(told(change("Labor", **facts), REWORDED), "labor")


def test_a_topic_that_another_was_split_into_is_told_too() -> None:
    assert is_news(told(SPLIT), "digital-economy")
    assert shown(narrow(told(SPLIT, REWORDED), "digital-economy")) == ["labor"]


def test_a_label_that_was_linked_counts_as_its_topic() -> None:
    linked = PARTNERSHIP.with_aliases([("Forced Labor", "labor", "Labor")])
    merged = change("Wages", change="merged", before=("Wages", "Forced Labor"), topic="wages")
    assert holds_news(told(merged), ["labor"], linked)


def test_of_the_first_round_on_file_a_topic_that_is_named_is_news() -> None:
    first = telling(summary(None))
    (named, *_) = (each.topic for each in first.summary.readout.mentions)
    assert is_news(first, named)
    assert not is_news(first, "no-such-topic")


def test_only_topics_chosen_are_told_and_what_is_left_out_is_counted() -> None:
    bilateral = (change("Beef", text_change="replaced"), change("Plywood"))
    found = narrow(
        telling(summary(comparison(REWORDED, GONE, LABOR, bilateral_issues=bilateral))),
        "environment",
        "labor",
    )
    assert shown(found) == ["environment", "labor"]
    assert found.summary.comparison is not None
    assert found.summary.comparison.bilateral_issues == ()
    assert {each.topic for each in found.summary.readout.mentions} <= {"environment", "labor"}
    assert found.chosen is not None
    assert found.chosen.topics == ("Environment", "Labor")
    assert found.chosen.left_out == 2  # agriculture and beef; plywood goes on as it was
    assert found.background.counts == ()


def test_a_correction_is_news_where_what_was_told_has_changed() -> None:
    before, now = summary(comparison(LABOR, REWORDED)), summary(comparison(LABOR, GONE))
    correction = telling(now, kind="correction", corrected=before)
    assert is_news(correction, "agriculture")
    assert is_news(correction, "environment")
    assert not is_news(correction, "labor")
    narrower = narrow(correction, "environment").corrected
    assert narrower is not None
    assert narrower.comparison is not None
    assert narrower.comparison.topics == ()


LABELS = ("Labor", "Agriculture", "Environment", "Digital Economy", "Wages")
SLUGS = ("labor", "agriculture", "environment", "digital-economy", "wages")
changes = st.builds(
    change,
    st.sampled_from(LABELS),
    change=st.sampled_from(("continued", "introduced", "returned", "dropped", "not-seen")),
    text_change=st.sampled_from((None, "same", "style", "reworded")),
    label_changed=st.booleans(),
)
tellings = st.lists(changes, max_size=6).map(lambda found: told(*found))
choices = st.frozensets(st.sampled_from(SLUGS), min_size=1)


@given(tellings, choices, choices)
def test_who_chooses_more_is_told_no_less(
    found: Telling, some: Collection[str], others: Collection[str]
) -> None:
    more = {*some, *others}
    assert is_news(found, *more) >= is_news(found, *some)
    assert set(shown(narrow(found, *more))) >= set(shown(narrow(found, *some)))


@given(tellings, choices)
def test_narrowing_keeps_the_order_and_a_second_time_changes_nothing_told(
    found: Telling, some: Collection[str]
) -> None:
    once = narrow(found, *some)
    again = narrow(once, *some)
    assert shown(once) == [topic for topic in shown(found) if topic in some]
    assert replace(again, chosen=once.chosen) == once
    assert is_news(once, *some) == is_news(found, *some)


@given(tellings, choices)
def test_what_is_told_and_what_is_left_out_are_all_the_news(
    found: Telling, some: Collection[str]
) -> None:
    everything, rest = narrow(found, *SLUGS), narrow(found, *(set(SLUGS) - set(some)))
    chosen = narrow(found, *some).chosen
    assert everything.chosen is not None
    assert everything.chosen.left_out == 0
    assert chosen is not None
    if rest.chosen is not None:
        assert is_news(found, *SLUGS) == (chosen.left_out + rest.chosen.left_out > 0)
