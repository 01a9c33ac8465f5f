"""The site as it stands on one day: which answer belongs to which address. No network here."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from typing import Literal
from urllib.parse import parse_qs, quote, unquote, urlsplit

from monitor.pressroom import pages
from monitor.pressroom.content import PressRelease
from monitor.pressroom.feed import feed
from monitor.pressroom.frame import STYLE_PATH

Home = Literal["/about", "/about-us"]

PREFIXES: tuple[Home, Home] = ("/about", "/about-us")
LISTING = "/policy-offices/press-office/press-releases"
FEED_PATH = "/rss.xml"
ROBOTS = "User-agent: *\nAllow: /\nDisallow: /admin/\nDisallow: /core/\nDisallow: /search/\n"


@dataclass(frozen=True)
class Page:
    """Something to show, with the validator that goes with it."""

    status: int
    content_type: str
    body: bytes

    @cached_property
    def etag(self) -> str:
        """A weak validator: packed and unpacked, it is the same page (RFC 9110 section 8.8.1)."""
        return f'W/"{sha256(self.body).hexdigest()[:20]}"'

    @cached_property
    def packed(self) -> bytes:
        """The body under gzip."""
        return gzip.compress(self.body, mtime=0)


@dataclass(frozen=True)
class Moved:
    """The page stands elsewhere: 301 to `location`."""

    location: str


class Site:
    """What a visitor sees when everything published up to `through` is out.

    Args:
        everything: all releases there are, newest first.
        through: the last day whose releases are visible.
        home: the prefix under which the listing stands; the other one redirects to it.

    Raises:
        ValueError: nothing was published by then.
    """

    def __init__(self, everything: Sequence[PressRelease], through: date, home: Home) -> None:
        self.visible = tuple(release for release in everything if release.published <= through)
        if not self.visible:
            raise ValueError(f"no press release had been published by {through}")
        self.changed_at = datetime.combine(self.visible[0].published, time(16), UTC)
        self._home = home
        self._listed = tuple(release for release in self.visible if release.listed)
        self._by_path = {release.path: release for release in self.visible}
        self._rendered: dict[str, Page | Moved] = {}

    def answer(self, target: str) -> Page | Moved:
        """The answer to a request target (path and query); rendered once, then remembered."""
        if target in self._rendered:
            return self._rendered[target]
        answer = self._answer(target)
        if not isinstance(answer, Page) or answer.status == 200:
            self._rendered[target] = answer
        return answer

    def _answer(self, target: str) -> Page | Moved:
        parts = urlsplit(target)
        path = unquote(parts.path).removeprefix("/index.php").rstrip("/")
        return (
            self._listing(path, parts.query)
            or self._release(path)
            or self._furniture(path)
            or _html(pages.missing(path, self._listed), status=404)
        )

    def _listing(self, path: str, query: str) -> Page | Moved | None:
        if path in ("", *(prefix + LISTING for prefix in PREFIXES if prefix != self._home)):
            return Moved(self._home + LISTING + (f"?{query}" if query else ""))
        if path != self._home + LISTING:
            return None
        wanted = parse_qs(query).get("page", ["0"])[-1]
        number = int(wanted) if wanted.isdecimal() else 0
        if number >= pages.page_count(self._listed):
            return None
        return _html(pages.listing(self._listed, number, path))

    def _release(self, path: str) -> Page | Moved | None:
        if path in self._by_path:
            return _html(pages.article(self._by_path[path], self._listed))
        elsewhere = _under_the_other_prefix(path)
        return Moved(quote(elsewhere)) if elsewhere in self._by_path else None

    def _furniture(self, path: str) -> Page | None:
        if path == FEED_PATH:
            return Page(200, "application/rss+xml; charset=utf-8", feed(self.visible).encode())
        if path == "/robots.txt":
            return Page(200, "text/plain; charset=utf-8", ROBOTS.encode())
        if path == STYLE_PATH:
            sheet = files("monitor.pressroom").joinpath("style.css").read_bytes()
            return Page(200, "text/css; charset=utf-8", sheet)
        return None


def _html(text: str, status: int = 200) -> Page:
    return Page(status, "text/html; charset=UTF-8", text.encode())


def _under_the_other_prefix(path: str) -> str:
    new, old = PREFIXES
    if path.startswith(old + "/"):
        return new + path.removeprefix(old)
    return old + path.removeprefix(new)
