"""USTR's pages: official addresses, wherever they are fetched from."""

from __future__ import annotations

import pytest

from monitor.core.addresses import LISTING_PATHS
from monitor.sources.client import PoliteClient
from monitor.sources.ustr import UstrSite, hosts_of
from tests.faults.server import MisbehavingServer, Page

RELEASE = "/about/policy-offices/press-office/press-releases/2026/march/a-round"


@pytest.mark.parametrize(
    ("base_url", "hosts"),
    [
        ("https://ustr.gov", {"ustr.gov", "www.ustr.gov"}),
        ("https://www.ustr.gov/", {"ustr.gov", "www.ustr.gov"}),
        ("http://127.0.0.1:8080", {"127.0.0.1:8080"}),
        ("https://mirror.example.org:443/copy/", {"mirror.example.org"}),
        ("http://[::1]:8080", {"[::1]:8080"}),
    ],
)
def test_a_source_may_be_fetched_from_its_own_hosts_only(base_url: str, hosts: set[str]) -> None:
    assert hosts_of(base_url) == hosts


@pytest.mark.parametrize(
    ("base_url", "address", "fetched"),
    [
        ("https://ustr.gov", "https://ustr.gov/a", "https://ustr.gov/a"),
        ("https://ustr.gov/", "http://www.ustr.gov/a?page=2", "https://ustr.gov/a?page=2"),
        ("http://127.0.0.1:8080", "https://ustr.gov/a#top", "http://127.0.0.1:8080/a"),
        ("http://127.0.0.1:8080/copy/", "https://ustr.gov/a", "http://127.0.0.1:8080/copy/a"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/a?b=c", "http://127.0.0.1:8080/a?b=c"),
        ("https://ustr.gov", "https://ustr.gov/caf\u00e9", "https://ustr.gov/caf%C3%A9"),
    ],
)
def test_an_official_address_is_fetched_from_the_source(
    client: PoliteClient, base_url: str, address: str, fetched: str
) -> None:
    assert UstrSite(base_url, client).fetch_address(address) == fetched


@pytest.mark.parametrize("address", ["https://example.com/a", "https://ustr.gov.example.com/a"])
def test_another_sites_address_is_not_fetched(client: PoliteClient, address: str) -> None:
    with pytest.raises(ValueError, match=r"neither USTR's"):
        UstrSite("https://ustr.gov", client).fetch_address(address)


def test_listing_page_and_feed_are_asked_for_under_the_base_address(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/copy" + LISTING_PATHS[0], Page("listing", etag='"1"'))
    server.set("/copy" + RELEASE, Page("release"))
    server.set("/copy/rss.xml", Page("feed"))
    site = UstrSite(server.base_url + "/copy", client)
    assert site.listing(LISTING_PATHS[0]).body == b"listing"
    assert site.listing(LISTING_PATHS[0], etag='"1"').unchanged
    assert site.page("https://ustr.gov" + RELEASE).body == b"release"
    assert site.feed().body == b"feed"
