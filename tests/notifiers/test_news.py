"""The news in at most five lines, and the subject."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.news import NewsLine, news_lines
from notifiers.subject import LONGEST_SUBJECT, subject_of
from storage.records import Change, Presence
from tests.notifiers.builders import (
    COMPARISON,
    READOUT_5,
    SERIES_NAME,
    TIMES_STOOD,
    change,
    comparison,
    dropped,
    introduced,
)

TORN = replace(READOUT_5, complete=False)
RETURNED = introduced("Energy", "Energy came up.", change="returned", last_seen_round=3)
MERGED = change("Labor", change="merged", before=("Labor", "Forced Labor"), text_change="extended")
RENAMED = change("Standards and Norms", before=("Standards",), label_changed=True)
UNSEEN = dropped("Labor", "x", change="not-seen", certainty="unsure", last_seen_round=None)


def lines(*topics: Change, stood: dict[str, int] | None = None) -> dict[str, str]:
    found = news_lines(READOUT_5, comparison(*topics), stood or {})
    return {line.word: line.text for line in found}


def subject(*topics: Change) -> str:
    return subject_of(READOUT_5, comparison(*topics), "news", SERIES_NAME)


def test_the_news_of_a_whole_round_is_told_in_order() -> None:
    assert [line.word for line in news_lines(READOUT_5, COMPARISON, TIMES_STOOD)] == [
        *("Dropped", "Introduced", "Split", "Reworded", "Bilateral"),
    ]


def test_a_dropped_topic_tells_how_long_it_had_stood() -> None:
    found = lines(dropped("Environment", "x"), dropped("Labor", "y"), stood={"environment": 3})
    assert found["Dropped"] == "Environment (after 3 rounds) · Labor"


def test_the_same_age_is_told_once() -> None:
    gone = dropped("Environment", "x"), dropped("Labor", "y")
    found = lines(*gone, stood={"environment": 2, "labor": 2})
    assert found["Dropped"] == "Environment · Labor (each after 2 rounds)"


def test_with_rounds_missing_only_those_of_the_archive_were_counted() -> None:
    gap = comparison(dropped("Environment", "x"), missing_rounds=(2, 3))
    assert news_lines(READOUT_5, gap, {"environment": 1})[0] == NewsLine(
        "Dropped", "Environment (after 1 round of the archive)"
    )


def test_that_nothing_was_dropped_is_said() -> None:
    assert lines(introduced("Energy", "x"))["Dropped"] == "No topic was dropped."


def test_a_page_that_breaks_off_drops_nothing() -> None:
    found = news_lines(TORN, comparison(UNSEEN), {"labor": 4})
    assert found[0] == NewsLine("Not seen", "Labor (the page breaks off)")
    told = " ".join(line.text for line in news_lines(TORN, comparison(change("Labor")), {}))
    assert "No topic was dropped" not in told
    assert "Cannot be said" in told


def test_each_kind_of_change_has_its_line() -> None:
    found = lines(RETURNED, RENAMED)
    assert found["Returned"] == "Energy (last seen in round 3)"
    assert found["Renamed"] == "Standards → Standards and Norms"
    assert lines(MERGED)["Merged"] == "Labor + Forced Labor → Labor"
    assert lines(MERGED, RENAMED).keys() >= {"Merged, renamed"}


def test_style_alone_is_no_news() -> None:
    found = lines(change("Labor", text_change="style"), change("Energy"))
    assert found == {
        "Dropped": "No topic was dropped.",
        "Continued": "2 topics, none reworded.",
    }


def test_doubt_is_told_with_the_name() -> None:
    found = lines(
        introduced("Energy", "x", certainty="likely"), dropped("Labor", "y", certainty="unsure")
    )
    assert found["Introduced"] == "Energy (likely)"
    assert found["Dropped"] == "Labor (not sure)"


def test_bilateral_issues_are_told_kind_by_kind_and_short() -> None:
    issues = comparison(bilateral_issues=COMPARISON.bilateral_issues)
    found = {line.word: line.text for line in news_lines(READOUT_5, issues, {})}
    assert found["Bilateral"] == (
        "dropped: standards · introduced: ensuring a level playing field for…, trade in seafood"
        " · returned: areas for cooperation to increase the… (likely)"
        " · renamed: regulatory transparency and due process (likely)"
    )


def test_a_long_list_is_cut_and_says_so() -> None:
    many = [introduced(f"Topic {number}", "x") for number in range(9)]
    assert lines(*many)["Introduced"].endswith("Topic 5 · and 3 more")


def test_without_an_earlier_round_the_topics_are_named() -> None:
    assert news_lines(READOUT_5, None, {}) == (
        NewsLine("Topics", "Digital Economy · Labor"),
        NewsLine("Bilateral", "trade in seafood"),
    )


PRESENCES: tuple[Presence, ...] = (
    *("continued", "introduced", "returned", "dropped", "not-seen", "split", "merged"),
)
CHANGES = st.builds(
    lambda label, presence, certainty, text: change(
        label or "x",
        change=presence,
        before=() if presence in ("introduced", "returned") else (label,),
        after=() if presence in ("dropped", "not-seen") else (label, f"{label} 2"),
        certainty=certainty,
        text_change=text,
        label_changed=presence == "continued",
    ),
    st.text(max_size=120),
    st.sampled_from(PRESENCES),
    st.sampled_from(["certain", "likely", "unsure"]),
    st.sampled_from(["same", "reworded", None]),
)


@given(st.lists(CHANGES, max_size=12), st.lists(CHANGES, max_size=4), st.booleans())
def test_there_are_never_more_than_five_lines(
    topics: list[Change], issues: list[Change], complete: bool
) -> None:
    readout = replace(READOUT_5, complete=complete)
    found = news_lines(readout, comparison(*topics, bilateral_issues=tuple(issues)), {})
    assert 2 <= len(found) <= 5


@given(st.lists(CHANGES, max_size=12), st.booleans(), st.text(max_size=200))
def test_a_subject_is_one_line_and_not_too_long(
    topics: list[Change], complete: bool, series: str
) -> None:
    readout = replace(READOUT_5, complete=complete)
    made = subject_of(readout, comparison(*topics), "correction", series)
    assert made.startswith("Correction: Round 5: ")
    assert not set(made) & set("\r\n\x00\x85\u2028\u202e")
    hidden = made.count("[U+")
    assert len(made) <= LONGEST_SUBJECT + 7 * hidden


@pytest.mark.parametrize(
    ("topics", "news"),
    [
        ([dropped("Environment", "x")], "Environment dropped"),
        ([introduced("Energy", "x")], "Energy introduced; none dropped"),
        (
            [dropped("Environment", "x"), introduced("Energy", "x"), RETURNED],
            "Environment dropped; Energy introduced; Energy returned",
        ),
        ([introduced("Energy", "x", certainty="likely")], "Energy likely introduced; none dropped"),
        ([dropped("Energy", "x", certainty="unsure")], "Energy perhaps dropped"),
        ([change("Labor", text_change="reworded")], "no topic dropped or introduced; 1 reworded"),
        (
            [dropped(f"A topic with a long name {n}", "x") for n in range(4)],
            "A topic with a long name 0 +3 dropped",
        ),
    ],
)
def test_a_subject_names_what_changed(topics: list[Change], news: str) -> None:
    assert subject(*topics) == f"Round 5: {news} – {SERIES_NAME}"


def test_a_subject_with_much_news_names_the_dropped_first() -> None:
    assert subject(*COMPARISON.topics) == (
        f"Round 5: Environment +2 dropped; 1 introduced; 1 likely split – {SERIES_NAME}"
    )


def test_a_subject_without_topics_to_tell_mentions_bilateral_issues() -> None:
    issues = comparison(change("Labor"), bilateral_issues=(introduced("seafood", "seafood"),))
    assert "bilateral issues changed" in subject_of(READOUT_5, issues, "news", SERIES_NAME)


def test_a_subject_of_a_torn_page_or_a_first_round_says_what_it_is() -> None:
    torn = subject_of(TORN, comparison(UNSEEN), "news", SERIES_NAME)
    assert torn == f"Round 5: the page breaks off – {SERIES_NAME}"
    first = subject_of(replace(READOUT_5, round=None), None, "news", SERIES_NAME)
    assert first.startswith("A round: first in the archive; topics: Digital Economy, Labor – ")
