"""Connections: deadlines that hold, TLS that is checked, proxies from the environment."""

from __future__ import annotations

import ssl
import time as real_time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from monitor.errors import RedirectedElsewhere, TimedOut, Unreachable
from tests.faults.server import (
    Behaviour,
    Cut,
    Drip,
    MisbehavingServer,
    Page,
    Raw,
    Silence,
    Stage,
    redirect,
)
from tests.sources.conftest import Clients


@dataclass(frozen=True)
class Continue:
    """Says "100 Continue" for ever, quickly: no read ever waits, and no answer ever comes."""

    def play(self, stage: Stage) -> bool:
        while stage.wait(0.001):
            stage.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return False


@pytest.mark.parametrize(
    "fault", [Silence(), Drip(), Drip(in_head=True), Continue(), Drip(every=0.2)], ids=repr
)
def test_no_answer_outlasts_the_deadline(
    server: MisbehavingServer, client_for: Clients, fault: Behaviour
) -> None:
    server.set("/page", fault)
    started = real_time.monotonic()
    with pytest.raises(TimedOut, match=r"within 0\.4 s"):
        client_for(server, answer_seconds=0.4).get(server.base_url + "/page")
    assert 0.4 <= real_time.monotonic() - started < 3
    assert server.paths.count("/page") == 1


@pytest.mark.parametrize("chunked", [True, False])
def test_a_page_that_breaks_off_is_never_taken_for_whole(
    server: MisbehavingServer, client_for: Clients, chunked: bool
) -> None:
    server.set("/page", Cut(b"<p>half of it</p>" * 10, after=50, chunked=chunked))
    with pytest.raises(Unreachable, match="without sending complete message body") as caught:
        client_for(server).get(server.base_url + "/page")
    assert caught.value.evidence["status"] == "200"


def test_a_connection_cut_once_is_made_again(
    server: MisbehavingServer, client_for: Clients
) -> None:
    server.set("/page", Cut(b"<p>page</p>", after=3), Page("<p>page</p>"))
    assert client_for(server).get(server.base_url + "/page").body == b"<p>page</p>"


@pytest.mark.parametrize(
    "data",
    [
        b"220 mail.example.org ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 200_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["not HTTP", "two lengths", "endless header", "no chunk"],
)
def test_what_is_no_http_is_a_failed_connection(
    server: MisbehavingServer, client_for: Clients, data: bytes
) -> None:
    server.set("/page", Raw(data))
    with pytest.raises(Unreachable):
        client_for(server).get(server.base_url + "/page")


def test_a_name_that_cannot_be_looked_up_is_unreachable(
    server: MisbehavingServer, client_for: Clients
) -> None:
    for name in ("a..b", "x" * 70 + ".invalid"):  # both fail before any server of names is asked
        with pytest.raises(Unreachable):
            client_for(server, name).get(f"http://{name}/page")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[MisbehavingServer]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with MisbehavingServer(tls) as running:
        running.set("/page", Page("over TLS"))
        yield running


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


@pytest.mark.usefixtures("trusted")
def test_a_page_over_tls_is_fetched_over_one_connection(
    secure: MisbehavingServer, client_for: Clients
) -> None:
    client = client_for(secure)
    assert client.get(secure.base_url + "/page").body == b"over TLS"
    assert client.get(secure.base_url + "/page").body == b"over TLS"
    assert secure.connections == 1


def test_a_certificate_nobody_vouches_for_is_refused(
    secure: MisbehavingServer, client_for: Clients
) -> None:
    with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        client_for(secure).get(secure.base_url + "/page")
    assert secure.requests == []


@pytest.mark.usefixtures("trusted")
def test_the_deadline_holds_under_tls(secure: MisbehavingServer, client_for: Clients) -> None:
    secure.set("/page", Drip())
    with pytest.raises(TimedOut):
        client_for(secure, answer_seconds=0.4).get(secure.base_url + "/page")


@pytest.mark.usefixtures("trusted")
def test_http_may_lead_to_https_of_the_same_host_but_not_back(
    server: MisbehavingServer, secure: MisbehavingServer, client_for: Clients
) -> None:
    server.set("/page", redirect(secure.base_url + "/page"))
    assert client_for(server).get(server.base_url + "/page").body == b"over TLS"
    secure.set("/page", redirect(server.base_url + "/fine"))
    with pytest.raises(RedirectedElsewhere):
        client_for(server).get(server.base_url + "/page")


def test_a_proxy_named_in_the_environment_is_asked(
    server: MisbehavingServer, client_for: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("http_proxy", server.base_url.replace("//", "//user:word@"))
    server.set("http://press.example/page", Page("through the proxy"))
    client = client_for(server, "press.example")
    assert client.get("http://press.example/page").body == b"through the proxy"
    assert "proxy-authorization" in server.requests[-1].headers
    server.set("/page", Page("straight"))
    assert client.get(server.base_url + "/page").body == b"straight"


def test_a_host_excepted_from_the_proxy_is_asked_straight(
    server: MisbehavingServer, client_for: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.base_url)
    monkeypatch.setenv("no_proxy", "a..b")
    with pytest.raises(Unreachable, match="name is none"):
        client_for(server, "a..b").get("http://a..b/page")
    assert server.requests == []
