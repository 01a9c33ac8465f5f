"""The furniture of a page: notice, header, menus, trail, sidebar, footer.

It is most of a page's weight (some 40 KB, as on the real site), and it carries dates and titles of
other releases, so that a reader who does not keep to the article reads the wrong ones.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from itertools import count
from urllib.parse import quote

from monitor.pressroom.content import SITE, PressRelease

NOTICE = (
    "This page is Roundwatch’s bundled sample: real facts in our own wording, not USTR’s text. "
    "Nothing here was published by the Office of the United States Trade Representative."
)
STYLE_PATH = "/themes/pressroom/style.css"
LATEST = 3

_MENUS = {
    "countries": ("Countries & Regions", "/countries-regions"),
    "agreements": ("Trade Agreements", "/trade-agreements"),
    "topics": ("Trade Topics", "/trade-topics"),
    "about": ("About", "/about"),
    "press": ("Press", "/about/policy-offices/press-office"),
}


def page(
    *,
    title: str,
    path: str,
    trail: Sequence[str],
    content: str,
    latest: Iterable[PressRelease],
    note: str | None = None,
    archived: bool = False,
) -> str:
    """A whole page around `content`, whose official address is `path` on the real site."""
    return "".join(
        (
            _head(title, path),
            _notice(note),
            _ARCHIVED if archived else "",
            _HEADER,
            _navigation(),
            f'<div class="wrap">{_breadcrumb(trail)}{content}</div>\n',
            _footer(latest),
            "</body>\n</html>\n",
        )
    )


def link(release: PressRelease) -> str:
    """The link to a release, percent-encoded as in a page's source."""
    return f'<a href="{quote(release.link)}">{escape(release.title, quote=False)}</a>'


def sidebar(heading: str, others: Iterable[PressRelease]) -> str:
    """Other releases with their dates, beside the article."""
    items = "\n".join(
        f'<li class="views-row"><span class="when">{release.published:%B %d, %Y}</span>'
        f"{link(release)}</li>"
        for release in others
    )
    return (
        '<aside class="sidebar layout-sidebar-second" role="complementary">\n'
        f"<h2>{heading}</h2>\n<ul>\n{items}\n</ul>\n</aside>\n"
    )


def _head(title: str, path: str) -> str:
    settings = {"path": {"baseUrl": "/", "currentLanguage": "en"}, "user": {"uid": 0}}
    full = f"{escape(title)} | United States Trade Representative"
    return (
        '<!DOCTYPE html>\n<html lang="en" dir="ltr" prefix="og: https://ogp.me/ns#">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="Generator" content="Drupal 10">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1.0">\n'
        f'<meta property="og:title" content="{escape(title)}">\n'
        f'<link rel="canonical" href="{SITE}{quote(path)}">\n'
        f"<title>{full}</title>\n"
        f'<link rel="stylesheet" media="all" href="{STYLE_PATH}">\n'
        '<script type="application/json" data-drupal-selector="drupal-settings-json">'
        f"{json.dumps(settings)}</script>\n</head>\n"
        '<body class="path-node page-node-type-press-release">\n'
        '<a href="#main-content" class="visually-hidden focusable skip-link">'
        "Skip to main content</a>\n"
    )


def _notice(note: str | None) -> str:
    more = f" <strong>Of this page:</strong> {escape(note)}" if note else ""
    return (
        '<div class="sample-notice" role="note"><div class="wrap">'
        f"{escape(NOTICE)}{more}</div></div>\n"
    )


_ARCHIVED = (
    '<div class="archive-banner"><strong>ARCHIVE</strong> · '
    "Content on this archived webpage is NOT UPDATED.</div>\n"
)
_HEADER = (
    '<header class="site-header" role="banner"><div class="wrap">\n'
    '<div class="name">Office of the United States Trade Representative</div>\n'
    '<div class="place">Executive Office of the President</div>\n</div></header>\n'
)


@cache
def _navigation() -> str:
    chrome = tomllib.loads(
        files("monitor.pressroom").joinpath("chrome.toml").read_text(encoding="utf-8")
    )
    node = count(101)
    menus = "".join(
        _menu(label, root, chrome[name], node) for name, (label, root) in _MENUS.items()
    )
    return (
        '<nav class="site-nav" role="navigation" aria-labelledby="block-mainnavigation-menu">'
        '<div class="wrap">\n<h2 class="visually-hidden" id="block-mainnavigation-menu">'
        f'Main navigation</h2>\n<ul class="menu">\n{menus}</ul>\n</div></nav>\n'
    )


def _menu(label: str, root: str, groups: dict[str, list[str]], node: Iterable[int]) -> str:
    entries = "".join(_group(root, heading, names, node) for heading, names in groups.items())
    return (
        '<li class="menu-item menu-item--expanded">'
        f'<a class="menu-label" href="{root}">{escape(label)}</a>\n'
        f'<ul class="submenu">\n{entries}</ul></li>\n'
    )


def _group(root: str, heading: str, names: list[str], node: Iterable[int]) -> str:
    base = f"{root}/{_slug(heading)}"
    links = "".join(
        '<li class="menu-item menu-item--level-3">'
        f'<a href="{base}/{_slug(name)}" class="menu-link menu-link--level-3"'
        f' data-drupal-link-system-path="node/{number}">{escape(name)}</a></li>\n'
        for name, number in zip(names, node, strict=False)
    )
    return (
        f'<li class="menu-item menu-item--level-2"><strong>{escape(heading)}</strong>\n'
        f"<ul>\n{links}</ul></li>\n"
    )


def _slug(name: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in name.lower().replace("&", " "))
    return quote("-".join(words.split()))


def _breadcrumb(trail: Sequence[str]) -> str:
    steps = "".join(f"<li>{escape(step)}</li>" for step in trail)
    return (
        '<nav class="breadcrumb" role="navigation" aria-labelledby="system-breadcrumb">\n'
        '<h2 id="system-breadcrumb" class="visually-hidden">Breadcrumb</h2>\n'
        f"<ol>{steps}</ol>\n</nav>\n"
    )


def _footer(latest: Iterable[PressRelease]) -> str:
    news = "\n".join(f"<li>{item.published:%b %d, %Y}: {link(item)}</li>" for item in latest)
    return (
        '<footer class="site-footer" role="contentinfo"><div class="wrap">\n'
        f'<div><h2>Latest News</h2>\n<ul class="latest-news">\n{news}\n</ul></div>\n'
        "<div><h2>Office</h2>\n<ul><li>600 17th Street NW</li>"
        "<li>Washington, DC 20508</li></ul></div>\n"
        "<div><h2>Policies</h2>\n<ul><li>Privacy</li><li>Accessibility</li>"
        "<li>Freedom of Information</li></ul></div>\n</div></footer>\n"
    )
