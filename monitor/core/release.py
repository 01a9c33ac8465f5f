"""From a page, or a saved text, to the release it is: title, date, address, and the body in blocks.

The date is the article's own or it is unknown: sidebars carry other releases' dates, and an
address's month is only a cross-check (`2018/february` was seen on a release of March 5).
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from monitor.core import soup
from monitor.core.addresses import (
    LISTING_PATHS,
    OFFICIAL_HOSTS,
    OFFICIAL_ORIGIN,
    canonical,
    dated,
    host_of,
    is_release,
    release_key,
)
from monitor.core.dates import lone_date
from monitor.core.listing import read_listing
from monitor.core.markup import refuse_walls
from monitor.core.soup import Block
from monitor.core.words import folded
from monitor.errors import AnotherPage, EmptyPage, ReadingError

_MARKER = re.compile(r"^(?:[•·▪◦‣*○●]|[-–—](?=\s|$)|\(?\d{1,2}[.)](?=\s|$))\s*")
_DATELINE = re.compile(
    r"^(?!U\.S\.)[A-Z][A-Z .,’'-]{2,40}(?:,?\s*D\.?C\.?)?\s*(?:\([^)]*\)\s*)?[–—-]\s*\S"
)
_SENTENCE_END = re.compile(r"[.!?:;”\"]$|^#+$")
_HEAD_LINES = 6  # a title of up to three lines, a date and a subhead
_TITLE_LENGTH = 300
_WRAPPED_WIDTH = 120  # no line of a hard-wrapped text is longer; a paragraph a line is, soon
_LISTING_LENGTH = 2  # releases in dated rows: an article without a landmark may link to one
_MONTHS_APART = (-1, 2)  # how far an article's date was seen from its address's month


@dataclass(frozen=True, slots=True)
class Page:
    """A release before anyone has asked what its paragraphs are for.

    `notes` say what was unclear on the way, each with the words of the page. `moved_to` is the
    address of another release, where the page declares that to be its own.
    """

    title: str | None
    published: date | None
    url: str | None
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    moved_to: str | None = None


def read_page(html: str, *, address: str | None = None, published: date | None = None) -> Page:
    """Read an HTML page.

    Args:
        html: the markup, decoded.
        address: where it was found, if that is known.
        published: its day, if somebody knows it better than the page.

    Raises:
        EmptyPage, BlockedPage, HalfLoaded: it is no page (see `markup.refuse_walls`).
        UnknownLayout: no article was found in it.
        AnotherPage: it is a listing.
    """
    refuse_walls(html)
    article = soup.article(html)
    if not article.marked and _is_listing(html):
        raise AnotherPage("the page is a listing of releases, not a release")
    days = [day for block in article.beside if (day := lone_date(block.text))]
    # A machine's date may be that of another zone: it counts where no date is written out.
    days = days or [day for time in article.times if (day := lone_date(time))]
    body = [_marked(block) for block in article.body]
    if body and not days and (first := lone_date(body[0].text)):  # the layout of 2019
        days, body = [first], body[1:]
    if not body:
        raise EmptyPage(
            "the page has an article with nothing in it", evidence={"title": article.title or ""}
        )
    url, moved_to = _url(article.canonical, address)
    day, notes = _published(days, url, published)
    notes += (f"the page calls itself {moved_to}",) if moved_to else ()
    return Page(article.title, day, url, tuple(body), notes, moved_to)


def read_text(text: str, *, address: str | None = None, published: date | None = None) -> Page:
    """Read a release saved as plain text, with or without its title and date.

    Raises:
        EmptyPage: there is nothing in it.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    title, days, rest = _head(lines)
    blocks = tuple(_text_blocks(rest))
    if not blocks:
        raise EmptyPage("the text is empty")
    url, _ = _url(None, address)
    day, notes = _published(days, url, published)
    return Page(title, day, url, blocks, notes)


def read_saved(text: str, *, address: str | None = None, published: date | None = None) -> Page:
    """Read a saved release in any form: a page, a text, or a JSON record of one.

    A JSON record is an object with the text under `excerpt`, `body` or `text`, and perhaps
    `title`, `url` and `date`.

    Raises:
        EmptyPage, BlockedPage, HalfLoaded, UnknownLayout: as for a page.
    """
    if text.lstrip()[:1] == "{" and (record := _record(text)):
        return _from_record(record, address, published)
    if re.search(r"<(?:!doctype|html|body|article|main|div|p|h1)\b", text[:5000], re.IGNORECASE):
        return read_page(text, address=address, published=published)
    return read_text(text, address=address, published=published)


def fingerprint(page: Page) -> str:
    """The hash of a release's meaningful text: title, day and body, without differences in space.

    Markup, navigation, bullets' signs and the spelling of the address are no part of it.
    """
    parts = [page.title or "", page.published.isoformat() if page.published else ""]
    parts += [without_marker(block.text) for block in page.blocks]
    return hashlib.sha256("\n".join(" ".join(part.split()) for part in parts).encode()).hexdigest()


def _is_listing(html: str) -> bool:
    try:
        listing = read_listing(html, OFFICIAL_ORIGIN + LISTING_PATHS[0])
    except ReadingError:
        return False
    return len(listing.releases) >= _LISTING_LENGTH


def _marked(block: Block) -> Block:
    """A block that is a bullet by its sign, where a page types it instead of making a list."""
    signed = _MARKER.match(block.text) is not None
    return Block(block.text, bullet=block.bullet or signed, heading=block.heading)


def without_marker(text: str) -> str:
    """A paragraph without its bullet's sign."""
    return _MARKER.sub("", text, count=1)


def _url(declared: str | None, address: str | None) -> tuple[str | None, str | None]:
    """A release's own address, and another release's that the page declares to be its own.

    The page that was asked for is the one that was read: what it declares (`link rel=canonical`)
    may say how its address is spelled, but sites have declared their home page, a number, or the
    listing for every page they have.
    """
    known = canonical(address) if address else None
    if not declared or host_of(declared) not in OFFICIAL_HOSTS or not is_release(declared):
        return known, None
    if known and release_key(known) != release_key(declared):
        return known, canonical(declared)
    return canonical(declared), None


def _published(
    days: list[date], url: str | None, given: date | None
) -> tuple[date | None, tuple[str, ...]]:
    found = sorted(set(days))
    if given:
        return given, ()
    if len(found) > 1:
        return None, (f"the page has several dates: {', '.join(map(str, found))}",)
    if not found:
        return None, ()
    where = dated(url) if url else None
    if where and where[1] is not None:
        apart = (found[0].year - where[0]) * 12 + found[0].month - where[1]
        if not _MONTHS_APART[0] <= apart <= _MONTHS_APART[1]:
            return None, (f"the page is dated {found[0]}, its address {where[0]}-{where[1]:02}",)
    return found[0], ()


def _record(text: str) -> dict[str, object] | None:
    try:
        record = json.loads(text)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _from_record(record: dict[str, object], address: str | None, published: date | None) -> Page:
    body = next((str(record[k]) for k in ("body", "excerpt", "text") if record.get(k)), "")
    page = read_text(
        body,
        address=address or (str(record["url"]) if record.get("url") else None),
        published=published or lone_date(str(record.get("date") or "")),
    )
    if not record.get("title"):
        return page
    title, blocks = str(record["title"]), page.blocks
    if page.title and folded(page.title) != folded(title):
        blocks = (Block(page.title), *blocks)  # a subhead: the title stands in the record
    return Page(title, page.published, page.url, blocks, page.notes)


def _head(lines: list[str]) -> tuple[str | None, list[date], list[str]]:
    """Take the title and the date off the top of a text; what follows is the body."""
    crumbs = [i for i, line in enumerate(lines[:40]) if line.lower() == "breadcrumb"]
    start = crumbs[-1] + 1 if crumbs else 0
    filled = [i for i in range(start, len(lines)) if lines[i]][:_HEAD_LINES]
    for place, index in enumerate(filled):
        day = lone_date(lines[index])
        if day:
            title = " ".join(lines[i] for i in filled[:place])
            return title or None, [day], lines[index + 1 :]
        if _MARKER.match(lines[index]) or _DATELINE.match(lines[index]):
            break
    if (
        len(filled) > 1
        and _is_title(lines[filled[0]])
        and (crumbs or _DATELINE.match(lines[filled[1]]))
    ):
        return lines[filled[0]], [], lines[filled[0] + 1 :]
    return None, [], lines[start:]


def _is_title(line: str) -> bool:
    return (
        len(line) < _TITLE_LENGTH
        and not _SENTENCE_END.search(line)
        and not _DATELINE.match(line)
        and not _MARKER.match(line)
    )


def _text_blocks(lines: list[str]) -> list[Block]:
    wrapped = _is_wrapped(lines)
    blocks: list[Block] = []
    fresh = True  # whether the next line opens a block of its own
    for line in lines:
        if not line:
            fresh = not (blocks and _MARKER.fullmatch(blocks[-1].text))
            continue
        bullet = bool(_MARKER.match(line)) and not (
            wrapped and not fresh and _goes_on(blocks[-1], line)
        )
        if blocks and not bullet and not _opens(line, blocks[-1], fresh=fresh, wrapped=wrapped):
            blocks[-1] = Block(f"{blocks[-1].text} {line}", bullet=blocks[-1].bullet)
        else:
            blocks.append(Block(line, bullet=bullet))
        fresh = False
    return blocks


def _goes_on(before: Block, line: str) -> bool:
    """Whether a broken line only looks like a bullet: "on June", "3. They"; "U.S.", "- Japan"."""
    ended = _SENTENCE_END.search(before.text) and not before.text.endswith("U.S.")
    return not before.bullet and not ended and re.match(r"\d|[-–]\s", line) is not None


def _opens(line: str, before: Block, *, fresh: bool, wrapped: bool) -> bool:
    if _MARKER.fullmatch(before.text):
        return False  # a bullet's sign alone on its line: its text follows
    if fresh or re.fullmatch(r"[#*\s]+", line):
        return True
    if wrapped:
        return False
    return bool(_SENTENCE_END.search(before.text)) or not line[:1].islower()


def _is_wrapped(lines: list[str]) -> bool:
    filled = [line for line in lines if line]
    if not filled or max(map(len, filled)) > _WRAPPED_WIDTH:
        return False
    joints = [
        (line, following)
        for line, following in pairwise(lines)
        if line and following and not _MARKER.match(following) and not _MARKER.fullmatch(line)
    ]
    broken = sum(1 for line, _ in joints if not _SENTENCE_END.search(line))
    # A line is full where the next one's first words, perhaps held together, had no room on it.
    width = max(map(len, filled))
    full = all(len(" ".join([line, *following.split()[:3]])) > width for line, following in joints)
    return broken * 3 >= len(filled) or (broken > 0 and full)


def same_body(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two bodies, as paragraphs, say the same but for bullets' signs and spacing."""
    return [folded(without_marker(p)) for p in one if p] == [
        folded(without_marker(p)) for p in other if p
    ]
