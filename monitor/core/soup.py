"""The only home of Beautiful Soup: from markup to plain values, by landmarks.

A page is nearly all navigation, so the article is cut out first and only that is parsed; where no
landmark is found, the whole page is. Landmarks are strict: none, or two of a kind that may stand
only once, is an error and not a guess. The layouts known are listed in `CONTRIBUTING.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from monitor.errors import UnknownLayout

_BLOCKS = frozenset(
    "address article aside blockquote dd div dl dt fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_UNSEEN = frozenset("script style noscript template svg head iframe".split())
# Class names of what stands around an article, as whole names: "menu-item" and "layout-one-sidebar"
# are none of them.
_CHROME = re.compile(
    r"(?:site|page|main|region|block|usa|global)?[-_]*"
    r"(?:nav|navbar|navigation|menu|sidebar|footer|breadcrumbs?|header|related|banner|notice)"
    r"(?:[-_]*(?:first|second|left|right|region|wrapper|block))?",
    re.IGNORECASE,
)
_BODIES = (".field--name-body", ".field-name-body div.field-item.even", "div.field-item.even")
_MOST_TITLES = 10  # two that differ are one too many already
_ARTICLE_START = re.compile(r"<(main|article)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a page: its text, and whether it stands there as a bullet or a heading."""

    text: str
    bullet: bool = False
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """An article cut out of a page: its title, the blocks beside its body, and its body.

    `marked` says that the body had a landmark of its own; else it is all that the page has.
    """

    title: str | None
    beside: tuple[Block, ...]
    body: tuple[Block, ...]
    times: tuple[str, ...]
    canonical: str | None
    marked: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A link with the text of the smallest list item, row or block that holds it."""

    href: str
    text: str
    around: str
    times: tuple[str, ...]
    rel: tuple[str, ...]
    chrome: bool
    listed: bool


def article(html: str) -> Article:
    """Cut the article out of a page.

    Raises:
        UnknownLayout: no known landmark of an article, or two bodies in one.
    """
    canonical = re.search(r"<link\b[^<>]*\brel=[\"']?canonical[\"']?[^<>]*>", html, re.IGNORECASE)
    href = re.search(r"href=[\"']?([^\"'\s>]+)", canonical[0]) if canonical else None
    root = _main(html)
    title = _title(root) or _title(_without_chrome(_parse(html)))
    body = _body(root)
    times = tuple(
        str(found["datetime"])
        for found in root.select("time[datetime]")
        if not _inside_chrome(found, root)
    )
    if body is None and title is None:
        raise UnknownLayout(
            "no article was found on the page: neither a title nor a body in any known layout",
            evidence={
                "headings": ", ".join(h.get_text(" ", strip=True) for h in root.select("h1,h2"))
            },
        )
    if body is None:
        whole = tuple(blocks(root, without=_title(root)))
        return Article(_text(title), (), whole, times, href[1] if href else None, marked=False)
    beside = tuple(block for block in blocks(root, without=body) if block.text != _text(title))
    address = href[1] if href else None
    return Article(_text(title), beside, tuple(blocks(body)), times, address, marked=True)


def links(html: str) -> Iterator[Link]:
    """All links of a page, in its order."""
    soup = _parse(html)
    holders: dict[int, tuple[str, tuple[str, ...]]] = {}  # one list item may hold all the links
    for anchor in soup.select("a[href]"):
        holder = _holder(anchor)
        if id(holder) not in holders:
            times = tuple(str(t["datetime"]) for t in holder.select("time[datetime]"))
            holders[id(holder)] = (_squeeze(holder.get_text(" ")), times)
        around, times = holders[id(holder)]
        yield Link(
            href=str(anchor["href"]).strip(),
            text=_squeeze(anchor.get_text()),
            around=around,
            times=times,
            rel=tuple(str(word) for word in anchor.get_attribute_list("rel") if word),
            chrome=_inside_chrome(anchor, soup),
            listed=anchor.find_parent(["ul", "div"], class_=["listing", "view-content"])
            is not None,
        )


def feed_items(xml: str) -> Iterator[tuple[str, str, str]]:
    """Title, link and date of each entry of an RSS feed; entities are never resolved."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=False)
    try:
        root = etree.fromstring(xml.encode(), parser)
    except etree.XMLSyntaxError as fault:
        raise UnknownLayout(
            f"the feed is not XML: {fault}", evidence={"start": xml[:200]}
        ) from fault
    for item in root.iter("item"):
        yield (
            _squeeze(item.findtext("title") or ""),
            (item.findtext("link") or "").strip(),
            (item.findtext("pubDate") or "").strip(),
        )


def blocks(root: Tag, *, without: Tag | None = None) -> Iterator[Block]:
    """The visible text below an element, cut where a reader sees a new line.

    Every visible character that is not white space stands in exactly one block.
    """
    return iter(_Cutter(without).cut(root))


class _Cutter:
    """Walks an element and cuts its text at every block and line break."""

    def __init__(self, without: Tag | None) -> None:
        self._without = without
        self._words: list[str] = []
        self._found: list[Block] = []
        self._bullet = self._heading = False

    def cut(self, root: Tag) -> list[Block]:
        self._walk(root)
        self._end_block()
        return self._found

    def _walk(self, node: Tag) -> None:
        for child in node.children:
            if isinstance(child, Tag):
                self._element(child)
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                self._words.append(str(child))

    def _element(self, child: Tag) -> None:
        if child is self._without or child.name in _UNSEEN:
            return
        if child.name == "br":
            self._end_block()
        elif child.name not in _BLOCKS:
            self._walk(child)
        else:
            self._end_block()
            self._bullet = child.name == "li" or (self._bullet and child.name == "p")
            self._heading = child.name in _HEADINGS
            self._walk(child)
            self._end_block()
            self._bullet = self._heading = False

    def _end_block(self) -> None:
        text = _squeeze("".join(self._words))
        self._words.clear()
        if text:
            self._found.append(Block(text, bullet=self._bullet, heading=self._heading))
            self._bullet = False


def _parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def _main(html: str) -> Tag:
    """The first main or article, to its last end tag; else the whole page without its chrome."""
    found = list(_ARTICLE_START.finditer(html))
    if found:
        start = found[0].start()
        name = found[0][1].lower()
        end = html.lower().rfind(f"</{name}>")
        if end > start:
            piece = _parse(html[start : end + len(name) + 3])
            element = piece.find(name)
            if isinstance(element, Tag):
                return _without_chrome(element)
    return _without_chrome(_parse(html))


def _without_chrome(root: Tag) -> Tag:
    for part in root.select("nav, aside, footer, form") + root.find_all(class_=_is_chrome):
        # The title itself may be called "page-header", as in Drupal's Bootstrap theme.
        holds = part.name == "h1" or part.select_one("h1, .field--name-body")
        if not part.decomposed and not holds and not _inside_body(part):
            part.decompose()
    return root


def _is_chrome(name: str | None) -> bool:
    return name is not None and _CHROME.fullmatch(name) is not None


def _inside_body(part: Tag) -> bool:
    """Whether an element stands in the body of an article, where nothing is furniture."""
    bodies = ("field--name-body", "field-item")
    return any(
        name in bodies
        for parent in part.parents
        if isinstance(parent, Tag)
        for name in parent.get_attribute_list("class")
    )


def _title(root: Tag) -> Tag | None:
    titles = [h for h in root.select("h1", limit=_MOST_TITLES) if _squeeze(h.get_text(" "))]
    if len(titles) > 1:
        titles = [h for h in titles if "pageTitle" in h.get_attribute_list("class")] or titles
    if len(titles) > 1 and len({_squeeze(h.get_text(" ")) for h in titles}) > 1:
        raise UnknownLayout(
            "the page has two different titles",
            evidence={"titles": " | ".join(_squeeze(h.get_text(" ")) for h in titles)},
        )
    return titles[0] if titles else None


def _body(root: Tag) -> Tag | None:
    for landmark in _BODIES:
        found = [
            tag for tag in root.select(landmark) if not tag.find_parent(class_="field--name-body")
        ]
        if len(found) > 1:
            raise UnknownLayout(f"the page has {len(found)} bodies ({landmark})")
        if found:
            return found[0]
    return None


def _holder(anchor: Tag) -> Tag:
    """The list item or row around a link, or else the widest block that holds no other link."""
    holder: Tag = anchor
    for parent in anchor.parents:
        if not isinstance(parent, Tag) or parent.name in {"body", "html", "[document]", "main"}:
            break
        if parent.name in {"li", "tr", "article"} or "views-row" in parent.get_attribute_list(
            "class"
        ):
            return parent
        if _holds_another(parent, anchor):
            break
        holder = parent
    return holder


def _holds_another(parent: Tag, anchor: Tag) -> bool:
    """Whether an element holds a link to somewhere else; looks no further than the first."""
    return any(
        isinstance(tag, Tag) and tag.name == "a" and tag.get("href") not in {None, anchor["href"]}
        for tag in parent.descendants
    )


def _inside_chrome(tag: Tag, root: Tag) -> bool:
    for parent in tag.parents:
        if parent is root or not isinstance(parent, Tag) or parent.name in {"main", "body"}:
            return False
        if parent.name in {"nav", "aside", "footer", "header"}:
            return True
        if any(_is_chrome(str(name)) for name in parent.get_attribute_list("class") if name):
            return True
    return False


def _text(tag: Tag | None) -> str | None:
    return _squeeze(tag.get_text()) if tag is not None else None


def _squeeze(text: str) -> str:
    return " ".join(text.split())
