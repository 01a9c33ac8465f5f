"""Every request is on record, whatever came of it."""

from __future__ import annotations

import gzip

import pytest

from monitor.errors import NotNow, SourceError
from monitor.sources.client import PoliteClient
from tests.faults.server import (
    Behaviour,
    Bomb,
    Cut,
    Flood,
    HangUp,
    MisbehavingServer,
    Page,
    Silence,
    busy,
    redirect,
)
from tests.sources.conftest import Book, Clients, Time

PACKED = gzip.compress(b"page" * 100)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def client(server: MisbehavingServer, client_for: Clients, book: Book) -> PoliteClient:
    return client_for(server, ledger=book)


def test_robots_redirects_and_pages_are_on_record_in_their_order(
    server: MisbehavingServer, client: PoliteClient, book: Book, time: Time
) -> None:
    began = time.now()
    server.set("/old", redirect("/new", 301))
    server.set("/new", Page("page", etag='"1"'))
    client.get(server.base_url + "/old")
    client.get(server.base_url + "/new", etag='"1"')
    assert [(made.address, made.status, made.fault) for made in book.made] == [
        (server.base_url + "/robots.txt", 404, "gone"),
        (server.base_url + "/old", 301, None),
        (server.base_url + "/new", 200, None),
        (server.base_url + "/new", 304, None),
    ]
    assert [made.size for made in book.made] == [len("nothing here"), 0, 4, 0]
    assert [(made.asked_at - began).total_seconds() for made in book.made] == [0, 1, 2, 3]
    assert {made.host for made in book.made} == {server.host}


def test_the_size_is_that_of_the_body_as_it_came(
    server: MisbehavingServer, client: PoliteClient, book: Book
) -> None:
    server.set("/page", Page(PACKED, headers={"Content-Encoding": "gzip"}))
    assert len(client.get(server.base_url + "/page").body) == 400
    assert book.made[-1].size == len(PACKED)


def test_the_time_is_that_from_the_sending_to_the_last_byte(
    server: MisbehavingServer, client_for: Clients, book: Book
) -> None:
    ticks = iter(range(1000))
    client = client_for(server, ledger=book, clock=lambda: float(next(ticks)), rate=1000.0)
    server.set("/page", Page("page"))
    client.get(server.base_url + "/page")
    assert all(made.milliseconds >= 1000 for made in book.made)


@pytest.mark.parametrize(
    ("behaviour", "rows"),
    [
        (Page("oops", status=500), [(500, "server-fault", 4)] * 3),
        (HangUp(), [(None, "unreachable", 0)] * 3),
        (Silence(), [(None, "timed-out", 0)]),
        (Page("no", status=403), [(403, "forbidden", 2)]),
        (busy("600"), [(429, "too-many-requests", 9)]),
        (redirect("https://elsewhere.example.org/"), [(302, None, 0)]),
        (Cut(b"x" * 1000, 100), [(200, "unreachable", 100)] * 3),
        (Flood(50, announced=True), [(200, "too-large", 0)]),
        (Page("page", headers={"Content-Encoding": "br"}), [(200, "odd-encoding", 0)]),
    ],
    ids=str,
)
def test_a_request_that_failed_is_on_record_with_its_fault_and_so_is_each_other_try(
    server: MisbehavingServer,
    client_for: Clients,
    book: Book,
    behaviour: Behaviour,
    rows: list[tuple[int | None, str | None, int]],
) -> None:
    server.set("/page", behaviour)
    with pytest.raises(SourceError):
        client_for(server, ledger=book, answer_seconds=0.5).get(server.base_url + "/page")
    assert [(made.status, made.fault, made.size) for made in book.made[1:]] == rows
    assert len(book.made) == len(server.requests)


def test_a_bomb_is_on_record_with_no_more_than_was_taken_of_it(
    server: MisbehavingServer, client: PoliteClient, book: Book
) -> None:
    server.set("/page", Bomb())
    with pytest.raises(SourceError):
        client.get(server.base_url + "/page")
    assert book.made[-1].fault == "too-large"
    assert 0 < book.made[-1].size < 300_000


def test_what_was_not_asked_is_not_on_record(
    server: MisbehavingServer, client: PoliteClient, book: Book
) -> None:
    server.set("/page", busy("600"))
    for _ in range(2):
        with pytest.raises(NotNow):
            client.get(server.base_url + "/page")
    assert len(book.made) == len(server.requests) == client.requests == 2
