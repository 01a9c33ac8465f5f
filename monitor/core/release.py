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

_MARKER = re.compile(r"^(?:[•·▪◦‣○●]|\*(?!\*)|[-–—](?=\s|$)|\(?\d{1,2}[.)](?=\s|$))\s*")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
# What the site sets above archived pages; none of it is the release's.
_BANNER = re.compile(
    r"(?:ARCHIVED?(?: (?:CONTENT|PAGE))?$|Content on this archived web ?page is NOT UPDATED\b|"
    r"Click here to go to the CURRENT USTR\.GOV\b)",
    re.IGNORECASE,
)
# Lines of the site's own navigation, as a browser copies them from above a title.
_NAVIGATION = frozenset(
    "skip to main content|an official website of the united states government|menu|search|home|"
    "about|about us|policy offices|press office|press releases|fact sheets|"
    "speeches and remarks|blog|office of the united states trade representative|"
    "united states trade representative|issue areas|countries & regions|trade agreements".split("|")
)
_DATELINE = re.compile(
    r"^(?!U\.S\.)[A-Z][A-Z .,’'-]{2,40}(?:,?\s*D\.?C\.?)?\s*(?:\([^)]*\)\s*)?[–—-]\s*\S"
)
_SENTENCE_END = re.compile(r"[.!?:;”\"]$|^#+$")
_END_LENGTH = 40  # characters in which an end is seen, a mark such as "###" whole
_HEAD_LINES = 6  # a title of up to three lines, a date and a subhead
_HASHES = re.compile(r"^#{1,6}\s+(?=\S)")  # a heading in Markdown
_NAVIGATION_LINES = 80
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
    for said in (article.times, soup.head_days(html)):
        days = days or [day for time in said if (day := lone_date(time))]
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
    notes += _banner_notes([block.text for block in article.beside])
    title = article.title or soup.head_title(html)
    if title and not article.title:
        notes += (f"the page has no heading; its head calls it “{title}”",)
    return Page(title, day, url, tuple(body), notes, moved_to)


def read_text(text: str, *, address: str | None = None, published: date | None = None) -> Page:
    """Read a release saved as plain text, with or without its title and date.

    Raises:
        EmptyPage: there is nothing in it.
        UnknownLayout: it is longer than any release.
    """
    soup.refuse_excess(len(text), 0)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    banner, lines = _without_banner(lines)
    title, days, rest = _head(lines)
    blocks = tuple(_text_blocks(rest))
    soup.refuse_excess(0, len(blocks))
    if not blocks:
        raise EmptyPage("the text is empty")
    url, _ = _url(None, address)
    day, notes = _published(days, url, published)
    return Page(title, day, url, blocks, (*notes, *_banner_notes(banner)))


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
    """A paragraph without its bullet's sign, and without the stars of Markdown's bold words."""
    return _MARKER.sub("", _BOLD.sub(r"\1", text), count=1)


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
    except (ValueError, RecursionError):  # no JSON, or brackets without end
        return None
    return record if isinstance(record, dict) else None


def _from_record(record: dict[str, object], address: str | None, published: date | None) -> Page:
    page = read_text(
        next(filter(None, (_word(record, key) for key in ("body", "excerpt", "text"))), ""),
        address=address or _word(record, "url") or None,
        published=published or lone_date(_word(record, "date")),
    )
    title, blocks = _word(record, "title"), page.blocks
    if not title:
        return page
    if page.title and folded(page.title) != folded(title):
        blocks = (Block(page.title), *blocks)  # a subhead: the title stands in the record
    return Page(title, page.published, page.url, blocks, page.notes)


def _word(record: dict[str, object], key: str) -> str:
    """A field of a record; empty where it holds no text."""
    value = record.get(key)
    return value if isinstance(value, str) else ""


def _without_banner(lines: list[str]) -> tuple[list[str], list[str]]:
    """A banner at the top of a text, and the lines without it."""
    filled = [i for i, line in enumerate(lines) if line][:_HEAD_LINES]
    found = [i for i in filled if _BANNER.match(lines[i])]
    if not found:
        return [], lines
    kept = [line for i, line in enumerate(lines) if i not in found]
    return [lines[i] for i in found], kept


def _banner_notes(lines: list[str]) -> tuple[str, ...]:
    words = " ".join(line for line in lines if _BANNER.match(line))
    return (f"the page bears a banner: “{words}”",) if words else ()


def _head(lines: list[str]) -> tuple[str | None, list[date], list[str]]:
    """Take the title and the date off the top of a text; what follows is the body."""
    crumbs = [i for i, line in enumerate(lines[:40]) if line.lower() == "breadcrumb"]
    start = crumbs[-1] + 1 if crumbs else _behind_navigation(lines)
    filled = [i for i in range(start, len(lines)) if lines[i]][:_HEAD_LINES]
    for place, index in enumerate(filled):
        day = lone_date(lines[index])
        if day:
            title = _HASHES.sub("", " ".join(lines[i] for i in filled[:place]))
            return title or None, [day], lines[index + 1 :]
        if _MARKER.match(lines[index]) or _DATELINE.match(lines[index]):
            break
    if (
        len(filled) > 1
        and _is_title(lines[filled[0]])
        and (crumbs or _HASHES.match(lines[filled[0]]) or _DATELINE.match(lines[filled[1]]))
    ):
        return _HASHES.sub("", lines[filled[0]]), [], lines[filled[0] + 1 :]
    return None, [], lines[start:]


def _behind_navigation(lines: list[str]) -> int:
    """Where a text goes on behind the site's navigation; at its start if it begins otherwise."""
    start = 0
    for index, line in enumerate(lines[:_NAVIGATION_LINES]):
        if line.lower().strip("›»>/ ") in _NAVIGATION:
            start = index + 1
        elif line:
            break
    return start


def _is_title(line: str) -> bool:
    return (
        len(line) < _TITLE_LENGTH
        and not _SENTENCE_END.search(line)
        and not _DATELINE.match(line)
        and not _MARKER.match(line)
    )


def _text_blocks(lines: list[str]) -> list[Block]:
    wrapped = _is_wrapped(lines)
    found: list[tuple[bool, list[str]]] = []  # whether it is a bullet, and its lines
    fresh = True  # whether the next line opens a block of its own
    for line in lines:
        if not line:
            fresh = not (found and _is_lone_sign(found[-1][1]))
            continue
        bullet = bool(_MARKER.match(line)) and not (
            wrapped and not fresh and _goes_on(*found[-1], line)
        )
        if found and not bullet and not _opens(line, found[-1][1], fresh=fresh, wrapped=wrapped):
            found[-1][1].append(line)
        else:
            found.append((bullet, [line]))
        fresh = False
    return [Block(" ".join(words), bullet=bullet) for bullet, words in found]


def _goes_on(bullet: bool, before: list[str], line: str) -> bool:
    """Whether a broken line only looks like a bullet: "on June", "3. They"; "U.S.", "- Japan"."""
    end = before[-1][-_END_LENGTH:]
    ended = _SENTENCE_END.search(end) and not end.endswith("U.S.")
    return not bullet and not ended and re.match(r"\d|[-–]\s", line) is not None


def _is_lone_sign(before: list[str]) -> bool:
    """Whether a block so far is a bullet's sign alone on its line: its text follows."""
    return len(before) == 1 and _MARKER.fullmatch(before[0]) is not None


def _opens(line: str, before: list[str], *, fresh: bool, wrapped: bool) -> bool:
    if _is_lone_sign(before):
        return False
    if fresh or re.fullmatch(r"[#*\s]+", line):
        return True
    if wrapped:
        return False
    return bool(_SENTENCE_END.search(before[-1][-_END_LENGTH:])) or not line[:1].islower()


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
