"""What goes wrong on the web: the same form everywhere, our words, and never a stack trace."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from monitor.entrypoints.web.language import words
from tests.entrypoints.conftest import Filled
from tests.entrypoints.saved import SLUG
from tests.entrypoints.site import served

API = "/api/v1"
PROBLEM = "application/problem+json"
JSON = {"Content-Type": "application/json"}
FOREIGN = re.compile(r"pydantic|[Vv]alidat|dataclass|Traceback|\wError\b|Input should|monitor\.")


@pytest.fixture(scope="module")
def visitor(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A visitor to an archive of all five rounds, through whom anybody may ask: no limit counts."""
    folder = tmp_path_factory.mktemp("problems")
    copy = shutil.copy(filled.archive, folder / "archive.db")
    url = f"sqlite:///{copy}"
    with served(url, folder / "mail", hook_secret="x" * 40) as site, site.visitor() as visitor:
        yield visitor


def from_anywhere(number: int) -> dict[str, str]:
    return {"X-Forwarded-For": f"10.9.{number}.1"}


ASKED: list[tuple[str, str, dict[str, str], bytes, int]] = [
    ("GET", f"{API}/rounds/9", {}, b"", 404),
    ("GET", f"{API}/nowhere", {}, b"", 404),
    ("GET", f"{API}/series/{SLUG}/rounds?limit=x", {}, b"", 422),
    ("GET", f"{API}/releases?verdikt=readout", {}, b"", 422),
    ("GET", f"{API}/releases?verdict=nothing", {}, b"", 422),
    ("GET", f"{API}/releases?=nameless", {}, b"", 422),
    ("DELETE", f"{API}/latest", {}, b"", 405),
    ("POST", f"{API}/subscriptions", JSON, b"{", 422),
    ("POST", f"{API}/subscriptions", JSON, b"\xff", 400),
    ("POST", f"{API}/subscriptions", JSON, b"[" * 20_000, 400),
    ("POST", f"{API}/subscriptions", JSON, b"9" * 20_000, 400),
    ("POST", f"{API}/subscriptions", JSON, b'{"address": 7}', 422),
    ("POST", f"{API}/subscriptions", JSON, b"x" * 40_000, 413),
    ("POST", f"{API}/subscriptions", {"Content-Type": "text/plain"}, b"{}", 415),
    ("POST", f"{API}/subscriptions", {}, b"", 422),
    ("POST", f"{API}/confirm/abc", {}, b"", 404),
    ("GET", f"{API}/preferences/abc", {}, b"", 404),
    ("POST", "/hooks/bounces", {}, b"", 401),
    ("GET", "/hooks/bounces", {}, b"", 405),
    ("POST", "/readyz", {}, b"", 405),
    ("POST", "/openapi.json", {}, b"", 405),
]


@pytest.mark.parametrize(("method", "path", "headers", "body", "status"), ASKED)
def test_a_program_is_told_of_a_problem_in_one_form(
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
    visitor: httpx.Client,
) -> None:
    sent = headers | from_anywhere(ASKED.index((method, path, headers, body, status)))
    answer = visitor.request(method, path, headers=sent, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    found = answer.json()
    assert set(found) - {"errors"} == {"type", "title", "status", "detail"}
    assert (found["type"], found["title"]) == ("about:blank", HTTPStatus(status).phrase)
    assert found["status"] == status
    assert found["detail"]
    assert not FOREIGN.search(answer.text), answer.text


WRONG: list[tuple[bytes, str, str]] = [
    (b"{}", "#/address", "it is missing"),
    (b"[]", "#", "an object is wanted"),
    (b"{", "#", "it is no JSON"),
    (b'{"address": 7}', "#/address", "a text is wanted"),
    (b'{"address": ""}', "#/address", "at least 1 character"),
    (b'{"address": "nobody"}', "#/address", "“nobody” is no mail address"),
    (b'{"address": "a@example.org", "series": "x"}', "#/series", "a list is wanted"),
    (b'{"address": "a@example.org", "series": []}', "#/series", "at least 1 of it is wanted"),
    (b'{"address": "a@example.org", "series": ["x"]}', "#/series", "followed are: "),
    (b'{"address": "a@example.org", "series": [7]}', "#/series/0", "a text is wanted"),
    (b'{"address": "a@example.org", "language": "fr"}', "#/language", "'en' or 'ja' is wanted"),
    (b'{"address": "a@example.org", "topics": {"a/b~": 1}}', "#/topics/a~1b~0", "a list is wanted"),
    (b'{"address": "a@example.org", "topics": {"x": ["y"]}}', "#/topics/x", "no such series"),
]


@pytest.mark.parametrize(("body", "pointer", "detail"), WRONG)
def test_a_wrong_body_is_told_place_by_place(
    body: bytes, pointer: str, detail: str, visitor: httpx.Client
) -> None:
    sent = JSON | from_anywhere(100 + WRONG.index((body, pointer, detail)))
    answer = visitor.post(f"{API}/subscriptions", headers=sent, content=body)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert error["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/", "GET, HEAD"),
        ("POST", f"{API}/latest", "GET, HEAD"),
        ("POST", f"{API}/preferences/abc", "GET, HEAD, PUT, DELETE"),
        ("OPTIONS", f"{API}/preferences/abc/address", "POST"),
        ("GET", f"{API}/subscriptions", "POST"),
        ("DELETE", "/subscribe", "GET, HEAD, POST"),
        ("PUT", f"/{SLUG}/timeline", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_all_that_are_right(
    method: str, path: str, allowed: str, visitor: httpx.Client
) -> None:
    answer = visitor.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert allowed in answer.text


def test_what_a_program_would_rather_have_changes_nothing(visitor: httpx.Client) -> None:
    for accept in ("text/html", "application/xml", "nonsense", "*/*;q=0"):
        answer = visitor.get(f"{API}/rounds/9", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


# --- Pages ------------------------------------------------------------------------------------


def test_a_page_of_a_problem_is_framed_in_the_language_asked_for(visitor: httpx.Client) -> None:
    for answer in (
        visitor.get("/rounds/9", headers={"Accept-Language": "ja"}),
        visitor.get("/rounds/9?lang=ja"),
    ):
        assert answer.status_code == 404
        assert '<html lang="ja">' in answer.text
        assert f"<h1>{words('ja')['problem']['404']}</h1>" in answer.text
        assert '<p class="fault" lang="en">the archive has no round 9' in answer.text
        assert (answer.headers["content-language"], answer.headers["vary"]) == (
            "ja",
            "Accept-Language",
        )
    assert 'href="/?lang=ja"' in visitor.get("/rounds/9?lang=ja").text


def test_every_status_that_is_answered_has_a_heading_in_both_languages() -> None:
    statuses = {str(status) for *_, status in ASKED} | {
        "403",
        "408",
        "409",
        "410",
        "429",
        "500",
        "503",
    }
    assert statuses <= set(words("en")["problem"])


# --- What nobody foresaw ----------------------------------------------------------------------


@pytest.fixture
def spoilt(filled: Filled, tmp_path: Path) -> Iterator[httpx.Client]:
    """A visitor to an archive one of whose comparisons is no document any more."""
    copy = shutil.copy(filled.archive, tmp_path / "archive.db")
    with sqlite3.connect(copy) as database:
        database.execute("""UPDATE comparisons SET comparison = '{"series": ["' """)
    database.close()
    with served(f"sqlite:///{copy}", tmp_path / "mail") as site, site.visitor() as visitor:
        yield visitor


@pytest.mark.parametrize(
    ("path", "kind"), [("/rounds/5", "text/html; charset=utf-8"), (f"{API}/rounds/5", PROBLEM)]
)
def test_what_nobody_foresaw_is_told_in_our_words_and_logged_in_a_line(
    path: str, kind: str, spoilt: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = spoilt.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (500, kind)
    assert "nobody foresaw" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not FOREIGN.search(re.sub(r"<style>.*</style>", "", answer.text, flags=re.DOTALL))
    [line] = [record for record in caplog.records if record.name == "roundwatch"]
    assert "{number} failed at" in line.getMessage()
    assert "\n" not in line.getMessage()
    assert line.exc_info is None
    assert [record for record in caplog.records if record.name == "uvicorn.error"] == []


def test_a_file_that_is_broken_in_the_middle_is_a_passing_problem(
    filled: Filled, tmp_path: Path
) -> None:
    copy = Path(shutil.copy(filled.archive, tmp_path / "archive.db"))
    content = bytearray(copy.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    copy.write_bytes(content)
    with served(f"sqlite:///{copy}", tmp_path / "mail") as site, site.visitor() as visitor:
        for path in (f"{API}/latest", f"{API}/series", f"{API}/series/{SLUG}/topics"):
            answer = visitor.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (503, PROBLEM)
            assert not FOREIGN.search(answer.text)
