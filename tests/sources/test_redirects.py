"""Redirects: followed by hand, a few, and only among the source's own hosts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.errors import ForbiddenByRobots, Gone, RedirectedElsewhere
from monitor.sources.client import PoliteClient
from monitor.sources.hops import stays_ours
from monitor.sources.lean_httpx import httpx
from tests.faults.server import MisbehavingServer, Page, redirect
from tests.sources.conftest import Clients, Time


@pytest.fixture
def elsewhere() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as running:
        running.set("/page", Page("elsewhere"))
        yield running


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_host_is_followed(
    server: MisbehavingServer, client: PoliteClient, status: int
) -> None:
    server.set("/old", redirect("/new?x=1", status))
    server.set("/new", Page("found"))
    answer = client.get(server.base_url + "/old")
    assert answer.body == b"found"
    assert answer.requested == server.base_url + "/old"
    assert answer.url == server.base_url + "/new?x=1"


def test_a_redirect_to_another_host_is_refused(
    server: MisbehavingServer, client: PoliteClient, elsewhere: MisbehavingServer
) -> None:
    server.set("/old", redirect(elsewhere.base_url + "/page"))
    with pytest.raises(RedirectedElsewhere) as caught:
        client.get(server.base_url + "/old")
    assert caught.value.evidence["location"] == elsewhere.base_url + "/page"
    assert elsewhere.requests == []


def test_a_redirect_to_another_of_the_sources_hosts_is_followed_under_its_own_robots(
    server: MisbehavingServer, client_for: Clients, elsewhere: MisbehavingServer
) -> None:
    server.set("/old", redirect(elsewhere.base_url + "/page"))
    client = client_for(server, elsewhere.host)
    assert client.get(server.base_url + "/old").body == b"elsewhere"
    assert elsewhere.paths == ["/robots.txt", "/page"]
    elsewhere.set("/robots.txt", Page("User-agent: *\nDisallow: /page"))
    client.get(server.base_url + "/old")  # their robots.txt is known for a day
    client_for.notebook.known.clear()
    with pytest.raises(ForbiddenByRobots):
        client.get(server.base_url + "/old")


def test_a_redirect_to_what_robots_forbids_is_not_followed(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/robots.txt", Page("User-agent: *\nDisallow: /private"))
    server.set("/old", redirect("/private/page"))
    with pytest.raises(ForbiddenByRobots):
        client.get(server.base_url + "/old")
    assert server.paths == ["/robots.txt", "/old"]


@pytest.mark.parametrize("hops", [5, 6])
def test_five_redirects_are_followed_and_no_more(
    server: MisbehavingServer, client: PoliteClient, hops: int
) -> None:
    for hop in range(hops):
        server.set(f"/{hop}", redirect(f"/{hop + 1}"))
    server.set(f"/{hops}", Page("the end"))
    if hops == 5:
        assert client.get(server.base_url + "/0").body == b"the end"
    else:
        with pytest.raises(RedirectedElsewhere, match="more than 5 redirects"):
            client.get(server.base_url + "/0")
        assert "/6" not in server.paths


def test_a_redirect_to_itself_ends(server: MisbehavingServer, client: PoliteClient) -> None:
    server.set("/loop", redirect("/loop"))
    with pytest.raises(RedirectedElsewhere):
        client.get(server.base_url + "/loop")
    assert server.paths.count("/loop") == 6


def test_each_redirect_waits_for_its_turn(
    server: MisbehavingServer, client: PoliteClient, time: Time
) -> None:
    server.set("/old", redirect("/newer"))
    server.set("/newer", redirect("/new"))
    server.set("/new", Page("found"))
    client.get(server.base_url + "/old")
    assert (client.requests, time.slept) == (4, [1.0, 1.0, 1.0])


def test_validators_reach_the_address_that_answers(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/old", redirect("/new"))
    server.set("/new", Page("text", etag='"1"'))
    assert client.get(server.base_url + "/old", etag='"1"').unchanged


def test_a_missing_page_behind_a_redirect_is_gone(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/old", redirect("/new"))
    with pytest.raises(Gone):
        client.get(server.base_url + "/old")


@pytest.mark.parametrize(
    "location",
    [
        "http://[::1",
        "http://a:99999/",
        "//a:b",
        "mailto:press@example.org",
        "javascript:void(0)",
        "http://xn--ha/",
        "http://xn--tP+/",
        "https://\u00e9\u00e9/",
    ],
)
def test_a_redirect_to_no_address_is_refused(
    server: MisbehavingServer, client: PoliteClient, location: str
) -> None:
    server.set("/old", redirect(location))
    with pytest.raises(RedirectedElsewhere):
        client.get(server.base_url + "/old")


@pytest.mark.parametrize(
    ("here", "there", "follow"),
    [
        ("https://ustr.gov/a", "https://www.ustr.gov/a", True),
        ("http://ustr.gov/a", "https://ustr.gov/a", True),
        ("https://ustr.gov/a", "https://USTR.gov.:443/a", True),
        ("http://127.0.0.1:8080/a", "https://127.0.0.1/a", True),
        ("https://127.0.0.1/a", "https://127.0.0.1/b", True),
        ("https://ustr.gov/a", "http://ustr.gov/a", False),
        ("https://ustr.gov/a", "https://ustr.gov:8443/a", False),
        ("https://ustr.gov/a", "https://ustr.gov@example.com/a", False),
        ("https://ustr.gov/a", "https://reader:pw@ustr.gov/a", False),
        ("https://ustr.gov/a", "https://ustr.gov.example.com/a", False),
        ("https://ustr.gov/a", "https://example.com/ustr.gov", False),
        ("http://ustr.gov/a", "https://example.com/a", False),
        ("https://ustr.gov/a", "file:///etc/passwd", False),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8081/a", False),
    ],
)
def test_where_a_redirect_may_lead(here: str, there: str, follow: bool) -> None:
    hosts = frozenset({"ustr.gov", "www.ustr.gov", "127.0.0.1:8080"})
    assert stays_ours(httpx.URL(here), httpx.URL(there), hosts) is follow
