"""What a local Internet Archive holds: captures of the bundled releases, or of the big site.

Each release is captured several times under several spellings of its address; the menus around it
change, a few texts are edited, and some captures are gaps or walls. All of it by number, so that
what must come out can be told beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial

from monitor.core.classify import worth_fetching
from monitor.pressroom import releases
from monitor.pressroom.site import Page, Site
from monitor.series import followed
from tests.servers.big_site.site import BigSite
from tests.servers.wayback import Held

WALL = b"<html><head><title>Access Denied</title></head><body>Access Denied</body></html>"
SPELLINGS = (
    "https://ustr.gov{path}",
    "http://www.ustr.gov:80{path}",
    "https://ustr.gov/index.php{path}",
    "https://ustr.gov{path}?ref=mail",
)
_DAYS = (2, 150, 300, 700)
EDITED_EVERY = 4
GAP_FIRST_EVERY = 5
WALL_LAST_EVERY = 6


@dataclass(frozen=True)
class Source:
    """A release that was captured: by its number, its path, its day, and what makes its page."""

    number: int
    path: str
    published: date
    page: partial[bytes]

    @property
    def is_candidate(self) -> bool:
        """Whether its address alone says that it could be a readout."""
        return worth_fetching("", f"https://ustr.gov{self.path}", followed())


@cache
def bundled() -> tuple[Source, ...]:
    """The bundled releases, oldest first."""
    return tuple(
        Source(number, each.path, each.published, partial(_bundled_page, each.path))
        for number, each in enumerate(reversed(releases()))
    )


def of_the_big_site(site: BigSite) -> tuple[Source, ...]:
    """The releases of the big site, oldest first."""
    return tuple(
        Source(number, each.path, each.published, partial(_big_page, site, each.path))
        for number, each in enumerate(reversed(site.releases))
    )


def captures_of(sources: tuple[Source, ...]) -> Iterator[Held]:
    """Four captures of each: as published; the same again; another menu; the latest, or edited."""
    for source in sources:
        for turn, days in enumerate(_DAYS):
            yield Held(
                moment(source.published + timedelta(days=days)),
                SPELLINGS[(source.number + turn) % len(SPELLINGS)].format(path=source.path),
                partial(_body, source, turn),
                gap=turn == 0 and gap_at_first(source),
            )
        # What the index also has, and is not asked for.
        at = f"https://ustr.gov{source.path}"
        yield Held(moment(source.published + timedelta(days=3)), at, bytes, status=404)
        yield Held(
            moment(source.published + timedelta(days=4)),
            f"{at}/a.pdf",
            bytes,
            200,
            "application/pdf",
        )


def moment(day: date) -> str:
    """A time on a day, as the index writes it."""
    return f"{day:%Y%m%d}120000"


def is_edited(source: Source) -> bool:
    """Whether its text was changed before the last capture."""
    return source.number % EDITED_EVERY == 0


def gap_at_first(source: Source) -> bool:
    """Whether its first capture is in the index and cannot be shown."""
    return source.number % GAP_FIRST_EVERY == 0


def ends_in_a_wall(source: Source) -> bool:
    """Whether its last capture is one of a wall."""
    return source.number % WALL_LAST_EVERY == 0


def _body(source: Source, turn: int) -> bytes:
    page = source.page()
    if turn == 3 and ends_in_a_wall(source):
        return WALL
    if turn == 3 and is_edited(source):
        page = _edited(page)
    menu = f"<!-- menu of {turn} -->".encode() if turn > 1 else b""
    return page.replace(b"</body>", menu + b"</body>")


def _edited(page: bytes) -> bytes:
    """A word more in the second paragraph behind the title; in 2019 the first one is the date."""
    head, title, rest = page.partition(b"<h1")
    first, end, rest = rest.partition(b"</p>")
    return head + title + first + end + rest.replace(b"</p>", b" (Corrected.)</p>", 1)


@cache
def _site() -> Site:
    return Site(releases(), date.max, "/about-us")


def _bundled_page(path: str) -> bytes:
    answer = _site().answer(path)
    assert isinstance(answer, Page), path
    assert answer.status == 200, path
    return answer.body


def _big_page(site: BigSite, path: str) -> bytes:
    shown = site.answer(path)
    assert shown.status == 200, path
    return shown.body
