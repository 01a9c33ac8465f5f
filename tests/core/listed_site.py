"""A listing as a value, for laws about walks: no markup, only what its pages name and link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from hypothesis import strategies as st

from monitor.core.addresses import MONTHS, page_number, release_key
from monitor.core.listing import Listing
from monitor.core.walk import Seen, Walk, begin, follow
from storage.records import Named

ROOT = "https://ustr.gov/about-us/policy-offices/press-office/press-releases"


def release(number: int, day: date, *, dated: bool = True, odd: bool = False) -> Named:
    """A release of a day; `odd`: its address names the month before, as was seen."""
    month = MONTHS[(day.month - 2 if odd and day.month > 1 else day.month - 1)]
    address = f"{ROOT}/{day.year}/{month}/release-{number}"
    return Named(release_key(address), address, f"Release {number}", day if dated else None)


@dataclass
class ListedSite:
    """Pages that list releases.

    Args:
        releases: the newest first.
        per_page: how many stand on a page of the pager.
        ways: which ways there are, of `pager`, `years` and `months`.
        per_year_page: how many stand on a page of a year or month; 0: all.
        form: how the addresses of years and months are written; `{}` is the year and month.
        without: years that have no page of their own, whatever was published in them.
        told_end: whether the pager links to its last page.
        repeating: behind its end the pager shows the last page again.
    """

    releases: list[Named]
    per_page: int = 3
    ways: frozenset[str] = frozenset({"pager", "years", "months"})
    per_year_page: int = 0
    form: str = ROOT + "/{}"
    without: frozenset[int] = frozenset()
    told_end: bool = True
    repeating: bool = False
    asked: list[str] = field(default_factory=list)

    def page(self, address: str) -> Seen | None:
        """The page at an address, or none."""
        self.asked.append(address)
        bare, number = address.partition("?")[0], page_number(address) or 0
        if bare == ROOT:
            return self._of_the_pager(address, number)
        found = [r for r in self.releases if bare in self._periods_of(r)]
        size = self.per_year_page or max(1, len(found))
        if not found or number * size >= len(found):
            return None
        more = [f"{bare}?page={number + 1}"] if (number + 1) * size < len(found) else []
        return Seen(
            address, Listing(tuple(found[number * size : (number + 1) * size]), tuple(more))
        )

    def _of_the_pager(self, address: str, number: int) -> Seen | None:
        pages = max(1, -(-len(self.releases) // self.per_page))
        if number and "pager" not in self.ways:
            return None
        if number >= pages and not self.repeating:
            return None
        here = min(number, pages - 1)
        shown = tuple(self.releases[here * self.per_page : (here + 1) * self.per_page])
        ahead = [number + 1] if number + 1 < pages or self.repeating else []
        ahead += [pages - 1] if self.told_end and pages - 1 > number + 1 else []
        older = tuple(f"{ROOT}?page={n}" for n in ahead) if "pager" in self.ways else ()
        return Seen(address, Listing(shown, older))

    def _periods_of(self, release: Named) -> Iterator[str]:
        year, month = release.key.split("/")[1:3]
        if int(year) in self.without:
            return
        if "years" in self.ways:
            yield self.form.format(year)
        if "months" in self.ways:
            yield self.form.format(f"{year}/{month}")


def walked(site: ListedSite, walk: Walk | None = None) -> tuple[set[str], Walk]:
    """Walk to the end: the keys that were named, and the walk as it ended."""
    walk = walk or begin(ROOT)
    named: set[str] = set()
    while walk.here:
        page = site.page(walk.here.address)
        named |= {release.key for release in page.listing.releases} if page else set()
        walk = follow(walk, page)
    return named, walk


@st.composite
def sites(draw: st.DrawFn) -> ListedSite:
    """Sites that tell the truth, of any size and with any ways."""
    days = draw(st.lists(st.dates(date(2014, 1, 1), date(2026, 6, 30)), min_size=1, max_size=60))
    dated = draw(st.booleans())
    releases = [
        release(number, day, dated=dated, odd=dated and number % 9 == 5)
        for number, day in enumerate(sorted(days, reverse=True))
    ]
    others = draw(st.sets(st.sampled_from(["years", "months"])))
    return ListedSite(
        releases,
        per_page=draw(st.integers(1, 8)),
        ways=frozenset({"pager", *others}),
        per_year_page=draw(st.sampled_from([0, 1, 4])),
        form=draw(st.sampled_from([ROOT + "/{}", ROOT + "/archives/{}"])),
        told_end=draw(st.booleans()),
        repeating=draw(st.booleans()),
    )
