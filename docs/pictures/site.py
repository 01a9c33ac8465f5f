"""Take pictures of the site's pages over the bundled rounds: light and dark, wide and on a phone.

    python docs/pictures/site.py FOLDER   all of them, in both languages
    python docs/pictures/site.py          the one that the docs show, beside this file

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
}
SHOWN_WIDTH, SHOWN_HEIGHT = 760, 980
WIDTHS = (320, 1000)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


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
            max_requests_per_second=1000,
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


def take(
    browser: Browser, address: str, target: Path, *, width: int, scheme: Scheme, height: int | None
) -> None:
    """One picture: of the whole page, or from its top down to a height."""
    size = {"width": width, "height": height or 800}
    page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    page.screenshot(path=target, full_page=height is None)
    page.close()


def main(folder: Path | None) -> None:
    """Take what is asked for."""
    with site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        if folder is None:
            shown = Path(__file__).with_name("matrix.png")
            where, height = address + PAGES["topics"], SHOWN_HEIGHT
            take(browser, where, shown, width=SHOWN_WIDTH, scheme="light", height=height)
            return
        folder.mkdir(parents=True, exist_ok=True)
        for (name, path), language, width, scheme in product(
            PAGES.items(), ("en", "ja"), WIDTHS, SCHEMES
        ):
            target = folder / f"{name}-{language}-{width}-{scheme}.png"
            where = f"{address}{path}?lang={language}"
            take(browser, where, target, width=width, scheme=scheme, height=None)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
