"""The pages of the big site, in the markup of their day: of 2019, of 2021 to 2025, of 2026.

The frame is the bundled sample's, made once and cut where a page differs; what costs time is made
once for sixty releases. So a page takes a small part of what it takes to read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from html import escape
from urllib.parse import quote

from monitor.pressroom import frame
from monitor.pressroom.content import Block, Bullets
from tests.servers.big_site.releases import Release

DRUPAL_FROM = date(2021, 1, 20)
DATED_LINES_FROM = date(2025, 9, 1)
BESIDE = 60  # releases in the sidebar

_SENTENCES = (
    "The Office of the United States Trade Representative has put its {number}th made-up notice "
    "on this page, so that a reader of many pages has something to read.",
    "Producers, workers and importers may send their comments until the end of the month, and "
    "what they send is open to everyone.",
    "The hearing is in the main conference room at 9:30 in the morning; whoever wants to speak "
    "gives notice five working days before.",
    "Trade in these goods grew by {share} percent over the year before, measured by value.",
    "Two panels looked at the measure in turn, and neither of them found it to be in line with "
    "what had been agreed.",
    "A copy of the report can be had from the public file, under the number {number}.",
    "Officials will be in touch with their counterparts over the coming weeks and will tell the "
    "committees of the Congress what they hear.",
    "The measure applies to what is entered for consumption from the first day of the next quarter.",
    "Small firms were asked first, since for them a change of the rules costs the most.",
)
_NEAR_MISS = (
    "WASHINGTON – The United States and Japan will hold a round under the U.S.-Japan Partnership "
    "on Trade in the coming weeks. A report will follow once it was held."
)
_PARAGRAPHS = 7


class Pages:
    """Makes the pages of a site.

    Args:
        everything: the releases of all sections, newest first.
    """

    def __init__(self, everything: Sequence[Release]) -> None:
        self._all = everything
        self._places = {release.path: place for place, release in enumerate(everything)}
        self._sidebars: dict[int, str] = {}

    def release(self, release: Release) -> bytes:
        """The page of one release, some 60 KB."""
        beside = self._sidebar(self._places[release.path] // BESIDE)
        return _framed(release.title, release.path, _article(release, beside))

    def listing(
        self, shown: Sequence[Release], heading: str, path: str, pager: str, years: str
    ) -> bytes:
        """A page that lists releases, in the markup of the newest one on it."""
        content = f"<h1>{heading}</h1>\n{_rows(shown)}\n{pager}{years}"
        if not shown or shown[0].published >= DRUPAL_FROM:
            content = f'<main role="main" id="main-content">\n{content}</main>\n'
        return _framed(heading, path, content)

    def missing(self, path: str) -> bytes:
        """The page for an address where nothing stands."""
        return _framed("Page not found", path, "<main><h1>Page not found</h1></main>\n")

    def _sidebar(self, part: int) -> str:
        if part not in self._sidebars:
            others = self._all[part * BESIDE : (part + 1) * BESIDE]
            items = "\n".join(
                f'<li class="views-row"><span class="when">{other.published:%B %d, %Y}</span>'
                f"{_link(other)}</li>"
                for other in others
            )
            self._sidebars[part] = (
                '<aside class="sidebar layout-sidebar-second" role="complementary">\n'
                f"<h2>Other Press Releases</h2>\n<ul>\n{items}\n</ul>\n</aside>\n"
            )
        return self._sidebars[part]


def pager(number: int, pages: int) -> str:
    """Links to the pages of a list, counted from 0, as Drupal writes them."""
    around = range(max(0, number - 4), min(pages, number + 5))
    ways = "".join(f'<li><a href="?page={n}">{n + 1}</a></li>\n' for n in around)
    if number + 1 < pages:
        ways += f'<li><a href="?page={number + 1}" rel="next">Next ›</a></li>\n'
        ways += f'<li><a href="?page={pages - 1}">Last »</a></li>\n'
    return (
        f'<nav class="pager" role="navigation">\n<ul class="pager__items">\n{ways}</ul>\n</nav>\n'
    )


def menu(places: Sequence[tuple[str, str]]) -> str:
    """A list of links: to years, or to the months of one; pairs of a path and a label."""
    items = "".join(f'<li><a href="{path}">{label}</a></li>\n' for path, label in places)
    return f'<ul class="periods">\n{items}</ul>\n' if items else ""


def _rows(shown: Sequence[Release]) -> str:
    newest = shown[0].published if shown else DATED_LINES_FROM
    if newest >= DATED_LINES_FROM:
        items = [f'<li class="item">{r.published:%Y-%m-%d}<br>{_link(r)}</li>' for r in shown]
        return "<ul>\n" + "\n".join(items) + "\n</ul>"
    if newest >= DRUPAL_FROM:
        items = [
            f'<div class="views-row">\n<time datetime="{r.published:%Y-%m-%d}T10:00:00Z">'
            f"{r.published:%B %d, %Y}</time>\n"
            f'<span class="views-field-title">{_link(r)}</span>\n</div>'
            for r in shown
        ]
        return '<div class="view-content">\n' + "\n".join(items) + "\n</div>"
    items = [f"<li>{_link(r)}</li>" for r in shown]
    return '<ul class="listing">\n' + "\n".join(items) + "\n</ul>"


def _article(release: Release, beside: str) -> str:
    title, day = escape(release.title, quote=False), release.published
    body = _body(release)
    if day < DRUPAL_FROM:
        return (
            f'<div class="columns sidebar-first">\n{beside}'
            f'<div id="main-content" class="region region-content">\n<h1 class="pageTitle">{title}'
            f"</h1>\n<p>{day:%m/%d/%Y}</p>\n"
            '<div class="field field-name-body"><div class="field-items">'
            f'<div class="field-item even">\n{body}</div></div></div>\n</div>\n</div>\n'
        )
    if day < DATED_LINES_FROM:
        return (
            '<main role="main" id="main-content"><h2 class="visually-hidden">Breadcrumb</h2>\n'
            f"<h1>{title}</h1>\n<p>{day:%B %d, %Y}</p>\n"
            f'<div class="field field--name-body">{body}</div></main>\n{beside}'
        )
    return (
        f'<main role="main" id="main-content">\n<h1 class="page-header">{title}</h1>\n<article>'
        f'<div><time datetime="{day:%Y-%m-%d}T12:00:00Z">{day:%B %d, %Y}</time></div>\n'
        f'<div class="field field--name-body">{body}</div></article>\n{beside}</main>\n'
    )


def _body(release: Release) -> str:
    if release.body:
        return "".join(map(_block, release.body))
    number, share = abs(release.number), release.number % 37 + 1
    told = [_SENTENCES[(number + place) % len(_SENTENCES)] for place in range(_PARAGRAPHS)]
    paragraphs = [sentence.format(number=number, share=share) for sentence in told]
    if release.is_near_miss:
        paragraphs.insert(0, _NEAR_MISS)
    return "<p>" + "</p>\n<p>".join(paragraphs) + '</p>\n<p class="text-align-center">###</p>\n'


def _block(block: Block) -> str:
    if isinstance(block, Bullets):
        items = "</li>\n<li>".join(escape(item, quote=False) for item in block.items)
        return f"<ul>\n<li>{items}</li>\n</ul>\n"
    return f"<p>{escape(block, quote=False)}</p>\n"


def _link(release: Release) -> str:
    return f'<a href="{quote(release.link)}">{escape(release.title, quote=False)}</a>'


def _framed(title: str, path: str, content: str) -> bytes:
    to_title, to_path, to_title_again, to_content, rest = _frame()
    shown = escape(title)
    parts = (to_title, shown, to_path, quote(path), to_title_again, shown, to_content, content)
    return "".join(parts).encode() + rest


@cache
def _frame() -> tuple[str, str, str, str, bytes]:
    """The frame of all pages, cut at the title, the path, the title again, and the content."""
    whole = frame.page(
        title="@TITLE@",
        path="@PATH@",
        trail=("Home", "About Us", "Policy Offices", "Press Office"),
        content="@CONTENT@",
        latest=(),
    )
    to_title, _, whole = whole.partition("@TITLE@")
    to_path, _, whole = whole.partition(quote("@PATH@"))
    to_title_again, _, whole = whole.partition("@TITLE@")
    to_content, _, rest = whole.partition("@CONTENT@")
    return to_title, to_path, to_title_again, to_content, rest.encode()
