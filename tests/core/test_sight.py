"""What a listing names, held against what it named before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.sight import Usual, newest_day, silence, suspicions
from storage.records import Named

TODAY = date(2026, 5, 20)


def listing(*days: date | None) -> list[Named]:
    """What a listing names, a release for each day."""
    return [
        Named(f"r{n}", f"https://ustr.gov/r{n}", "A release", day) for n, day in enumerate(days)
    ]


def fall(count: int, latest: date = TODAY) -> list[date]:
    """Days as they are listed, one release a day."""
    return [latest - timedelta(days=n) for n in range(count)]


def kinds(named: list[Named], usual: Usual) -> list[str]:
    return [each.kind for each in suspicions(named, usual, TODAY)]


USUAL = Usual((20,) * 20, TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("count", "usual", "found"),
    [
        (20, 20, []),
        (10, 20, []),
        (9, 20, ["listing-too-short"]),
        (1, 20, ["listing-too-short"]),
        (60, 20, []),
        (61, 20, ["listing-too-long"]),
        (2, 5, []),  # too small a page to be judged by its length
        (500, 400, []),
        (501, 400, ["listing-too-long"]),
    ],
)
def test_a_listing_is_as_long_as_usual_or_suspected(
    count: int, usual: int, found: list[str]
) -> None:
    assert kinds(listing(*fall(count)), Usual((usual,) * 3, TODAY)) == found


def test_before_anything_is_usual_only_a_listing_without_measure_is_suspected() -> None:
    nothing = Usual((), None)
    assert kinds(listing(TODAY), nothing) == []
    assert kinds(listing(*fall(500)), nothing) == []
    assert kinds(listing(*fall(5000)), nothing) == ["listing-too-long"]


def test_one_odd_look_among_many_does_not_change_what_is_usual() -> None:
    assert Usual((20, 20, 1, 20, 400), None).length == 20


def test_a_listing_whose_newest_day_is_earlier_than_before_has_gone_back() -> None:
    assert kinds(listing(*fall(20, TODAY - timedelta(days=2))), USUAL) == ["listing-backwards"]
    assert kinds(listing(*fall(20, TODAY - timedelta(days=1))), USUAL) == []


def test_a_listing_without_days_is_neither_back_nor_out_of_order() -> None:
    assert kinds(listing(*[None] * 20), USUAL) == []


def test_a_day_that_is_still_far_ahead_is_no_measure_for_later_looks() -> None:
    slip = date(2062, 5, 1)
    assert newest_day(listing(slip, *fall(5)), TODAY) == TODAY
    assert newest_day(listing(TODAY + timedelta(days=1)), TODAY) == TODAY + timedelta(days=1)
    assert newest_day(listing(None), TODAY) is None


def test_what_is_pinned_to_the_top_is_in_order_and_a_reversed_listing_is_not() -> None:
    pinned = [date(2009, 1, 5), date(2019, 7, 1), date(2024, 2, 2)]
    assert kinds(listing(*pinned, *fall(17)), USUAL) == []
    assert kinds(listing(*reversed(fall(20))), USUAL) == ["listing-out-of-order"]


def test_several_releases_of_one_day_are_in_order() -> None:
    assert kinds(listing(*[TODAY] * 20), USUAL) == []


@given(st.lists(st.integers(0, 400).map(lambda n: TODAY - timedelta(days=n)), max_size=40))
def test_a_listing_with_falling_days_is_never_out_of_order(days: list[date]) -> None:
    named = listing(*sorted(days, reverse=True))
    assert "listing-out-of-order" not in kinds(named, Usual((), None))


@given(st.lists(st.integers(0, 400), unique=True, min_size=6, max_size=40))
def test_a_listing_from_the_oldest_to_the_newest_always_is(ago: list[int]) -> None:
    days = sorted(TODAY - timedelta(days=n) for n in ago)
    assert "listing-out-of-order" in kinds(listing(*days), Usual((), None))


def test_three_weeks_without_anything_new_are_silence() -> None:
    days = fall(30, TODAY - timedelta(days=21))
    assert silence(days, TODAY) is None
    found = silence(days, TODAY + timedelta(days=1))
    assert found is not None
    assert found.kind == "listing-stale"
    assert found.summary.endswith("more than 21 days")
    assert found.evidence["latest"] == str(days[0])


def test_a_source_that_was_quiet_before_is_given_twice_as_long() -> None:
    days = [*fall(5), *fall(5, TODAY - timedelta(days=44))]  # 40 days apart
    assert silence(days, TODAY + timedelta(days=80)) is None
    assert silence(days, TODAY + timedelta(days=81)) is not None


@given(st.integers(0, 5000))
def test_a_handful_of_releases_tell_no_rhythm(later: int) -> None:
    assert silence(fall(9), TODAY + timedelta(days=later)) is None


@given(st.lists(st.integers(0, 3000), unique=True, min_size=10, max_size=60), st.integers(0, 5000))
def test_a_silence_that_is_seen_goes_on_until_something_new_comes(
    ago: list[int], later: int
) -> None:
    days = sorted((TODAY - timedelta(days=n) for n in ago), reverse=True)
    today = days[0] + timedelta(days=later)
    if silence(days, today):
        assert silence(days, today + timedelta(days=1))
    assert silence([today + timedelta(days=1), *days], today + timedelta(days=1)) is None
