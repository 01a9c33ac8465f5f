"""Walks into the past: where they go, what they believe, and where they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.core.listing import Listing
from monitor.core.walk import (
    NO_WAY,
    Period,
    Seen,
    Walk,
    begin,
    follow,
    passed_over,
    resumed,
    still_ahead,
)
from monitor.core.walk.pages import month_of
from storage.documents import from_document, to_document
from storage.records import Named
from tests.core.listed_site import ROOT, ListedSite, release, sites, walked


def daily(count: int, *, dated: bool = True, every: int = 7) -> list[Named]:
    """So many releases, a week apart unless told otherwise, the newest first."""
    newest = date(2026, 6, 30)
    return [
        release(number, newest - timedelta(days=every * number), dated=dated)
        for number in range(count)
    ]


def keys(releases: list[Named]) -> set[str]:
    return {one.key for one in releases}


# --- Laws -------------------------------------------------------------------------------------


@given(sites())
def test_a_walk_ends_and_comes_to_every_page_once_at_most(site: ListedSite) -> None:
    walked(site)
    assert len(site.asked) == len(set(site.asked))


@given(sites())
def test_a_walk_names_every_release_of_a_site_that_tells_where_its_pager_ends(
    site: ListedSite,
) -> None:
    named, walk = walked(site)
    assume(site.told_end or walk.way == "pager")
    assert named == keys(site.releases)
    # A year of which nothing was published has no page, and is said to have none.
    published = {Period(int(one.key.split("/")[1])) for one in site.releases}
    published |= {month for one in site.releases if (month := month_of(one))}
    assert not {str(period) for period in published} & set(walk.gaps)


@given(sites(), st.data())
def test_a_walk_cut_at_any_pages_and_taken_up_again_names_the_same(
    site: ListedSite, data: st.DataObject
) -> None:
    whole, _ = walked(site)
    walk, named = begin(ROOT), set[str]()
    while walk.here:
        if data.draw(st.integers(0, 4)) == 0:
            walk = resumed(from_document(Walk, to_document(walk)))
            assert walk.here
        page = site.page(walk.here.address)
        named |= {one.key for one in page.listing.releases} if page else set()
        walk = follow(walk, page)
    assert named == whole


@given(sites(), st.dates(date(2014, 1, 1), date(2026, 6, 30)), st.integers(0, 900))
def test_a_walk_within_a_window_names_all_of_it(site: ListedSite, since: date, days: int) -> None:
    until = since + timedelta(days=days)
    named, _ = walked(site, begin(ROOT, since=since, until=until))
    asked_for = [one for one in site.releases if one.published and since <= one.published <= until]
    unnamed = {one.key for one in asked_for} - named
    assert not unnamed or not site.told_end
    assert len(site.asked) == len(set(site.asked))


@st.composite
def liars(draw: st.DrawFn) -> dict[int, Listing]:
    """Listings in which anything may follow on anything."""
    days = st.dates(date(2019, 1, 1), date(2026, 6, 30))
    made = st.builds(release, st.integers(0, 20), days, dated=st.booleans())
    links = st.sampled_from(
        [ROOT, f"{ROOT}/2020", f"{ROOT}/2020/may", *(f"{ROOT}?page={n}" for n in range(6))]
    )
    pages = draw(
        st.lists(
            st.tuples(st.lists(made, max_size=6), st.lists(links, max_size=4)),
            min_size=1,
            max_size=6,
        )
    )
    return {n: Listing(tuple(named), tuple(older)) for n, (named, older) in enumerate(pages)}


@given(liars(), st.integers(0, 1000))
def test_whatever_a_site_answers_a_walk_ends_and_asks_for_no_page_twice(
    pages: dict[int, Listing], turn: int
) -> None:
    walk, asked = begin(ROOT), list[str]()
    while walk.here:
        asked.append(walk.here.address)
        assert len(asked) < 2_000
        which = (sum(map(ord, walk.here.address)) + turn) % (len(pages) + 1)
        walk = follow(walk, Seen(walk.here.address, pages[which]) if which in pages else None)
    assert len(asked) == len(set(asked))


# --- Ways -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form", [ROOT + "/{}", ROOT + "/archives/{}", ROOT.replace("-us", "") + "/{}"]
)
def test_year_pages_are_found_wherever_they_stand(form: str) -> None:
    site = ListedSite(daily(500), form=form, per_page=10)
    named, walk = walked(site)
    assert named == keys(site.releases)
    assert (walk.way, walk.learned) == ("years", "years")
    assert len(site.asked) < 30


def test_month_pages_are_the_next_best() -> None:
    site = ListedSite(daily(2_000, every=1), ways=frozenset({"pager", "months"}), per_page=10)
    named, walk = walked(site)
    assert named == keys(site.releases)
    assert walk.learned == "months"
    assert len(site.asked) < 2_000 / 10


def test_without_either_the_pager_is_followed_to_its_end_and_remembered() -> None:
    site = ListedSite(daily(500), ways=frozenset({"pager"}), per_page=10)
    named, walk = walked(site)
    assert named == keys(site.releases)
    assert walk.learned == "pager"
    assert len(site.asked) == 50 + 3  # and the year in three forms


def test_what_worked_the_last_time_is_not_tried_anew() -> None:
    site = ListedSite(daily(500), ways=frozenset({"pager"}), per_page=10)
    walked(site, begin(ROOT, way="pager"))
    assert len(site.asked) == 50


def test_a_short_pager_is_followed_without_a_look_for_other_ways() -> None:
    site = ListedSite(daily(55), per_page=15)
    _, walk = walked(site)
    assert len(site.asked) == 4
    assert walk.learned is None  # nothing was learned of years


def test_a_year_page_that_shows_the_newest_alone_is_not_believed() -> None:
    releases = daily(500)
    site = ListedSite(releases, per_page=10)
    cut = {r.key for year in range(2014, 2027) for r in _newest_of(releases, year, 10)}
    site = _Cut(releases, per_page=10, kept=cut)
    named, walk = walked(site)
    assert named == keys(releases)
    assert walk.way == "pager"


def test_a_year_page_that_reaches_further_than_the_listing_and_is_cut_short_is_not_believed() -> (
    None
):
    releases = daily(500)
    cut = {r.key for year in range(2014, 2027) for r in _newest_of(releases, year, 25)}
    site = _Cut(releases, per_page=10, kept=cut)
    named, walk = walked(site)
    assert named == keys(releases)
    assert [gap for gap in walk.gaps if "cut short" in gap]


def test_years_with_pagers_of_their_own_are_walked_to_the_end() -> None:
    site = ListedSite(daily(500), per_page=10, per_year_page=7)
    named, _ = walked(site, begin(ROOT, until=date(2023, 1, 1)))
    assert {key for key in named if "/2022/" in key} == {
        one.key for one in site.releases if "/2022/" in one.key
    }


# --- Where it ends ----------------------------------------------------------------------------


def test_a_year_without_a_page_is_named_and_the_walk_goes_on() -> None:
    site = ListedSite(daily(500), per_page=10, without=frozenset({2020, 2021}))
    named, walk = walked(site)
    assert walk.gaps == ("2021", "2020")
    assert {key for key in named if "/2019/" in key}


def test_three_years_without_a_page_are_the_end_and_no_gap() -> None:
    site = ListedSite(daily(500), per_page=10)
    named, walk = walked(site)
    assert walk.gaps == ()
    assert named == keys(site.releases)


def test_the_pagers_last_page_tells_that_the_past_goes_on_behind_years_without_a_page() -> None:
    site = ListedSite(daily(500), per_page=10, without=frozenset({2017, 2018, 2019}))
    named, walk = walked(site)
    assert walk.gaps == ("2019", "2018", "2017")
    assert named >= {one.key for one in site.releases if "/2016/" in one.key}


def test_years_without_a_page_to_the_very_end_are_gaps_if_the_pager_lists_them() -> None:
    without = frozenset(range(2010, 2020))
    site = ListedSite(daily(500), per_page=10, without=without)
    _, walk = walked(site)
    assert walk.gaps[:2] == ("2019", "2018")


def test_where_the_pager_does_not_tell_its_end_three_years_without_a_page_are_the_end() -> None:
    without = frozenset({2017, 2018, 2019})
    site = ListedSite(daily(500), per_page=10, without=without, told_end=False)
    named, walk = walked(site)
    assert not {key for key in named if "/2016/" in key}
    assert walk.gaps == ()


def test_a_pager_that_repeats_its_last_page_is_at_its_end() -> None:
    site = ListedSite(daily(40), ways=frozenset({"pager"}), repeating=True, told_end=False)
    named, _ = walked(site, begin(ROOT, way="pager"))
    assert named == keys(site.releases)
    assert len(site.asked) == 14 + 1


def test_a_pager_that_goes_in_a_circle_is_left() -> None:
    site, walk = ListedSite(daily(30), per_page=3), begin(ROOT, way="pager")
    asked = 0
    while walk.here:
        turned = replace(walk.here, number=walk.here.number % 10)
        page = site.page(f"{ROOT}?page={turned.number}" if turned.number else ROOT)
        assert page
        onward = (f"{ROOT}?page={walk.here.number + 1}",)
        walk = follow(walk, Seen(walk.here.address, Listing(page.listing.releases, onward)))
        asked += 1
    assert asked == 11


def test_a_walk_ends_where_the_listing_has_come_past_the_first_day_that_is_asked_for() -> None:
    site = ListedSite(daily(500), per_page=10)
    walked(site, begin(ROOT, since=date(2026, 6, 15)))
    assert len(site.asked) == 1


def test_a_release_out_of_its_order_at_a_pages_end_is_no_end() -> None:
    releases = daily(90)
    releases.insert(9, release(1000, date(2009, 5, 1)))
    site = ListedSite(releases, ways=frozenset({"pager"}), per_page=10)
    named, _ = walked(site, begin(ROOT, since=date(2025, 1, 1)))
    assert named >= {one.key for one in releases if one.published and one.published.year >= 2025}


def test_undated_listings_end_by_the_months_of_their_addresses() -> None:
    site = ListedSite(daily(500, dated=False), ways=frozenset({"pager"}), per_page=10)
    named, _ = walked(site, begin(ROOT, since=date(2025, 1, 1)))
    assert {one.key for one in site.releases if "/2025/" in one.key} <= named
    assert len(site.asked) < 15


def test_a_listing_that_leads_nowhere_says_so() -> None:
    site = ListedSite(daily(50), ways=frozenset(), per_page=10)
    _, walk = walked(site)
    assert walk.gaps == (NO_WAY,)


# --- On the way -------------------------------------------------------------------------------


def test_a_page_that_is_passed_over_is_named_and_the_walk_goes_on_behind_it() -> None:
    site, walk = ListedSite(daily(90), ways=frozenset({"pager"})), begin(ROOT, way="pager")
    for _ in range(2):
        assert walk.here
        walk = follow(walk, site.page(walk.here.address))
    walk = passed_over(walk)
    assert walk.here
    assert walk.here.address == f"{ROOT}?page=3"
    assert walk.gaps == ("page 3 of the listing",)


def test_a_walk_knows_how_far_it_is_where_the_site_says_so() -> None:
    site = ListedSite(daily(90), ways=frozenset({"pager"}))
    walk = follow(begin(ROOT, way="pager"), site.page(ROOT))
    assert still_ahead(walk) == 29
    untold = ListedSite(daily(90), ways=frozenset({"pager"}), told_end=False)
    assert still_ahead(follow(begin(ROOT, way="pager"), untold.page(ROOT))) is None


def test_a_walk_does_not_grow_with_the_pages_it_has_come_past() -> None:
    site, walk = ListedSite(daily(900), ways=frozenset({"pager"})), begin(ROOT, way="pager")
    sizes = []
    while walk.here:
        sizes.append(len(str(to_document(walk))))
        walk = follow(walk, site.page(walk.here.address))
    assert max(sizes[100:]) - min(sizes[2:100]) < 10


class _Cut(ListedSite):
    """Year pages that show some releases alone; the pager shows all."""

    def __init__(self, releases: list[Named], *, per_page: int, kept: set[str]) -> None:
        super().__init__(releases, per_page=per_page, ways=frozenset({"pager", "years"}))
        self._kept = kept

    def page(self, address: str) -> Seen | None:
        seen = super().page(address)
        if seen is None or address.startswith(f"{ROOT}?") or address == ROOT:
            return seen
        shown = tuple(one for one in seen.listing.releases if one.key in self._kept)
        return Seen(seen.address, Listing(shown, ()))


def _newest_of(releases: list[Named], year: int, count: int) -> list[Named]:
    return [one for one in releases if f"/{year}/" in one.key][:count]
