"""Feeds and the calendar over HTTP: what is there, and what a reader that has it gets."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import icalendar
import pytest

from monitor.bootstrap import service
from monitor.core.look import Look
from monitor.journeys.intake import Arrival, take_in
from monitor.settings import Settings
from tests.entrypoints.conftest import Filled
from tests.entrypoints.saved import IMAGE, PUBLISHED, SCRIPT, SLUG, page, release
from tests.entrypoints.test_web import Visitor, visitor_of

ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/feed+json"
CALENDAR = "text/calendar; charset=utf-8"
NAMES = {"a": "http://www.w3.org/2005/Atom"}
FEEDS = [f"/feeds/{SLUG}", f"/feeds/{SLUG}/environment", f"/feeds/{SLUG}/seafood"]
EVERY = [f"{feed}.{form}" for feed in FEEDS for form in ("atom", "json")] + [f"/feeds/{SLUG}.ics"]


@pytest.fixture
def visitor(filled: Filled, tmp_path: Path) -> Visitor:
    """A visitor to an archive of all five rounds, where its address is known."""
    archive = shutil.copy(filled.archive, tmp_path / "archive.db")
    return visitor_of(archive, public_url="https://rounds.example.org/watch")


def titles(visitor: Visitor, path: str) -> list[str]:
    return [item["title"] for item in visitor.ask(f"{path}.json").json()["items"]]


def test_a_series_has_its_rounds_the_newest_first(visitor: Visitor) -> None:
    answer = visitor.ask(f"/feeds/{SLUG}.atom")
    assert (answer.status_code, answer.headers["content-type"]) == (200, ATOM)
    found = ElementTree.fromstring(answer.content).findall("a:entry/a:title", NAMES)
    assert [str(title.text)[:8] for title in found] == [f"Round {n}:" for n in (5, 4, 3, 2, 1)]
    assert [str(title.text) for title in found] == titles(visitor, f"/feeds/{SLUG}")


def test_json_and_the_calendar_come_as_what_they_are(visitor: Visitor) -> None:
    answer = visitor.ask(f"/feeds/{SLUG}.json")
    assert answer.headers["content-type"] == JSON
    assert json.loads(answer.content)["items"][0]["url"] == (
        "https://rounds.example.org/watch/rounds/5"
    )
    calendar = visitor.ask(f"/feeds/{SLUG}.ics")
    assert calendar.headers["content-type"] == CALENDAR
    assert len(icalendar.Calendar.from_ical(calendar.content).walk("VEVENT")) == 5


def test_a_topic_has_the_rounds_that_name_it_or_changed_it(visitor: Visitor) -> None:
    assert titles(visitor, f"/feeds/{SLUG}/environment") == [
        "Round 2: Environment – dropped, had stood in 1 round",
        "Round 1: Environment – named",
    ]
    assert titles(visitor, f"/feeds/{SLUG}/seafood") == ["Round 5: trade in seafood – introduced"]


def test_a_topic_on_the_list_that_never_came_up_has_an_empty_feed(visitor: Visitor) -> None:
    other = "us-taiwan-21st-century-trade"
    assert titles(visitor, f"/feeds/{other}") == []
    assert visitor.ask(f"/feeds/{other}.ics").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/feeds/nowhere.atom", f"/feeds/{SLUG}.rss", f"/feeds/{SLUG}/weather.json", f"/feeds/{SLUG}"],
)
def test_what_is_not_followed_is_not_there(path: str, visitor: Visitor) -> None:
    assert visitor.ask(path).status_code == 404


@pytest.mark.parametrize("path", EVERY)
def test_a_reader_that_has_it_is_told_so(path: str, visitor: Visitor) -> None:
    first = visitor.ask(path)
    assert first.headers["cache-control"] == "public, max-age=300"
    for name, value in (
        ("If-None-Match", first.headers["etag"]),
        ("If-None-Match", f'"other", W/{first.headers["etag"]}'),
        ("If-None-Match", "*"),
        ("If-Modified-Since", first.headers["last-modified"]),
    ):
        again = visitor.ask(path, headers={name: value})
        assert (again.status_code, again.content) == (304, b""), (name, value)
        assert again.headers["etag"] == first.headers["etag"]
    assert visitor.ask(path, "HEAD", headers={"If-None-Match": "*"}).status_code == 304


@pytest.mark.parametrize("path", EVERY)
def test_a_reader_that_has_another_gets_it(path: str, visitor: Visitor) -> None:
    first = visitor.ask(path)
    past = parsedate_to_datetime(first.headers["last-modified"]) - timedelta(seconds=1)
    for headers in (
        {"If-None-Match": '"another"'},
        {"If-None-Match": '"another"', "If-Modified-Since": first.headers["last-modified"]},
        {"If-Modified-Since": format_datetime(past, usegmt=True)},
        {"If-Modified-Since": "yesterday"},
        {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 +" + "9" * 30},
        {"If-Modified-Since": "Mon, 99 Jan 99999 99:99:99 GMT"},
    ):
        again = visitor.ask(path, headers=headers)
        assert (again.status_code, again.content) == (200, first.content), headers


@pytest.mark.parametrize("path", EVERY)
def test_a_feed_is_only_for_reading(path: str, visitor: Visitor) -> None:
    answer = visitor.ask(path, "POST")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_without_an_address_of_its_own_a_feed_names_the_one_it_was_asked_at(
    filled: Filled, tmp_path: Path
) -> None:
    here = visitor_of(shutil.copy(filled.archive, tmp_path / "archive.db"))
    assert here.ask(f"/feeds/{SLUG}.json").json()["feed_url"] == f"http://here/feeds/{SLUG}.json"


def test_pages_name_the_feeds_in_their_head(visitor: Visitor) -> None:
    head = visitor.ask("/").text.partition("</head>")[0]
    for kind, form in (("atom+xml", "atom"), ("feed+json", "json")):
        link = f'<link rel="alternate" type="application/{kind}" title="Rounds" href="'
        address = head.partition(link)[2].partition('"')[0]
        assert visitor.ask(address).headers["content-type"].startswith(f"application/{kind}")
        assert address.endswith(form)


FIRST, LATER = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 5, tzinfo=UTC)


def read_at(moment: datetime, number: int, body: bytes, settings: Settings) -> None:
    address = f"https://ustr.gov{release(number).path}"
    arrival = Arrival(address, address, "live", moment, 200, {}, body)
    with service(settings, now=lambda: moment) as made:
        look = Look(PUBLISHED[5], quiet=True, first=False)
        taken = take_in(arrival, look, database=made.database, settings=settings, now=moment)
    assert taken.problem is None


def test_a_corrected_page_moves_the_time_of_its_entry_and_keeps_the_id(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'archive.db'}")
    visitor = Visitor(settings)
    for number in (3, 4, 5):
        read_at(FIRST, number, page(release(number)), settings)
    before = visitor.ask(f"/feeds/{SLUG}.json").json()["items"]
    corrected = page(release(5)).replace(b"trade in seafood", b"trade in seafood and rice")
    read_at(LATER, 5, corrected, settings)
    after = visitor.ask(f"/feeds/{SLUG}.json").json()["items"]
    assert "seafood and rice" in after[0]["content_html"]
    assert [item["id"] for item in after] == [item["id"] for item in before]
    assert [item["date_modified"][:7] for item in after] == ["2026-02", "2026-01", "2026-01"]


@pytest.mark.parametrize("form", ["atom", "json"])
def test_scraped_markup_is_text_in_a_feed(form: str, hostile: Path) -> None:
    answer = visitor_of(hostile).ask(f"/feeds/{SLUG}.{form}")
    if form == "atom":
        found = ElementTree.fromstring(answer.content).findall("a:entry/a:content", NAMES)
        contents = [str(content.text) for content in found]
    else:
        contents = [item["content_html"] for item in answer.json()["items"]]
    shown = "".join(contents)
    for trap in (SCRIPT, IMAGE):
        assert trap not in shown
        assert escape(trap).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in shown
    assert "Digital [U+202E]Economy" in shown
    assert not {"\u202e", "\u2067", "\x1b"} & set(answer.text)
