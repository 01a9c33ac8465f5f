"""Saved pages for the command line: bundled ones, and one made by somebody with bad intentions."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from html import escape
from pathlib import Path

from monitor.pressroom import releases, rounds
from monitor.pressroom.content import Bullets, PressRelease
from monitor.pressroom.site import Page, Site

PUBLISHED = rounds()
EVE = PUBLISHED[5] - timedelta(days=1)
SLUG = "us-japan-partnership-on-trade"


@cache
def _site() -> Site:
    return Site(releases(), date.max, "/about-us")


def release(number: int) -> PressRelease:
    """The bundled release of a round."""
    return next(each for each in releases() if each.round == number)


def near_miss() -> PressRelease:
    """A release that speaks of the Partnership and reports no round of it."""
    return next(each for each in releases() if each.kind == "mention")


def page(of: PressRelease) -> bytes:
    """The release's page as the bundled site shows it."""
    answer = _site().answer(of.path)
    assert isinstance(answer, Page)
    return answer.body


SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(2)>"
LINK = "[here](https://example.com/trap)"
TURNED = "Digital \u202eEconomy"
STEERED = "Director for \u2067Japan"


def hostile_page() -> bytes:
    """The fifth round's page as somebody would write it who wants more than to be read."""
    shown = page(release(5)).decode()
    for words, worse in (
        ("Labor:", f"Labor {escape(SCRIPT)}:"),
        ("Digital Economy:", f"{TURNED}:"),
        ("Director for Japan", STEERED),
        ("trade in seafood", f"trade \u202ein {escape(IMAGE)} seafood {LINK}"),
    ):
        assert words in shown
        shown = shown.replace(words, worse)
    return shown.encode()


def text(of: PressRelease) -> str:
    """The release as somebody would copy it out of a page."""
    lines = [of.title, f"{of.published:%B} {of.published.day}, {of.published.year}"]
    for block in of.body:
        lines += [f"• {item}" for item in block.items] if isinstance(block, Bullets) else [block]
    return "\n\n".join(lines)


def save(of: PressRelease, folder: Path) -> Path:
    """Save the release's page into a folder."""
    path = folder / f"{of.path.rpartition('/')[2]}.html"
    path.write_bytes(page(of))
    return path
