"""Markup that no browser would complain of, and that a reader could stumble over or get lost in."""

from __future__ import annotations

import time

import pytest

from monitor.core.listing import read_feed, read_listing
from monitor.core.release import read_page
from monitor.errors import ReadingError
from tests.faults.watch import DAY, FIFTH_PATH, LISTING, bytes_of, page

ADDRESS = f"https://ustr.gov{LISTING}"
SECONDS = 10.0  # each takes well under one on an idle machine, and took minutes or hours before
SIZE = 100_000

# Opened over and over, and never closed.
UNITS = (
    "<",
    "<!--",
    "<title>",
    "<script>",
    "<main",
    "<link ",
    "<link rel=canonical ",
    "<h1>x",
    "<a href='",
    "<li>",
    "<br>",
    "<p>x",
)


@pytest.mark.parametrize("href", ["http://[", "http://x:abc/", "http://x:99999/", "//[x]y/"])
def test_a_broken_link_on_a_listing_hides_no_release(href: str) -> None:
    html = bytes_of(page(DAY, LISTING)).decode()
    broken = html.replace("<main", f'<p><a href="{href}">a broken link</a></p><main', 1)
    assert read_listing(broken, ADDRESS) == read_listing(html, ADDRESS)


def test_a_broken_link_in_the_feed_hides_no_release() -> None:
    item = "<item><title>A title</title><link>{}</link></item>"
    links = ("http://[", f"{ADDRESS}/2024/july/a-title")
    feed = f"<rss><channel>{''.join(map(item.format, links))}</channel></rss>"
    assert [named.address for named in read_feed(feed)] == [links[1]]


def test_a_broken_address_that_a_page_declares_is_none() -> None:
    html = '<html><link rel="canonical" href="http://["><h1>A title</h1><p>Text.</p></html>'
    assert read_page(html, address=f"{ADDRESS}/2024/july/a-title").url is not None


@pytest.mark.parametrize("unit", UNITS)
def test_markup_that_never_ends_is_done_with_in_no_time(unit: str) -> None:
    """As a listing and as a page, before and after what is good."""
    listing, release = (bytes_of(page(DAY, path)).decode() for path in (LISTING, FIFTH_PATH))
    endless = unit * (SIZE // len(unit))
    started = time.monotonic()
    for html in (listing.replace("</main>", endless), release.replace("</main>", endless)):
        for read in (lambda html: read_listing(html, ADDRESS), read_page):
            try:
                read(html)
            except (ReadingError, RecursionError):
                continue
    assert time.monotonic() - started < SECONDS


def test_a_page_of_thousands_of_links_is_done_with_in_no_time() -> None:
    links = "".join(f'<a href="/topic-{number}">topic</a> ' for number in range(5000))
    html = bytes_of(page(DAY, LISTING)).decode()
    for around in ("<div>{}</div>", "<ul><li>{}</li></ul>"):
        started = time.monotonic()
        crowded = html.replace("</main>", around.format(links) + "</main>")
        assert read_listing(crowded, ADDRESS) == read_listing(html, ADDRESS)
        assert time.monotonic() - started < SECONDS
