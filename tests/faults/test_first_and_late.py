"""Bad input at the first look of all, and at the first look after a long silence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.core.addresses import OFFICIAL_ORIGIN, canonical
from monitor.pressroom import releases, rounds
from monitor.pressroom.site import Site
from tests.faults.conftest import Databases, Eves
from tests.faults.server import Page
from tests.faults.watch import EVE, LISTING, OTHER_LISTING, Watch, page, serve

FOURTH = next(release for release in releases() if release.round == 4)
FOURTH_PATH = canonical(FOURTH.address).removeprefix(OFFICIAL_ORIGIN)


@pytest.fixture
def empty(eves: Eves, databases: Databases) -> Iterator[Watch]:
    """A watch that has never looked."""
    url = databases.ready()
    serve(eves.server, EVE)
    made = Watch(url, eves.server)
    yield made
    made.close()
    databases.drop(url)


def test_a_page_that_fails_at_the_first_look_is_no_news_at_the_second(empty: Watch) -> None:
    shown = page(EVE, FOURTH_PATH)
    empty.server.set(FOURTH_PATH, Page(status=403), shown)
    empty.subscribe(1)
    assert [problem.kind for problem in empty.look().problems] == ["forbidden"]
    assert empty.rounds() == []

    empty.later(minutes=10)
    assert empty.look().problems == ()
    assert empty.rounds() == [4]
    assert empty.digests() == ()


def test_a_listing_that_fails_at_the_first_look_makes_no_news_of_the_past(empty: Watch) -> None:
    empty.server.set(LISTING, Page(status=403), page(EVE, LISTING))
    empty.subscribe(1)
    assert [problem.kind for problem in empty.look().problems] == ["forbidden"]

    empty.later(minutes=10)
    assert empty.look().problems == ()
    assert empty.rounds() == [4]
    assert empty.issues() == ()
    assert empty.digests() == ()


def test_a_listing_found_under_the_other_prefix_ends_the_issue_of_the_first(empty: Watch) -> None:
    empty.server.set(LISTING, Page(status=500))
    assert [problem.kind for problem in empty.look().problems] == ["server-fault"]

    empty.later(minutes=10)
    empty.server.set(LISTING, Page(status=404))
    empty.server.set(OTHER_LISTING, page(EVE, LISTING))
    assert empty.look().problems == ()
    assert empty.issues() == ()


def test_a_hint_after_a_long_silence_hides_nothing_that_the_listing_names_behind_it(
    empty: Watch,
) -> None:
    serve(empty.server, Site(releases(), rounds()[2], "/about-us"))
    assert empty.look().problems == ()

    empty.later(days=900)
    today = Site(releases(), releases()[0].published, "/about-us")
    serve(empty.server, today)
    empty.server.set(LISTING, Page(status=403), page(today, LISTING))
    assert [problem.kind for problem in empty.look().problems] == ["forbidden"]

    empty.later(minutes=10)
    assert empty.look().problems == ()
    assert empty.rounds() == [1, 2, 3, 4, 5]
