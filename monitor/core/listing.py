"""A listing page: the releases that it names, and the way to older ones.

Three generations of markup are known ("The layouts known so far" in `CONTRIBUTING.md`): since 2026
`<li>YYYY-MM-DD<br><a>`, 2021 to 2025 Drupal's `.views-row` with a `time`, 2019 `ul.listing a`.
All are read by what they mean, not by one selector: a link to a release, in a row with its date or
in a list that is known to be the listing. Without such a landmark the page is not understood, and
said so: sidebars name releases too, and must not make a broken listing look well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from monitor.core import soup
from monitor.core.addresses import (
    OFFICIAL_HOSTS,
    OFFICIAL_ORIGIN,
    canonical,
    host_of,
    is_archive_page,
    is_release,
    joined,
    page_number,
    release_key,
)
from monitor.core.dates import date_within, feed_date, lone_date
from monitor.core.markup import refuse_walls
from monitor.errors import EmptyListing, UnknownLayout
from storage.records import Named

_NEXT = re.compile(r"\b(?:next|older)\b|[›»]", re.IGNORECASE)
_LISTING_WORDS = re.compile(r"press\s+releases", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listing:
    """What one listing page names, in its order, and the pages that lead further back.

    `older` holds addresses: the next page first, then further pages, years and months.
    """

    releases: tuple[Named, ...]
    older: tuple[str, ...]


def read_listing(html: str, address: str) -> Listing:
    """Read a listing page.

    Args:
        html: the markup.
        address: where the page was fetched, for its relative links.

    Raises:
        EmptyPage, BlockedPage, HalfLoaded: it is no page at all (see `markup.refuse_walls`).
        EmptyListing: a press-releases page that names no release.
        UnknownLayout: links to releases, but none in a known landmark; or no listing at all.
    """
    refuse_walls(html)
    ours = OFFICIAL_HOSTS | {host_of(address)}
    leading = [(joined(address, link.href), link) for link in soup.links(html)]
    links = [(target, link) for target, link in leading if host_of(target) in ours]
    rows = [(target, link) for target, link in links if is_release(target) and not link.chrome]
    if not any(link.listed or _row_date(link) for _, link in rows):
        _refuse(html, len([1 for target, _ in links if is_release(target)]))
    return Listing(_named(rows), _older(links, address))


def read_feed(xml: str) -> tuple[Named, ...]:
    """The releases that a feed names; entries of any other kind are passed over.

    Raises:
        UnknownLayout: it is not a feed.
    """
    return tuple(
        Named(release_key(link), canonical(link), title or None, feed_date(day))
        for title, link, day in soup.feed_items(xml)
        if is_release(joined(OFFICIAL_ORIGIN, link))
    )


def _refuse(html: str, releases: int) -> None:
    if releases == 0 and _LISTING_WORDS.search(html):
        raise EmptyListing(
            "the listing names no release",
            todo="open the page in a browser; if it does list releases, its layout changed: "
            "see the runbook in CONTRIBUTING.md",
        )
    raise UnknownLayout(
        "the listing has no known layout: "
        + (
            f"{releases} links to releases, none in a dated row"
            if releases
            else "no release in sight"
        ),
        evidence={"start": html[:300]},
        todo="see the runbook “USTR changed its page” in CONTRIBUTING.md",
    )


def _named(rows: list[tuple[str, soup.Link]]) -> tuple[Named, ...]:
    named: dict[str, Named] = {}
    for target, link in rows:
        key = release_key(target)
        title = link.text if lone_date(link.text) is None else ""
        known = named.get(key)
        if known is None or not known.title:
            named[key] = Named(key, canonical(target), title or None, _row_date(link))
    return tuple(named.values())


def _row_date(link: soup.Link) -> date | None:
    if link.times:
        return lone_date(link.times[0])
    return date_within(link.around.replace(link.text, " "))


def _older(links: list[tuple[str, soup.Link]], address: str) -> tuple[str, ...]:
    path = urlsplit(address).path.rstrip("/")
    here = page_number(address)
    following, pages, archives = [], [], []
    for target, link in links:
        number = page_number(target)
        same = urlsplit(target).path.rstrip("/") in {path, ""}
        if "next" in link.rel or (same and number is not None and _NEXT.search(link.text)):
            following.append(target)
        elif same and number is not None and number > (here or 0):
            pages.append(target)
        elif is_archive_page(target):
            archives.append(target)
    return tuple(dict.fromkeys([*following, *pages, *archives]))
