"""Conditional requests: an answer that the visitor has already is 304 (RFC 9110 section 13)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

from fastapi.datastructures import Headers


def etag_of(content: bytes) -> str:
    """A strong validator: another content has another one (RFC 9110 section 8.8.3)."""
    return f'"{sha256(content).hexdigest()[:32]}"'


def is_known(asked: Headers, etag: str, last_modified: str | None) -> bool:
    """Whether the visitor's copy is this one; a tag tells more than a time (section 13.2.2).

    Args:
        asked: the headers of the request.
        etag: of the answer.
        last_modified: when the answer's content last changed, as HTTP writes it.
    """
    tags = asked.get("if-none-match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return bool({"*", etag} & known)
    since = _moment(asked.get("if-modified-since", ""))
    updated = _moment(last_modified or "")
    return since is not None and updated is not None and updated <= since


def _moment(written: str) -> datetime | None:
    """A date as HTTP writes it; None for anything else, as section 13.1.3 asks."""
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, OverflowError):  # the latter for a zone of a thousand digits
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
