"""What the series' own past adds to a comparison: absences, counts, earlier names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.background import background
from monitor.core.history import Step, steps, steps_on_file
from monitor.core.usual import counts
from storage.records import Absence, Background, Count, FiledReadout, Release, SourceOf
from tests.core.builders import PARTNERSHIP as SERIES
from tests.core.builders import mention, readout


def filed_round(number: int, labels: Iterable[str], *, complete: bool) -> FiledReadout:
    """A round on file; its page and address are of no account here."""
    fetched = datetime(2024, 1, 1, tzinfo=UTC)
    return FiledReadout(
        id=number,
        release_id=number,
        revision_id=number,
        release=Release(None, None, None, ()),
        readout=readout(number, *map(mention, labels), complete=complete),
        source=SourceOf(None, "file:///round.html", "folder", fetched, "", number),
    )


def filed(*rounds: Iterable[str] | None, torn: Sequence[int] = ()) -> tuple[FiledReadout, ...]:
    """Rounds by their labels, the first being round 1; None where the archive lacks one."""
    return tuple(
        filed_round(number, labels, complete=number not in torn)
        for number, labels in enumerate(rounds, 1)
        if labels is not None
    )


def past(rounds: Sequence[FiledReadout], number: int | None = None) -> Background:
    every = steps(rounds, SERIES)
    wanted = number or max(step.after.readout.round or 0 for step in every)
    now = next(step for step in every if step.after.readout.round == wanted)
    return background(now, every, SERIES)


def absent(rounds: Sequence[FiledReadout], number: int | None = None) -> dict[str, int]:
    return {each.label: each.last_round for each in past(rounds, number).absences}


def count(rounds: Sequence[FiledReadout], fate: str, number: int | None = None) -> Count:
    found = past(rounds, number).counts
    return next(c for c in found if (c.strand, c.fate) == ("common-interest", fate))


# --- Absences ---------------------------------------------------------------------------------


def test_a_topic_that_no_round_names_again_is_absent_since_its_last() -> None:
    rounds = filed(["Harbors", "Cables"], ["Cables"], ["Cables", "Mutton"], ["Cables"])
    assert absent(rounds) == {"Harbors": 1}
    (found,) = past(rounds).absences
    assert (found.round, found.certainty, found.strand) == (2, "certain", "common-interest")
    assert found.reason == "Round 2 does not name “Harbors”, which round 1 named."


def test_what_was_dropped_only_now_is_news_and_no_absence() -> None:
    assert absent(filed(["Harbors", "Cables"], ["Cables"])) == {}


def test_a_topic_that_came_back_is_not_absent_even_under_another_name() -> None:
    assert absent(filed(["Harbors", "Cables"], ["Cables"], ["Harbors", "Cables"])) == {}
    again = ["Cables", "Harbors and Quays"]
    assert absent(filed(["Harbors", "Cables"], ["Cables"], again)) == {}


def test_a_topic_that_went_twice_is_absent_since_the_second_time() -> None:
    rounds = filed(["Harbors", "Cables"], ["Cables"], ["Harbors", "Cables"], ["Cables"], ["Cables"])
    assert absent(rounds) == {"Harbors": 3}


def test_of_a_page_that_breaks_off_an_absence_is_unsure() -> None:
    rounds = filed(["Harbors", "Cables"], ["Cables"], ["Cables"], torn=(2,))
    assert [(each.label, each.certainty) for each in past(rounds).absences] == [
        ("Harbors", "unsure")
    ]


def test_later_rounds_are_not_looked_at() -> None:
    rounds = filed(["Harbors", "Cables"], ["Cables"], ["Cables"], ["Harbors", "Cables"])
    assert absent(rounds, 3) == {"Harbors": 1}
    assert absent(rounds, 4) == {}
    assert past(rounds, 3).rounds == (1, 2)


# --- Earlier names, ages, torn pages ----------------------------------------------------------------


def test_what_returned_has_the_name_it_had_when_it_was_last_seen() -> None:
    rounds = filed(["Harbors", "Cables"], ["Cables"], ["Cables", "Harbors and Quays"])
    (topic,) = past(rounds).earlier_labels
    assert past(rounds).earlier_labels == {topic: "Harbors"}


def test_how_long_a_dropped_topic_had_stood_is_counted_back_to_its_first_gap() -> None:
    rounds = filed(["Harbors"], ["Cables"], ["Harbors"], ["Harbors", "Cables"], ["Cables"])
    assert past(rounds).times_stood == {"harbors": 2}


def test_torn_pages_are_named_with_the_round_itself() -> None:
    rounds = filed(["Harbors"], ["Harbors"], ["Harbors"], torn=(1, 3))
    assert past(rounds).torn == (1, 3)


# --- Counts -----------------------------------------------------------------------------------


def test_each_fate_is_counted_now_and_in_each_earlier_step() -> None:
    rounds = filed(["Harbors", "Cables"], ["Cables"], ["Cables", "Mutton"], ["Wool", "Salt"])
    assert count(rounds, "went") == Count("common-interest", "went", 2, (1, 0))
    assert count(rounds, "came") == Count("common-interest", "came", 2, (0, 1))


def test_a_page_that_breaks_off_counts_for_nothing() -> None:
    names = ["Harbors", "Cables"]
    rounds = filed(names, names, ["Cables"], ["Cables"], ["Cables"], torn=(2,))
    assert count(rounds, "went").earlier == (0,)
    assert past(rounds, 2).counts == ()
    assert past(rounds, 3).counts == ()


def test_a_step_over_missing_rounds_counts_for_nothing() -> None:
    rounds = filed(["Harbors"], None, ["Cables"], ["Cables"], ["Cables"])
    assert past(rounds, 3).counts == ()
    assert count(rounds, "went").earlier == (0,)


NAMES = st.lists(
    st.sampled_from("Harbors Cables Mutton Wool Salt".split()), min_size=1, unique=True
)
HISTORIES = st.lists(NAMES, min_size=4, max_size=7)


def is_unusual(found: Count) -> bool:
    return not min(found.earlier) <= found.now <= max(found.earlier)


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.randoms())
def test_the_order_of_the_archive_does_not_matter(
    histories: list[list[str]], chance: object
) -> None:
    rounds = filed(*histories)
    every = list(steps(rounds, SERIES))
    now = every[-1]
    straight = background(now, every, SERIES)
    chance.shuffle(every)  # type: ignore[attr-defined]
    assert background(now, every, SERIES) == straight


@settings(max_examples=60, deadline=None)
@given(HISTORIES)
def test_one_more_step_never_makes_an_ordinary_count_unusual(histories: list[list[str]]) -> None:
    every = steps(filed(*histories), SERIES)
    now = every[-1]
    for fewer, more in zip(counts(now, every[1:]), counts(now, every), strict=True):
        assert not is_unusual(more) or is_unusual(fewer)


@settings(max_examples=60, deadline=None)
@given(HISTORIES)
def test_what_is_absent_stands_in_no_round_since(histories: list[list[str]]) -> None:
    rounds = filed(*histories)
    named = {f.readout.round: {m.label for m in f.readout.mentions} for f in rounds}
    for each in past(rounds).absences:
        assert isinstance(each, Absence)
        assert each.label in named[each.last_round]
        assert all(
            each.label not in names for n, names in named.items() if (n or 0) > each.last_round
        )


# --- Steps on file ----------------------------------------------------------------------------


def test_steps_on_file_are_those_whose_comparison_is_on_file() -> None:
    rounds = filed(["Harbors"], ["Cables"], ["Wool"])
    every = steps(rounds, SERIES)
    known = {step.after.id: step.comparison for step in every}
    assert steps_on_file(rounds, known) == every
    assert steps_on_file(reversed(rounds), known) == every
    assert steps_on_file(rounds, {}) == ()


@pytest.mark.parametrize("gone", [0, 1])
def test_a_comparison_with_a_round_that_is_gone_is_no_step(gone: int) -> None:
    rounds = filed(["Harbors"], ["Cables"], ["Wool"])
    known = {step.after.id: step.comparison for step in steps(rounds, SERIES)}
    left = [each for number, each in enumerate(rounds) if number != gone]
    assert all(isinstance(step, Step) for step in steps_on_file(left, known))
    assert len(steps_on_file(left, known)) == 1 - gone
