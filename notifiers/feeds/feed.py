"""Rounds as feeds: Atom (RFC 4287) and JSON Feed (version 1.1, jsonfeed.org).

A feed is a value; the two forms say the same. What an entry holds is made in
`notifiers.feeds.entries`, from our own templates alone: nothing scraped reaches a reader as markup.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from notifiers.digest.redline_text import apart
from notifiers.words.wording import visible
from storage.records import FiledReadout

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_ENTRIES = 50
"""Entries of a feed: the newest; a reader that comes for the first time wants no archive."""

_NAMESPACE = UUID("ea9ee5d1-38ea-418a-b411-7cb0c8b93e67")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NO_XML = str.maketrans({"\ufffe": "[U+FFFE]", "\uffff": "[U+FFFF]"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A round in a feed.

    `content` is HTML, `summary` plain text. `page` is the round's page of ours and `official` that
    of USTR; either may be empty. Times are in UTC; `published` is None where no page states it.
    """

    id: str
    title: str
    summary: str
    content: str
    published: datetime | None
    updated: datetime
    page: str
    official: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed is called, where it is, and its entries, the newest first.

    `address` is its own, without the suffix for its form; `home` is the page that it belongs to.
    """

    id: str
    title: str
    subtitle: str
    address: str
    home: str
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> datetime:
        """When an entry last changed; for a feed without any, 1970, since it must say something."""
        return max((entry.updated for entry in self.entries), default=_NEVER)


def feed_id(*names: str) -> str:
    """An id that stays for ever: the same for the same names, wherever the program runs.

    It is a name-based UUID (RFC 9562 section 5.5): it needs no domain of ours, and does not change
    when the pages move to another address.
    """
    return f"urn:uuid:{uuid5(_NAMESPACE, '/'.join(names))}"


def round_names(filed: FiledReadout) -> tuple[str, ...]:
    """What a round is known by for ever, for `feed_id`: its number; without one, page and days."""
    if filed.readout.round is not None:
        return (f"round/{filed.readout.round}",)
    return (filed.release.url or filed.source.sha256, filed.readout.held.text)


def atom(feed: Feed) -> bytes:
    """The feed as Atom. The same feed gives the same bytes."""
    return templates().get_template("feed.atom.j2").render(feed=feed).encode()


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1. The same feed gives the same bytes."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": feed.home,
        "feed_url": f"{feed.address}.json",
        "language": "en",
        "authors": [{"name": "Roundwatch"}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _item(entry: Entry) -> dict[str, Any]:
    fields = {
        "id": entry.id,
        "url": entry.page or entry.official,
        "external_url": entry.official,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content,
        "date_published": instant(entry.published) if entry.published else "",
        "date_modified": instant(entry.updated),
    }
    return {name: value for name, value in fields.items() if value}


def instant(when: datetime) -> str:
    """A moment as RFC 3339 has it, to the second: `2024-07-31T18:02:11Z`."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def shown(text: str) -> str:
    """Text that both forms can hold: hidden controls, and what XML forbids, are made visible.

    XML 1.0 section 2.2 has no place for U+FFFE and U+FFFF, not even escaped.
    """
    return visible(text).translate(_NO_XML)


@lru_cache
def templates() -> Environment:
    """The templates of feeds and of their entries; everything that they print is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        autoescape=True,
        finalize=lambda value: shown(value) if type(value) is str else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "apart": apart,
        "instant": instant,
        "broken": lambda text: _broken(text, Markup),
    }
    return environment


def _broken(text: str, markup: Any) -> Any:  # noqa: ANN401 - markupsafe is loaded at need
    """The text with `<br>` where a line ends."""
    return markup("<br>").join(shown(line) for line in text.split("\n"))
