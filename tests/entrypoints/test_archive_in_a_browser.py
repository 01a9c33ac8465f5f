"""The archive's pages in a real Chromium: for everybody, without scripts, by keyboard, on paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.entrypoints.conftest import Filled
from tests.entrypoints.saved import SLUG
from tests.entrypoints.site import served
from tests.entrypoints.test_readers_in_a_browser import found_by_axe

PHONE, WIDE = 320, 1000
PAGES = {
    "latest": "/",
    "compared": f"/{SLUG}/compare/1/5",
    "choosing": f"/{SLUG}/compare",
    "topics": f"/{SLUG}/topics",
    "topic": f"/{SLUG}/topics/third-country-issues",
    "timeline": f"/{SLUG}/timeline",
    "series": "/series",
    "how": "/how-it-works",
    "search": "/search",
    "found": "/search?q=labor+%22supply+chains%22",
    "not found": "/search?q=zzz&year=2024",
    "releases": "/releases?year=2024",
    "issues": "/issues",
    "api": "/api",
    "nothing": "/nowhere",
}


@pytest.fixture(scope="module")
def place(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an archive of all five rounds is served."""
    folder = tmp_path_factory.mktemp("place")
    copy = shutil.copy(filled.archive, folder / "archive.db")
    with served(f"sqlite:///{copy}", folder / "mail") as site:
        yield site.address


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_a_page_on_any_screen_in_either_language(
    browser: Browser, place: str, path: str, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(color_scheme=scheme)
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda said: complaints.append(said.text))
    for width, language in ((PHONE, "en"), (WIDE, "en"), (PHONE, "ja"), (WIDE, "ja")):
        page.set_viewport_size({"width": width, "height": 800})
        requests.clear()
        page.goto(f"{place}{path}{'&' if '?' in path else '?'}lang={language}")
        assert requests == [page.url]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert found_by_axe(page) == []
    assert [each for each in complaints if "404" not in each] == []
    page.close()


def test_from_the_matrix_to_the_topic_to_the_redline_by_keyboard_without_scripts(
    browser: Browser, place: str
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(f"{place}/")
    to(page, "Topics by rounds")
    assert page.locator("h1").inner_text() == "Topics by rounds"
    to(page, "Third-Country Issues")
    assert page.locator("h1").inner_text() == "Third-Country Issues"
    to(page, "split (not certain)")
    assert page.url.endswith("/topics/third-country-issues#round-5")
    assert page.locator(":target ins").count() > 0
    assert page.locator(":target del").count() > 0
    to(page, "Round 4")
    assert page.url == f"{place}/rounds/4"
    context.close()


def to(page: Page, name: str) -> None:
    """Follow a link that says this, with the keyboard alone; what has the focus can be seen."""
    for _ in range(150):
        page.keyboard.press("Tab")
        focused = page.locator("a:focus")
        if focused.count() and name in (focused.text_content() or ""):
            assert focused.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
            with page.expect_event("framenavigated"):
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"no link says {name}")


def test_two_rounds_are_chosen_and_compared_without_scripts(browser: Browser, place: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(f"{place}/{SLUG}/compare?lang=ja")
    page.locator("#before").select_option("2")
    page.locator("#after").select_option("4")
    page.locator("main button").click()
    assert page.url == f"{place}/{SLUG}/compare/2/4?lang=ja"
    assert page.locator("h1").inner_text() == "第2回会合と第4回会合の比較"
    context.close()


def test_words_are_searched_for_by_keyboard_without_scripts(browser: Browser, place: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(f"{place}/")
    to(page, "Search")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator("#q:focus").count():
            break
    page.keyboard.type('"third-country issues" tokyo')
    with page.expect_event("framenavigated"):
        page.keyboard.press("Enter")
    assert page.locator("#q").input_value() == '"third-country issues" tokyo'
    assert page.locator("mark").first.is_visible()
    to(page, "Readout of the F")
    assert page.locator("h1").inner_text() in {"Round 4", "Round 5"}
    context.close()


def test_a_comparison_prints_as_a_clean_redline(browser: Browser, place: str) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{place}/{SLUG}/compare/1/5")
    page.emulate_media(media="print")
    for unwanted in ("header", ".around", ".more"):
        assert not page.locator(unwanted).first.is_visible(), unwanted
    style = "e => [getComputedStyle(e).color, getComputedStyle(e).textDecorationLine]"
    assert page.locator("del").first.evaluate(style) == ["rgb(161, 38, 13)", "line-through"]
    assert page.locator("ins").first.evaluate(style) == ["rgb(27, 107, 58)", "underline"]
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    assert page.locator("article.change").first.evaluate("e => getComputedStyle(e).breakInside")
    page.close()


def test_a_first_visit_is_light(browser: Browser, place: str) -> None:
    page = browser.new_page()
    for path in PAGES.values():
        answer = page.goto(f"{place}{path}")
        assert answer is not None
        assert len(answer.body()) < 60_000, path
    page.close()
