"""robots.txt: read first, kept for a day, obeyed."""

from __future__ import annotations

import pytest

from monitor.errors import (
    ForbiddenByRobots,
    RedirectedElsewhere,
    SourceError,
    TimedOut,
    TooManyRequests,
    Unreachable,
)
from monitor.sources.client import PoliteClient
from monitor.sources.robots import LONGEST_ROBOTS, leave, readable
from tests.faults.server import (
    Behaviour,
    Cut,
    Flood,
    HangUp,
    MisbehavingServer,
    Page,
    Silence,
    busy,
    redirect,
)
from tests.sources.conftest import Clients, Time

NO_DRAFTS = "User-agent: *\nDisallow: /drafts\n"


@pytest.fixture(autouse=True)
def pages(server: MisbehavingServer) -> None:
    server.set("/page", Page("page"))
    server.set("/drafts/1", Page("draft"))


def test_what_robots_forbids_is_not_asked_for(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/robots.txt", Page(NO_DRAFTS))
    assert client.get(server.base_url + "/page").body == b"page"
    with pytest.raises(ForbiddenByRobots, match="forbids /drafts/1") as caught:
        client.get(server.base_url + "/drafts/1")
    assert server.paths == ["/robots.txt", "/page"]
    assert "Disallow: /drafts" in caught.value.evidence["robots.txt"]


def test_a_rule_for_us_by_name_goes_before_the_rule_for_all(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/robots.txt", Page(NO_DRAFTS + "\nUser-agent: roundwatch\nDisallow: /page\n"))
    assert client.get(server.base_url + "/drafts/1").body == b"draft"
    with pytest.raises(ForbiddenByRobots):
        client.get(server.base_url + "/page")


def test_a_rule_for_a_word_in_our_contact_is_not_for_us(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/robots.txt", Page("User-agent: example\nDisallow: /\n"))
    assert client.get(server.base_url + "/page").body == b"page"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_no_robots_allows_everything_and_is_remembered(
    server: MisbehavingServer, client: PoliteClient, status: int
) -> None:
    server.set("/robots.txt", Page("User-agent: *\nDisallow: /\n", status=status))
    assert client.get(server.base_url + "/page").body == b"page"
    assert client.get(server.base_url + "/drafts/1").body == b"draft"
    assert server.paths == ["/robots.txt", "/page", "/drafts/1"]


@pytest.mark.parametrize(
    "fault", [Page(status=500), Page(status=503), Page(status=204), redirect("/robots.txt")]
)
def test_robots_that_cannot_be_read_forbid_everything(
    server: MisbehavingServer, client: PoliteClient, fault: Behaviour
) -> None:
    server.set("/robots.txt", fault)
    with pytest.raises(ForbiddenByRobots, match=r"robots\.txt could not be read") as caught:
        client.get(server.base_url + "/page")
    assert "/page" not in server.paths
    assert caught.value.evidence["cause"]


@pytest.mark.parametrize(
    "fault",
    [Flood(megabytes=6), Page(headers={"Content-Encoding": "br"}), redirect("http://example.com/")],
)
def test_robots_that_are_no_text_of_this_host_forbid_everything(
    server: MisbehavingServer, client: PoliteClient, fault: Behaviour
) -> None:
    server.set("/robots.txt", fault)
    with pytest.raises(ForbiddenByRobots) as caught:
        client.get(server.base_url + "/page")
    assert "/page" not in server.paths
    assert caught.value.evidence["cause"] in {"too-large", "odd-encoding", RedirectedElsewhere.kind}


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (HangUp(), Unreachable),
        (Cut(b"User-agent: *\nDisallow: /", after=13), Unreachable),
        (Silence(), TimedOut),
        (busy("120"), TooManyRequests),
    ],
)
def test_a_server_that_is_down_is_called_that_and_not_forbidding(
    server: MisbehavingServer, client_for: Clients, fault: Behaviour, name: type[SourceError]
) -> None:
    server.set("/robots.txt", fault)
    with pytest.raises(name):
        client_for(server, answer_seconds=0.2).get(server.base_url + "/page")
    assert "/page" not in server.paths


def test_a_failure_to_read_robots_is_not_remembered(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/robots.txt", *[Page(status=500)] * 3, Page(""))
    with pytest.raises(ForbiddenByRobots):
        client.get(server.base_url + "/page")
    assert client.get(server.base_url + "/page").body == b"page"


def test_a_second_run_knows_robots_from_the_first(
    server: MisbehavingServer, client_for: Clients
) -> None:
    server.set("/robots.txt", Page(NO_DRAFTS))
    client_for(server).get(server.base_url + "/page")
    again = client_for(server)
    again.get(server.base_url + "/page")
    with pytest.raises(ForbiddenByRobots):
        again.get(server.base_url + "/drafts/1")
    assert server.paths == ["/robots.txt", "/page", "/page"]


def test_robots_are_asked_for_again_after_a_day(
    server: MisbehavingServer, client: PoliteClient, time: Time
) -> None:
    server.set("/robots.txt", Page(""), Page("User-agent: *\nDisallow: /page"))
    client.get(server.base_url + "/page")
    time.seconds += 24 * 3600 - 60
    client.get(server.base_url + "/page")
    time.seconds += 120
    with pytest.raises(ForbiddenByRobots):
        client.get(server.base_url + "/page")


def test_an_older_copy_serves_while_robots_cannot_be_had(
    server: MisbehavingServer, client: PoliteClient, time: Time
) -> None:
    server.set("/robots.txt", Page(NO_DRAFTS), Page(status=500))
    client.get(server.base_url + "/page")
    time.seconds += 25 * 3600
    assert client.get(server.base_url + "/page").body == b"page"
    with pytest.raises(ForbiddenByRobots, match="forbids"):
        client.get(server.base_url + "/drafts/1")


def test_robots_behind_a_redirect_count(server: MisbehavingServer, client: PoliteClient) -> None:
    server.set("/robots.txt", redirect("/files/robots.txt"))
    server.set("/files/robots.txt", Page(NO_DRAFTS))
    with pytest.raises(ForbiddenByRobots):
        client.get(server.base_url + "/drafts/1")


def test_robots_count_as_requests_and_wait_their_turn(
    server: MisbehavingServer, client: PoliteClient, time: Time
) -> None:
    client.get(server.base_url + "/page")
    assert (client.requests, time.slept) == (2, [1.0])


@pytest.mark.parametrize(("asked", "kept"), [("10", 10.0), ("0.2", 1.0), ("soon", 1.0)])
def test_a_crawl_delay_counts_where_it_is_slower_than_our_pace(
    server: MisbehavingServer, client: PoliteClient, time: Time, asked: str, kept: float
) -> None:
    server.set("/robots.txt", Page(f"User-agent: *\nCrawl-delay: {asked}\n"))
    client.get(server.base_url + "/page")
    client.get(server.base_url + "/page")
    assert time.slept == [kept, kept]


def test_a_crawl_delay_of_many_minutes_is_taken_as_a_no(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/robots.txt", Page("User-agent: *\nCrawl-delay: 3600\n"))
    with pytest.raises(ForbiddenByRobots, match="3600 s between two requests"):
        client.get(server.base_url + "/page")
    assert "/page" not in server.paths


def test_robots_are_read_in_any_bytes() -> None:
    text = readable(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /caf\xc3\xa9\r\n# \xff\r\n")
    assert not leave(text, "https://example.org/caf%C3%A9", "Roundwatch").granted
    assert leave(text, "https://example.org/tea", "Roundwatch").granted


def test_robots_of_no_end_are_cut_after_a_whole_line() -> None:
    line = b"Disallow: /drafts/of/long/ago\n"
    text = readable(b"User-agent: *\n" + line * (LONGEST_ROBOTS // len(line) + 10))
    assert len(text) <= LONGEST_ROBOTS
    assert text.endswith(line.decode())
    assert leave(text, "https://example.org/drafts", "Roundwatch").granted


@pytest.mark.parametrize("page", ["<html><body>Not here: sorry</body></html>", "\n \n", "\x00"])
def test_a_page_in_place_of_robots_forbids_nothing(
    server: MisbehavingServer, client: PoliteClient, page: str
) -> None:
    server.set("/robots.txt", Page(page))
    assert client.get(server.base_url + "/page").body == b"page"
