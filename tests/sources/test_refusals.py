"""Every answer that is no page has a name and leaves its evidence."""

from __future__ import annotations

import gzip

import pytest

from monitor.errors import Forbidden, Gone, OddStatus, ServerFault, SourceError, TooManyRequests
from monitor.sources.client import PoliteClient
from tests.faults.server import Bomb, Cut, Drip, MisbehavingServer, Page, busy
from tests.sources.conftest import Clients

NAMES: dict[int, type[SourceError]] = {
    201: OddStatus,
    202: OddStatus,
    204: OddStatus,
    206: OddStatus,
    300: OddStatus,
    302: OddStatus,  # without a Location it leads nowhere
    400: OddStatus,
    401: Forbidden,
    403: Forbidden,
    404: Gone,
    410: Gone,
    418: OddStatus,
    429: TooManyRequests,
    451: Forbidden,
    500: ServerFault,
    502: ServerFault,
    503: ServerFault,
    599: ServerFault,
}


@pytest.mark.parametrize(("status", "name"), NAMES.items())
def test_each_status_has_its_error(
    server: MisbehavingServer, client: PoliteClient, status: int, name: type[SourceError]
) -> None:
    server.set("/listing", Page("" if status == 204 else "sorry", status=status))
    with pytest.raises(SourceError) as caught:
        client.get(server.base_url + "/listing")
    assert type(caught.value) is name
    assert caught.value.exit_code == 3
    assert str(status) in caught.value.summary
    assert caught.value.todo


def test_a_refusal_keeps_its_evidence(server: MisbehavingServer, client: PoliteClient) -> None:
    wall = "<title>Access Denied</title>\n\n" + "You are not welcome. " * 100
    headers = {"X-Cache": "hit", "Set-Cookie": "token=secret", "Via": "1.1 cache"}
    server.set("/listing", Page(wall, status=403, headers=headers))
    with pytest.raises(Forbidden) as caught:
        client.get(server.base_url + "/listing")
    evidence = caught.value.evidence
    assert evidence["address"] == server.base_url + "/listing"
    assert (evidence["status"], evidence["x-cache"]) == ("403", "hit")
    assert evidence["via"] == "1.1 cache"
    assert evidence["body"].startswith("<title>Access Denied</title> You are")
    assert len(evidence["body"]) == 300
    assert "secret" not in str(evidence)


def test_a_packed_refusal_is_unpacked_for_its_evidence(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    packed = gzip.compress(b"go away")
    server.set("/listing", Page(packed, status=403, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(Forbidden) as caught:
        client.get(server.base_url + "/listing")
    assert caught.value.evidence["body"] == "go away"


@pytest.mark.parametrize("body", [b"\x00\x01ma\x00de\x1b[31m of bytes\xff", b"\x00" * 5000])
def test_evidence_holds_nothing_that_a_database_or_a_terminal_chokes_on(
    server: MisbehavingServer, client: PoliteClient, body: bytes
) -> None:
    server.set("/listing", Page(body, status=403))
    with pytest.raises(Forbidden) as caught:
        client.get(server.base_url + "/listing")
    assert all(value.isprintable() for value in caught.value.evidence.values())


@pytest.mark.parametrize(
    "body",
    [
        Page("not gzip", status=404, headers={"Content-Encoding": "gzip"}),
        Page("", status=404, headers={"Content-Encoding": "gzip"}),
        Page(gzip.compress(b"text")[:-9], status=404, headers={"Content-Encoding": "gzip"}),
        Page("xxxx", status=404, headers={"Content-Length": "40", "Connection": "close"}),
    ],
)
def test_a_refusal_with_a_broken_body_is_still_that_refusal(
    server: MisbehavingServer, client_for: Clients, body: Page
) -> None:
    server.set("/listing", body)
    with pytest.raises(Gone):
        client_for(server, answer_seconds=0.3).get(server.base_url + "/listing")


def test_a_busy_server_without_a_time_is_a_failing_one_unless_it_says_when(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/faulty", Page(status=503))
    server.set("/busy", busy("600", status=503))
    with pytest.raises(ServerFault):
        client.get(server.base_url + "/faulty")
    with pytest.raises(TooManyRequests) as caught:
        client.get(server.base_url + "/busy")
    assert caught.value.retry_after == 600


def test_the_next_request_after_a_refusal_goes_on(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/bomb", Bomb(megabytes=10))
    server.set("/cut", Cut(b"x" * 100, after=10))
    server.set("/drip", Drip())
    server.set("/fine", Page("fine"))
    for path in ("/bomb", "/cut", "/missing"):
        with pytest.raises(SourceError):
            client.get(server.base_url + path)
        assert client.get(server.base_url + "/fine").body == b"fine"
