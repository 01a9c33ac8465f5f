"""The releases of the big site: those of the bundled sample, and as many made up as are asked for.

What is made up says nothing of any round, but for the near misses: every 400th since 2019 speaks
of the Partnership in its title, so that it has to be fetched to know that it reports none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.pressroom.content import Block, releases

FIRST_DAY = date(2001, 1, 22)
LAST_DAY = date(2026, 6, 30)
PRESS_OFFICE = "/policy-offices/press-office/"
# Where the addresses of releases changed (the source, as far as it is known).
OUT_OF_THE_ARCHIVES = date(2009, 1, 20)
UNDER_ABOUT = date(2025, 9, 1)
NEAR_MISS_EVERY = 400
_NEAR_MISSES_FROM = date(2019, 10, 7)
_ODD_MONTH_EVERY = 97  # `2018/february` was seen on a release of March 5
_LONGEST_SLUG = 70

_KINDS = (
    "Statement on",
    "Public Hearing on",
    "Notice of Comments on",
    "Remarks on",
    "Fact of the Week:",
    "Ambassador Meets Industry on",
    "Report to the Congress on",
    "United States Requests Consultations on",
)
_GOODS = (
    "Softwood Lumber",
    "Steel Pipes",
    "Oranges and Lemons",
    "Solar Cells",
    "Frozen Shrimp",
    "Cotton Shirts",
    "Poultry",
    "Aircraft Parts",
    "Digital Services",
    "Distilled Spirits",
    "Medical Devices",
    "Rice",
    "Sugar Quotas",
)
_PLACES = ("Geneva", "Washington", "Santiago", "Brussels", "Canberra", "Ottawa", "Nairobi")


@dataclass(frozen=True, slots=True)
class Release:
    """One release: `path` is where it stands, `link` how lists link to it (a path)."""

    number: int
    title: str
    published: date
    path: str
    link: str
    body: tuple[Block, ...] = ()

    @property
    def section(self) -> str:
        """The section of the press office that it stands in."""
        return self.path.partition(PRESS_OFFICE)[2].partition("/")[0]

    @property
    def is_near_miss(self) -> bool:
        """Whether its title looks like a round's and its text reports none."""
        return not self.body and "Partnership on Trade" in self.title


def made_releases(count: int) -> tuple[Release, ...]:
    """The releases of all sections, newest first; `count` of them are press releases.

    Raises:
        ValueError: fewer than the bundled sample has.
    """
    bundled = [
        Release(-n, r.title, r.published, r.path, r.link, r.body)
        for n, r in enumerate(releases(), 1)
    ]
    listed = sum(release.section == "press-releases" for release in bundled)
    if count < listed:
        raise ValueError(f"the bundled sample alone has {listed} press releases, not {count}")
    everything = [*bundled, *_made_up(count - listed)]
    return tuple(sorted(everything, key=lambda release: (release.published, release.path))[::-1])


def _made_up(count: int) -> Iterator[Release]:
    days = (LAST_DAY - FIRST_DAY).days
    taken: set[str] = set()
    for number in range(count):
        published = FIRST_DAY + timedelta(days=number * days // max(1, count - 1))
        title = _title(number, published)
        path = _path(number, title, published)
        repeats = 0
        while path in taken:  # as the site does: the same title again gets `-0`, then `-1`
            path = f"{_path(number, title, published)}-{repeats}"
            repeats += 1
        taken.add(path)
        yield Release(number, title, published, path, path)


def _title(number: int, published: date) -> str:
    if number % NEAR_MISS_EVERY == 0 and published >= _NEAR_MISSES_FROM:
        return "United States and Japan to Hold a Round under the Partnership on Trade"
    kind, good = _KINDS[number % len(_KINDS)], _GOODS[number % len(_GOODS)]
    return f"{kind} {good} in {_PLACES[number % len(_PLACES)]}"


def _path(number: int, title: str, published: date) -> str:
    day = published - timedelta(days=31) if number % _ODD_MONTH_EVERY == 0 else published
    day = day if day.year == published.year else published
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower().replace(" to ", " "))[:_LONGEST_SLUG]
    prefix = "/about" if published >= UNDER_ABOUT else "/about-us"
    archives = "archives/" if published < OUT_OF_THE_ARCHIVES else ""
    month = f"{day:%B}".lower()
    return f"{prefix}{PRESS_OFFICE}press-releases/{archives}{day.year}/{month}/{slug.strip('-')}"
