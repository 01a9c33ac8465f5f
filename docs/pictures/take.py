"""Take pictures of mails as their readers see them: light and dark, on a desk and on a phone.

    python docs/pictures/take.py FOLDER               mails of the bundled rounds, of every kind
    python docs/pictures/take.py FOLDER MAIL.eml ...  these mails, or HTML files
    python docs/pictures/take.py                      those that the docs show, beside this file

Writes FOLDER/NAME-320-light.png and so on, 320 and 600 pixels wide; the docs show the tops. Needs
Playwright and a Chromium (`/usr/bin/chromium`, or what CHROMIUM names). Nothing is fetched.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import product
from pathlib import Path
from typing import Literal, get_args

from playwright.sync_api import Browser, sync_playwright

from monitor.journeys.sending.announce import telling_of
from notifiers.digest.render import render
from notifiers.letters import render_letter
from storage.records import Choice, Language, Letter, LetterKind, Summary, Telling

WIDTHS = (320, 600)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SHOWN: tuple[tuple[str, Scheme], ...] = (("correction-en", "light"), ("gathered-ja", "dark"))
SHOWN_HEIGHT = 860
PUBLIC_URL = "https://rounds.example.org"
LINK = "https://rounds.example.org/confirm/WzcsMF0.zT9yq1a-_LkQm3"
FACTS: dict[LetterKind, dict[str, str]] = {
    "confirm": {"series": "U.S.-Japan Partnership on Trade"},
    "address": {"before": "reader@example.org"},
    "alarm": {
        "new": "The source has been silent for three days.\nA delivery has waited for five hours.",
        "over": "The mail server answers again.",
    },
    "test": {},
}


def html_of(mail: Path) -> str:
    """The HTML part of a mail, or the file itself if it is HTML."""
    if mail.suffix == ".html":
        return mail.read_text("utf-8")
    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    part = message.get_body(("html",)) if isinstance(message, EmailMessage) else None
    if part is None:
        raise SystemExit(f"{mail} has no HTML part.")
    return str(part.get_content())


def kinds() -> dict[str, tuple[Telling, ...]]:
    """A mail of every kind, from the bundled rounds."""
    fourth, fifth = tellings()[-2:]
    before, now = fourth.summary, fifth.summary
    return {
        "news": (fifth,),
        "gathered": (fourth, fifth),
        "correction": (replace(fifth, kind="correction", corrected=_told_wrong(now, before)),),
        "chosen": (_of_chosen_topics(fifth),),
        "welcome": (replace(fifth, kind="welcome"),),
    }


def tellings() -> list[Telling]:
    """Rounds 2 to 5 as digests tell them."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from example import accounts

    made = datetime(2024, 7, 31, 18, 5, tzinfo=UTC)
    return [
        telling_of(account, "news", made - timedelta(days=100 * ago))
        for ago, account in zip((3, 2, 1, 0), accounts(), strict=True)
    ]


def _told_wrong(now: Summary, before: Summary) -> Summary:
    """The round with the days of another one, and without what was seen last."""
    if now.comparison is None:
        return before
    found = replace(
        now.comparison,
        topics=now.comparison.topics[1:],
        bilateral_issues=(
            replace(now.comparison.bilateral_issues[0], certainty="unsure"),
            *now.comparison.bilateral_issues[1:],
        ),
    )
    return replace(now, readout=replace(now.readout, held=before.readout.held), comparison=found)


def _of_chosen_topics(telling: Telling) -> Telling:
    found = telling.summary.comparison
    narrow = found and replace(
        found, topics=found.topics[:2], bilateral_issues=found.bilateral_issues[:1]
    )
    return replace(
        telling,
        summary=replace(telling.summary, comparison=narrow),
        background=replace(telling.background, absences=(), counts=()),
        chosen=Choice(("Digital trade", "Labor", "Seafood"), 5),
    )


def pages() -> Iterator[tuple[str, str]]:
    """Mails of every kind in both languages: what they are called, and their HTML."""
    for (name, told), language in product(kinds().items(), get_args(Language)):
        yield f"{name}-{language}", str(render(told, language=language, public_url=PUBLIC_URL).html)
    asked = datetime(2026, 11, 26, 14, 8, tzinfo=UTC)
    for (kind, facts), language in product(FACTS.items(), get_args(Language)):
        letter = Letter(1, kind, 7, language, facts, asked)
        rendered = render_letter(letter, link=LINK, lasts=timedelta(days=3))
        yield f"{kind}-{language}", str(rendered.html)


def take(
    browser: Browser,
    html: str,
    target: Path,
    *,
    width: int,
    scheme: Scheme,
    height: int | None = None,
) -> None:
    """One picture of a mail: of the whole of it, or from its top down to a height."""
    page = browser.new_page(
        viewport={"width": width, "height": height or 600},
        color_scheme=scheme,
        device_scale_factor=1 if height else 1.5,
        java_script_enabled=False,
    )
    page.route("**/*", lambda route: route.abort())
    page.set_content(html)
    page.screenshot(path=target, full_page=height is None)
    page.close()


def take_all(browser: Browser, folder: Path, mails: list[Path]) -> None:
    """Each mail in both widths, light and dark."""
    folder.mkdir(parents=True, exist_ok=True)
    named = [(mail.stem, html_of(mail)) for mail in mails] if mails else list(pages())
    for (name, html), width, scheme in product(named, WIDTHS, SCHEMES):
        target = folder / f"{name}-{width}-{scheme}.png"
        take(browser, html, target, width=width, scheme=scheme)


def take_shown(browser: Browser, folder: Path) -> None:
    """What the docs show."""
    named = dict(pages())
    for name, scheme in SHOWN:
        target = folder / f"{name}.png"
        take(browser, named[name], target, width=WIDTHS[0], scheme=scheme, height=SHOWN_HEIGHT)


def main(folder: Path | None, mails: list[Path]) -> None:
    """Take what is asked for."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        if folder is None:
            take_shown(browser, Path(__file__).parent)
        else:
            take_all(browser, folder, mails)
        browser.close()


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]]
    main(paths[0] if paths else None, paths[1:])
