from __future__ import annotations

import re
from datetime import date
from typing import Any, cast
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from lxml import html

from monitor.pressroom import PressRelease, releases, rounds
from monitor.pressroom.frame import NOTICE
from monitor.pressroom.site import LISTING, Moved, Page, Site

EVERYTHING = Site(releases(), date.max, "/about")
HOME = "/about" + LISTING


def shown(site: Site, target: str) -> str:
    answer = site.answer(target)
    assert isinstance(answer, Page)
    assert answer.status == 200, target
    return answer.body.decode("utf-8")


def found(tree: html.HtmlElement, path: str) -> list[Any]:
    return cast("list[Any]", tree.xpath(path))


def listing_pages(site: Site) -> list[str]:
    """The listing pages, found by following the pager as a reader does."""
    pages, target = [], HOME
    while target:
        pages.append(shown(site, target))
        ways = re.findall(r'pager__item--next"><a href="(\?page=\d+)"', pages[-1])
        target = HOME + ways[0] if ways else ""
    return pages


def named_on(page: str) -> list[tuple[str, str, str]]:
    return re.findall(
        r'<li class="views-row">(\d{4}-\d\d-\d\d)<br><a href="([^"]+)">([^<]+)</a></li>', page
    )


def test_the_pager_covers_every_press_release_exactly_once_newest_first() -> None:
    pages = listing_pages(EVERYTHING)
    named = [entry for page in pages for entry in named_on(page)]
    expected = [(r.published.isoformat(), quote(r.link)) for r in releases() if r.listed]
    assert [(day, link) for day, link, _ in named] == expected
    assert [day for day, _, _ in named] == sorted((day for day, _, _ in named), reverse=True)
    assert len(pages) >= 4
    assert all(10 <= len(named_on(page)) <= 20 for page in pages[:-1])


def test_there_is_no_listing_page_past_the_last() -> None:
    past = EVERYTHING.answer(f"{HOME}?page={len(listing_pages(EVERYTHING))}")
    assert isinstance(past, Page)
    assert past.status == 404


@pytest.mark.parametrize("release", releases(), ids=lambda release: release.path.rsplit("/")[-1])
def test_each_page_has_the_notice_outside_the_article_its_title_and_its_address(
    release: PressRelease,
) -> None:
    text = shown(EVERYTHING, quote(release.path))
    tree = html.fromstring(text)
    [notice] = found(tree, '//*[@class="sample-notice"]')
    assert NOTICE in notice.text_content()
    assert not notice.xpath("ancestor::article | ancestor::main")
    for body in found(tree, '//article | //*[contains(@class, "field-item even")]'):
        assert "Roundwatch" not in body.text_content()
    if release.note:
        assert release.note in notice.text_content()
    assert [h1.text_content() for h1 in found(tree, "//h1")] == [release.title]
    [canonical] = found(tree, '//link[@rel="canonical"]/@href')
    assert canonical == "https://ustr.gov" + quote(release.path)


def test_listing_pages_and_the_page_for_nothing_have_the_notice_too() -> None:
    nothing = EVERYTHING.answer("/nothing/here")
    assert isinstance(nothing, Page)
    assert nothing.status == 404
    for text in (*listing_pages(EVERYTHING), nothing.body.decode()):
        assert text.count(NOTICE) == 1


def test_pages_weigh_what_the_real_ones_weigh() -> None:
    pages = [*listing_pages(EVERYTHING), *(shown(EVERYTHING, quote(r.path)) for r in releases())]
    assert all(40_000 <= len(page.encode()) <= 60_000 for page in pages)


def test_an_article_has_the_markup_of_its_day() -> None:
    fifth = next(release for release in releases() if release.round == 5)
    tree = html.fromstring(shown(EVERYTHING, fifth.path))
    assert found(tree, "//h2")[1].text_content() == "Breadcrumb"
    [date_shown] = found(tree, '//article//*[contains(@class, "field--name-field-date")]')
    assert date_shown.text_content() == "July 31, 2024"
    assert len(found(tree, '//article//*[contains(@class, "field--name-body")]//li')) == 5


def test_a_page_of_2019_has_the_markup_of_2019() -> None:
    old = next(release for release in releases() if release.published == date(2019, 2, 28))
    tree = html.fromstring(shown(EVERYTHING, old.path))
    assert found(tree, '//h1[@class="pageTitle"]')
    assert found(tree, "//p")[0].text == "02/28/2019"
    assert len(found(tree, '//div[@class="field-item even"]')) == 1
    assert not found(tree, "//article")


def test_pages_of_the_archive_carry_its_banner() -> None:
    for release in releases():
        banner = "NOT UPDATED" in shown(EVERYTHING, quote(release.path))
        assert banner == (release.published.year < 2017)


def test_other_releases_and_their_dates_stand_beside_every_article() -> None:
    first = next(release for release in releases() if release.round == 1)
    tree = html.fromstring(shown(EVERYTHING, first.path))
    days = {e.text for e in found(tree, '//aside//*[@class="when"]')}
    assert len(days) == 5
    assert "March 01, 2022" not in days


def test_bullets_and_no_break_spaces_stand_as_the_editor_leaves_them() -> None:
    fourth = next(release for release in releases() if release.round == 4)
    text = shown(EVERYTHING, fourth.path)
    assert "2023.&nbsp; The U.S. delegation" in text
    assert "<br>\n&nbsp;</li>" in text


def test_a_day_before_the_fifth_round_nothing_tells_of_it() -> None:
    before = Site(releases(), date(2024, 7, 30), "/about")
    everywhere = [*listing_pages(before), shown(before, "/rss.xml")]
    everywhere += [shown(before, quote(release.path)) for release in before.visible]
    assert not any("fifth-round-meetings-under" in text for text in everywhere)
    fifth = next(release for release in releases() if release.round == 5)
    answer = before.answer(fifth.path)
    assert isinstance(answer, Page)
    assert answer.status == 404


def test_either_prefix_leads_to_the_listing_and_to_each_release() -> None:
    assert EVERYTHING.answer("/about-us" + LISTING + "?page=2") == Moved(HOME + "?page=2")
    other_home = Site(releases(), date.max, "/about-us")
    assert other_home.answer(HOME) == Moved("/about-us" + LISTING)
    fifth = next(release for release in releases() if release.round == 5)
    assert EVERYTHING.answer(fifth.path.replace("/about-us/", "/about/")) == Moved(fifth.path)
    newest = releases()[0]
    assert EVERYTHING.answer(newest.path.replace("/about/", "/about-us/")) == Moved(newest.path)


def test_an_index_php_address_is_listed_as_it_is_and_shows_the_same_page() -> None:
    odd = next(release for release in releases() if "/index.php/" in release.address)
    assert odd.link in "".join(listing_pages(EVERYTHING))
    assert shown(EVERYTHING, odd.link) == shown(EVERYTHING, odd.path)


def test_the_feed_has_ten_entries_the_oldest_first_and_the_rest_in_no_order_of_time() -> None:
    feed = ElementTree.fromstring(shown(EVERYTHING, "/rss.xml"))
    years = [(item.findtext("pubDate") or "").split()[3] for item in feed.iter("item")]
    assert len(years) == 10
    assert years[0] == "2009"
    assert years[1:] != sorted(years[1:]) != sorted(years[1:], reverse=True)


def test_every_round_is_in_the_feed_on_its_day() -> None:
    for number, day in rounds().items():
        release = next(r for r in releases() if r.round == number)
        assert release.path in shown(Site(releases(), day, "/about"), "/rss.xml")


def test_a_site_before_the_first_release_is_refused() -> None:
    with pytest.raises(ValueError, match="no press release"):
        Site(releases(), date(1999, 1, 1), "/about")
