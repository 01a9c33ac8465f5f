"""The big site is what it claims to be: whole, readable in every generation, the same every time."""

from __future__ import annotations

import json
import urllib.request

import pytest

from monitor.core.addresses import is_release
from monitor.core.listing import read_listing
from monitor.core.release import read_page
from tests.servers.big_site import BigServer, BigSite
from tests.servers.big_site.site import BigSite as Site

LISTING = "/about-us/policy-offices/press-office/press-releases"
SIZE = 1_200


@pytest.fixture(scope="module")
def site() -> Site:
    """A smaller one, with a menu of its years."""
    return BigSite(SIZE, menu=True)


def listed_at(site: Site, target: str) -> list[str]:
    """The paths of what a page of the site lists, as our reader reads it."""
    shown = site.answer(target)
    assert shown.status == 200, target
    listing = read_listing(shown.body.decode(), f"https://ustr.gov{target}")
    return [release.address.removeprefix("https://ustr.gov") for release in listing.releases]


def links_of(site: Site) -> list[str]:
    return [release.path for release in site.listed]


def test_it_has_as_many_releases_as_asked_for_each_at_an_address_of_its_own(site: Site) -> None:
    assert len(site.listed) == len({release.path for release in site.listed}) == SIZE
    assert all(is_release(f"https://ustr.gov{release.path}") for release in site.releases)


def test_it_is_the_same_every_time(site: Site) -> None:
    again = BigSite(SIZE, menu=True)
    assert again.releases == site.releases
    assert again.answer(site.listed[5].path) == site.answer(site.listed[5].path)


def test_every_page_of_a_release_is_read_with_its_title_and_day(site: Site) -> None:
    for release in site.releases[::7]:
        page = read_page(site.answer(release.path).body.decode())
        assert (page.title, page.published) == (" ".join(release.title.split()), release.published)


def test_the_pager_lists_every_release_once(site: Site) -> None:
    pages = -(-SIZE // 20)
    listed = [p for n in range(pages) for p in listed_at(site, f"{LISTING}?page={n}")]
    assert sorted(map(str.lower, listed)) == sorted(map(str.lower, map(quoted, links_of(site))))
    assert site.answer(f"{LISTING}?page={pages}").status == 404


@pytest.mark.parametrize("year", ["archives/2001", "archives/2008", "2009", "2019", "2026"])
def test_a_year_page_lists_the_releases_of_its_year(site: Site, year: str) -> None:
    there = [quoted(r.path) for r in site.listed if r.published.year == int(year[-4:])]
    assert sorted(listed_at(site, f"{LISTING}/{year}")) == sorted(there)


def test_a_shifting_site_shows_a_new_release_after_so_many_pages() -> None:
    site = BigSite(SIZE, shifting=2, held_back=3)
    newest = site.listed[0]
    for page in range(2):
        site.answer(f"{LISTING}?page={page}")
    assert site.listed[1] == newest


def test_the_server_counts_what_was_asked_and_fails_as_often_as_told(site: Site) -> None:
    with BigServer(site, fail_every=2) as server:
        release = server.base_url + site.listed[0].path
        with urllib.request.urlopen(release) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError, match="503"):
            urllib.request.urlopen(release)
        assert server.counts == {"release": 1, "failed": 1}
        with urllib.request.urlopen(f"{server.base_url}/-/counts") as answer:
            assert json.load(answer) == {"release": 1, "failed": 1}


def quoted(path: str) -> str:
    """A path as canonical addresses write it."""
    return urllib.request.quote(path)
