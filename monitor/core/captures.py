"""The Internet Archive's index of captures: what a page of it says, and which captures to take.

The index (CDX) is JSON: a row of names, a row for each capture, and, where it goes on, an empty row
and a row with the key to go on with (https://github.com/internetarchive/wayback/tree/master/
wayback-cdx-server). Anything else is an error: half an index would be taken for a short one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from monitor.core.addresses import (
    LISTING_PATHS,
    OFFICIAL_ORIGIN,
    host_of,
    is_address,
    is_release,
    release_key,
)
from monitor.errors import UnknownCaptures

FIELDS = ("timestamp", "original", "mimetype", "statuscode", "digest", "length")
"""What the index is asked to say of a capture, in this order."""

_MOMENT = "%Y%m%d%H%M%S"
_PLAYBACK = re.compile(r"/web/(?P<timestamp>\d{14})id_/(?P<original>https?://.+)")

Outcome = Literal["good", "gap", "no-page"]
"""What came of asking for a capture: the page; nothing; or bytes that are not the page (a wall)."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture as the index names it. `digest` tells whether two are the same bytes."""

    timestamp: str
    original: str
    mimetype: str
    status: int | None
    digest: str
    length: int | None

    @property
    def taken_at(self) -> datetime:
        """When the page was captured, in UTC."""
        return datetime.strptime(self.timestamp, _MOMENT).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CapturePage:
    """A page of the index; `resume_key` is None where it is the last one."""

    captures: tuple[Capture, ...]
    resume_key: str | None


@dataclass(frozen=True, slots=True)
class Captured:
    """A release by its key, with its captures, the oldest first."""

    key: str
    captures: tuple[Capture, ...]

    @property
    def original(self) -> str:
        """The address it was captured under last."""
        return self.captures[-1].original

    @property
    def first_day(self) -> date:
        """The day of its first capture: it was published by then."""
        return self.captures[0].taken_at.date()


@dataclass(frozen=True, slots=True)
class Frontier:
    """How far a walk through the index has come: all it takes to go on.

    Attributes:
        asked: how many of the prefixes were walked to their end.
        resume_key: how the present one goes on, None at its start.
        pages: the snapshots that hold the index's pages so far.
        gaps: captures that are named and cannot be had, as `timestamp/address`.
    """

    asked: int = 0
    resume_key: str | None = None
    pages: tuple[int, ...] = ()
    gaps: tuple[str, ...] = field(default=())

    def behind(self, page: CapturePage, snapshot_id: int) -> Frontier:
        """The frontier once a page was read and is on file.

        Raises:
            UnknownCaptures: the page would be followed by itself.
        """
        if page.resume_key is not None and page.resume_key == self.resume_key:
            raise UnknownCaptures(
                "the index of captures goes round in circles: it says to go on where it is",
                evidence={"resume key": page.resume_key},
            )
        asked = self.asked + (page.resume_key is None)
        return Frontier(asked, page.resume_key, (*self.pages, snapshot_id), self.gaps)

    def without(self, captures: Iterable[Capture]) -> Frontier:
        """The frontier once some captures turned out to be gaps."""
        gaps = (*self.gaps, *map(name_of, captures))
        return Frontier(self.asked, self.resume_key, self.pages, gaps)


def prefixes() -> tuple[str, ...]:
    """The beginnings of addresses that the index is asked for.

    The press office under both its prefixes, each with and without `/index.php`: press releases
    and the sections beside them. The archive's own key leaves out `www.`, the scheme and the port.
    """
    host = OFFICIAL_ORIGIN.partition("://")[2]
    offices = [path.rpartition("/")[0] for path in LISTING_PATHS]
    return tuple(f"{host}{front}{path}/" for path in offices for front in ("", "/index.php"))


def read_captures(body: bytes) -> CapturePage:
    """Read a page of the index.

    Raises:
        UnknownCaptures: it is not whole, or says something else than it was asked.
    """
    rows = _rows(body)
    resume_key = None
    if len(rows) > 1 and rows[-2] == []:
        if len(rows[-1]) != 1:
            raise _odd("its last row is no key to go on with", rows[-1])
        resume_key, rows = rows[-1][0], rows[:-2]
    if rows and tuple(rows[0]) != FIELDS:
        raise _odd("its first row does not name the fields asked for", rows[0])
    return CapturePage(tuple(map(_capture, rows[1:])), resume_key)


def name_of(capture: Capture) -> str:
    """What a capture is called in a record: when, and of which address."""
    return f"{capture.timestamp}/{capture.original}"


def original_of(address: str) -> str | None:
    """The address that was captured, from that of its playback; None for any other address."""
    found = _PLAYBACK.search(address)
    return found["original"] if found else None


def timestamp_of(address: str) -> str | None:
    """When the page at a playback's address was captured; None for any other address."""
    found = _PLAYBACK.search(address)
    return found["timestamp"] if found else None


def in_warc(file: str, address: str) -> str:
    """How a page in a WARC is named on file: by the file's address, and by its own behind it."""
    return f"{file}#{address}"


def recorded_at(address: str) -> str | None:
    """The address of a page in a WARC, from how it is named on file; None for any other."""
    file, _, found = address.partition("#")
    return found if file.startswith("file:") and found.startswith(("http:", "https:")) else None


def releases_captured(captures: Iterable[Capture]) -> Iterator[Captured]:
    """Put the captures of each release together, whatever spelling of its address they are of."""
    found: dict[str, list[Capture]] = {}
    for capture in captures:
        if is_release(capture.original):
            found.setdefault(release_key(capture.original), []).append(capture)
    for key, ours in found.items():
        yield Captured(key, tuple(sorted(ours, key=lambda each: (each.timestamp, each.original))))


def next_capture(
    captures: Sequence[Capture], tried: Mapping[str, Outcome], *, every: bool = False
) -> Capture | None:
    """Which capture of a release to ask for next; None when enough is known.

    The earliest good one is the release as it was first published; the latest one is taken too if
    its bytes differ. What is a gap gives way to the next one, and the bytes of a wall are not asked
    for a second time.

    Args:
        captures: all captures of one release, the oldest first.
        tried: what came of those that were asked for, by `name_of`.
        every: take each distinct page, in order: the history of silent edits.
    """
    good = {each.digest for each in captures if tried.get(name_of(each)) == "good"}
    known = good | {c.digest for c in captures if tried.get(name_of(c)) == "no-page"}
    open_ones = [c for c in captures if name_of(c) not in tried and c.digest not in known]
    if every or not good:
        return open_ones[0] if open_ones else None
    first = next(place for place, each in enumerate(captures) if each.digest in good)
    last = next(place for place, each in reversed([*enumerate(captures)]) if each.digest in good)
    earlier = [each for each in captures[:first] if each in open_ones]
    later = [each for each in captures[last + 1 :] if each in open_ones]
    return earlier[0] if earlier else (later[-1] if later else None)


def _rows(body: bytes) -> list[list[str]]:
    try:
        rows = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise UnknownCaptures(
            f"the index of captures is no whole JSON: {fault}",
            evidence={"start": repr(body[:200]), "end": repr(body[-200:])},
            todo="it is asked for again; if it stays so, the archive has trouble of its own",
        ) from fault
    if not isinstance(rows, list) or not all(map(_is_row, rows)):
        raise _odd("it is no list of rows", body[:200])
    return rows


def _is_row(row: object) -> bool:
    return isinstance(row, list) and all(isinstance(cell, str) for cell in row)


def _capture(row: list[str]) -> Capture:
    if len(row) != len(FIELDS):
        raise _odd("a row has not the fields asked for", row)
    timestamp, original, mimetype, status, digest, length = row
    if not re.fullmatch(r"\d{14}", timestamp) or not is_address(original) or not host_of(original):
        raise _odd("a row names no capture", row)
    try:
        datetime.strptime(timestamp, _MOMENT)  # noqa: DTZ007 - only asked whether it is one
        return Capture(timestamp, original, mimetype, _number(status), digest, _number(length))
    except ValueError as fault:
        raise _odd(f"a row says what cannot be ({fault})", row) from fault


def _number(cell: str) -> int | None:
    """A number; the index writes "-" where it knows none."""
    return None if cell == "-" else int(cell)


def _odd(what: str, seen: object) -> UnknownCaptures:
    return UnknownCaptures(
        f"the index of captures is not understood: {what}", evidence={"seen": str(seen)[:300]}
    )
