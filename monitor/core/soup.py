"""The only home of Beautiful Soup and lxml: from markup to plain values, by landmarks.

A page is nearly all navigation, so the article is cut out first and only that is parsed; where no
landmark is found, the whole page is. An article is read from lxml's own tree, which Beautiful Soup
would copy at ten times the cost (docs/benchmarks.md); the links of a listing by Beautiful Soup.
Landmarks are strict: none, or two of a kind that may stand only once, is an error and not a guess.
The layouts known are listed in `CONTRIBUTING.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import NamedTuple, cast

from bs4 import BeautifulSoup
from bs4.element import Tag
from lxml import etree
from lxml.etree import _Element

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
_FURNITURE = frozenset("nav aside footer form".split())
_BODY = "field--name-body"  # since 2021
_NAMED_AS_BODY = etree.XPath(f"descendant-or-self::*[contains(@class, '{_BODY}')]")
_BODY_2019 = frozenset({"field-item", "even"})
_MOST_TITLES = 10  # two that differ are one too many already
_ARTICLE_START = re.compile(r"<(main|article)\b[^<>]*>", re.IGNORECASE)
# A real release has less than 100,000 characters, some hundred paragraphs, and 20 levels.
LONGEST_BODY = 300_000
"""Characters of a body; what has more is no release."""
MOST_BLOCKS = 5_000
"""Paragraphs of a body; what has more is no release."""
_FRAMES = frozenset({"nav", "aside", "footer", "header"})
_LISTS = frozenset({"listing", "view-content"})
_DEEPEST = 256  # levels of elements
_LONGEST_TAG = 1_000_000  # characters; a picture inside an attribute is less
_LONGEST_CLASS = 1_000  # characters of an element's names that are looked at

_LINK = re.compile(r"<link\b([^<>]*)>", re.IGNORECASE)
_CANONICAL = re.compile(r"\brel=[\"']?canonical\b", re.IGNORECASE)
_HREF = re.compile(r"\bhref=[\"']?([^\"'\s>]+)", re.IGNORECASE)
_META = re.compile(r"<meta\b([^<>]*)>", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent=(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_HEAD_TITLE = re.compile(r"<title\b[^<>]*>([^<]*)<", re.IGNORECASE)
_LONGEST_TITLE = 1_000
_SITE = re.compile(r"\s*[|–—-]\s*(?:Office of the )?United States Trade Representative\s*$")
_LINKED_DATA = re.compile(r"<script\b[^<>]*\bapplication/ld\+json\b[^<>]*>([^<]*)<", re.IGNORECASE)
_PUBLISHED = re.compile(r"\"datePublished\"\s*:\s*\"([^\"]{1,40})\"")
# Numbers that stand for letters of Windows-1252, as browsers read them (WHATWG HTML, 13.2.5.80).
_WINDOWS_1252 = {
    number: letter
    for number in range(0x80, 0xA0)
    if (letter := bytes([number]).decode("windows-1252", "ignore"))
}


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
        UnknownLayout: no known landmark of an article, two bodies in one, or nesting, text or
            blocks without measure.
    """
    root = _main(html)
    inside = _title(root)
    title = inside if inside is not None else _title(_without_chrome(_tree(html)))
    body, words = _body(root), _spoken(title)
    times = tuple(str(t.get("datetime")) for t in root.iter("time") if _is_own_time(t, root))
    if body is None and title is None:
        headings = ", ".join(_spoken(heading) or "" for heading in root.iter("h1", "h2"))
        raise UnknownLayout(
            "no article was found on the page: neither a title nor a body in any known layout",
            evidence={"headings": headings[:_LONGEST_TITLE]},
        )
    if body is None:
        whole = tuple(blocks(root, without=inside))
        return Article(words, (), whole, times, _declared_address(html), marked=False)
    beside = tuple(block for block in blocks(root, without=body) if block.text != words)
    return Article(words, beside, tuple(blocks(body)), times, _declared_address(html), marked=True)


def head_title(html: str) -> str | None:
    """The title that a page's head gives it: `og:title`, else `<title>` without the site's name."""
    named = _meta(html, "og:title")
    if named is None and (match := _HEAD_TITLE.search(html)):
        named = match[1]
    bare = _SITE.sub("", _squeeze(unescape((named or "")[:_LONGEST_TITLE])))
    return bare or None


def head_days(html: str) -> tuple[str, ...]:
    """What a page tells machines of its day: `article:published_time`, JSON-LD's `datePublished`.

    Sources: the Open Graph protocol (https://ogp.me/#type_article), https://schema.org/Article.
    """
    named = _meta(html, "article:published_time")
    linked = [
        day[1] for data in _LINKED_DATA.finditer(html) for day in _PUBLISHED.finditer(data[1])
    ]
    return tuple(dict.fromkeys([*([named] if named else []), *linked]))


def links(html: str) -> Iterator[Link]:
    """All links of a page, in its order."""
    soup = _parse(html)
    holders: dict[int, tuple[str, tuple[str, ...]]] = {}  # one list item may hold all the links
    surroundings: dict[int, _Surroundings] = {}
    for anchor in _elements(soup, "a", "href"):
        holder = _holder(anchor)
        if id(holder) not in holders:
            times = tuple(str(t["datetime"]) for t in _elements(holder, "time", "datetime"))
            holders[id(holder)] = (_squeeze(holder.get_text(" ")), times)
        around, times = holders[id(holder)]
        placed = _surroundings(anchor, surroundings)
        yield Link(
            href=str(anchor["href"]).strip(),
            text=_squeeze(anchor.get_text()),
            around=around,
            times=times,
            rel=tuple(str(word) for word in anchor.get_attribute_list("rel") if word),
            chrome=placed.chrome,
            listed=placed.listed,
        )


def feed_items(xml: str) -> Iterator[tuple[str, str, str]]:
    """Title, link and date of each entry of an RSS feed; entities are never resolved."""
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


def blocks(root: _Element, *, without: _Element | None = None) -> Iterator[Block]:
    """The visible text below an element, cut where a reader sees a new line.

    Every visible character that is not white space stands in exactly one block.

    Raises:
        UnknownLayout: more text or more blocks than any release has.
    """
    return iter(_Cutter(without).cut(root))


class _Cutter:
    """Walks an element and cuts its text at every block and line break."""

    def __init__(self, without: _Element | None) -> None:
        self._without = without
        self._words: list[str] = []
        self._found: list[Block] = []
        self._bullet = self._heading = False
        self._length = 0

    def cut(self, root: _Element) -> list[Block]:
        self._walk(root)
        self._end_block()
        return self._found

    def _walk(self, node: _Element) -> None:
        if node.text:
            self._words.append(node.text)
        for child in node:
            self._element(child)
            if child.tail:
                self._words.append(child.tail)

    def _element(self, child: _Element) -> None:
        name = child.tag
        if child is self._without or name in _UNSEEN:
            return
        if name == "br":
            self._end_block()
        elif name not in _BLOCKS:
            self._walk(child)
        else:
            self._end_block()
            self._bullet = name == "li" or (self._bullet and name == "p")
            self._heading = name in _HEADINGS
            self._walk(child)
            self._end_block()
            self._bullet = self._heading = False

    def _end_block(self) -> None:
        text = _squeeze("".join(self._words))
        self._words.clear()
        if text:
            self._found.append(Block(text, bullet=self._bullet, heading=self._heading))
            self._bullet = False
            self._length += len(text)
            refuse_excess(self._length, len(self._found))


def refuse_excess(characters: int, paragraphs: int) -> None:
    """Refuse what is too long to be a release.

    Raises:
        UnknownLayout: more than `LONGEST_BODY` characters or `MOST_BLOCKS` paragraphs.
    """
    if characters > LONGEST_BODY or paragraphs > MOST_BLOCKS:
        raise UnknownLayout(
            f"{characters} characters in {paragraphs} paragraphs were read and more follow: no "
            f"release has over {LONGEST_BODY} or {MOST_BLOCKS}"
        )


def _parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def _tree(html: str) -> _Element:
    """The tree of a page or a piece of one, without comments.

    Raises:
        UnknownLayout: there is nothing in it, or its elements are nested without measure.
    """
    if len(html) > _LONGEST_TAG and any(map(_is_endless, html.split("<"))):
        raise UnknownLayout(f"the page has a tag of more than {_LONGEST_TAG} characters")
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    # Half a pair of surrogates is no character, and could not be written to any file.
    root: _Element | None = etree.fromstring(html.encode("utf-8", "replace"), parser)
    if root is None:
        raise UnknownLayout("the page has no element at all", evidence={"start": html[:300]})
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise UnknownLayout(f"the page's elements are nested more than {_DEEPEST} deep")
        level = [child for element in level for child in element]
    return root


def _is_endless(tag: str) -> bool:
    """Whether what stands behind a "<" goes on without its ">" far longer than any tag."""
    return len(tag) > _LONGEST_TAG and ">" not in tag[:_LONGEST_TAG]


def _main(html: str) -> _Element:
    """The first main or article, to its last end tag; else the whole page without its chrome."""
    found = _ARTICLE_START.search(html)
    if found:
        name = found[1].lower()
        end = max(html.rfind(f"</{name}>"), html.rfind(f"</{name.upper()}>"))
        if end > found.start():
            piece = _tree(html[found.start() : end + len(name) + 3])
            element = piece.find(f".//{name}")
            if element is not None:
                return _without_chrome(element)
    return _without_chrome(_tree(html))


def _without_chrome(root: _Element) -> _Element:
    """Take the furniture off an element, but none that holds the article or stands in it."""
    holders: set[_Element] = set()
    for element in root.iter("h1"):
        holders.update(_up_to(element, holders))
    for element in cast("list[_Element]", _NAMED_AS_BODY(root)):
        if _BODY in _classes(element):
            holders.update(_up_to(element, holders))
    for element in list(root.iter()):
        # The title itself may be called "page-header", as in Drupal's Bootstrap theme.
        if element is root or element in holders or not _is_furniture(element):
            continue
        if not any(_is_body(parent) for parent in element.iterancestors()):
            _drop(element)
    return root


def _up_to(element: _Element, known: set[_Element]) -> Iterator[_Element]:
    """An element and all around it, up to the first that is known."""
    inner: _Element | None = element
    while inner is not None and inner not in known:
        yield inner
        inner = inner.getparent()


def _is_furniture(element: _Element) -> bool:
    return element.tag in _FURNITURE or _are_chrome((element.get("class") or "")[:_LONGEST_CLASS])


@lru_cache(maxsize=4096)  # a page has a thousand elements, and the site some hundred classes
def _are_chrome(classes: str) -> bool:
    """Whether a class attribute names chrome."""
    return any(map(_is_chrome, classes.split()))


def _is_body(element: _Element) -> bool:
    """Whether an element is the body of an article, where nothing is furniture."""
    names = _classes(element)
    return _BODY in names or "field-item" in names


def _drop(element: _Element) -> None:
    """Make an element one that nobody sees; the text behind it stays.

    It cannot be taken out: lxml would have to join the texts around it, and refuses to write some
    of the characters that it reads.
    """
    del element[:]
    element.attrib.clear()
    element.text = None
    element.tag = "template"


def _classes(element: _Element) -> list[str]:
    return (element.get("class") or "")[:_LONGEST_CLASS].split()


def _is_chrome(name: str) -> bool:
    return _CHROME.fullmatch(name) is not None


def _title(root: _Element) -> _Element | None:
    titles = [h for h in root.iter("h1") if _spoken(h)][:_MOST_TITLES]
    if len(titles) > 1:
        titles = [h for h in titles if "pageTitle" in _classes(h)] or titles
    if len({_spoken(h) for h in titles}) > 1:
        raise UnknownLayout(
            "the page has two different titles",
            evidence={"titles": " | ".join(_spoken(h) or "" for h in titles)},
        )
    return titles[0] if titles else None


def _body(root: _Element) -> _Element | None:
    since_2021 = [e for e in root.iter() if _BODY in _classes(e) and not _is_within(e, _BODY)]
    found = since_2021 or [
        e
        for e in root.iter("div")
        if _classes(e) and _BODY_2019.issubset(_classes(e)) and not _is_within(e, _BODY)
    ]
    within = [e for e in found if _is_within(e, "field-name-body")]
    found = found if since_2021 else within or found
    if len(found) > 1:
        raise UnknownLayout(f"the page has {len(found)} bodies ({found[0].get('class')})")
    return found[0] if found else None


def _is_within(element: _Element, name: str) -> bool:
    return any(name in _classes(parent) for parent in element.iterancestors())


def _is_own_time(time: _Element, root: _Element) -> bool:
    """Whether a time is the article's, and not that of a release beside it."""
    if not time.get("datetime"):
        return False
    for parent in time.iterancestors():
        if parent is root or parent.tag in {"main", "body"}:
            return True
        if parent.tag in {"nav", "aside", "footer", "header"} or _is_furniture(parent):
            return False
    return True


def _spoken(element: _Element | None) -> str | None:
    """All visible text of an element in one line."""
    return " ".join(b.text for b in blocks(element)) if element is not None else None


def _declared_address(html: str) -> str | None:
    """What a page says is its address (`link rel=canonical`, RFC 6596)."""
    for link in _LINK.finditer(html):
        if _CANONICAL.search(link[1]):
            href = _HREF.search(link[1])
            return href[1] if href else None
    return None


def _meta(html: str, name: str) -> str | None:
    for meta in _META.finditer(html):
        if name in meta[1]:
            content = _CONTENT.search(meta[1])
            return (content[1] or content[2]) if content else None
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


def _elements(within: Tag, name: str, attribute: str) -> Iterator[Tag]:
    """The elements of a name that have an attribute, in order.

    bs4's own search makes its rules anew each time, which for a list of a year costs more than
    parsing it.
    """
    for tag in within.descendants:
        if isinstance(tag, Tag) and tag.name == name and tag.get(attribute) is not None:
            yield tag


class _Surroundings(NamedTuple):
    """Whether what an element holds is chrome, and whether it is a known list of releases."""

    chrome: bool
    listed: bool


def _surroundings(anchor: Tag, known: dict[int, _Surroundings]) -> _Surroundings:
    """What a link is part of; `known` remembers it for the links that share an element."""
    found = _Surroundings(chrome=False, listed=False)
    unknown: list[Tag] = []
    for parent in anchor.parents:
        if id(parent) in known:
            found = known[id(parent)]
            break
        unknown.append(parent)
    for tag in reversed(unknown):
        classes = [str(name) for name in tag.get_attribute_list("class") if name]
        is_chrome = tag.name in _FRAMES or _are_chrome(" ".join(classes))
        found = _Surroundings(
            chrome=tag.name not in {"main", "body"} and (found.chrome or is_chrome),
            listed=found.listed or (tag.name in {"ul", "div"} and not _LISTS.isdisjoint(classes)),
        )
        known[id(tag)] = found
    return found


def _squeeze(text: str) -> str:
    if not text.isascii():
        text = text.translate(_WINDOWS_1252)
    return " ".join(text.split())
