"""Feeds as feed readers take them: Atom, JSON Feed, and what an entry says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.feeds.entries import round_entry, topic_entry
from notifiers.feeds.feed import Entry, Feed, atom, feed_id, json_feed
from storage.records import Telling
from tests.notifiers.builders import (
    BACKGROUND,
    BEFORE,
    COMPARISON,
    ISSUES,
    RENDERED_AT,
    ROUND_5,
    SERIES,
    SERIES_NAME,
    TOPICS,
    change,
    mention,
    summary,
)

HOME = "https://rounds.example.org"
NAMES = {"a": "http://www.w3.org/2005/Atom"}
ALLOWED = {*"p ul li h2 h3 strong em del ins br a".split()}


def telling(**facts: object) -> Telling:
    told = Telling("news", SERIES_NAME, summary(), BACKGROUND, BEFORE, RENDERED_AT)
    return replace(told, **facts)  # type: ignore[arg-type]


def entry(**facts: object) -> Entry:
    return round_entry(telling(**facts), id=feed_id(SERIES, "round/5"), page=f"{HOME}/rounds/5")


def feed(*entries: Entry) -> Feed:
    address = f"{HOME}/feeds/{SERIES}"
    return Feed(feed_id(SERIES), "Rounds", "What changed", address, f"{HOME}/", entries)


class Outline(HTMLParser):
    """The elements, attributes and words of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= set(attrs)

    def handle_data(self, data: str) -> None:
        self.words += data


def read_atom(content: bytes) -> list[dict[str, str]]:
    """Each entry's parts, as a feed reader finds them."""
    root = ElementTree.fromstring(content)
    parts = ("id", "title", "updated", "published", "summary", "content")
    return [
        {part: found.findtext(f"a:{part}", "", NAMES) for part in parts}
        | {link.get("rel", ""): link.get("href", "") for link in found.findall("a:link", NAMES)}
        for found in root.findall("a:entry", NAMES)
    ]


def test_an_entry_has_the_headline_the_news_and_where_to_look() -> None:
    (found,) = read_atom(atom(feed(entry())))
    assert found["title"].startswith("Round 5: Environment")
    assert "dropped" in found["title"]
    assert "Environment" in found["summary"]
    assert found["alternate"] == f"{HOME}/rounds/5"
    assert found["via"] == ROUND_5
    assert (found["published"], found["updated"]) == (
        "2024-07-31T12:00:00Z",
        "2024-07-31T18:05:00Z",
    )


def test_both_forms_say_the_same() -> None:
    one = feed(entry())
    (found,) = read_atom(atom(one))
    document = json.loads(json_feed(one))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == f"{HOME}/feeds/{SERIES}.json"
    assert document["items"] == [
        {
            "id": found["id"],
            "url": found["alternate"],
            "external_url": found["via"],
            "title": found["title"],
            "summary": found["summary"],
            "content_html": found["content"],
            "date_published": found["published"],
            "date_modified": found["updated"],
        }
    ]


def test_a_feed_has_what_its_standard_asks_of_every_feed() -> None:
    root = ElementTree.fromstring(atom(feed(entry(), replace(entry(), id=feed_id("another")))))
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", NAMES)}
    assert links == {"self": f"{HOME}/feeds/{SERIES}.atom", "alternate": f"{HOME}/"}
    assert root.findtext("a:author/a:name", "", NAMES) == "Roundwatch"
    ids = [found.text for found in root.iter(f"{{{NAMES['a']}}}id")]
    assert len(set(ids)) == 3
    assert all(UUID(str(each)).version == 5 for each in ids)


def test_a_feed_was_updated_when_its_last_changed_entry_was() -> None:
    later = RENDERED_AT + timedelta(days=3)
    both = feed(entry(), entry(made_at=later))
    assert both.updated == later
    assert ElementTree.fromstring(atom(both)).findtext("a:updated", "", NAMES).startswith("2024-08")


def test_a_feed_without_entries_is_a_feed_all_the_same() -> None:
    assert read_atom(atom(feed())) == []
    assert json.loads(json_feed(feed()))["items"] == []


def test_an_id_rests_on_names_alone() -> None:
    assert feed_id(SERIES, "round/5") == "urn:uuid:5222e84b-9072-5f2e-81e3-e82ff4992519"
    assert feed_id(SERIES, "round/5") != feed_id(SERIES, "round/6")


def test_a_redline_survives_readers_that_drop_styles() -> None:
    outline = Outline(entry().content)
    assert {"del", "ins"} <= outline.elements
    assert outline.elements <= ALLOWED
    assert {name for name, _ in outline.attributes} == {"href"}


def test_a_round_that_is_filed_before_noon_is_not_published_later_than_that() -> None:
    early = datetime(2024, 7, 31, 2, 30, tzinfo=UTC)
    assert entry(made_at=early).published == early


def test_an_official_address_that_is_none_is_not_linked() -> None:
    told = summary()
    odd = replace(told, release=replace(told.release, url="javascript:alert(1)"))
    found = round_entry(telling(summary=odd), id=feed_id("odd"), page="")
    assert found.official == ""
    assert "href" not in found.content
    assert read_atom(atom(feed(found)))[0].get("alternate") is None


@given(st.text(max_size=60))
def test_whatever_a_page_says_is_text_in_both_forms(words: str) -> None:
    told = telling(summary=summary(None, city=words, mentions=(mention(words or "x", words),)))
    found = round_entry(told, id=feed_id("any"), page="")
    assert Outline(found.content).elements <= ALLOWED
    one = feed(found)
    (read,) = read_atom(atom(one))
    assert read["content"] == json.loads(json_feed(one))["items"][0]["content_html"]


@pytest.mark.parametrize(
    "trap", ["<script>alert(1)</script>", "]]>", "\ufffe\uffff\x00\ud800", "&amp;"]
)
def test_a_trap_in_a_label_is_shown_and_not_alive(trap: str) -> None:
    told = telling(summary=summary(None, mentions=(mention(trap, "words"),)))
    (found,) = read_atom(atom(feed(round_entry(told, id=feed_id("trap"), page=""))))
    assert Outline(found["content"]).elements <= ALLOWED
    assert json_feed(feed(round_entry(told, id=feed_id("trap"), page="")))


# --- One topic --------------------------------------------------------------------------------


def topic(slug: str, *said: object, **facts: object) -> Entry:
    found = next((c for c in (*TOPICS, *ISSUES) if c.topic == slug), None)
    return topic_entry(telling(**facts), found, said, id=feed_id(slug), page="")  # type: ignore[arg-type]


def test_a_topic_that_dropped_says_so_with_the_reason() -> None:
    found = topic("environment")
    assert found.title == "Round 5: Environment – dropped, had stood in 1 round on file"
    assert found.summary == "Certain: Round 5 names nothing like “Environment”."
    assert "<del>Both governments plan talks" in found.content
    assert "Labor" not in found.content


def test_a_topic_that_split_says_how_sure_that_is() -> None:
    found = topic("third-country-issues")
    assert found.title.endswith("– likely split, text replaced")


def test_a_bilateral_issue_has_an_entry_too() -> None:
    assert topic("trade-in-seafood").title == "Round 5: trade in seafood – introduced"


def test_a_topic_of_the_first_round_on_file_is_named() -> None:
    said = mention("Labor", "The two sides agreed to talk further.")
    first = telling(summary=summary(None), before=None)
    found = topic_entry(first, None, [said], id=feed_id("labor"), page="")
    assert found.title == "Round 5: Labor – named"
    assert found.summary == "The two sides agreed to talk further."


def test_a_topic_that_went_on_says_what_its_text_did() -> None:
    assert topic("labor").title == "Round 5: Labor – continued, reworded"
    same = change("Seafood")
    found = replace(COMPARISON, topics=(same,), bilateral_issues=())
    entry = topic_entry(telling(summary=summary(found)), same, [], id=feed_id("x"), page="")
    assert entry.title == "Round 5: Seafood – continued, same text"


def test_a_day_of_publication_that_is_unknown_is_left_out() -> None:
    told = summary()
    undated = replace(told, release=replace(told.release, published=None))
    found = feed(round_entry(telling(summary=undated), id=feed_id("u"), page=""))
    assert b"<published>" not in atom(found)
    assert "date_published" not in json.loads(json_feed(found))["items"][0]
    assert date.fromisoformat(json.loads(json_feed(found))["items"][0]["date_modified"][:10])
