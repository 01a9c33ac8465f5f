"""What comes back when all is well: pages, and the news that nothing has changed."""

from __future__ import annotations

import gzip

import pytest

from monitor.errors import OddStatus
from monitor.sources.client import PoliteClient
from tests.faults.server import MisbehavingServer, Page
from tests.sources.conftest import AGENT, Clients, Time

MONDAY = "Mon, 02 Mar 2026 12:00:00 GMT"


def test_a_page_comes_with_its_address_headers_and_time(
    server: MisbehavingServer, client: PoliteClient, time: Time
) -> None:
    server.set("/release", Page("<h1>Round</h1>", etag='"1"', last_modified=MONDAY))
    answer = client.get(server.base_url + "/release")
    assert (answer.status, answer.body) == (200, b"<h1>Round</h1>")
    assert answer.requested == answer.url == server.base_url + "/release"
    assert answer.content_type == answer.headers["content-type"] == "text/html; charset=utf-8"
    assert (answer.etag, answer.last_modified) == ('"1"', MONDAY)
    assert answer.fetched_at == time.now()
    assert not answer.unchanged


def test_every_request_says_who_asks_and_takes_only_gzip(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/release", Page("text"))
    client.get(server.base_url + "/release")
    assert [path for _, path, _ in server.requests] == ["/robots.txt", "/release"]
    for method, _, headers in server.requests:
        assert method == "GET"
        assert headers["user-agent"] == AGENT
        assert headers["accept-encoding"] == "gzip"


def test_an_agent_without_a_contact_is_refused(client_for: Clients) -> None:
    with pytest.raises(ValueError, match="names nobody"):
        PoliteClient("Roundwatch/0.1", frozenset(), 1.0, memory=client_for.notebook)


@pytest.mark.parametrize("validator", [{"etag": '"1"'}, {"last_modified": MONDAY}])
def test_a_page_that_has_not_changed_is_not_sent_again(
    server: MisbehavingServer, client: PoliteClient, validator: dict[str, str]
) -> None:
    server.set("/listing", Page("text", etag='"1"', last_modified=MONDAY))
    answer = client.get(server.base_url + "/listing", **validator)
    assert (answer.status, answer.unchanged, answer.body) == (304, True, b"")
    assert answer.etag == '"1"'


def test_a_page_that_has_changed_is_sent(server: MisbehavingServer, client: PoliteClient) -> None:
    server.set("/listing", Page("new", etag='"2"', last_modified=MONDAY))
    answer = client.get(server.base_url + "/listing", etag='"1"', last_modified=MONDAY)
    assert (answer.unchanged, answer.body) == (False, b"new")
    asked = server.requests[-1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"1"', MONDAY)


def test_without_validators_nothing_conditional_is_asked(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/listing", Page("text", etag='"1"'))
    client.get(server.base_url + "/listing")
    assert not {"if-none-match", "if-modified-since"} & server.requests[-1].headers.keys()


@pytest.mark.parametrize("etag", ['"d\u00e9j\u00e0"', '"1"\r\nX: y'])
def test_a_validator_that_cannot_be_sent_back_is_left_out(
    server: MisbehavingServer, client: PoliteClient, etag: str
) -> None:
    server.set("/listing", Page("text"))
    assert client.get(server.base_url + "/listing", etag=etag).body == b"text"
    assert "if-none-match" not in server.requests[-1].headers


def test_not_modified_without_a_question_is_no_answer(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/listing", Page(status=304))
    with pytest.raises(OddStatus):
        client.get(server.base_url + "/listing")


def test_an_empty_page_is_handed_on_as_it_is(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/listing", Page(""))
    assert client.get(server.base_url + "/listing").body == b""


def test_a_gzipped_page_is_unpacked(server: MisbehavingServer, client: PoliteClient) -> None:
    page = b"<p>" + b"words " * 10_000
    server.set("/release", Page(gzip.compress(page), headers={"Content-Encoding": "gzip"}))
    assert client.get(server.base_url + "/release").body == page


def test_several_pages_come_over_one_connection(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/a", Page("a", etag='"1"'))
    for etag in (None, '"1"', None):
        client.get(server.base_url + "/a", etag=etag)
    assert (client.requests, server.connections) == (4, 1)


@pytest.mark.parametrize("url", ["http://example.com/", "ftp://{host}/", "http://[::1", "/path"])
def test_only_the_sources_own_hosts_may_be_asked(
    server: MisbehavingServer, client: PoliteClient, url: str
) -> None:
    with pytest.raises(ValueError, match="is no"):
        client.get(url.format(host=server.host))
    assert (client.requests, server.requests) == (0, [])
