"""The pages in a real Chromium: light and dark, wide and narrow, and with hostile words in them."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.entrypoints.conftest import Filled
from tests.entrypoints.saved import IMAGE, SCRIPT
from tests.entrypoints.user import User


def served(user: User) -> Iterator[str]:
    """Where `roundwatch serve` serves the user's archive."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
    with user.keeps_running("serve", listen=listen) as process:
        for _ in range(200):
            assert process.poll() is None
            try:
                socket.create_connection(("127.0.0.1", int(listen[10:]))).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        yield f"http://{listen}"


@pytest.fixture(scope="module")
def site(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An archive of all five rounds, served."""
    yield from served(User.with_archive(tmp_path_factory.mktemp("served"), filled.archive))


@pytest.fixture(scope="module")
def trap(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An archive with hostile words in it, served."""
    yield from served(User.with_archive(tmp_path_factory.mktemp("trap"), hostile))


@dataclass
class Sight:
    """A page in the browser, and all the browser had to say about it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def open_page(
    browser: Browser, address: str, width: int = 1000, scheme: Literal["light", "dark"] = "light"
) -> Sight:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    sight = Sight(page)
    page.on("console", lambda said: sight.complaints.append(said.text))
    page.on("pageerror", lambda fault: sight.complaints.append(str(fault)))
    page.on("requestfailed", lambda request: sight.complaints.append(request.url))
    page.on("request", lambda request: sight.requests.append(request.url))
    page.on("dialog", lambda dialog: (sight.complaints.append(dialog.message), dialog.dismiss()))
    page.goto(address)
    return sight


def luminance(color: str) -> float:
    """The relative luminance of `rgb(...)` (WCAG 2.2)."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


COLOR = "element => getComputedStyle(element).color"
PAPER = "() => getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/rounds/1", "/rounds/9"])
def test_a_page_opens_without_complaint_and_loads_nothing_else(
    path: str, scheme: Literal["light", "dark"], browser: Browser, site: str
) -> None:
    sight = open_page(browser, site + path, scheme=scheme)
    wanted = ["Failed to load resource: the server responded with a status of 404 (Not Found)"]
    assert sight.complaints == (wanted if path == "/rounds/9" else [])
    assert sight.requests == [site + path]
    assert sight.page.locator("h1").count() == 1
    sight.page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_readable_on_their_paper(
    scheme: Literal["light", "dark"], browser: Browser, site: str
) -> None:
    page = open_page(browser, f"{site}/", scheme=scheme).page
    paper = page.evaluate(PAPER)
    assert (luminance(paper) < 0.1) == (scheme == "dark")
    for what in ("h1", "blockquote", "del", "ins", "a", ".why", ".fate", "dt", "footer"):
        color = page.locator(what).first.evaluate(COLOR)
        assert contrast(color, paper) >= 4.5, what
    page.close()


@pytest.mark.parametrize("path", ["/", "/rounds/1", "/rounds/9"])
@pytest.mark.parametrize("width", [320, 1000])
def test_nothing_scrolls_sideways(width: int, path: str, browser: Browser, site: str) -> None:
    page = open_page(browser, site + path, width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_what_changed_stands_on_the_first_screen_of_a_phone(browser: Browser, site: str) -> None:
    page = open_page(browser, f"{site}/", 360).page
    first = page.locator(".news li").first.bounding_box()
    assert first is not None
    assert first["y"] < 800
    page.close()


def test_a_name_in_the_news_leads_to_what_shows_why(browser: Browser, site: str) -> None:
    page = open_page(browser, f"{site}/").page
    page.locator(".news a", has_text="technical barriers to trade").click()
    where = page.locator(":target")
    assert "technical barriers to trade" in where.inner_text()
    assert where.bounding_box()["y"] < 800  # type: ignore[index]
    page.locator(".news a", has_text="Environment").click()
    assert page.url == f"{site}/rounds/2#topic-environment"
    assert "Environment" in page.locator(":target").inner_text()
    page.close()


def test_hostile_words_are_words(browser: Browser, trap: str) -> None:
    sight = open_page(browser, f"{trap}/", 320)
    page = sight.page
    assert sight.complaints == []
    assert sight.requests == [f"{trap}/"]
    assert page.locator("script, img, iframe, object, embed, svg, form").count() == 0
    assert SCRIPT in page.inner_text("main")
    assert IMAGE in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    addresses = page.locator("a").evaluate_all("all => all.map(a => a.href)")
    assert all(a.startswith((trap, "https://ustr.gov/")) for a in addresses)
    page.close()
