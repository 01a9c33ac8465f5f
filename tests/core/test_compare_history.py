"""What the whole history adds to a comparison: returned, how long it stood, what lies between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.compare import compare
from storage.records import Change, Readout, Span
from tests.core.builders import PARTNERSHIP, issue, mention, readout

FILLER = mention("Labor")


def last(before: Readout, after: Readout, *history: Readout) -> Change:
    """The last change told: of what has no place in the round before."""
    found = compare(before, after, PARTNERSHIP, history)
    return (*found.topics, *found.bilateral_issues)[-1]


def with_wood(number: int, *, stands: bool = True, label: str = "Wood") -> Readout:
    return readout(number, FILLER, *([mention(label)] if stands else []))


def test_a_topic_that_came_and_went_names_every_round_on_file() -> None:
    stood = {1: True, 2: True, 3: False, 4: True, 5: False, 6: True}
    rounds = [with_wood(number, stands=so) for number, so in stood.items()]
    change = last(rounds[4], rounds[5], *rounds)
    assert (change.change, change.last_seen_round, change.certainty) == ("returned", 4, "certain")
    assert change.reason == (
        "Round 4 named “Wood”; round 5 did not. It stood in rounds 1 and 2 too."
    )


def test_a_topic_returns_under_a_label_that_holds_the_older_one_and_both_readings_stand() -> None:
    change = last(with_wood(2, stands=False), with_wood(3, label="Wood Pellets"), with_wood(1))
    assert (change.change, change.last_seen_round, change.certainty) == ("returned", 1, "likely")
    assert "or else it is a new one" in change.reason


def test_two_older_labels_that_fit_as_well_decide_nothing() -> None:
    first = readout(1, FILLER, mention("Wood Pellets"), mention("Wood Chips"))
    change = last(with_wood(2, stands=False), with_wood(3), first)
    assert change.change == "introduced"


@given(st.permutations(range(1, 9)), st.lists(st.integers(1, 8), max_size=4))
def test_the_history_may_come_in_any_order_with_copies_and_with_later_rounds(
    order: list[int], copies: list[int]
) -> None:
    def made(number: int) -> Readout:
        return with_wood(number, stands=number in {1, 3, 5, 7})

    whole = [made(number) for number in range(1, 9)]
    wanted = compare(made(4), made(5), PARTNERSHIP, whole)
    shuffled = [made(number) for number in (*order, *copies)]
    assert compare(made(4), made(5), PARTNERSHIP, shuffled) == wanted
    assert wanted.topics[-1].last_seen_round == 3


def test_rounds_after_the_later_one_bring_nothing_back() -> None:
    change = last(with_wood(2, stands=False), with_wood(3), with_wood(4), with_wood(5))
    assert (change.change, change.reason) == ("introduced", "Round 2 does not name “Wood”.")


def test_a_round_that_breaks_off_is_no_witness_that_a_topic_is_new() -> None:
    torn = readout(2, FILLER, complete=False)
    change = last(with_wood(3, stands=False), with_wood(4), with_wood(1, stands=False), torn)
    assert change.reason == (
        "Round 3 does not name “Wood”, nor does round 1; of round 2 only a part is on file."
    )


def test_against_a_round_that_breaks_off_a_new_topic_is_likely_and_a_returned_one_unsure() -> None:
    torn = readout(2, FILLER, complete=False)
    new, back = last(torn, with_wood(3)), last(torn, with_wood(3), with_wood(1))
    assert (new.change, new.certainty) == ("introduced", "likely")
    assert "it is new, or it stood in the rest" in new.reason
    assert (back.change, back.certainty) == ("returned", "unsure")
    assert "so that it may never have been away" in back.reason


def test_rounds_that_lie_between_tell_who_named_it_first_and_last() -> None:
    between = [with_wood(2), with_wood(3)]
    new = last(with_wood(1, stands=False), with_wood(4), *between)
    assert new.reason.endswith("Round 2, which lies between, was the first to name it.")
    gone = last(with_wood(1), with_wood(4, stands=False), *between)
    assert (gone.change, gone.last_seen_round) == ("dropped", 1)
    assert gone.reason.endswith("Round 3, which lies between, was the last to name it.")


def test_a_round_without_a_number_has_its_place_by_its_days() -> None:
    def unnumbered(day: date | None) -> Readout:
        return replace(with_wood(1), round=None, held=Span("", day, day, "day"))

    before, after = with_wood(3, stands=False), with_wood(4)
    assert last(before, after, unnumbered(date(2022, 8, 1))).change == "returned"
    assert last(before, after, unnumbered(date(2030, 8, 1))).change == "introduced"
    assert last(before, after, unnumbered(None)).change == "introduced"


def test_a_name_in_the_other_strand_is_told_and_not_taken_for_this_one() -> None:
    before = readout(1, mention("Standards"))
    after = readout(2, mention("Standards"), issue("standards"))
    new = last(before, after)
    assert (new.change, new.after) == ("introduced", ("standards",))
    assert new.reason == (
        "Round 1 names “standards” among the areas of common interest, "
        "not among the bilateral issues."
    )
    gone = last(after, replace(before, round=3))
    assert (gone.change, gone.before) == ("dropped", ("standards",))
    assert "no more among the bilateral issues, but among the areas of common" in gone.reason
