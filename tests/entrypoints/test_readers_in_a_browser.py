"""A reader with a real Chromium: from the form to the way back, and pages that everybody can use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.databases import SqliteFiles
from tests.entrypoints.site import Site, link_to, served
from tests.journeys.readers import (
    PARTNERSHIP,
    READER,
    TASK_FORCE,
    asks,
    confirms,
    file_round,
    on_file,
    own_token,
)

PHONE, WIDE = 320, 1000


@pytest.fixture(scope="module")
def place(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with one round on file, for all tests here."""
    folder = tmp_path_factory.mktemp("place")
    with served(sqlite_files.ready(), folder / "mail") as site:
        file_round(site.service, 1, "Labor: Talked.", "Digital Economy: Talked.")
        yield site


@dataclass
class Visit:
    """A page in a browser, with all that the browser complained of."""

    page: Page
    complaints: list[str]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A reader on a phone, whose browser runs no scripts."""
    context = browser.new_context(
        viewport={"width": 360, "height": 700}, java_script_enabled=False, locale="en-US"
    )
    page = context.new_page()
    visit = Visit(page, [])
    page.on("console", lambda said: visit.complaints.append(said.text))
    page.on("requestfailed", lambda request: visit.complaints.append(request.url))
    yield visit
    context.close()


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_a_reader_subscribes_chooses_leaves_and_comes_back(place: Site, visit: Visit) -> None:
    page, made, reader = visit.page, place.service, "walker@example.org"
    page.goto(f"{place.address}/")
    page.get_by_role("link", name="Subscribe").click()
    page.get_by_label("Mail address").fill(reader)
    page.get_by_role("button", name="Subscribe").click()
    assert heading(page) == "Look into your mailbox"

    [letter] = place.drain()
    page.goto(link_to(letter, "confirm"))
    page.get_by_role("button", name="Yes, send them to me").click()
    assert heading(page) == "You are a reader now"

    [welcome] = place.drain()
    page.goto(link_to(welcome, "preferences"))
    page.get_by_text("Topics: all").first.click()
    page.get_by_label("Only these topics:").first.check()
    page.get_by_label("Digital Economy").check()
    page.get_by_label("Once a week").check()
    page.get_by_label("Day of the week").select_option("Friday")
    page.get_by_label("Hour").select_option("17:00")
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    page.get_by_label("日本語").check()
    page.get_by_role("button", name="Save").click()
    assert heading(page) == "受け取る内容と時期"
    found = on_file(made, reader)
    assert found.subscriptions[0].topics == ("digital-economy",)
    kept = found.preferences
    assert (kept.rhythm, kept.weekday, kept.hour, kept.zone) == ("weekly", 4, 17, "Asia/Tokyo")
    assert kept.language == "ja"

    page.get_by_role("link", name="English").click()
    assert page.get_by_label("Digital Economy").is_checked()
    page.goto(link_to(welcome, "unsubscribe") + "?lang=en")
    page.get_by_role("button", name="Unsubscribe").click()
    assert heading(page) == "You are unsubscribed"
    assert on_file(made, reader).state == "unsubscribed"
    page.get_by_role("button", name="Send them to me again").click()
    assert heading(page) == "You are a reader again"
    assert on_file(made, reader).state == "confirmed"
    assert visit.complaints == []


def test_an_address_in_other_letters_can_be_typed(place: Site, visit: Visit) -> None:
    for address in ("用户@例子.广告", "a..b@docomo.ne.jp"):
        visit.page.goto(f"{place.address}/subscribe")
        visit.page.get_by_label("Mail address").fill(address)
        visit.page.get_by_role("button", name="Subscribe").click()
        assert heading(visit.page) == "Look into your mailbox"
    assert on_file(place.service, "用户@例子.广告").state == "pending"


def test_what_was_chosen_stays_in_a_form_that_is_not_taken(place: Site, visit: Visit) -> None:
    asks(place.service, "chooser@example.org")
    confirms(place.service, "chooser@example.org")
    page = visit.page
    page.goto(f"{place.address}/preferences/{own_token(place.service, 'chooser@example.org')}")
    page.get_by_label("Once a day").check()
    page.get_by_label("Time zone").fill("Nowhere")
    page.get_by_role("button", name="Save").click()
    assert "No time zone is called so" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Once a day").is_checked()
    assert page.get_by_label("Time zone").input_value() == "Nowhere"
    assert page.get_by_label("Time zone").get_attribute("aria-invalid") == "true"


@pytest.fixture(scope="module")
def addresses(place: Site) -> dict[str, str]:
    """Every kind of the readers' pages, by name."""
    made = place.service
    asks(made, READER, PARTNERSHIP, TASK_FORCE, topics={PARTNERSHIP: ("seafood",)})
    token = own_token(made)
    holder = made.signer.read_reader(token)
    return {
        "subscribe": "/subscribe",
        "confirm": f"/confirm/{made.signer.confirm(holder, now=made.now())}",
        "own": f"/preferences/{token}",
        "erase": f"/preferences/{token}/erase",
        "unsubscribe": f"/unsubscribe/{token}",
        "address": f"/address/{made.signer.address(holder, 'new@example.org', now=made.now())}",
        "broken": "/confirm/broken",
    }


KINDS = ("subscribe", "confirm", "own", "erase", "unsubscribe", "address", "broken")


def found_by_axe(page: Page) -> list[str]:
    """What is in the way of some people, each with the elements it is about."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{each['id']}: {[node['html'][:100] for node in each['nodes']]}"
        for each in found["violations"]
    ]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (WIDE, "light"), (WIDE, "dark")]
)
@pytest.mark.parametrize("kind", KINDS)
def test_everybody_can_use_a_page_on_any_screen(
    browser: Browser,
    place: Site,
    addresses: dict[str, str],
    kind: str,
    width: int,
    scheme: Any,
    language: str,
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{place.address}{addresses[kind]}?lang={language}")
    assert requests == [page.url]
    assert [each for each in complaints if "404" not in each] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("html").get_attribute("lang") == language
    assert found_by_axe(page) == []
    page.close()


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/subscribe", {"address": "nobody", "series": "", "language": "en"}),
        ("/subscribe", {"address": "axe@example.org", "series": PARTNERSHIP, "language": "en"}),
        ("own", {"hour": "99", "zone": "Mars", "series": PARTNERSHIP}),
        ("unsubscribe", {}),
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_what_a_form_answers(
    browser: Browser,
    place: Site,
    addresses: dict[str, str],
    path: str,
    fields: dict[str, str],
    scheme: Any,
) -> None:
    with place.visitor(7) as visitor:
        answer = visitor.post(addresses.get(path, path), data=fields)
    page = browser.new_page(viewport={"width": PHONE, "height": 800}, color_scheme=scheme)
    page.set_content(answer.text)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert found_by_axe(page) == []
    page.close()


@pytest.mark.parametrize("kind", ["subscribe", "own"])
def test_a_form_can_be_used_with_the_keyboard_alone(
    browser: Browser, place: Site, addresses: dict[str, str], kind: str
) -> None:
    page = browser.new_page(viewport={"width": WIDE, "height": 800})
    page.goto(f"{place.address}{addresses[kind]}?lang=en")
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"
        )
        reached.add(focused[0])
        assert focused[0] == "BODY" or focused[1] != "none", focused
        if focused[0] == "BUTTON":
            break
    assert {"INPUT", "BUTTON", "A"} <= reached
    page.close()
