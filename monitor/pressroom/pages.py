"""The pages inside their frame: listings as of 2026, articles as of 2021-2025 and of 2019.

The markup follows what is known of the real site (stored copies and working scrapers), so that
what reads these pages reads those.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from monitor.pressroom import frame
from monitor.pressroom.content import Block, Bullets, PressRelease

PER_PAGE = 15
TRAIL = ("Home", "About Us", "Policy Offices", "Press Office")

_SECTIONS = {
    "press-releases": "Press Releases",
    "fact-sheets": "Fact Sheets",
    "speeches-and-remarks": "Speeches and Remarks",
    "blog": "Blog",
}
# Pages of the administrations before 2017 stand in the archive, under a banner.
_ARCHIVED_BEFORE = date(2017, 1, 20)


def page_count(listed: Sequence[PressRelease]) -> int:
    """How many listing pages there are."""
    return max(1, -(-len(listed) // PER_PAGE))


def listing(listed: Sequence[PressRelease], number: int, path: str) -> str:
    """Listing page `number`, counted from 0 as the site's pager does."""
    shown = listed[number * PER_PAGE : (number + 1) * PER_PAGE]
    items = "\n".join(
        f'<li class="views-row">{release.published:%Y-%m-%d}<br>{frame.link(release)}</li>'
        for release in shown
    )
    content = (
        '<main role="main" id="main-content" class="columns">\n<div class="layout-content">\n'
        '<h1 class="page-header">Press Releases</h1>\n'
        f'<div class="view-content">\n<ul class="listing">\n{items}\n</ul>\n</div>\n'
        f"{_pager(number, page_count(listed))}</div>\n{_SECTION_LINKS}</main>\n"
    )
    return frame.page(
        title="Press Releases",
        path=path,
        trail=TRAIL,
        content=content,
        latest=listed[: frame.LATEST],
    )


def article(release: PressRelease, listed: Sequence[PressRelease]) -> str:
    """The page of one release, in the markup of its day, beside other releases of `listed`."""
    others = [other for other in listed if other != release][:5]
    beside = frame.sidebar("Recent Press Releases", others)
    of_2019 = release.published.year == 2019
    return frame.page(
        title=release.title,
        path=release.path,
        trail=(*TRAIL, _section(release)),
        content=_old_article(release, beside) if of_2019 else _article(release, beside),
        latest=listed[: frame.LATEST],
        note=release.note,
        archived=release.published < _ARCHIVED_BEFORE,
    )


def missing(path: str, listed: Sequence[PressRelease]) -> str:
    """The page for an address where nothing stands."""
    content = (
        '<main role="main" id="main-content"><h1 class="page-header">Page not found</h1>\n'
        "<p>The requested page could not be found. The sample holds press releases alone; "
        "the menus lead nowhere.</p></main>\n"
    )
    return frame.page(
        title="Page not found",
        path=path,
        trail=("Home",),
        content=content,
        latest=listed[: frame.LATEST],
    )


def _article(release: PressRelease, beside: str) -> str:
    day = release.published
    return (
        '<main role="main" id="main-content" class="columns">\n<div class="layout-content">\n'
        '<h1 class="page-header"><span class="field field--name-title field--type-string '
        f'field--label-hidden">{escape(release.title, quote=False)}</span></h1>\n'
        '<article role="article" class="node node--type-press-release node--view-mode-full">\n'
        '<div class="field field--name-field-date field--type-datetime field--label-hidden">'
        f'<time datetime="{day:%Y-%m-%d}T12:00:00Z" class="datetime">{day:%B %d, %Y}</time></div>\n'
        '<div class="field field--name-body field--type-text-with-summary field--label-hidden">\n'
        f"{_body(release.body)}</div>\n</article>\n</div>\n{beside}</main>\n"
    )


def _old_article(release: PressRelease, beside: str) -> str:
    return (
        f'<div class="columns sidebar-first">\n{beside}'
        '<div id="main-content" class="region region-content">\n'
        f'<h1 class="pageTitle">{escape(release.title, quote=False)}</h1>\n'
        f"<p>{release.published:%m/%d/%Y}</p>\n"
        '<div class="field field-name-body field-type-text-with-summary field-label-hidden">'
        '<div class="field-items"><div class="field-item even">\n'
        f"{_body(release.body)}</div></div></div>\n</div>\n</div>\n"
    )


def _body(blocks: Sequence[Block]) -> str:
    return "".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    if isinstance(block, Bullets):
        # The real site's editor leaves a blank line inside the last bullet.
        return "<ul>\n<li>" + "</li>\n<li>".join(map(_text, block.items)) + _TAIL + "</li>\n</ul>\n"
    if block == "###":
        return '<p class="text-align-center">###</p>\n'
    return f"<p>{_text(block)}</p>\n"


_TAIL = "<br>\n&nbsp;"


def _text(text: str) -> str:
    return escape(text, quote=False).replace("\u00a0", "&nbsp;")


def _section(release: PressRelease) -> str:
    return next(name for part, name in _SECTIONS.items() if f"/{part}/" in release.address)


def _pager(number: int, pages: int) -> str:
    ways = [_way("first", 0, "« First"), _way("previous", number - 1, "‹ Previous")]
    ways = ways if number else []
    ways += [
        _way("is-active" if n == number else "number", n, str(n + 1))
        for n in range(max(0, number - 4), min(pages, number + 5))
    ]
    if number + 1 < pages:
        ways += [_way("next", number + 1, "Next ›"), _way("last", pages - 1, "Last »")]
    return (
        '<nav class="pager" role="navigation" aria-labelledby="pagination-heading">\n'
        '<h4 id="pagination-heading" class="visually-hidden">Pagination</h4>\n'
        f'<ul class="pager__items js-pager__items">\n{"".join(ways)}</ul>\n</nav>\n'
    )


def _way(name: str, number: int, label: str) -> str:
    kind = name if name.startswith("is-") else f"pager__item--{name}"
    return f'<li class="pager__item {kind}"><a href="?page={number}">{label}</a></li>\n'


_SECTION_LINKS = (
    '<aside class="sidebar layout-sidebar-second" role="complementary">\n<h2>Press Office</h2>\n'
    "<ul>\n"
    + "\n".join(
        f'<li><a href="/about/policy-offices/press-office/{part}">{name}</a></li>'
        for part, name in _SECTIONS.items()
    )
    + "\n</ul>\n</aside>\n"
)
