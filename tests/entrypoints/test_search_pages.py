"""Search, all releases and open issues, as pages and for programs; whatever is asked for."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.entrypoints.web.api.paging import cursor_of
from monitor.entrypoints.web.language import words
from monitor.journeys.problems import DOUBTS_OF_A_PAGE, FAULTS_OF_A_PAGE
from storage import journal
from tests.entrypoints.conftest import Filled
from tests.entrypoints.saved import IMAGE, SLUG
from tests.entrypoints.site import Site, served
from tests.entrypoints.test_archive_pages import links_of, text_of
from tests.entrypoints.user import User
from tests.storage.builders import NOON


@pytest.fixture(scope="module")
def place(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with all five rounds on file."""
    folder = tmp_path_factory.mktemp("search")
    copy = shutil.copy(filled.archive, folder / "archive.db")
    with served(f"sqlite:///{copy}", folder / "mail") as site:
        yield site


@pytest.fixture(scope="module")
def visitor(place: Site) -> Iterator[httpx.Client]:
    """Somebody who looks around."""
    with place.visitor() as visitor:
        yield visitor


@pytest.fixture
def trapped(hostile: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    """A visitor to an archive whose fifth round was written by somebody with bad intentions."""
    copy = shutil.copy(hostile, tmp_path / "archive.db")
    with served(f"sqlite:///{copy}", tmp_path / "mail") as site, site.visitor() as visitor:
        yield visitor


def asked(visitor: httpx.Client, path: str, **query: object) -> Any:
    answer = visitor.get(path, params=query)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return answer.json()


def all_items(visitor: httpx.Client, path: str, **query: object) -> list[Any]:
    """The items of all pages of a list."""
    page = asked(visitor, path, **query)
    items = page["items"]
    while page["next"]:
        answer = visitor.get(page["next"])
        page = answer.json()
        assert page["items"]
        items += page["items"]
    return items


# --- Search -----------------------------------------------------------------------------------


def test_what_was_found_is_marked_and_leads_to_its_round(visitor: httpx.Client) -> None:
    page = visitor.get("/search?q=ethanol").text
    assert set(re.findall("<mark>(.*?)</mark>", page)) == {"ethanol"}
    assert {"/rounds/5", "/rounds/3"} <= links_of(page)
    assert "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024" in page
    assert '<link rel="' in page
    assert "form-action 'self'" in visitor.get("/search").headers["content-security-policy"]


def test_a_title_is_marked_where_it_stands(visitor: httpx.Client) -> None:
    page = visitor.get("/search?q=%22fifth+round%22").text
    assert re.search(r"<h2><a [^>]*>Readout of the <mark>Fifth Round</mark> of", page)


def test_a_search_says_so_when_there_is_nothing_to_find_or_to_look_for(
    visitor: httpx.Client,
) -> None:
    assert "No release that was read has all of these words." in visitor.get("/search?q=zzz").text
    for signs in ("*", "%22%22", "%E2%80%9C", "+-+"):
        assert "There is no word in this." in visitor.get(f"/search?q={signs}").text
    for nothing in ("", "?q=", "?q=+&year=&series="):
        page = visitor.get(f"/search{nothing}").text
        assert 'role="status"' not in page


@pytest.mark.parametrize(
    "q", ['a"b', "NEAR(", "c++", "*", "\0", "%ED%A0%80", "😀", "日本", "' or 1=1 --", "a:b^2", "{}"]
)
def test_no_sign_is_a_fault(visitor: httpx.Client, q: str) -> None:
    assert visitor.get("/search", params={"q": q}).status_code == 200
    assert visitor.get("/api/v1/search", params={"q": q}).status_code == 200


@settings(max_examples=50)
@given(q=st.text(max_size=200), series=st.sampled_from(["", SLUG]))
def test_any_text_can_be_searched_for(place: Site, q: str, series: str) -> None:
    with place.visitor() as visitor:
        query = {"q": q.encode("utf-8", "replace").decode(), "series": series}
        answer = visitor.get("/search", params=query)
        assert answer.status_code == 200
        assert "<script" not in answer.text


def test_a_search_that_is_too_long_is_refused_in_words(visitor: httpx.Client) -> None:
    page = visitor.get("/search", params={"q": "x" * 10_000})
    assert page.status_code == 422
    assert "200 is the most" in page.text
    answer = visitor.get("/api/v1/search", params={"q": "x" * 10_000})
    assert (answer.status_code, answer.json()["status"]) == (422, 422)
    assert "200" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/search?q=a&year=abc", 422),
        ("/search?q=a&year=0000", 422),
        ("/search?q=a&series=nowhere", 404),
        ("/search?q=a&after=x", 422),
        ("/releases?verdict=good", 422),
        ("/releases?after=WzFd", 422),
        (f"/releases?title={'x' * 201}", 422),
        ("/issues?after=WzFd.", 422),
        ("/api/v1/search", 422),
        ("/api/v1/search?q=a&year=0", 422),
        ("/api/v1/search?q=a&limit=201", 422),
        (f"/api/v1/search?q=a&after={'WzldOWQ' * 200}", 422),
        (f"/api/v1/search?q=a&after={cursor_of(('search', 2**63))}", 422),
        (f"/api/v1/search?q=a&after={cursor_of(('issues', 1))}", 422),
        (f"/api/v1/releases?after={cursor_of(('releases', 10**7, 1))}", 422),
        ("/api/v1/search?q=a&series=nowhere", 404),
        ("/api/v1/releases?verdict=good", 422),
        ("/api/v1/issues?after=Wy0xXQ", 422),
    ],
)
def test_what_cannot_be_asked_for_is_refused(visitor: httpx.Client, path: str, status: int) -> None:
    answer = visitor.get(path)
    assert answer.status_code == status
    media = "application/problem+json" if path.startswith("/api/") else "text/html; charset=utf-8"
    assert answer.headers["content-type"] == media


def test_a_search_is_narrowed_to_talks_and_to_a_year(visitor: httpx.Client) -> None:
    every = all_items(visitor, "/api/v1/search", q="labor")
    ours = all_items(visitor, "/api/v1/search", q="labor", series=SLUG)
    assert len(every) > len(ours) == 5
    assert all(one["rounds"][0]["series"] == SLUG for one in ours)
    in_2022 = all_items(visitor, "/api/v1/search", q="labor", year=2022)
    assert in_2022 == [one for one in every if one["published"].startswith("2022")] != []


def test_pages_of_a_search_hold_each_release_once(visitor: httpx.Client) -> None:
    whole = all_items(visitor, "/api/v1/search", q="japan")
    assert all_items(visitor, "/api/v1/search", q="japan", limit=1) == whole
    assert len(whole) > 5
    assert [one["published"] for one in whole] == sorted(
        (one["published"] for one in whole), reverse=True
    )
    first = visitor.get("/api/v1/search?q=japan&limit=1")
    assert first.headers["link"] == f'<{first.json()["next"]}>; rel="next"'


def test_the_command_and_the_api_find_the_same(visitor: httpx.Client, reader: User) -> None:
    for asks in ("labor tokyo", '"supply chains"', "zzz", "*"):
        assert reader.reads("search", *asks.split()) == all_items(visitor, "/api/v1/search", q=asks)
    narrowed = reader.reads("search", "labor", "--series", SLUG, "--year", "2022", "--limit", "1")
    page = asked(visitor, "/api/v1/search", q="labor", series=SLUG, year=2022, limit=1)
    assert narrowed == page["items"]


def test_a_search_goes_on_in_its_language_with_what_was_asked(place: Site) -> None:
    with place.visitor() as visitor:
        page = visitor.get("/releases?lang=ja&year=&verdict=&title=s").text
        [more] = [link for link in links_of(page) if "after=" in link]
        assert more.startswith("/releases?title=s&lang=ja&after=")
        assert '<html lang="ja">' in visitor.get(more).text
        other = unescape(re.findall(r'href="(\?[^"]*)"', visitor.get("/search?q=a+b").text)[0])
        assert other == "?q=a+b&lang=ja"


def test_hostile_words_are_words_in_what_is_found(trapped: httpx.Client) -> None:
    for q in ("script", "alert", "seafood", "img", "economy", "onerror", "labor trap"):
        for path in ("/search", "/api/v1/search"):
            answer = trapped.get(path, params={"q": q})
            assert answer.status_code == 200
            assert "<script" not in answer.text or path.startswith("/api/")
        page = trapped.get("/search", params={"q": q}).text
        assert "<mark>" in page, q
        assert "<img" not in page
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)
    page = trapped.get("/search?q=alert").text
    assert "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt;" in page
    assert "[U+202E]" in trapped.get("/search?q=economy").text
    runs = asked(trapped, "/api/v1/search", q="seafood")["items"][0]["passages"][0]["runs"]
    assert IMAGE in "".join(run["text"] for run in runs)


# --- Releases ---------------------------------------------------------------------------------


def test_all_releases_are_listed_with_what_they_are(visitor: httpx.Client) -> None:
    page = visitor.get("/releases").text
    told = text_of(page)
    assert re.search(r"On file: readout of a round: 7 · .* · not read: \d+", told)
    assert "Where the title names none of the talks" in told
    assert page.count("<li>") == 50
    items = all_items(visitor, "/api/v1/releases")
    assert len(items) > 50
    assert all_items(visitor, "/api/v1/releases", limit=7) == items
    assert {one["verdict"] for one in items} == {"readout", "related", "unread"}


def test_releases_are_narrowed(visitor: httpx.Client) -> None:
    told = text_of(visitor.get(f"/releases?verdict=readout&series={SLUG}&year=2024").text)
    assert "Readout of the Fifth Round" in told
    assert "Second Meeting" not in told
    only = asked(visitor, "/api/v1/releases", title="fifth ROUND japan")["items"]
    assert [one["rounds"] for one in only] == [[{"series": SLUG, "round": 5}]]
    assert "No release on file is like that." in visitor.get("/releases?title=zzz").text


# --- Issues -----------------------------------------------------------------------------------


def test_there_is_a_word_for_each_kind_of_issue_and_verdict() -> None:
    for language in ("en", "ja"):
        assert words(language)["kinds"].keys() >= FAULTS_OF_A_PAGE | DOUBTS_OF_A_PAGE


def test_open_issues_are_shown_without_what_is_the_operators(site: Site) -> None:
    folder = "file:///srv/pages/x.html"
    page = "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024/july/x"
    with site.visitor() as visitor:
        assert "Nothing is open" in visitor.get("/issues").text
        with site.service.database.transaction() as tx:
            for kind, address, summary in (
                ("half-loaded", page, "it breaks off <b>here</b> \u202e"),
                ("unreachable", folder, "/srv/pages/x.html cannot be read"),
            ):
                journal.open_issue(
                    tx,
                    kind=kind,
                    address=address,
                    summary=summary,
                    evidence={"path": "/srv/pages"},
                    snapshot_id=None,
                    now=NOON,
                )
        shown = visitor.get("/issues").text
        told = text_of(shown)
        assert "A page that breaks off it breaks off &lt;b&gt;here&lt;/b&gt; [U+202E]" in told
        assert "The site could not be reached Since March 2, 2026" in told
        listed = all_items(visitor, "/api/v1/issues", limit=1)
    assert [one["address"] for one in listed] == [page, None]
    assert "/srv" not in shown + json.dumps(listed)


def test_the_command_and_the_api_tell_of_the_same_issues(watched: User, tmp_path: Path) -> None:
    told = watched.reads("issues")
    with served(f"sqlite:///{watched.archive}", tmp_path / "mail") as site, site.visitor() as one:
        listed = all_items(one, "/api/v1/issues")
    assert told
    assert [each["id"] for each in listed] == [each["id"] for each in told]
    for public, whole in zip(listed, told, strict=True):
        assert {name: whole[name] for name in public if public[name] is not None}.items() <= (
            public.items()
        )


@pytest.fixture
def watched(reader: User) -> User:
    """A user in whose folder lay two pages that are none."""
    for name in ("empty.html", "torn.html"):
        (reader.home / name).write_text("" if name == "empty.html" else "<html><body>", "utf-8")
    assert reader.runs("backfill", "--from", str(reader.home)).code != 2
    return reader
