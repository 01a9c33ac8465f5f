from datetime import date

import pytest

from monitor.core.listing import read_feed, read_listing
from monitor.errors import (
    BlockedPage,
    EmptyListing,
    EmptyPage,
    HalfLoaded,
    RoundwatchError,
    UnknownLayout,
)

AT = "https://ustr.gov/about-us/policy-offices/press-office/press-releases"
OLD = "/about-us/policy-offices/press-office/press-releases/2024/july/a-title"
NEW = "/about/policy-offices/press-office/press-releases/2026/may/a-title"
SIDEBAR = f'<aside class="sidebar"><ul><li>2020-01-01 <a href="{OLD}-of-the-sidebar">Sidebar</a></li></ul></aside>'


def page(body: str) -> str:
    return f"<html><head><title>Press Releases</title></head><body><h1>Press Releases</h1>{body}</body></html>"


@pytest.mark.parametrize(
    ("markup", "day"),
    [
        (
            f'<ul><li class="x">2026-05-04<br><a href="{NEW}">A Title</a></li></ul>',
            date(2026, 5, 4),
        ),
        (
            f'<div class="view-content"><div class="views-row"><time datetime="2024-07-31T10:00:00Z">July 31, 2024</time>'
            f'<span class="views-field-title"><a href="{OLD}">A Title</a></span></div></div>',
            date(2024, 7, 31),
        ),
        (
            f'<div class="view-content"><div class="views-row">07/31/2024 <a href="{OLD}">A Title</a></div></div>',
            date(2024, 7, 31),
        ),
        (f'<ul class="listing"><li><a href="/index.php{OLD}?ref=x">A Title</a></li></ul>', None),
        (
            f'<table><tr><td>July 31, 2024</td><td><a href="http://www.ustr.gov{OLD}/">A Title</a></td></tr></table>',
            date(2024, 7, 31),
        ),
    ],
)
def test_each_known_markup_names_its_release_with_its_date(markup: str, day: date | None) -> None:
    listing = read_listing(page(markup + SIDEBAR), AT)
    assert [(named.title, named.published) for named in listing.releases] == [("A Title", day)]


def test_all_spellings_of_one_address_are_one_release_and_a_suffix_is_another() -> None:
    rows = "".join(
        f'<li>2024-07-31 <a href="{href}">A Title</a></li>'
        for href in (
            OLD,
            f"https://www.ustr.gov{OLD}",
            f"/index.php{OLD}/",
            OLD.replace("/about-us/", "/about/"),
            f"{OLD}-0",
        )
    )
    listing = read_listing(page(f"<ul>{rows}</ul>"), AT)
    assert [named.address for named in listing.releases] == [
        f"https://ustr.gov{OLD}",
        f"https://ustr.gov{OLD}-0",
    ]


@pytest.mark.parametrize(
    ("html", "error"),
    [
        ("", EmptyPage),
        ("<html><body>  <script>var a = 1;</script></body></html>", EmptyPage),
        (
            "<html><head><title>Access Denied</title></head><body>Access Denied. Reference #18.</body></html>",
            BlockedPage,
        ),
        (
            page(f'<ul><li>2026-05-04 <a href="{NEW}">A Title</a></li></ul>').replace(
                "</html>", ""
            ),
            HalfLoaded,
        ),
        (page("<p>Nothing here.</p>"), EmptyListing),
        (page(SIDEBAR), UnknownLayout),
        (page(f'<div><a href="{NEW}">A Title</a></div>'), UnknownLayout),
        ("<html><body><h1>Another page</h1></body></html>", UnknownLayout),
    ],
)
def test_what_is_no_listing_is_named_for_what_it_is(
    html: str, error: type[RoundwatchError]
) -> None:
    with pytest.raises(error):
        read_listing(html, AT)


def test_a_foreign_link_is_no_release() -> None:
    rows = f'<li>2026-05-04 <a href="{NEW}">Ours</a></li><li>2026-05-05 <a href="https://example.org{NEW}-x">Theirs</a></li>'
    assert [named.title for named in read_listing(page(f"<ul>{rows}</ul>"), AT).releases] == [
        "Ours"
    ]


def test_the_way_back_is_the_next_page_then_further_pages_then_years() -> None:
    rows = f'<ul><li>2026-05-04 <a href="{NEW}">A Title</a></li></ul>'
    pager = '<nav class="pager"><a href="?page=2">3</a><a href="?page=1" rel="next">Next ›</a></nav><a href="/about-us/policy-offices/press-office/press-releases/2018">2018</a>'
    assert read_listing(page(rows + pager), AT).older == (
        f"{AT}?page=1",
        f"{AT}?page=2",
        f"{AT}/2018",
    )


def test_a_feed_is_read_without_resolving_entities() -> None:
    feed = f"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>
    <rss><channel><item><title>A &x; Title</title><link>https://ustr.gov{OLD}</link><pubDate>Wed, 31 Jul 2024 10:00:00 -0400</pubDate></item>
    <item><title>Else</title><link>https://ustr.gov/node/7</link></item></channel></rss>"""
    (named,) = read_feed(feed)
    assert (named.address, named.published) == (f"https://ustr.gov{OLD}", date(2024, 7, 31))
    assert "hostname" not in (named.title or "")


def test_what_is_no_feed_is_said() -> None:
    with pytest.raises(UnknownLayout):
        read_feed("<html><p>no feed")
