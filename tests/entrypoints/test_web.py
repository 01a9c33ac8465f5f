"""The pages and the API over an archive: what they show, and what they answer to the rest."""

from __future__ import annotations

import asyncio
import re
import shutil
from html import escape
from pathlib import Path

import httpx
import pytest

from monitor.bootstrap import service
from monitor.entrypoints.web.app import pages
from monitor.pressroom import PressRoom
from monitor.settings import Settings
from tests.entrypoints.conftest import Filled
from tests.entrypoints.saved import IMAGE, LINK, SCRIPT
from tests.entrypoints.site import policy_of
from tests.entrypoints.user import User

PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"

EVERYWHERE = (
    "/ /rounds/2 /rounds/9 /nowhere /healthz /readyz "
    "/api/v1/latest /api/v1/rounds/2 /api/v1/rounds/9 /api/v1/nowhere"
).split()


class Visitor:
    """Asks the application as a web server would."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def ask(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return asyncio.run(self._asked(method, path, headers or {}))

    async def _asked(self, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
        with service(self._settings) as made:
            transport = httpx.ASGITransport(pages(made))
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                return await client.request(method, path, headers=headers)


def visitor_of(archive: Path, **settings: str) -> Visitor:
    return Visitor(Settings(database_url=f"sqlite:///{archive}", **settings))


@pytest.fixture
def visitor(filled: Filled, tmp_path: Path) -> Visitor:
    """A visitor to an archive of all five rounds."""
    return visitor_of(shutil.copy(filled.archive, tmp_path / "archive.db"))


@pytest.fixture
def early(tmp_path: Path) -> Visitor:
    """A visitor who comes before there is anything to see."""
    return visitor_of(tmp_path / "archive.db")


def test_the_first_page_is_the_latest_round(visitor: Visitor) -> None:
    answer = visitor.ask("/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, HTML)
    assert "<h1>Round 5</h1>" in answer.text
    assert "<del>technical barriers to trade</del>" in answer.text
    assert "<ins>trade in seafood</ins>" in answer.text
    assert re.search(r"<ins>\s*and due process</ins>", answer.text)
    assert "July 31, 2024" in answer.text
    assert "round 4" in answer.text
    assert 'href="https://ustr.gov/about-us/policy-offices/press-office/' in answer.text


def test_any_round_has_its_page(visitor: Visitor) -> None:
    assert visitor.ask("/rounds/5").text == visitor.ask("/").text
    third = visitor.ask("/rounds/3").text
    assert "<h1>Round 3</h1>" in third
    assert "Tokyo" in third
    assert "The first round in the archive" in visitor.ask("/rounds/1").text


def test_the_api_gives_what_the_command_prints(reader: User) -> None:
    visitor = visitor_of(reader.archive)
    latest = visitor.ask("/api/v1/latest")
    assert (latest.status_code, latest.headers["content-type"]) == (200, "application/json")
    assert latest.json() == reader.reads("latest")
    assert visitor.ask("/api/v1/rounds/2").json() == reader.reads("show", "2")


@pytest.mark.parametrize(
    "path", ["/rounds/9", "/rounds/five", "/rounds/-1", f"/rounds/{9**40}", "/nowhere", "/docs"]
)
def test_what_is_not_there_is_a_page_of_ours(path: str, visitor: Visitor) -> None:
    answer = visitor.ask(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, HTML)
    assert "<h1>Not Found</h1>" in answer.text
    assert '<a href="/"' in answer.text
    assert answer.headers["content-security-policy"] == policy_of(answer.text)


@pytest.mark.parametrize("path", ["/rounds/9", "/rounds/five", f"/rounds/{9**40}", "/nowhere"])
def test_what_is_not_there_is_a_problem_to_programs(path: str, visitor: Visitor) -> None:
    answer = visitor.ask(f"/api/v1{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
    assert answer.json()["status"] == 404
    assert answer.json()["title"]


def test_a_round_that_is_not_there_is_answered_with_those_that_are(visitor: Visitor) -> None:
    assert "it has: 1, 2, 3, 4, 5" in visitor.ask("/rounds/9").text
    assert visitor.ask("/api/v1/rounds/9").json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "the archive has no round 9 of the U.S.-Japan Partnership on Trade; "
        "it has: 1, 2, 3, 4, 5",
    }


def test_an_empty_archive_says_so(early: Visitor) -> None:
    assert early.ask("/").status_code == 404
    assert "the archive has no round of the" in early.ask("/").text
    assert early.ask("/api/v1/latest").headers["content-type"] == PROBLEM


@pytest.mark.parametrize("path", EVERYWHERE)
def test_head_answers_as_get_does_without_a_body(path: str, visitor: Visitor) -> None:
    got, head = visitor.ask(path), visitor.ask(path, "HEAD")
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize(("path", "kind"), [("/", HTML), ("/api/v1/latest", PROBLEM)])
def test_nothing_can_be_written(path: str, kind: str, visitor: Visitor) -> None:
    answer = visitor.ask(path, "POST")
    assert (answer.status_code, answer.headers["content-type"]) == (405, kind)
    assert answer.headers["allow"]


def test_the_service_is_alive_whatever_it_knows(early: Visitor) -> None:
    answer = early.ask("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_the_service_is_ready_once_it_has_seen_its_source(room: PressRoom, watcher: User) -> None:
    visitor = visitor_of(watcher.archive, source_url=room.base_url)
    before = visitor.ask("/readyz")
    assert before.status_code == 503
    assert {each["name"]: each["well"] for each in before.json()}["sees"] is False
    watcher.runs("poll")
    after = visitor.ask("/readyz")
    assert after.status_code == 200
    assert after.json() == watcher.reads("check")[:2]


@pytest.mark.parametrize(
    ("path", "kind"), [("/", HTML), ("/api/v1/latest", PROBLEM), ("/readyz", PROBLEM)]
)
def test_an_archive_that_cannot_be_read_is_a_passing_problem_without_its_address(
    path: str, kind: str, tmp_path: Path
) -> None:
    (tmp_path / "archive.db").write_bytes(b"this is no database, " * 50)
    answer = visitor_of(tmp_path / "archive.db").ask(path)
    assert (answer.status_code, answer.headers["content-type"]) == (503, kind)
    assert "the archive cannot be read now" in answer.text
    assert str(tmp_path) not in answer.text


@pytest.mark.parametrize("path", ["/", "/rounds/1", "/rounds/9", "/nowhere"])
def test_a_page_may_load_nothing_and_run_nothing(path: str, visitor: Visitor) -> None:
    answer = visitor.ask(path)
    assert answer.headers["content-security-policy"] == policy_of(answer.text)
    for word in ("<script", "<link", "<img", "<iframe", "@import", "url("):
        assert word not in answer.text.lower().replace('<link rel="alternate"', "")


def test_scraped_markup_is_shown_and_not_alive(hostile: Path) -> None:
    shown = visitor_of(hostile).ask("/").text
    for trap in (SCRIPT, IMAGE):
        assert trap not in shown
        assert escape(trap) in shown
    assert LINK in shown
    assert "<script" not in shown
    assert "<img" not in shown


def test_a_control_that_turns_the_reading_direction_is_shown(hostile: Path) -> None:
    visitor = visitor_of(hostile)
    shown = visitor.ask("/").text
    assert "Digital [U+202E]Economy" in shown
    assert "Director for [U+2067]Japan" in shown
    assert not {"\u202e", "\u2067", "\x1b"} & set(shown)
    labels = [each["label"] for each in visitor.ask("/api/v1/latest").json()["readout"]["mentions"]]
    assert "Digital \u202eEconomy" in labels
