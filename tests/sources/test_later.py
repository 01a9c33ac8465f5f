"""Later, please: Retry-After, and trying again."""

from __future__ import annotations

import time as real_time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import Gone, ServerFault, SourceError, TooManyRequests, Unreachable
from monitor.sources.again import Retries
from monitor.sources.client import PoliteClient
from monitor.sources.manners import LONGEST_RETRY_AFTER, retry_after
from tests.faults.server import Behaviour, HangUp, MisbehavingServer, Page, busy
from tests.sources.conftest import Clients, Time

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_a_short_wait_is_waited_out(
    server: MisbehavingServer, client: PoliteClient, time: Time
) -> None:
    server.set("/page", busy("7"), Page("page"))
    assert client.get(server.base_url + "/page").body == b"page"
    assert time.slept == [1.0, 7.0]


def test_a_wait_the_server_named_gets_nothing_on_top(
    server: MisbehavingServer, client_for: Clients
) -> None:
    server.set("/page", busy("7"), Page("page"))
    client = client_for(server, retries=Retries(wait_initial=5.0))
    started = real_time.monotonic()
    client.get(server.base_url + "/page")
    assert real_time.monotonic() - started < 2, "the 7 s pass in the test's own time"


def test_a_date_to_come_back_at_is_waited_for(
    server: MisbehavingServer, client: PoliteClient, time: Time
) -> None:
    moment = time.now() + timedelta(seconds=21)  # the request for robots.txt takes the first one
    server.set("/page", busy(format_datetime(moment, usegmt=True), status=503), Page("page"))
    assert client.get(server.base_url + "/page").body == b"page"
    assert time.slept == [1.0, 20.0]


def test_a_long_wait_is_raised_and_kept(
    server: MisbehavingServer, client: PoliteClient, time: Time
) -> None:
    server.set("/page", busy("31"), Page("page"))
    with pytest.raises(TooManyRequests) as caught:
        client.get(server.base_url + "/page")
    assert caught.value.retry_after == 31
    assert caught.value.evidence["retry-after"] == "31"
    assert (server.paths.count("/page"), time.slept) == (1, [1.0])


def test_while_the_host_wants_to_be_left_alone_nothing_is_asked(
    server: MisbehavingServer, client_for: Clients, time: Time
) -> None:
    server.set("/page", busy("600"), Page("page"))
    with pytest.raises(TooManyRequests):
        client_for(server).get(server.base_url + "/page")
    asked = len(server.requests)
    time.seconds += 599
    second_run = client_for(server)
    with pytest.raises(TooManyRequests) as caught:
        second_run.get(server.base_url + "/other")
    assert caught.value.retry_after == pytest.approx(1)
    assert (second_run.requests, len(server.requests)) == (0, asked)
    time.seconds += 1
    assert second_run.get(server.base_url + "/page").body == b"page"


def test_a_server_that_stays_busy_is_left_alone_after_three_tries(
    server: MisbehavingServer, client: PoliteClient, time: Time
) -> None:
    server.set("/page", busy("5"))
    with pytest.raises(TooManyRequests) as caught:
        client.get(server.base_url + "/page")
    assert (server.paths.count("/page"), time.slept) == (3, [1.0, 5.0, 5.0])
    assert caught.value.evidence["attempts"] == "3"
    with pytest.raises(TooManyRequests):
        client.get(server.base_url + "/page")
    assert server.paths.count("/page") == 3


@pytest.mark.parametrize("unstated_wait", [60.0, 3600.0])
def test_too_many_requests_without_a_time_is_not_tried_again_for_a_time_of_ours(
    server: MisbehavingServer, client_for: Clients, time: Time, unstated_wait: float
) -> None:
    server.set("/page", busy(), Page("page"))
    with pytest.raises(TooManyRequests) as caught:
        client_for(server, unstated_wait=unstated_wait).get(server.base_url + "/page")
    assert caught.value.retry_after == unstated_wait
    time.seconds += unstated_wait - 1
    with pytest.raises(TooManyRequests):
        client_for(server).get(server.base_url + "/page")
    assert server.paths.count("/page") == 1
    time.seconds += 1
    assert client_for(server).get(server.base_url + "/page").body == b"page"


@pytest.mark.parametrize("fault", [Page(status=500), HangUp(), HangUp(reset=True), busy("0")])
def test_what_may_pass_is_tried_again(
    server: MisbehavingServer, client: PoliteClient, time: Time, fault: Behaviour
) -> None:
    server.set("/page", fault, fault, Page("page"))
    assert client.get(server.base_url + "/page").body == b"page"
    assert client.requests == 4
    assert time.slept == [1.0, 1.0, 1.0], "retries wait for their turn, too"


@pytest.mark.parametrize(
    ("fault", "name"), [(Page(status=500), ServerFault), (HangUp(), Unreachable)]
)
def test_three_tries_are_enough(
    server: MisbehavingServer, client: PoliteClient, fault: Behaviour, name: type[SourceError]
) -> None:
    server.set("/page", fault)
    with pytest.raises(name) as caught:
        client.get(server.base_url + "/page")
    assert server.paths.count("/page") == 3
    assert caught.value.evidence["attempts"] == "3"


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418, 451])
def test_what_will_not_pass_is_not_tried_again(
    server: MisbehavingServer, client: PoliteClient, status: int
) -> None:
    server.set("/page", Page(status=status))
    with pytest.raises(SourceError):
        client.get(server.base_url + "/page")
    assert server.paths.count("/page") == 1


def test_a_failure_of_another_kind_ends_the_tries(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/page", Page(status=500), Page(status=404))
    with pytest.raises(Gone) as caught:
        client.get(server.base_url + "/page")
    assert caught.value.evidence["attempts"] == "2"


def test_the_tries_can_be_limited_to_one(server: MisbehavingServer, client_for: Clients) -> None:
    server.set("/page", Page(status=500))
    with pytest.raises(ServerFault):
        client_for(server, retries=Retries(attempts=1)).get(server.base_url + "/page")
    assert server.paths.count("/page") == 1


def test_a_host_that_is_not_there_is_unreachable(client_for: Clients) -> None:
    with MisbehavingServer() as server:
        host = server.host
    client = client_for(server)
    with pytest.raises(Unreachable) as caught:
        client.get(f"http://{host}/page")
    assert caught.value.evidence["address"] == f"http://{host}/robots.txt"
    assert "refused" in caught.value.evidence["cause"].lower()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 120 ", 120.0),
        ("9" * 400, LONGEST_RETRY_AFTER),
        ("Mon, 02 Mar 2026 12:01:00 GMT", 60.0),
        ("Monday, 02-Mar-26 12:01:00 GMT", 60.0),
        ("Mon Mar  2 12:01:00 2026", 60.0),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_every_form_it_may_have(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after(header, NOON) == seconds


@given(st.text(max_size=60))
def test_whatever_retry_after_says_it_is_a_time_within_a_day_or_nothing(header: str) -> None:
    seconds = retry_after(header, NOON)
    assert seconds is None or 0 <= seconds <= LONGEST_RETRY_AFTER
