"""One press release, one address.

USTR's pages answer under several spellings of the host, with and without `/index.php`, under the
prefix of before 2025 (`/about-us/`) and of after (`/about/`), with tracking tails. The canonical
address is the official one, wherever the page was really fetched; the key is what stays the same
over all spellings.
"""

from __future__ import annotations

import re
from urllib.parse import (
    parse_qs,
    parse_qsl,
    quote,
    unquote,
    urlencode,
    urljoin,
    urlsplit,
    urlunsplit,
)

OFFICIAL_ORIGIN = "https://ustr.gov"
OFFICIAL_HOSTS = frozenset({"ustr.gov", "www.ustr.gov"})
# The older prefix first: it was still the listing's in 2026, when its items had moved.
LISTING_PATHS = (
    "/about-us/policy-offices/press-office/press-releases",
    "/about/policy-offices/press-office/press-releases",
)
FEED_PATH = "/rss.xml"

SECTION = "press-releases"
"""The section of the press office that is looked at."""
SECTIONS = (SECTION, "fact-sheets", "speeches-and-remarks", "speechestranscripts", "blog")
"""All of them: round reports have stood in fact sheets and in the blog too."""
_SECTIONS = "|".join(SECTIONS)
_PRESS_OFFICE = re.compile(r"/about(?:-us)?/policy-offices/press-office/", re.IGNORECASE)
_RELEASE = re.compile(
    rf"(?:{_PRESS_OFFICE.pattern})(?:{_SECTIONS})/(?:archives/)?\d{{4}}/[^/]+(?:/[^/]+)*",
    re.IGNORECASE,
)
_FRONT = re.compile(
    rf"/(?:home|index(?:\.\w+)?)?|(?:{_PRESS_OFFICE.pattern})(?:{_SECTIONS})?", re.IGNORECASE
)
MONTHS = (
    "january february march april may june july august september october november december"
).split()
_ARCHIVE_OF = re.compile(
    rf"(?:{_PRESS_OFFICE.pattern})(?:{_SECTIONS})/(?:archives/)?\d{{4}}(?:/(?:{'|'.join(MONTHS)}))?",
    re.IGNORECASE,
)
_DATED = re.compile(
    rf"/(?P<year>(?:19|20)\d\d)(?:/(?P<month>{'|'.join(MONTHS)}))?(?=/|$)", re.IGNORECASE
)


def host_of(address: str) -> str:
    """The host as it is compared: lower case, without a trailing dot; the port stays.

    Empty for an address that has none, or that is none (`http://[`, a port that is no number).
    """
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    return f"{host}:{port}" if port else host


def joined(base: str, reference: str) -> str:
    """The address that a link on a page leads to (RFC 3986 section 5); empty where it is none."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return ""


def is_address(text: str) -> bool:
    """Whether a text is an address of the web at all."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def canonical(address: str) -> str:
    """The official address of a release, from any spelling of it.

    Host, scheme, query, fragment, an `/index.php` prefix and a trailing slash never tell two
    releases apart; a `-0` at the end of a slug may, and stays.
    """
    return OFFICIAL_ORIGIN + _clean_path(address)


def release_key(address: str) -> str:
    """What identifies a release over all its addresses: the path below the press office."""
    path = _clean_path(address)
    return unquote(_PRESS_OFFICE.sub("", path, count=1)).lstrip("/").lower()


def is_release(address: str) -> bool:
    """Whether an address is that of one release, judging by its path alone."""
    path = _clean_path(address)
    return bool(_RELEASE.fullmatch(path)) and not _ARCHIVE_OF.fullmatch(path)


def is_archive_page(address: str) -> bool:
    """Whether an address is a year's or a month's page of a section (`.../press-releases/2018`)."""
    return bool(_ARCHIVE_OF.fullmatch(_clean_path(address)))


def is_front(address: str) -> bool:
    """Whether an address is where releases are named: the front page, or a listing of any kind."""
    path = _clean_path(address)
    return bool(_FRONT.fullmatch(path) or _FRONT.fullmatch(f"{path}/")) or is_archive_page(address)


def page_number(address: str) -> int | None:
    """The number of a page of a list, as its address says (`?page=3`); the first page has none."""
    value = parse_qs(urlsplit(address).query).get("page", [""])[0]
    return int(value) if value.isdecimal() else None


def numbered(address: str, number: int) -> str:
    """The address of another page of the same list; the first one, 0, bears no number."""
    parts = urlsplit(address)
    others = [pair for pair in parse_qsl(parts.query) if pair[0] != "page"]
    query = urlencode([*others, *([("page", str(number))] if number else [])])
    return urlunsplit(parts._replace(query=query, fragment=""))


def dated(address: str) -> tuple[int, int | None] | None:
    """Year and month in an address, a hint only: `2018/february` was seen on a page of March 5."""
    match = _DATED.search(urlsplit(address).path)
    if match is None:
        return None
    month = match["month"]
    return int(match["year"]), MONTHS.index(month.lower()) + 1 if month else None


def _clean_path(address: str) -> str:
    path = re.sub(r"/{2,}", "/", unquote(urlsplit(address).path))
    path = path.removeprefix("/index.php").rstrip("/")
    return quote(path, safe="/-._~!$&'()*+,;=:@") or "/"
