"""Take pictures of the site's pages over the bundled rounds: light and dark, wide and on a phone.

    python docs/pictures/site.py FOLDER   all of them, in both languages
    python docs/pictures/site.py          those that the docs show, beside this file

Needs Playwright and a Chromium (`/usr/bin/chromium`, or what CHROMIUM names). Nothing is
fetched but the bundled pages, over loopback.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from monitor.bootstrap import service
from monitor.entrypoints.web.server import address_of, listening, server_of
from monitor.pressroom import PressRoom, rounds
from monitor.series import DEFAULT
from monitor.settings import Settings

PAGES = {
    "round": "/",
    "topics": f"/{DEFAULT}/topics",
    "topic": f"/{DEFAULT}/topics/third-country-issues",
    "comparison": f"/{DEFAULT}/compare/1/5",
    "choose": f"/{DEFAULT}/compare",
    "timeline": f"/{DEFAULT}/timeline",
    "series": "/series",
    "how": "/how-it-works",
    "search": "/search?q=labor+%22supply+chains%22",
    "releases": "/releases",
    "issues": "/issues",
    "api": "/api",
    "subscribe": "/subscribe",
    "problem": "/rounds/9",
}
WIDTHS = (320, 1000)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@dataclass(frozen=True)
class Picture:
    """What a picture shows, and how; without a height, the whole page."""

    page: str
    language: str
    width: int
    scheme: Scheme
    height: int | None = None


SHOWN = {
    "matrix": Picture("topics", "en", 760, "light", 980),
    "latest": Picture("round", "en", 760, "light", 1240),
    "latest-ja-dark": Picture("round", "ja", 360, "dark", 1240),
    "search": Picture("search", "en", 760, "dark", 700),
}
"""The pictures that the docs show."""


@contextmanager
def site() -> Iterator[str]:
    """Where an archive of all bundled rounds is served, on a day half a year after the last."""
    published = rounds()
    with (
        tempfile.TemporaryDirectory() as scratch,
        PressRoom(through=published[5]) as room,
        listening("127.0.0.1:0") as door,
    ):
        settings = Settings(
            database_url=f"sqlite:///{scratch}/site.db",
            source_url=room.base_url,
            public_url=address_of(door),
            max_requests_per_second=1000,
            pages_per_minute=0,
        )
        with service(settings, now=lambda: datetime(2025, 1, 31, 12, 0, tzinfo=UTC)) as office:
            office.take_past_in()
            server = server_of(office)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
            thread.start()
            try:
                while not server.started:
                    time.sleep(0.01)
                yield address_of(door).rstrip("/")
            finally:
                server.should_exit = True
                thread.join()


def take(browser: Browser, address: str, picture: Picture, target: Path) -> None:
    """One picture: of the whole page, or from its top down to a height."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height or 800},
        color_scheme=picture.scheme,
    )
    page.goto(f"{address}{with_language(PAGES[picture.page], picture.language)}")
    page.screenshot(path=target, full_page=picture.height is None)
    page.close()


def with_language(path: str, language: str) -> str:
    """An address that asks for a language."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def main(folder: Path | None) -> None:
    """Take what is asked for."""
    if folder is None:
        wanted = {Path(__file__).with_name(f"{name}.png"): each for name, each in SHOWN.items()}
    else:
        folder.mkdir(parents=True, exist_ok=True)
        wanted = {
            folder / f"{name}-{language}-{width}-{scheme}.png": Picture(
                name, language, width, scheme
            )
            for name, language, width, scheme in product(PAGES, ("en", "ja"), WIDTHS, SCHEMES)
        }
    with site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for target, picture in wanted.items():
            take(browser, address, picture, target)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
