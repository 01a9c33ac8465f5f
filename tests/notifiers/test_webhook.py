"""Webhooks to a real HTTPS server on loopback: how they are signed, and what answers come to."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import socket
import ssl
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.mail.parcel import Parcel
from notifiers.message import SendError
from notifiers.webhook.address import LONGEST_ADDRESS, WebhookAddress, read_webhook_address
from notifiers.webhook.connection import post
from notifiers.webhook.document import webhook_document
from notifiers.webhook.notifier import WebhookNotifier, fault_of
from notifiers.webhook.signature import secret_of, signature, signed_headers
from storage.records import Choice, Telling, Whereabouts, Withdrawn
from tests.faults.server import (
    Behaviour,
    Drip,
    Flood,
    HangUp,
    MisbehavingServer,
    Page,
    Raw,
    Silence,
    busy,
    redirect,
)
from tests.notifiers.builders import BACKGROUND, BEFORE, RENDERED_AT, SERIES, SERIES_NAME, summary
from tests.notifiers.one_lane import carried

NOW = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
KEY = b"a key of the program, long enough"
LOOPBACK = (ip_network("127.0.0.0/8"),)
PATIENCE = 0.6
TAKEN = Page("thank you", status=204)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def speaking_for(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(tls)
    return tls


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    return tls


@pytest.fixture
def receiver(authority: trustme.CA) -> Iterator[MisbehavingServer]:
    with MisbehavingServer(speaking_for(authority, "127.0.0.1", "localhost")) as running:
        running.set("/hook", TAKEN)
        yield running


@pytest.fixture
def notifier(trusting: ssl.SSLContext) -> WebhookNotifier:
    return WebhookNotifier(KEY, LOOPBACK, lambda: NOW, tls=trusting, patience=PATIENCE)


def parcel(to: str, content: bytes = b'{"kind":"news"}') -> Parcel:
    return Parcel(
        delivery_id=1,
        sender="roundwatch@example.org",
        recipient=to,
        message_id="<digest-1.1@example.org>",
        content=content,
    )


def the_fault(notifier: WebhookNotifier, to: str) -> SendError:
    (fault,) = carried(notifier, parcel(to))
    assert fault is not None
    return fault


def verified(headers: dict[str, str], body: bytes, secret: str, now: float) -> bool:
    """As docs/channels.md tells receivers to."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    fresh = abs(now - int(headers["webhook-timestamp"])) < 300
    given = headers["webhook-signature"].split(" ")
    return fresh and any(hmac.compare_digest(mark, each) for each in given)


# --- What is sent -----------------------------------------------------------------------------


def test_a_document_is_posted_and_signed(
    receiver: MisbehavingServer, notifier: WebhookNotifier
) -> None:
    content = '{"kind":"news","city":"東京"}'.encode()
    to = f"{receiver.base_url}/hook?to=me"
    secret = secret_of(KEY, to)
    assert carried(notifier, parcel(to, content)) == [None]
    (seen,) = receiver.requests
    assert (seen.method, seen.path) == ("POST", "/hook?to=me")
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["host"] == receiver.host
    assert receiver.bodies == [content]
    assert verified(seen.headers, content, secret, NOW.timestamp())
    assert not verified(seen.headers, content + b" ", secret, NOW.timestamp())
    assert not verified(seen.headers, content, secret_of(KEY, f"{to}o"), NOW.timestamp())


def test_a_repeat_is_known_by_its_id(
    receiver: MisbehavingServer, notifier: WebhookNotifier
) -> None:
    one = parcel(f"{receiver.base_url}/hook")
    another = replace(one, message_id="<digest-1.2@example.org>")
    assert carried(notifier, one, one, another) == [None, None, None]
    ids = [seen.headers["webhook-id"] for seen in receiver.requests]
    assert ids[0] == ids[1] != ids[2]
    assert "." not in ids[0]


@given(st.binary(max_size=200), st.text(max_size=50), st.binary(min_size=16, max_size=64))
def test_any_document_is_signed_so_that_it_can_be_verified(
    content: bytes, message_id: str, key: bytes
) -> None:
    secret = secret_of(key, "https://hooks.example.org/")
    headers = signed_headers(secret, message_id, NOW, content)
    assert verified(headers, content, secret, NOW.timestamp())
    assert all(value.isascii() and value.isprintable() for value in headers.values())


def test_a_signature_is_the_one_that_other_libraries_make() -> None:
    """The example that the libraries of Standard Webhooks are tested with."""
    secret, name = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    made = signature(secret, name, "1614265330", b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=1), st.text(), st.text())
def test_each_address_has_a_secret_of_its_own(key: bytes, one: str, other: str) -> None:
    secret = secret_of(key, one)
    assert secret.startswith("whsec_")
    assert 24 <= len(b64decode(secret.removeprefix("whsec_"))) <= 64
    assert (secret == secret_of(key, other)) == (one == other)
    assert secret != secret_of(key + b"x", one)


def told(**facts: Any) -> Telling:
    return replace(
        Telling("news", SERIES_NAME, summary(), BACKGROUND, BEFORE, RENDERED_AT), **facts
    )


def test_the_document_has_the_shapes_of_the_contract() -> None:
    document = json.loads(webhook_document([told()]))
    assert set(document) == {
        *("kind", "series", "round", "release", "readout", "comparison", "news", "chosen")
    }
    assert (document["kind"], document["series"], document["round"]) == ("news", SERIES, 5)
    assert document["release"]["published"] == "2024-07-31"
    assert document["comparison"]["topics"][0]["redline"][1]["op"] == "delete"
    assert "dropped" in document["news"]["headline"]
    assert document["chosen"] is None


def test_a_withdrawal_says_where_the_page_is_and_repeats_no_news() -> None:
    gone = Withdrawn(RENDERED_AT, RENDERED_AT, 15, RENDERED_AT)
    telling = told(kind="withdrawal", whereabouts=Whereabouts(gone))
    document = json.loads(webhook_document([telling]))
    assert document["kind"] == "withdrawal"
    assert document["whereabouts"]["withdrawn"]["days"] == 15
    assert document["news"]["headline"] == "Its page can no longer be found; our copy is kept"


def test_several_digests_are_one_document() -> None:
    chosen = Choice(("Labor",), 3)
    document = json.loads(webhook_document([told(), told(kind="correction", chosen=chosen)]))
    assert document["kind"] == "gathered"
    assert [each["kind"] for each in document["digests"]] == ["news", "correction"]
    assert document["digests"][1]["chosen"] == {"topics": ["Labor"], "left_out": 3}


# --- What answers come to ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "permanent", "reach"),
    [
        *((status, True, "message") for status in (301, 302, 303, 307, 308, 304)),
        *((status, True, "message") for status in (400, 401, 403, 404, 413, 422, 451)),
        (410, True, "address"),
        *((status, False, "domain") for status in (408, 425, 429, 500, 502, 503, 504, 599)),
        *((status, False, "domain") for status in (100, 199, 600, 999)),
    ],
)
def test_a_status_says_whether_it_is_worth_trying_again(
    status: int, permanent: bool, reach: str
) -> None:
    fault = fault_of(status, "hooks.example.org")
    assert fault is not None
    assert (fault.permanent, fault.reach, fault.uncertain) == (permanent, reach, False)
    assert fault.summary.startswith(f"hooks.example.org answered {status}")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_success_is_one(status: int) -> None:
    assert fault_of(status, "hooks.example.org") is None


def test_a_redirect_is_not_followed(receiver: MisbehavingServer, notifier: WebhookNotifier) -> None:
    receiver.set("/moved", redirect("/hook", 307))
    fault = the_fault(notifier, f"{receiver.base_url}/moved")
    assert fault.permanent
    assert "redirect" in fault.summary
    assert receiver.paths == ["/moved"]


def test_a_busy_receiver_puts_its_host_off(
    receiver: MisbehavingServer, notifier: WebhookNotifier
) -> None:
    receiver.set("/busy", busy("120"), TAKEN)
    both = carried(notifier, *[parcel(f"{receiver.base_url}/busy")] * 2)
    assert both[0] is not None
    assert (both[0].permanent, both[0].reach) == (False, "domain")
    assert both[1] is None


@pytest.mark.parametrize(
    "behaviour",
    [
        Silence(),
        Drip(in_head=True),
        HangUp(),
        HangUp(reset=True),
        Raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
        Raw(b"HTTP/1.1 200\x00 OK"),
        Raw(b"HTTP/1.1 two OK\r\n\r\n"),
        Raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"),
        Raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 2000),
    ],
    ids=str,
)
def test_whoever_does_not_answer_properly_is_asked_again_later(
    behaviour: Behaviour, receiver: MisbehavingServer, notifier: WebhookNotifier
) -> None:
    receiver.set("/hook", behaviour)
    started = time.monotonic()
    fault = the_fault(notifier, f"{receiver.base_url}/hook")
    assert time.monotonic() - started < PATIENCE + 1
    assert (fault.permanent, fault.reach, fault.uncertain) == (False, "domain", False)
    assert "did not answer" in fault.summary


@pytest.fixture(scope="module")
def babbler(authority: trustme.CA) -> Iterator[MisbehavingServer]:
    with MisbehavingServer(speaking_for(authority, "127.0.0.1")) as running:
        yield running


@settings(max_examples=60)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(b"HTTP/1.1 ".__add__)))
def test_no_answer_breaks_the_lane(
    authority: trustme.CA, babbler: MisbehavingServer, answer: bytes
) -> None:
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    notifier = WebhookNotifier(KEY, LOOPBACK, lambda: NOW, tls=tls, patience=5)
    babbler.set("/hook", Raw(answer))
    (fault,) = carried(notifier, parcel(f"{babbler.base_url}/hook"))
    if fault is not None:
        assert len(fault.summary) < 400
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", fault.summary)


@pytest.mark.parametrize("behaviour", [Drip(), Flood(2000), Flood(2000, announced=True)], ids=str)
def test_the_body_of_an_answer_is_not_waited_for(
    behaviour: Behaviour, receiver: MisbehavingServer, notifier: WebhookNotifier
) -> None:
    receiver.set("/hook", behaviour)
    started = time.monotonic()
    assert carried(notifier, parcel(f"{receiver.base_url}/hook")) == [None]
    assert time.monotonic() - started < PATIENCE


def test_nobody_listening_is_no_answer(notifier: WebhookNotifier) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    fault = the_fault(notifier, f"https://127.0.0.1:{port}/hook")
    assert (fault.permanent, fault.reach) == (False, "domain")


def test_a_name_that_does_not_exist_may_exist_again(
    notifier: WebhookNotifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    fault = the_fault(notifier, "https://hooks.example.org/hook")
    assert (fault.permanent, fault.reach) == (False, "domain")
    assert "Name or service not known" in fault.summary


def test_no_fault_repeats_the_path_which_may_be_a_secret(
    receiver: MisbehavingServer, notifier: WebhookNotifier
) -> None:
    for behaviour in (Page(status=404), Page(status=503), HangUp(), redirect("/hook")):
        receiver.set("/s3cret", behaviour)
        fault = the_fault(notifier, f"{receiver.base_url}/s3cret")
        assert "s3cret" not in f"{fault.summary} {fault.todo}"


# --- Where it may go --------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1"])
def test_an_address_that_is_not_public_is_not_even_connected_to(
    host: str, receiver: MisbehavingServer, trusting: ssl.SSLContext
) -> None:
    port = receiver.host.rpartition(":")[2]
    strict = WebhookNotifier(KEY, (), lambda: NOW, tls=trusting, patience=PATIENCE)
    fault = the_fault(strict, f"https://{host}:{port}/hook")
    assert fault.permanent
    assert "not public" in fault.summary
    assert "ROUNDWATCH_WEBHOOK_PRIVATE" in fault.todo
    assert receiver.connections == 0


Resolver = Callable[..., list[Any]]


def resolving_to(*addresses: str) -> tuple[list[str], Resolver]:
    """The machine's resolver, for one name, with the names that it was asked for."""
    asked: list[str] = []

    def resolve(host: str, port: int, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    return asked, resolve


def test_one_bad_address_among_good_ones_is_enough(
    receiver: MisbehavingServer, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, resolve = resolving_to("8.8.8.8", "127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    strict = WebhookNotifier(KEY, (), lambda: NOW, tls=trusting, patience=PATIENCE)
    port = receiver.host.rpartition(":")[2]
    assert "not public" in the_fault(strict, f"https://hooks.example.org:{port}/hook").summary
    assert receiver.connections == 0


def test_a_name_is_resolved_once_and_its_certificate_is_checked_against_the_name(
    authority: trustme.CA, notifier: WebhookNotifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So no second answer of a name server can lead elsewhere than where was judged."""
    asked, resolve = resolving_to("127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with MisbehavingServer(speaking_for(authority, "hooks.example.org")) as named:
        named.set("/hook", TAKEN)
        port = named.host.rpartition(":")[2]
        assert carried(notifier, parcel(f"https://hooks.example.org:{port}/hook")) == [None]
        assert asked == ["hooks.example.org"]
        assert named.requests[0].headers["host"] == f"hooks.example.org:{port}"
        fault = the_fault(notifier, f"https://other.example.org:{port}/hook")
        assert "certificate" in fault.summary
        assert len(named.requests) == 1


def test_a_certificate_that_nobody_vouches_for_gets_nothing(receiver: MisbehavingServer) -> None:
    usual = WebhookNotifier(KEY, LOOPBACK, lambda: NOW, patience=PATIENCE)
    fault = the_fault(usual, f"{receiver.base_url}/hook")
    assert not fault.permanent
    assert "certificate" in fault.summary
    assert receiver.requests == []


def test_the_next_address_is_tried_where_one_does_not_listen(
    receiver: MisbehavingServer, trusting: ssl.SSLContext
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        closed = door.getsockname()[1]
    port = int(receiver.host.rpartition(":")[2])
    places = [(socket.AF_INET, ("127.0.0.1", each)) for each in (closed, port)]
    address = WebhookAddress("localhost", port, "/hook")
    assert post(address, places, b"{}", {}, tls=trusting, seconds=PATIENCE) == 204


def test_no_proxy_stands_between(
    receiver: MisbehavingServer, notifier: WebhookNotifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MisbehavingServer() as proxy:
        monkeypatch.setenv("https_proxy", proxy.base_url)
        assert carried(notifier, parcel(f"{receiver.base_url}/hook")) == [None]
        assert proxy.connections == 0


# --- Addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "host", "port", "target"),
    [
        ("https://hooks.example.org", "hooks.example.org", 443, "/"),
        ("https://Hooks.Example.org:8443/a/b?c=d#e", "hooks.example.org", 8443, "/a/b?c=d"),
        ("https://[2606:4700::1]/x", "2606:4700::1", 443, "/x"),
        ("HTTPS://hooks.example.org/x", "hooks.example.org", 443, "/x"),
    ],
)
def test_an_address_is_taken_apart(address: str, host: str, port: int, target: str) -> None:
    assert read_webhook_address(address) == WebhookAddress(host, port, target)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hooks.example.org",
        "http://hooks.example.org/s3cret",
        "ftp://hooks.example.org/s3cret",
        "https:///s3cret",
        "https://user:pass@hooks.example.org/s3cret",
        "https://hooks.example.org:99999/s3cret",
        "https://hooks.example.org:0/s3cret",
        "https://[::1/s3cret",
        "https://[v1.x]/s3cret",
        "https://a..b/s3cret",
        "https://.example.org/s3cret",
        "https://hooks.example.org./s3cret",
        f"https://{'x' * 64}.example.org/s3cret",
        "https://ex*mple.org/s3cret",
        "https://[fe80::1%25eth0]/s3cret",
        "https://hooks.example.org/s3cret\r\nX-Evil: 1",
        "https://hooks.example.org/s3cret here",
        "https://bücher.example.org/s3cret",
        "https://hooks.example.org/s3cret" + "x" * LONGEST_ADDRESS,
    ],
)
def test_what_is_no_address_of_a_webhook_is_refused_without_repeating_it(
    address: str, notifier: WebhookNotifier
) -> None:
    with pytest.raises(ValueError, match=r"address") as refused:
        read_webhook_address(address)
    assert "s3cret" not in str(refused.value)
    assert the_fault(notifier, address).permanent


@given(st.text(max_size=80))
def test_whatever_is_asked_for_is_one_line_of_visible_characters(words: str) -> None:
    try:
        read = read_webhook_address(f"https://hooks.example.org/{words}")
    except ValueError:
        return
    assert read.host == "hooks.example.org"
    assert read.target.isascii()
    assert not set(" \r\n\t\x00") & set(read.target)
