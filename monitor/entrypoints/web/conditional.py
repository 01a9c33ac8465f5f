"""Documents that a reader may have already: conditional requests (RFC 9110 section 13)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from threading import Lock

from fastapi import Request
from fastapi.responses import Response

FRESH_SECONDS = 300
"""For so long a document may be shown from a cache: no look at the source comes sooner."""


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes, what they are, and when they last changed; None: there is nothing in it yet."""

    content: bytes
    media_type: str
    updated: datetime | None


class Shelf:
    """The documents asked for last, each as long as nothing has changed that it is made from.

    Args:
        room: how many there are at most.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[str, Document]] = OrderedDict()

    def of(self, key: Hashable, stamp: str, make: Callable[[], Document]) -> Document:
        """The document of a key; made anew where it is not there, or of another stamp."""
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        made = make()
        with self._lock:
            self._kept[key] = (stamp, made)
            self._kept.move_to_end(key)
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)
        return made


def answer(request: Request, document: Document) -> Response:
    """The document, or 304 where the reader has it already."""
    headers = {
        "ETag": f'"{sha256(document.content).hexdigest()[:32]}"',
        "Cache-Control": f"public, max-age={FRESH_SECONDS}",
    }
    if document.updated:
        headers["Last-Modified"] = format_datetime(document.updated.astimezone(UTC), usegmt=True)
    if _is_known(request, headers["ETag"], document.updated):
        return Response(status_code=304, headers=headers)
    return Response(document.content, headers=headers, media_type=document.media_type)


def _is_known(request: Request, etag: str, updated: datetime | None) -> bool:
    """Whether the reader's copy is this one; a tag tells more than a time (section 13.2.2)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return bool({"*", etag} & known)
    since = _moment(request.headers.get("if-modified-since", ""))
    return since is not None and updated is not None and updated.replace(microsecond=0) <= since


def _moment(written: str) -> datetime | None:
    """A date as HTTP writes it; None for anything else, as section 13.1.3 asks."""
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, OverflowError):  # the latter for a zone of a thousand digits
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
