"""Answers that are kept: for whom, for how long, and what tells that they are known already."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from fastapi.datastructures import Headers

from monitor.entrypoints.web.guards.rates import Rates
from monitor.entrypoints.web.layers.asgi import Message, Receive, Scope, Send
from monitor.entrypoints.web.layers.kept import OLDEST, KeptAnswers, Made, Shelf
from monitor.entrypoints.web.layers.stamps import Stamps
from storage.errors import DatabaseUnreachable, StorageError
from tests.entrypoints.saved import SLUG
from tests.entrypoints.site import Site, served
from tests.journeys.offices import Clock
from tests.journeys.readers import file_round

FIRST = ["/", "/rounds/1", f"/{SLUG}/topics", f"/{SLUG}/topics/labor", f"/{SLUG}/timeline"]
SECOND = ["/series", "/how-it-works", "/subscribe", "/api/v1/latest", f"/feeds/{SLUG}.atom"]


def made(body: bytes = b"", status: int = 200, **headers: str) -> Made:
    return Made(status, Headers(headers), body)


@pytest.mark.parametrize("path", FIRST + SECOND)
def test_what_a_visitor_has_already_is_not_sent_again(site: Site, path: str) -> None:
    with site.visitor() as visitor:
        first = visitor.get(path)
        assert first.status_code == 200
        for tag in (first.headers["etag"], f'"another", W/{first.headers["etag"]}', "*"):
            again = visitor.get(path, headers={"If-None-Match": tag})
            assert (again.status_code, again.content) == (304, b"")
            for name in ("etag", "cache-control", "vary"):
                assert again.headers.get(name) == first.headers.get(name), name
        assert visitor.get(path, headers={"If-None-Match": '"another"'}).content == first.content
        head = visitor.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == first.headers["etag"]
        assert head.headers["content-length"] == str(len(first.content))


def test_a_new_round_is_shown_at_once_and_its_tag_is_another(site: Site) -> None:
    with site.visitor() as visitor:
        before = {path: visitor.get(path) for path in FIRST + SECOND}
        file_round(site.service, 2, "Labor: Talked again.", "Digital Economy: Talked.")
        for path, then in before.items():
            now = visitor.get(path, headers={"If-None-Match": then.headers["etag"]})
            changed = path not in {"/how-it-works", "/subscribe"}
            assert now.status_code == (200 if changed else 304), path


def test_each_language_has_an_answer_of_its_own(site: Site) -> None:
    with site.visitor() as visitor:
        english = visitor.get("/", headers={"Accept-Language": "en"})
        japanese = visitor.get("/", headers={"Accept-Language": "ja"})
        assert english.headers["vary"] == japanese.headers["vary"] == "Accept-Language"
        assert english.headers["etag"] != japanese.headers["etag"]
        tag = {"If-None-Match": english.headers["etag"]}
        assert visitor.get("/", headers=tag | {"Accept-Language": "ja"}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nowhere", "/api/v1/rounds/9"])
def test_what_is_true_only_now_has_no_tag(site: Site, path: str) -> None:
    with site.visitor() as visitor:
        assert "etag" not in visitor.get(path).headers


def test_the_day_tells_answers_apart(site: Site, clock: Clock) -> None:
    with site.visitor() as visitor:
        path = f"/{SLUG}/timeline"
        tag = visitor.get(path).headers["etag"]
        clock.later(days=1)
        assert visitor.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_flood_of_different_addresses_is_told_to_wait_and_others_are_not(
    database_url: str, tmp_path: Path
) -> None:
    with served(database_url, tmp_path, pages_per_minute=20) as site, site.visitor() as flood:
        file_round(site.service, 1, "Labor: Talked.")
        answers = [flood.get(f"/?n={n}", headers={"Accept-Language": "ja"}) for n in range(25)]
        assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 5
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert 'lang="ja"' in answers[-1].text
        assert flood.get("/?n=3").status_code == 429, "another language has to be made"
        assert flood.get("/?n=3", headers={"Accept-Language": "ja"}).status_code == 200, "is kept"
        told = flood.get("/api/v1/search?q=labor")
        assert told.headers["content-type"] == "application/problem+json"
        assert (told.json()["status"], told.json()["title"]) == (429, "Too Many Requests")
        with site.visitor(network=2) as another:
            assert another.get("/?n=99").status_code == 200


# --- The shelf --------------------------------------------------------------------------------


def test_an_answer_is_kept_while_the_stamp_is_the_same_and_five_minutes_at_most() -> None:
    now = 0.0
    shelf = Shelf(clock=lambda: now)
    kept = made(b"a")
    shelf.keep("key", "then", kept)
    assert shelf.of("key", "then") is kept
    assert shelf.of("key", "now") is None
    assert shelf.of("another", "then") is None
    now = OLDEST
    assert shelf.of("key", "then") is None


def test_the_answers_asked_for_longest_ago_make_room() -> None:
    shelf = Shelf(room=100)
    for key in ("a", "b"):
        shelf.keep(key, "", made(b"." * 40))
    assert shelf.of("a", "")
    shelf.keep("c", "", made(b"." * 40))
    assert [key for key in "abc" if shelf.of(key, "")] == ["a", "c"]
    shelf.keep("c", "", made(b"." * 60))  # in place of the other
    assert [key for key in "abc" if shelf.of(key, "")] == ["a", "c"]
    shelf.keep("too large", "", made(b"." * 101))
    assert [key for key in ("a", "c", "too large") if shelf.of(key, "")] == []


# --- Many at once -----------------------------------------------------------------------------


class Counted:
    """An application that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        await asyncio.sleep(0.05)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})


async def nothing() -> Message:
    raise AssertionError


async def asks(app: KeptAnswers, path: str = "/") -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    await app(scope, nothing, send)
    return sent


def test_who_asks_for_the_same_at_once_waits_for_one_answer() -> None:
    application = Counted()

    async def many() -> list[list[Message]]:
        app = KeptAnswers(
            application, Stamps(lambda: "now"), home="http://here.example", rates=Rates()
        )
        return await asyncio.gather(*(asks(app) for _ in range(20)), asks(app, "/other"))

    answers = asyncio.run(many())
    assert application.asked == 2
    assert {answer[1]["body"] for answer in answers} == {b"hello"}


def test_without_an_archive_nothing_is_kept_and_the_application_says_so() -> None:
    application = Counted()

    def away() -> str:
        raise DatabaseUnreachable("away", todo="wait")

    async def twice() -> None:
        app = KeptAnswers(application, Stamps(away), home="http://here.example", rates=Rates())
        await asks(app)
        await asks(app)

    asyncio.run(twice())
    assert application.asked == 2


def test_nobody_is_told_a_stamp_that_was_read_before_he_asked() -> None:
    """The law of the shared look: what is committed before the question is in the answer."""
    committed, looks = 0, 0

    def look() -> str:
        nonlocal looks
        looks += 1
        seen = committed
        time.sleep(0.01)
        return str(seen)

    async def visitor(stamps: Stamps, number: int) -> None:
        nonlocal committed
        await asyncio.sleep(number / 1000)
        committed = mine = committed + 1
        assert int(await stamps.now()) >= mine

    async def all_of_them() -> None:
        stamps = Stamps(look)
        await asyncio.gather(*(visitor(stamps, number) for number in range(100)))

    asyncio.run(all_of_them())
    assert 1 < looks < 50


def test_a_look_that_fails_fails_for_those_who_waited_for_it_alone() -> None:
    fails = True

    def look() -> str:
        if fails:
            raise DatabaseUnreachable("away", todo="wait")
        return "back"

    async def before_and_after() -> str:
        nonlocal fails
        stamps = Stamps(look)
        for each in await asyncio.gather(stamps.now(), stamps.now(), return_exceptions=True):
            assert isinstance(each, StorageError)
        fails = False
        return await stamps.now()

    assert asyncio.run(before_and_after()) == "back"
