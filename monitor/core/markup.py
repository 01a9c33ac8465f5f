"""From the bytes of an answer to a page's markup, or to a plain word on why not.

Nothing is guessed: bytes that are not in the encoding they claim are refused rather than read as
something else, and a page that is empty, walled off or half there is never taken for the page.
"""

from __future__ import annotations

import codecs
import re
from itertools import chain

from monitor.core.walls import SHORT, wall_in
from monitor.errors import (
    BlockedPage,
    EmptyPage,
    HalfLoaded,
    NotHtml,
    Undecodable,
    UnknownLayout,
)

_READABLE = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
_FEEDS = frozenset({"application/rss+xml", "application/xml", "text/xml", "application/atom+xml"})
# A browser reads these labels as windows-1252 (WHATWG Encoding Standard, section 4.2).
_AS_WINDOWS_1252 = frozenset({"iso8859-1", "latin-1", "ascii", "us-ascii", "iso-8859-1"})
_META_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META_WINDOW = 4096  # bytes in which a page must declare itself, four times the standard's 1,024

# What is opened and never closed goes on to the end: to look for its end from every "<" anew would
# take hours for a page of a few MB.
_TAGS = re.compile(
    r"<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^>]*(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
# The site's pages have some 5,000; what has many more is no page of theirs, and to look into every
# corner of it would keep us busy for hours.
_MOST_TAGS = 20_000
_VISIBLE = re.compile(r"\S+")
_OPENED = re.compile(r"<html[\s>]", re.IGNORECASE)
_CLOSED = re.compile(r"</html\s*>", re.IGNORECASE)
_TAIL = 1_000  # characters at the end of a page, where its last tag stands if it has one
_TITLE = re.compile(r"<title\b[^<>]*>(.{0,1000}?)(?:</title|\Z)", re.IGNORECASE | re.DOTALL)


def decode(body: bytes, content_type: str | None, *, feed: bool = False) -> str:
    """The text of an answer's body.

    Args:
        body: the bytes, unpacked.
        content_type: the header's value, if there was one.
        feed: accept the media types of feeds instead of those of pages.

    Raises:
        EmptyPage: there is nothing but white space.
        NotHtml: the media type, or the bytes themselves, are not those of a page.
        Undecodable: the bytes are not in the encoding that they claim.
    """
    if not body.strip():
        raise EmptyPage("the page is empty", evidence={"bytes": str(len(body))})
    media_type, charset = _declared(content_type)
    if media_type and media_type not in (_FEEDS if feed else _READABLE):
        raise NotHtml(
            f"the page is of type {media_type}, not HTML", evidence={"content-type": media_type}
        )
    encoding = _encoding(body, charset)
    try:
        text = body.decode(encoding)
    except (UnicodeError, LookupError) as fault:
        raise Undecodable(
            f"the page is not in {encoding}, its declared or else the usual encoding: {fault}",
            evidence={"encoding": encoding, "start": repr(body[:80])},
            todo="a text of your own: save it as UTF-8",
        ) from fault
    if not encoding.startswith("utf") and _is_utf8(body):
        raise Undecodable(
            f"the page says that it is in {encoding}, but it is in UTF-8",
            evidence={"encoding": encoding, "start": repr(body[:80])},
        )
    if "\0" in text:
        raise NotHtml(
            "the page holds bytes that no text holds", evidence={"start": repr(body[:80])}
        )
    return text.removeprefix("\ufeff")


def refuse_walls(html: str) -> None:
    """Refuse a page that is empty to the eye, half there, or a wall that answers 200.

    Raises:
        EmptyPage: no visible text.
        HalfLoaded: the document starts and never ends.
        BlockedPage: it has the marks of a wall (see `walls.wall_in`).
        UnknownLayout: markup without measure.
    """
    if (tags := html.count("<")) > _MOST_TAGS:
        raise UnknownLayout(
            f"the page has {tags} tags, and no page of the site comes near",
            evidence={"start": html[:300]},
        )
    visible = _first_words(html)
    found = _TITLE.search(html)
    title = " ".join(found[1].split()) if found else ""
    if not visible:
        raise EmptyPage("the page has no text", evidence={"markup": html[:300]})
    if wall := wall_in(title, visible, html):
        raise BlockedPage(
            f"a wall{wall.owner} stands before the page: “{title or wall.mark}”",
            evidence={"network": wall.network or "not known", "text": visible[:300]},
            todo="open it in a browser; if it stays, write to the site's webmaster",
        )
    if _OPENED.search(html) and not ("</html>" in html[-_TAIL:] or _CLOSED.search(html)):
        raise HalfLoaded("the page breaks off before its end", evidence={"end": html[-200:]})


def _first_words(html: str) -> str:
    """The beginning of a page's visible text, a wall's length of it or all if that is less."""
    words: list[str] = []
    length = start = 0
    for tag in chain(_TAGS.finditer(html), (None,)):
        end, after = tag.span() if tag else (len(html), 0)
        if start < end:
            for word in _VISIBLE.finditer(html, start, end):
                words.append(word[0][:SHORT])
                length += len(words[-1]) + 1
                if length > SHORT:
                    return " ".join(words)
        start = after
    return " ".join(words)


def _is_utf8(body: bytes) -> bool:
    """Whether bytes are UTF-8 and could not well be anything else (RFC 3629, section 1).

    Any bytes at all are some windows-1252: dashes and quotes would be read as "â€“" in silence.
    """
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not body.isascii()


def _declared(content_type: str | None) -> tuple[str | None, str | None]:
    if not content_type:
        return None, None
    media_type, _, rest = content_type.partition(";")
    charset = re.search(r"charset=\s*[\"']?([\w.:-]+)", rest, re.IGNORECASE)
    return media_type.strip().lower(), charset[1] if charset else None


def _encoding(body: bytes, declared: str | None) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return encoding
    if declared is None:
        meta = _META_CHARSET.search(body[:_META_WINDOW])
        declared = meta[1].decode("ascii", "replace") if meta else "utf-8"
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return declared
    return "windows-1252" if name in _AS_WINDOWS_1252 else name
