"""Take pictures of a mail as its readers see it: light and dark, on a desk and on a phone.

    python docs/pictures/take.py MAIL.eml FOLDER [CHROMIUM]

Writes FOLDER/NAME-desk-light.png and so on, NAME being the mail's file name. Needs Playwright and
a Chromium (`/usr/bin/chromium` unless another is named). Nothing is fetched from the network.
"""

from __future__ import annotations

import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

WIDTHS = {"desk": 720, "phone": 360}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def html_of(mail: Path) -> str:
    """The HTML part of a mail, or the file itself if it is HTML."""
    if mail.suffix == ".html":
        return mail.read_text("utf-8")
    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    part = message.get_body(("html",)) if isinstance(message, EmailMessage) else None
    if part is None:
        raise SystemExit(f"{mail} has no HTML part.")
    return str(part.get_content())


def take(browser: Browser, html: str, target: Path, width: int, dark: bool) -> None:
    """One picture of the whole mail."""
    page = browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        device_scale_factor=2,
        java_script_enabled=False,
    )
    page.route("**/*", lambda route: route.abort())
    page.set_content(html)
    page.screenshot(path=target, full_page=True)
    page.close()


def main(mail: Path, folder: Path, chromium: str = "/usr/bin/chromium") -> None:
    """Take all four."""
    folder.mkdir(parents=True, exist_ok=True)
    html = html_of(mail)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        for (name, width), scheme in product(WIDTHS.items(), SCHEMES):
            target = folder / f"{mail.stem}-{name}-{scheme}.png"
            take(browser, html, target, width, scheme == "dark")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:4])
