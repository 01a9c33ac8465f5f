"""Which answer belongs to which address of the big site, and of what kind it is. No network here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from tests.servers.big_site.markup import Pages, menu, pager
from tests.servers.big_site.releases import (
    OUT_OF_THE_ARCHIVES,
    PRESS_OFFICE,
    Release,
    made_releases,
)

Way = Literal["pager", "years", "months"]
Kind = Literal["robots", "listing", "year", "month", "release", "moved", "missing", "failed"]

ROBOTS = b"User-agent: *\nAllow: /\nDisallow: /search/\n"
HEADINGS = {
    "press-releases": "Press Releases",
    "fact-sheets": "Fact Sheets",
    "speeches-and-remarks": "Speeches and Remarks",
    "blog": "Blog",
}
MONTHS = (
    "january february march april may june july august september october november december"
).split()


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer: what kind of address was asked for, the status, the body, or where it moved."""

    kind: Kind
    status: int
    body: bytes
    location: str = ""


class BigSite:
    """The site as visitors see it.

    Args:
        releases: how many press releases there are; other sections hold the bundled sample's few.
        ways: which ways lead into the past: the pager, year pages, month pages.
        per_page: releases on a page of the pager.
        per_year_page: releases on a year page; the rest stands on further pages. 0: all on one.
        menu: whether the listing links to the year pages, and those to their months.
        cut_years: year pages show their newest `per_page` releases alone and lead no further.
        repeating: behind its end the pager shows the last page again, instead of a 404.
        shifting: every so many pages of the listing a release appears that was not there before.
        held_back: the newest releases, which appear by `shifting`.
        home: the prefix under which the listing stands; the other one leads there.
    """

    def __init__(
        self,
        releases: int = 12_000,
        *,
        ways: Collection[Way] = ("pager", "years", "months"),
        per_page: int = 20,
        per_year_page: int = 0,
        menu: bool = False,
        cut_years: bool = False,
        repeating: bool = False,
        shifting: int = 0,
        held_back: int = 0,
        home: str = "/about-us",
    ) -> None:
        self._ways = frozenset(ways)
        self._per_page, self._per_year_page = per_page, per_year_page
        self._menu, self._cut_years, self._repeating = menu, cut_years, repeating
        self._shifting, self._hidden, self._home = shifting, held_back, home
        self.releases = made_releases(releases)
        self._pages = Pages(self.releases)
        self._by_path = {release.path: release for release in self.releases}
        self._sections = {
            section: tuple(release for release in self.releases if release.section == section)
            for section in HEADINGS
        }
        self._listings = 0

    @property
    def listed(self) -> tuple[Release, ...]:
        """The press releases that are visible now, newest first."""
        return self._sections["press-releases"][self._hidden :]

    def answer(self, target: str) -> Shown:
        """The answer to a request target, path and query."""
        parts = urlsplit(target)
        path = unquote(parts.path).removeprefix("/index.php").rstrip("/")
        if path == "/robots.txt":
            return Shown("robots", 200, ROBOTS)
        if release := self._by_path.get(path):
            return Shown("release", 200, self._pages.release(release))
        return self._list(path, parts.query) or self._elsewhere(path, parts.query)

    def _list(self, path: str, query: str) -> Shown | None:
        below = path.removeprefix(self._home + PRESS_OFFICE)
        section, _, period = below.partition("/")
        if below == path or section not in HEADINGS:
            return None
        number = _number(query)
        everything = self.listed if section == "press-releases" else self._sections[section]
        if not period:
            return self._listing(section, everything, number, path)
        bare = period.removeprefix("archives/")
        year, _, month = bare.partition("/")
        kind: Kind = "month" if month else "year"
        if f"{kind}s" not in self._ways or not year.isdecimal():
            return None
        found = [release for release in everything if release.published.year == int(year)]
        if month:
            found = [release for release in found if month == MONTHS[release.published.month - 1]]
        if not found or (bare != period) != bool(_archived(int(year))):
            return None
        return self._period(kind, found, number, path)

    def _listing(
        self, section: str, everything: Sequence[Release], number: int, path: str
    ) -> Shown | None:
        pages = max(1, -(-len(everything) // self._per_page))
        if number >= pages and self._repeating:
            number = pages - 1
        if number >= pages or (number and "pager" not in self._ways):
            return None
        shown = everything[number * self._per_page : (number + 1) * self._per_page]
        ways = pager(number, pages) if "pager" in self._ways else ""
        if self._repeating and "pager" in self._ways:
            ways = f'<nav class="pager"><a href="?page={number + 1}" rel="next">Next ›</a></nav>\n'
        body = self._pages.listing(shown, HEADINGS[section], path, ways, self._years(section))
        self._shift()
        return Shown("listing", 200, body)

    def _period(self, kind: Kind, found: Sequence[Release], number: int, path: str) -> Shown | None:
        size = self._per_page if self._cut_years else self._per_year_page or len(found)
        pages = 1 if self._cut_years else -(-len(found) // size)
        if number >= pages:
            return None
        shown = found[number * size : (number + 1) * size]
        ways = pager(number, pages) if pages > 1 else ""
        months = menu(self._months(found, path)) if kind == "year" else ""
        return Shown(kind, 200, self._pages.listing(shown, "Press Releases", path, ways, months))

    def _years(self, section: str) -> str:
        if not self._menu or "years" not in self._ways:
            return ""
        years = sorted({r.published.year for r in self._sections[section]}, reverse=True)
        base = f"{self._home}{PRESS_OFFICE}{section}/"
        return menu([(f"{base}{_archived(year)}{year}", str(year)) for year in years])

    def _months(self, found: Sequence[Release], path: str) -> list[tuple[str, str]]:
        if not self._menu or "months" not in self._ways:
            return []
        months = sorted({release.published.month for release in found}, reverse=True)
        return [(f"{path}/{MONTHS[month - 1]}", MONTHS[month - 1].title()) for month in months]

    def _shift(self) -> None:
        self._listings += 1
        if self._shifting and self._hidden and self._listings % self._shifting == 0:
            self._hidden -= 1

    def _elsewhere(self, path: str, query: str) -> Shown:
        """Under the other prefix stands what leads here; else there is nothing."""
        for mine, other in (("/about/", "/about-us/"), ("/about-us/", "/about/")):
            there = other + path.removeprefix(mine)
            below = there.startswith(f"{self._home}{PRESS_OFFICE}") and self._list(there, query)
            if path.startswith(mine) and (there in self._by_path or below):
                return Shown("moved", 301, b"", there + (f"?{query}" if query else ""))
        return Shown("missing", 404, self._pages.missing(path))


def _archived(year: int) -> str:
    return "archives/" if year < OUT_OF_THE_ARCHIVES.year else ""


def _number(query: str) -> int:
    wanted = parse_qs(query).get("page", ["0"])[-1]
    return int(wanted) if wanted.isdecimal() else 0
