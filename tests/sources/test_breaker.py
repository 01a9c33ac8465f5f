"""A host that fails again and again is left alone for a while."""

from __future__ import annotations

import pytest

from monitor.core.outages import FIRST_REST, IN_A_ROW, WELL
from monitor.errors import (
    Forbidden,
    Gone,
    HostAtRest,
    ServerFault,
    SourceError,
    TooManyRequests,
    Unreachable,
)
from monitor.sources.again import Retries
from monitor.sources.client import PoliteClient
from tests.faults.server import Behaviour, HangUp, MisbehavingServer, Page, busy
from tests.sources.conftest import Clients, Notebook, Time

BROKEN = Page("oops", status=500)


def asked(server: MisbehavingServer, client: PoliteClient, path: str = "/page") -> SourceError:
    """Ask for a page in vain, and return what that ended in."""
    with pytest.raises(SourceError) as caught:
        client.get(server.base_url + path)
    return caught.value


@pytest.fixture
def exhausted(server: MisbehavingServer, client: PoliteClient) -> PoliteClient:
    """A client whose host has failed five times in a row."""
    server.set("/page", BROKEN)
    assert {type(asked(server, client)) for _ in range(IN_A_ROW)} == {ServerFault}
    return client


def test_a_host_at_rest_is_not_asked_for_anything(
    server: MisbehavingServer, exhausted: PoliteClient
) -> None:
    made = len(server.requests)
    for path in ("/page", "/other"):
        fault = asked(server, exhausted, path)
        assert isinstance(fault, HostAtRest)
        assert "has failed 5 times in a row" in fault.summary
        assert 0 < fault.retry_after <= FIRST_REST.total_seconds()
    assert len(server.requests) == made


def test_another_process_leaves_it_alone_too(
    server: MisbehavingServer, exhausted: PoliteClient, client_for: Clients
) -> None:
    assert isinstance(asked(server, client_for(server)), HostAtRest)


def test_after_the_rest_one_request_is_made_and_if_it_fails_a_longer_rest_begins(
    server: MisbehavingServer, exhausted: PoliteClient, time: Time
) -> None:
    made = len(server.requests)
    for minutes in (5, 10, 20, 40, 60, 60):
        time.seconds += minutes * 60
        assert isinstance(asked(server, exhausted), ServerFault)
        fault = asked(server, exhausted)
        assert isinstance(fault, HostAtRest)
        made += 1
        assert len(server.requests) == made, "one request, and no other try"


def test_when_it_answers_again_all_is_as_before(
    server: MisbehavingServer, exhausted: PoliteClient, time: Time, notebook: Notebook
) -> None:
    server.set("/page", Page("page"))
    time.seconds += FIRST_REST.total_seconds()
    assert exhausted.get(server.base_url + "/page").body == b"page"
    assert notebook.known[server.host].standing == WELL
    server.set("/page", BROKEN, Page("page"))
    assert exhausted.get(server.base_url + "/page").body == b"page", "with another try"


def test_robots_txt_is_the_one_request_where_it_has_to_be_asked_again(
    server: MisbehavingServer, exhausted: PoliteClient, time: Time
) -> None:
    made = len(server.requests)
    server.set("/robots.txt", BROKEN)
    time.seconds += 25 * 3600
    assert isinstance(asked(server, exhausted), HostAtRest)
    assert server.paths[made:] == ["/robots.txt"]


def test_while_one_tries_nobody_else_is_let_through(
    server: MisbehavingServer, exhausted: PoliteClient, client_for: Clients, time: Time
) -> None:
    other = client_for(server)
    time.seconds += FIRST_REST.total_seconds()
    meanwhile: list[SourceError] = []

    class Meanwhile:
        def play(self, stage: object) -> bool:
            meanwhile.append(asked(server, other))
            return Page("page").play(stage)  # type: ignore[arg-type]

    server.set("/page", Meanwhile())
    assert exhausted.get(server.base_url + "/page").body == b"page"
    assert [type(fault) for fault in meanwhile] == [HostAtRest]


@pytest.mark.parametrize(
    ("behaviour", "kind"), [(HangUp(), Unreachable), (Page(status=403), Forbidden)]
)
def test_what_counts_against_a_host(
    server: MisbehavingServer, client: PoliteClient, behaviour: Behaviour, kind: type[SourceError]
) -> None:
    server.set("/page", behaviour)
    kinds = [type(asked(server, client)) for _ in range(IN_A_ROW + 1)]
    assert kinds == [*[kind] * IN_A_ROW, HostAtRest]


@pytest.mark.parametrize("behaviour", [Page(status=404), Page(status=418), busy("31")])
def test_what_does_not_count_against_a_host_ends_the_row(
    server: MisbehavingServer, client: PoliteClient, time: Time, behaviour: Behaviour
) -> None:
    server.set("/bad", BROKEN)
    server.set("/page", behaviour)
    for _ in range(3):
        for _ in range(IN_A_ROW - 1):
            assert isinstance(asked(server, client, "/bad"), ServerFault)
        assert not isinstance(asked(server, client), HostAtRest)
        time.seconds += 31


def test_a_page_counts_once_however_often_it_is_tried(
    server: MisbehavingServer, client_for: Clients
) -> None:
    server.set("/page", BROKEN)
    retries = Retries(attempts=6, wait_initial=0.001, wait_max=0.001, wait_jitter=0.0)
    client = client_for(server, retries=retries)
    assert isinstance(asked(server, client), ServerFault)
    assert server.paths.count("/page") == 6
    assert isinstance(asked(server, client), ServerFault)


def test_a_host_that_wants_to_be_left_alone_says_so_first(
    server: MisbehavingServer, exhausted: PoliteClient, time: Time
) -> None:
    server.set("/page", busy("7200"))
    time.seconds += FIRST_REST.total_seconds()
    assert isinstance(asked(server, exhausted), TooManyRequests)
    assert isinstance(asked(server, exhausted), TooManyRequests)


def test_one_host_at_rest_is_no_reason_to_leave_another_alone(
    server: MisbehavingServer, exhausted: PoliteClient, client_for: Clients
) -> None:
    with MisbehavingServer() as other:
        other.set("/page", Page("page"))
        assert client_for(other).get(other.base_url + "/page").body == b"page"
    server.set("/gone", Page(status=410))
    assert not isinstance(asked(server, exhausted, "/gone"), Gone)
