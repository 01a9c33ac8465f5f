"""Hidden markup in scraped words never comes alive: in no page, feed, mail, file or command."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import bibtexparser
import httpx
import icalendar
import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from monitor.bootstrap import Service
from monitor.journeys import latest as accounts
from monitor.journeys.alarms import sound
from monitor.journeys.search import index
from monitor.journeys.sending.announce import announce, telling_of
from monitor.journeys.sending.preview import preview
from monitor.series import series_named
from notifiers.digest.render import render
from storage.records import DigestKind, Language
from storage.schema import releases
from tests.entrypoints.conftest import Filled
from tests.entrypoints.poison import IMAGE, SCRIPT, poison
from tests.entrypoints.saved import SLUG
from tests.entrypoints.site import Site, served, text_of
from tests.entrypoints.user import User
from tests.journeys.readers import asks, confirms, own_token

API = f"/api/v1/series/{SLUG}"
ROUNDS = range(1, 6)
LANGUAGES: tuple[Language, ...] = ("en", "ja")

# --- What there is: a new page, document or command is added here with a line -----------------

PAGES = (
    "/",
    *(f"/rounds/{number}" for number in ROUNDS),
    f"/{SLUG}",
    f"/{SLUG}/rounds/3",
    f"/{SLUG}/compare",
    f"/{SLUG}/compare/1/5",
    f"/{SLUG}/compare/4/5",
    f"/{SLUG}/topics",
    f"/{SLUG}/topics/labor",
    f"/{SLUG}/topics/ethanol",
    f"/{SLUG}/topics/third-country-issues",
    f"/{SLUG}/timeline",
    "/series",
    "/how-it-works",
    "/api",
    "/search?q=alert",
    "/search?q=%3Cscript%3Ealert(1)",
    "/releases",
    "/issues",
    "/subscribe",
    "/preferences/{token}",
    f"/{SLUG}/topics/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "/%3Cimg%20src=x%20onerror=alert(1)%3E",
)
WITHOUT_SCRAPED_WORDS = (f"/{SLUG}/compare", "/how-it-works", "/subscribe", "/series", "/api")

JSON = (
    "/api/v1/latest",
    *(f"/api/v1/rounds/{number}" for number in ROUNDS),
    f"{API}/rounds",
    f"{API}/rounds/5",
    f"{API}/rounds/5/citation",
    f"{API}/comparisons/4/5",
    f"{API}/matrix",
    f"{API}/topics",
    f"{API}/topics/labor",
    f"{API}/timeline",
    "/api/v1/search?q=alert",
    "/api/v1/releases",
    "/api/v1/issues",
    f"/feeds/{SLUG}.json",
    f"/feeds/{SLUG}/labor.json",
)
ATOM = (f"/feeds/{SLUG}.atom", f"/feeds/{SLUG}/labor.atom")
CALENDARS = (f"/feeds/{SLUG}.ics",)
FILES = ("rounds/5", "rounds/1", "topics/labor", "matrix", "comparisons/1/5", "comparisons/4/5")
ENTRIES = tuple(f"{API}/rounds/{number}/citation.bib" for number in ROUNDS)

COMMANDS = (
    "latest",
    "latest --json",
    "latest --csv",
    "latest --markdown",
    "show 1",
    "show 4",
    "show 4 --json",
    "matrix",
    "matrix --json",
    "matrix --csv",
    "matrix --markdown",
    "topic labor",
    "topic labor --json",
    "topic ethanol --csv",
    "topic third-country-issues --markdown",
    "compare 1 5",
    "compare 4 5 --json",
    "compare 4 5 --csv",
    "compare 4 5 --markdown",
    "cite 5",
    "cite 4 --json",
    "cite 3 --bibtex",
    "search alert",
    "search alert --json",
    "digest 5 --text",
    "digest 5 --text --kind welcome --language ja",
    "digests",
    "subscribers list",
    "issues",
    "check",
    "series list",
)
KINDS: tuple[DigestKind, ...] = ("news", "welcome")
READERS: dict[str, Language] = {"reader@example.org": "en", "tanaka@example.org": "ja"}
OPERATOR = "operator@example.org"

# --- What must not be there -------------------------------------------------------------------

HIDDEN = re.compile(
    r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]"
)
"""Controls that turn the reading direction, or steer a terminal."""

ELEMENTS = frozenset(
    "html head meta link title style body a header nav main footer p h1 h2 h3 h4 ul ol li dl dt dd "
    "div span section article blockquote del ins code br table caption thead tbody tr th td "
    "details summary form fieldset legend label input select optgroup option button small strong "
    "em b i abbr time hr center datalist pre search mark".split()
)
LINK = re.compile(
    r"(?:[/?#](?!/)|https://ustr\.gov/|http://127\.0\.0\.1:\d+(?:/|$)|mailto:|https://\w+\.invalid/)"
)
"""Where a link may lead; a preview's own links lead nowhere, to `.invalid` (RFC 6761)."""

LOOK = """() => {
    const all = [...document.querySelectorAll("*")];
    const attributes = all.flatMap(each => [...each.attributes]);
    const leading = ["href", "src", "action", "formaction", "data", "srcset", "poster",
        "background", "ping", "xlink:href"];
    return {
        elements: [...new Set(all.filter(each => !each.matches("svg.gap:empty"))
            .map(each => each.localName))],
        handlers: attributes.map(each => each.name).filter(name => name.startsWith("on")),
        links: attributes.filter(each => leading.includes(each.name)).map(each => each.value),
        text: document.body.textContent,
    };
}"""


@pytest.fixture(scope="module")
def trap(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site over a poisoned archive, with readers who were told of a round before.

    On SQLite, since PostgreSQL would refuse a NUL.
    """
    folder = tmp_path_factory.mktemp("trap")
    archive = shutil.copy(filled.archive, folder / "archive.db")
    url, mail = f"sqlite:///{archive}", folder / "mail"
    with served(url, mail, operator_email=OPERATOR) as site:
        made = site.service
        for reader, language in READERS.items():
            asks(made, reader, language=language)
            confirms(made, reader)
        announces(made, "news")
        with made.database.transaction() as tx:
            poison(tx, made.now())
            index(tx, *tx.execute(select(releases.c.id)).scalars())
        announces(made, "correction")
        yield site


def announces(made: Service, kind: DigestKind) -> None:
    with made.database.transaction() as tx:
        announce(tx, series_named(SLUG), 5, kind=kind, settings=made.settings, now=made.now())


@pytest.fixture
def visitor(trap: Site) -> Iterator[httpx.Client]:
    """Somebody who visits it."""
    with trap.visitor() as visitor:
        yield visitor


@pytest.fixture
def user(trap: Site, tmp_path: Path) -> User:
    """Somebody at the command line of the same archive."""
    own = trap.service.settings.database_url.removeprefix("sqlite:///")
    return User.with_archive(tmp_path, Path(own), source_url="http://127.0.0.1:9")


@contextmanager
def watched(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page that may run whatever it holds: scripts are on, and no policy is heeded.

    What it asks of anybody but ourselves, and whatever opens, is noted.
    """
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    alive: list[str] = []
    page.on("dialog", lambda dialog: (alive.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: alive.append(f"request: {request.url}"))
    page.on("popup", lambda popup: alive.append(f"window: {popup.url}"))
    yield page, alive
    context.close()


def assert_dead(page: Page, alive: list[str], where: str, *, shows: bool = True) -> None:
    """Nothing in the page is more than the words it is."""
    seen: dict[str, Any] = page.evaluate(LOOK)
    page.wait_for_timeout(20)  # for a broken picture to be noticed
    assert alive == [], where
    assert set(seen["elements"]) <= ELEMENTS, where
    assert seen["handlers"] == [], where
    assert [link for link in seen["links"] if link and not LINK.match(link)] == [], where
    assert not HIDDEN.search(seen["text"]), where
    assert "{{49}}" not in seen["text"], where
    if shows:
        assert SCRIPT in seen["text"], where


def test_the_watch_would_see_what_is_alive(browser: Browser) -> None:
    """A page that shows a trap without escaping it is noticed in each respect."""
    with watched(browser) as (page, alive):
        page.set_content(f"<p>{SCRIPT}{IMAGE}<a href='javascript:alert(3)'>x</a></p>")
        page.wait_for_timeout(200)
        seen = page.evaluate(LOOK)
    assert "dialog: 1" in alive
    assert "script" in seen["elements"]
    assert "onerror" in seen["handlers"]
    assert "javascript:alert(3)" in seen["links"]
    assert not LINK.match("javascript:alert(3)")
    assert not LINK.match("//example.com/")


# --- Pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_dead_where_scripts_may_run(path: str, trap: Site, browser: Browser) -> None:
    where = path.replace("{token}", own_token(trap.service))
    with watched(browser) as (page, alive):
        for language in LANGUAGES:
            address = f"{trap.address}{where}{'&' if '?' in where else '?'}lang={language}"
            answer = page.goto(address)
            assert answer is not None
            assert not HIDDEN.search(answer.text()), path
            assert alive.pop(0) == f"request: {address}"
            scraped = answer.status == 200 and path not in WITHOUT_SCRAPED_WORDS
            assert_dead(page, alive, path, shows=scraped)


# --- For programs -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", JSON)
def test_json_holds_no_hidden_sign_and_every_word(path: str, visitor: httpx.Client) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, HIDDEN.search(answer.text)) == (200, None)
    assert "alert(1)" in json.dumps(answer.json())


@pytest.mark.parametrize("path", [path for path in JSON if path.startswith("/feeds/")])
def test_the_content_of_a_json_feed_is_dead(
    path: str, visitor: httpx.Client, browser: Browser
) -> None:
    with watched(browser) as (page, alive):
        for item in visitor.get(path).json()["items"]:
            assert not {"javascript:", "data:"} & {item.get("external_url", "")[:11].lower()}
            page.set_content(item["content_html"])
            assert_dead(page, alive, path)


@pytest.mark.parametrize("path", ATOM)
def test_the_content_of_an_atom_feed_is_dead(
    path: str, visitor: httpx.Client, browser: Browser
) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, HIDDEN.search(answer.text)) == (200, None)
    found = ElementTree.fromstring(answer.content)
    names = {element.tag for element in found.iter()}
    assert all(name.startswith("{http://www.w3.org/2005/Atom}") for name in names)
    links = [element.get("href", "") for element in found.iter() if element.tag.endswith("}link")]
    assert [link for link in links if not LINK.match(link)] == []
    with watched(browser) as (page, alive):
        for content in found.iter("{http://www.w3.org/2005/Atom}content"):
            page.set_content(str(content.text))
            assert_dead(page, alive, path)


@pytest.mark.parametrize("path", CALENDARS)
def test_a_calendar_holds_events_and_nothing_else(path: str, visitor: httpx.Client) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, HIDDEN.search(answer.text)) == (200, None)
    found = icalendar.Calendar.from_ical(answer.content)
    assert {each.name for each in found.walk()} == {"VCALENDAR", "VEVENT"}
    for event in found.walk("VEVENT"):
        assert not str(event.get("url", "")).lower().startswith(("javascript:", "data:"))


# --- Files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", FILES)
def test_a_spreadsheet_runs_nothing_of_a_file(what: str, visitor: httpx.Client) -> None:
    answer = visitor.get(f"{API}/{what}.csv")
    assert (answer.status_code, HIDDEN.search(answer.text)) == (200, None)
    text = answer.content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n"))] == []
    assert any(cell.startswith("'=cmd|") for cell in cells)


@pytest.mark.parametrize("what", FILES)
def test_the_markdown_of_a_file_makes_nothing_of_scraped_words(
    what: str, visitor: httpx.Client, browser: Browser
) -> None:
    answer = visitor.get(f"{API}/{what}.md")
    assert (answer.status_code, HIDDEN.search(answer.text)) == (200, None)
    made = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    html = made.render(answer.text)
    assert not re.search(r"<(?:code|img|b|i|script|svg)\b", html)
    assert SCRIPT in unescape(html)
    with watched(browser) as (page, alive):
        page.set_content(html.replace("<s>", "<del>").replace("</s>", "</del>"))
        assert_dead(page, alive, what)


@pytest.mark.parametrize("path", ENTRIES)
def test_an_entry_for_bibtex_is_one_entry(path: str, visitor: httpx.Client) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, HIDDEN.search(answer.text)) == (200, None)
    found = bibtexparser.parse_string(answer.text)
    assert (len(found.entries), len(found.blocks)) == (1, 1)
    url = found.entries[0].fields_dict.get("url")
    assert url is None or str(url.value).startswith("https://ustr.gov/")
    assert "\\input{" not in answer.text


# --- Mail -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_dead_where_scripts_may_run(
    kind: DigestKind, language: Language, trap: Site, browser: Browser
) -> None:
    made = trap.service
    with made.database.reading() as tx:
        mail = preview(
            tx,
            SLUG,
            5,
            kind=kind,
            topics=(),
            language=language,
            public_url=trap.address,
            now=made.now(),
        )
    assert not HIDDEN.search(mail.subject + mail.text + str(mail.html))
    assert "<script>alert" in mail.text.replace("\n", "")
    with watched(browser) as (page, alive):
        page.set_content(str(mail.html))
        assert_dead(page, alive, f"{kind} {language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_digests_in_one_mail_are_dead(
    language: Language, trap: Site, browser: Browser
) -> None:
    made = trap.service
    with made.database.reading() as tx:
        tellings = [
            telling_of(each, "news", made.now()) for each in accounts.every(tx, series_named(SLUG))
        ]
    mail = render(tellings, language=language, public_url=trap.address)
    assert not HIDDEN.search(mail.subject + mail.text + str(mail.html))
    with watched(browser) as (page, alive):
        page.set_content(str(mail.html))
        assert_dead(page, alive, language)


def test_the_mails_that_go_out_are_dead_to_their_headers(trap: Site, browser: Browser) -> None:
    """Letters, welcomes and news of before, corrections, and an alarm of an issue."""
    made = trap.service
    sound(database=made.database, settings=made.settings, now=made.now())
    sent = trap.drain()
    told = [mail for mail in sent if "<script>alert" in re.sub(r"\s", "", text_of(mail))]
    assert sorted(str(mail["To"]) for mail in told) == sorted([*READERS, OPERATOR])
    for mail in sent:
        for name, value in mail.items():
            assert not HIDDEN.search(str(value)), name
        assert {part.get_content_type() for part in mail.walk()} == {
            *("multipart/alternative", "text/plain", "text/html")
        }
        assert not HIDDEN.search(text_of(mail))
        with watched(browser) as (page, alive):
            page.set_content(html_of(mail))
            assert_dead(page, alive, str(mail["Subject"]), shows=mail in told)


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


# --- The command line -------------------------------------------------------------------------


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_steers_no_terminal(words: str, user: User) -> None:
    done = user.runs(*words.split())
    assert done.code in {0, 1}, done.complained
    assert not HIDDEN.search(done.said.replace("\r\n", "\n") + done.complained)
