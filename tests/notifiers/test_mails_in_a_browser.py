"""Mails of every kind in a real Chromium: on a phone and on a desk, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from notifiers.digest.render import render
from storage.records import Language, Rendering
from tests.browsers import chromium
from tests.notifiers.builders import change, comparison, pieces, summary, telling
from tests.notifiers.mails import KINDS, LANGUAGES, mail
from tests.notifiers.test_letters import FACTS, letter

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = (320, 600)
SHOWN = [kind for kind in KINDS if kind != "gathered of two series"]
DIGESTS = {(kind, language): mail(kind, language) for kind, language in product(SHOWN, LANGUAGES)}
LETTERS = {(kind, language): letter(kind, language) for kind, language in product(FACTS, LANGUAGES)}
MAILS: dict[tuple[str, Language], Rendering] = {**DIGESTS, **LETTERS}  # type: ignore[dict-item]
NAMED = [pytest.param(rendered, id="-".join(name)) for name, rendered in MAILS.items()]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium, wherever one is found."""
    with chromium() as browser:
        yield browser


@contextmanager
def opened(browser: Browser, rendered: Rendering, width: int, scheme: Scheme) -> Iterator[Page]:
    """A mail on the screen; whatever it asks of the network fails the test."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/*", lambda route: route.abort())
    page.set_content(str(rendered.html))
    yield page
    page.close()
    assert asked == []


@pytest.mark.parametrize("rendered", NAMED)
def test_axe_finds_nothing_in_any_mail(browser: Browser, rendered: Rendering) -> None:
    with opened(browser, rendered, 320, "light") as page:
        for width, scheme in product(WIDTHS, SCHEMES):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{width} {scheme}\n{found.generate_report()}"


def test_axe_would_find_words_that_cannot_be_read(browser: Browser) -> None:
    faint = Rendering("", "", str(mail("news").html).replace("color: #22262b", "color: #dddddd"))
    with opened(browser, faint, 320, "light") as page:
        found = Axe().run(page)
        assert "color-contrast" in found.generate_snapshot()


@pytest.mark.parametrize("rendered", NAMED)
def test_no_mail_is_wider_than_a_phone(browser: Browser, rendered: Rendering) -> None:
    with opened(browser, rendered, 320, "light") as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert (
            page.evaluate(
                "[...document.querySelectorAll('body *')].filter(each =>"
                " each.getBoundingClientRect().right > 320.5).map(each => each.className)"
            )
            == []
        )


def test_words_without_a_gap_are_broken_on_a_phone(browser: Browser) -> None:
    long = "W" * 300
    hostile = change(long, redline=pieces(("insert", long)), reason=long, label_changed=True)
    found = summary(comparison(hostile, bilateral_issues=(hostile,)), city=long)
    told = telling(found, series_name=long, kind="correction", corrected=summary())
    rendered = render([told], language="en", public_url=f"https://rounds.example.org/{long}")
    with opened(browser, rendered, 320, "light") as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("rendered", NAMED)
def test_in_the_dark_nothing_stays_dark_on_dark(browser: Browser, rendered: Rendering) -> None:
    """Every element with words of its own has light ones, and a dark ground under them."""
    light_on_dark = """() => {
        const light = color => {
            const [r, g, b] = color.match(/[\\d.]+/g).map(Number);
            return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
        };
        const ground = each => {
            const own = getComputedStyle(each).backgroundColor;
            return own === "rgba(0, 0, 0, 0)" ? ground(each.parentElement) : own;
        };
        return [...document.querySelectorAll("td *, td")]
            .filter(each => [...each.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .filter(each => light(getComputedStyle(each).color) - light(ground(each)) < 0.3)
            .map(each => each.className + ": " + each.textContent.trim().slice(0, 40));
    }"""
    with opened(browser, rendered, 320, "dark") as page:
        assert page.evaluate(light_on_dark) == []


@pytest.mark.parametrize("rendered", [p for p in NAMED if p.id and p.id.startswith("gathered")])
def test_a_jump_in_a_gathered_mail_arrives(browser: Browser, rendered: Rendering) -> None:
    with opened(browser, rendered, 600, "light") as page:
        links = page.locator(".contents a")
        for number in range(links.count()):
            links.nth(number).click()
            place = str(links.nth(number).get_attribute("href"))
            top = page.locator(f"[id='{place[1:]}']").bounding_box()
            assert top is not None
            assert -1 <= top["y"] < 900


def test_every_look_for_the_dark_and_the_narrow_has_an_element() -> None:
    sheets = [BeautifulSoup(str(rendered.html), "html.parser") for rendered in MAILS.values()]
    used = {str(n) for soup in sheets for each in soup.select("[class]") for n in each["class"]}
    (style,) = sheets[0].select("style")
    named = set(re.findall(r"\.([a-z-]+)", style.get_text().replace("0.", "")))
    assert named - used <= {"fate-merged", "fate-not-seen"}
