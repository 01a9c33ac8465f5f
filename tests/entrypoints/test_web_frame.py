"""What stands around every page: the language, the network that is counted, bodies, the log."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import string
import time
from typing import Any

import httpx
import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from monitor.entrypoints.web.guards.rates import network_of
from monitor.entrypoints.web.language import language_of, words
from monitor.entrypoints.web.layers.asgi import Message, Receive, Scope, Send
from monitor.entrypoints.web.layers.bodies import BoundedBodies
from monitor.entrypoints.web.layers.privacy import has_token
from tests.entrypoints.site import Site, served
from tests.entrypoints.user import User, told_to_end
from tests.journeys.readers import asks, own_token


def request(accept: str = "", query: str = "") -> Request:
    headers = [(b"accept-language", accept.encode())]
    return Request({"type": "http", "headers": headers, "query_string": query.encode()})


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en-US;q=0.8", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("de,ja;q=0.5,en;q=0.4", "ja"),
        ("de", "en"),
        ("ja;q=0,en;q=0.1", "en"),
        ("ja;q=much", "en"),
        ("*", "en"),
    ],
)
def test_a_page_speaks_the_language_that_a_browser_would_have(accept: str, language: str) -> None:
    assert language_of(request(accept)) == language


def test_a_readers_own_language_comes_before_the_browsers_and_what_is_asked_for_before_both() -> (
    None
):
    assert language_of(request("en"), "ja") == "ja"
    assert language_of(request("en", "lang=ja"), "en") == "ja"
    assert language_of(request("ja", "lang=xx"), "en") == "en"


@given(st.text(string.printable, max_size=300))
def test_any_header_names_a_language(accept: str) -> None:
    assert language_of(request(accept)) in {"en", "ja"}


def places(table: dict[str, Any], at: str = "") -> dict[str, set[str] | int]:
    """Every text by its place, with what is to be filled in; of a list its length."""
    found: dict[str, set[str] | int] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= places(value, f"{at}{name}.")
        elif isinstance(value, list):
            found[f"{at}{name}"] = len(value)
        else:
            found[f"{at}{name}"] = set(re.findall(r"{(\w+)}", value))
    return found


def test_both_languages_say_the_same_things_with_the_same_facts_in_them() -> None:
    assert places(words("en")) == places(words("ja"))


def test_no_word_of_the_pages_is_hidden_by_a_method_of_its_table() -> None:
    names = {part for place in places(words("en")) for part in place.split(".")}
    assert names & set(dir(dict)) == set()


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("192.0.2.255", "192.0.2.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", "unknown"),
        ("somewhere", "unknown"),
    ],
)
def test_neighbours_are_counted_together(host: str, network: str) -> None:
    assert network_of(host) == network


@pytest.mark.parametrize(
    ("path", "private"),
    [
        ("/confirm/x", True),
        ("/preferences/x/export", True),
        ("/unsubscribe/x", True),
        ("/address/x", True),
        ("/api/v1/preferences/x", True),
        ("/subscribe", False),
        ("/api/v1/subscriptions", False),
        ("/", False),
        ("/rounds/1", False),
    ],
)
def test_addresses_with_a_token_are_known(path: str, private: bool) -> None:
    assert has_token(path) is private


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    """Of the middleware itself, with less patience than the service has."""

    async def never() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/subscribe",
        "query_string": b"",
        "headers": [],
    }
    asyncio.run(BoundedBodies(application, patience=0.1)(scope, never, send))
    assert sent[0]["status"] == 408
    assert b"did not come in time" in sent[1]["body"]


def test_a_proxy_that_is_not_trusted_does_not_say_who_asks(
    database_url: str, tmp_path: Any
) -> None:
    with served(database_url, tmp_path / "mail", trusted_proxies=()) as site:
        statuses = []
        for network in range(11):
            with site.visitor(network) as visitor:
                statuses.append(visitor.post("/subscribe", data={"address": "nobody"}).status_code)
    assert statuses == [422] * 10 + [429]


def test_no_token_and_no_address_of_a_reader_stands_in_the_log(site: Site, tmp_path: Any) -> None:
    asks(site.service)
    token = own_token(site.service)
    url = site.service.settings.database_url
    with socket.create_server(("127.0.0.1", 0)) as probe:
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
    home = tmp_path / "home"
    home.mkdir()
    user = User(home, database_url=url, listen=listen, public_url=f"http://{listen}")
    with user.keeps_running("serve") as process:
        seen = asked_until_there(listen, token)
        ended = told_to_end(process, signal.SIGTERM)
    assert seen == [200, 200, 404, 405]
    assert token not in ended.said + ended.complained
    assert "reader@example.org" not in ended.said + ended.complained


def asked_until_there(listen: str, token: str) -> list[int]:
    """The statuses of a few requests, once somebody answers."""
    with httpx.Client(base_url=f"http://{listen}", transport=httpx.HTTPTransport(retries=0)) as it:
        for _ in range(300):
            try:
                it.get("/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        own = f"/preferences/{token}"
        return [
            it.get(own).status_code,
            it.post(f"/unsubscribe/{token}").status_code,
            it.get(f"{own}x").status_code,
            it.delete(own).status_code,
        ]
