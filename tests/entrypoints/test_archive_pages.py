"""The pages of the archive: rounds of any series, compared, by topic, in time; and their links."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
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
    return {unescape(found) for found in re.findall(r'href="(/[^"]*)"', html)}


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
    ours = {link for link in links_of(page) if not link.startswith(("/feeds/", "/api/"))}
    assert ours
    assert all("?lang=ja" in link for link in ours)


# --- Two rounds -------------------------------------------------------------------------------


def test_any_two_rounds_are_compared(visitor: httpx.Client) -> None:
    page = visitor.get(f"/{SLUG}/compare/1/5")
    assert "<h1>Round 5 against Round 1</h1>" in page.text
    told = text_of(page.text)
    assert "Also on file, between them: rounds 2 to 4." in told
    assert "Dropped Environment" in told
    assert "had stood" not in told


def test_rounds_that_follow_each_other_are_told_with_their_news(visitor: httpx.Client) -> None:
    told = text_of(visitor.get(f"/{SLUG}/compare/4/5").text)
    assert "Also on file" not in told
    assert "likely part of Third-Country Issues" in told


@pytest.mark.parametrize("path", ["compare/5/1", "compare?before=5&after=1"])
def test_two_rounds_in_the_other_order_are_those_in_order(visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(f"/{SLUG}/{path}")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"/{SLUG}/compare/1/5"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("compare/1/9", 404),
        ("compare/1/x", 404),
        (f"compare/1/{9**40}", 404),
        ("compare?before=x", 422),
        ("compare/3/3", 422),
    ],
)
def test_what_cannot_be_compared_is_a_page_of_ours(
    visitor: httpx.Client, path: str, status: int
) -> None:
    answer = visitor.get(f"/{SLUG}/{path}")
    assert answer.status_code == status
    assert "<h1>" in answer.text


def test_the_form_may_be_sent_to_this_site_alone(visitor: httpx.Client) -> None:
    answer = visitor.get(f"/{SLUG}/compare?lang=ja")
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert answer.text.count("<option") == 10
    assert '<input type="hidden" name="lang" value="ja">' in answer.text
    assert "<form" not in visitor.get(f"/{TASK_FORCE}/compare").text


# --- Topics -----------------------------------------------------------------------------------


def row_of(html: str, topic: str) -> str:
    [row] = [row for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL) if f">{topic}</a>" in row]
    return text_of(re.sub(r'<span class="sign[^>]*>[^<]*</span>', "", row)).strip()


def test_the_matrix_says_in_words_what_became_of_every_topic(visitor: httpx.Client) -> None:
    page = visitor.get(f"/{SLUG}/topics").text
    assert row_of(page, "ethanol") == "ethanol not named not named came went returned"
    assert row_of(page, "Environment") == "Environment named went not named not named not named"
    assert row_of(page, "Third-Country Issues").endswith("split (not certain)")
    assert "Topic Round 1 1 Round 2 2" in text_of(page)


def test_a_sign_of_the_matrix_leads_to_the_redline(visitor: httpx.Client) -> None:
    [link] = re.findall(
        rf'href="(/{SLUG}/topics/technical-barriers-to-trade)#round-5"',
        visitor.get(f"/{SLUG}/topics").text,
    )
    page = visitor.get(link).text
    _, _, chapter = page.partition('id="round-5"')
    assert "<del>technical barriers to trade</del>" in chapter.partition("</section>")[0]


def test_a_topic_is_told_round_by_round_the_latest_first(visitor: httpx.Client) -> None:
    page = visitor.get(f"/{SLUG}/topics/environment").text
    assert re.findall(r'<section id="round-(\d)">', page) == ["5", "4", "3", "2", "1"]
    assert page.count("Not named.") == 3
    assert "<del>" in page


def test_a_topic_that_is_not_there_is_not_found(visitor: httpx.Client) -> None:
    for path in ("no-such-topic", "%22onload%3D", "x" * 5000):
        assert visitor.get(f"/{SLUG}/topics/{path}").status_code == 404
    assert visitor.get("/us-kenya-stip/topics").status_code == 404


# --- Time, and the rest -----------------------------------------------------------------------


def test_the_timeline_tells_the_usual_gap_and_how_long_it_has_been_quiet(
    visitor: httpx.Client,
) -> None:
    told = text_of(visitor.get(f"/{SLUG}/timeline").text)
    assert "175 days from 158 days to 314 days" in told
    assert re.search(r"[\d]+ days since the latest round Round 5", told)
    assert re.findall(r"Round (\d)", told) == ["5", "4", "3", "2", "1"]


def test_no_visitor_is_told_to_use_a_terminal(visitor: httpx.Client) -> None:
    paths = ["/us-kenya-stip", f"/{SLUG}/compare/3/3", f"/{SLUG}/topics/nope", "/rounds/9"]
    for path in [*paths, "/api/v1/series/us-kenya-stip/latest", "/feeds/nowhere.atom"]:
        assert "roundwatch " not in visitor.get(path).text, path
    told = text_of(visitor.get(f"/{SLUG}/topics/nope").text)
    assert "on file are: " in told
    assert "Third-Country Issues; " in told


def test_a_comparison_names_both_stored_pages(visitor: httpx.Client) -> None:
    told = visitor.get(f"/{SLUG}/compare/1/5").text
    for number in (1, 5):
        source = visitor.get(f"/api/v1/rounds/{number}").json()["source"]
        assert source["sha256"] in told
        assert source["fetched_at"][:10] in told


def test_a_lead_who_stays_is_named_once(visitor: httpx.Client) -> None:
    told = text_of(visitor.get("/rounds/2").text)
    assert told.count("Michael Beeman") == 1


def test_a_series_without_rounds_has_an_empty_timeline(visitor: httpx.Client) -> None:
    assert "No round on file yet." in visitor.get("/us-kenya-stip/timeline").text


def test_what_it_does_not_know_is_said(visitor: httpx.Client) -> None:
    told = text_of(visitor.get("/how-it-works").text)
    assert "What it does not know" in told
    assert "Went” says that the page does not name it any more" in told


def test_hostile_words_are_words_on_every_page(trapped: httpx.Client) -> None:
    paths = [f"/{SLUG}/{path}" for path in ("topics", "compare/4/5", "timeline")]
    topics = set(re.findall(rf'href="(/{SLUG}/topics/[^"#]+)"', trapped.get(paths[0]).text))
    shown = [trapped.get(path) for path in (*paths, *topics)]
    assert len(shown) > 8
    for answer in shown:
        assert answer.status_code == 200
        assert "<script" not in answer.text
        assert "<img" not in answer.text
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", answer.text)
    assert any("&lt;script&gt;alert(1)" in answer.text for answer in shown)


def test_a_round_and_the_list_say_where_a_release_was_seen(visitor: httpx.Client) -> None:
    for address, said in (
        ("/rounds/1", "<dt>Seen at</dt><dd>the live page, first "),
        ("/releases", "Seen at: the live page, first "),
        ("/releases?lang=ja", "確認元：公式ページ（初回 "),
    ):
        assert said in visitor.get(address).text
