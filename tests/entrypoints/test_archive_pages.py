"""The pages of the archive: rounds of any series, compared, by topic, in time; and their links."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.entrypoints.conftest import Filled
from tests.entrypoints.saved import SLUG
from tests.entrypoints.site import served

TASK_FORCE = "us-japan-labor-task-force"


@pytest.fixture(scope="module")
def visitor(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A visitor to an archive of all five rounds."""
    folder = tmp_path_factory.mktemp("archive")
    copy = shutil.copy(filled.archive, folder / "archive.db")
    with served(f"sqlite:///{copy}", folder / "mail") as site, site.visitor() as visitor:
        yield visitor


@pytest.fixture(scope="module")
def trapped(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A visitor to an archive whose fifth round was written by somebody with bad intentions."""
    folder = tmp_path_factory.mktemp("trapped")
    copy = shutil.copy(hostile, folder / "archive.db")
    with served(f"sqlite:///{copy}", folder / "mail") as site, site.visitor() as visitor:
        yield visitor


def text_of(html: str) -> str:
    """The words of a page, without its markup and style."""
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL))


def links_of(html: str) -> set[str]:
    return set(re.findall(r'href="(/[^"]*)"', html))


def test_every_link_of_the_site_leads_to_a_page_of_ours(visitor: httpx.Client) -> None:
    seen: set[str] = set()
    ahead = {"/", "/?lang=ja"}
    while ahead:
        path = ahead.pop()
        seen.add(path)
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            places = {link.partition("#") for link in links_of(answer.text)}
            ahead |= {address for address, _, _ in places} - seen
    assert len(seen) > 40
    assert {"/series", f"/{TASK_FORCE}", "/rounds/1?lang=ja"} <= seen


def test_every_place_that_a_page_points_to_is_there(visitor: httpx.Client) -> None:
    pages = {"/", *(f"/rounds/{number}" for number in range(1, 6))}
    for page in pages:
        for link in links_of(visitor.get(page).text):
            address, _, place = link.partition("#")
            if place:
                assert f'id="{place}"' in visitor.get(address).text, link


# --- Rounds -----------------------------------------------------------------------------------


def test_a_series_shows_its_latest_round_and_any_other(visitor: httpx.Client) -> None:
    latest = visitor.get(f"/{TASK_FORCE}")
    assert "<h1>Round 1</h1>" in latest.text
    assert "Promotion of Human Rights" in latest.text
    assert visitor.get(f"/{TASK_FORCE}/rounds/1").text == latest.text


def test_the_default_series_has_short_addresses_too(visitor: httpx.Client) -> None:
    assert visitor.get(f"/{SLUG}").text == visitor.get("/").text
    assert visitor.get(f"/{SLUG}/rounds/3").text == visitor.get("/rounds/3").text


def test_rounds_lead_to_the_rounds_around_them(visitor: httpx.Client) -> None:
    third = visitor.get("/rounds/3").text
    assert re.search(r'rel="prev" href="/rounds/2"', third)
    assert re.search(r'rel="next" href="/rounds/4"', third)
    assert 'rel="prev"' not in visitor.get("/rounds/1").text
    assert 'rel="next"' not in visitor.get("/rounds/5").text


@pytest.mark.parametrize(
    "path", [f"/{TASK_FORCE}/rounds/9", "/us-nowhere", "/us-nowhere/rounds/1", "/us-kenya-stip"]
)
def test_what_no_series_has_is_not_found(visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert "<h1>Not Found</h1>" in answer.text


def test_an_address_with_a_slash_behind_it_leads_to_the_page(visitor: httpx.Client) -> None:
    answer = visitor.get(f"/{TASK_FORCE}/")
    assert answer.status_code == 307
    assert visitor.get(answer.headers["location"]).status_code == 200


def test_series_stand_side_by_side_with_their_rhythm(visitor: httpx.Client) -> None:
    told = text_of(visitor.get("/series").text)
    for words in ("U.S.-Japan Partnership on Trade", "Usual gap 175 days", "No round on file yet"):
        assert words in told


def test_a_round_is_told_in_japanese_and_what_is_quoted_is_marked(visitor: httpx.Client) -> None:
    answer = visitor.get("/", headers={"Accept-Language": "ja"})
    assert '<html lang="ja">' in answer.text
    assert "<h1>第5回会合</h1>" in answer.text
    assert re.search(r'<blockquote lang="en">', answer.text)
    assert (answer.headers["content-language"], answer.headers["vary"]) == ("ja", "Accept-Language")


def test_a_language_that_was_asked_for_stays_from_page_to_page(visitor: httpx.Client) -> None:
    page = visitor.get("/rounds/2?lang=ja").text
    ours = {link for link in links_of(page) if not link.startswith("/feeds/")}
    assert ours
    assert all("?lang=ja" in link for link in ours)
