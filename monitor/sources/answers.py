"""What a source gives back: a page, or the news that it has not changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer that is a page (200) or says that ours is still good (304).

    Attributes:
        requested: the address asked for.
        url: the address that answered, after redirects.
        status: 200 or 304, never anything else: the rest is raised as a `SourceError`.
        headers: the answer's headers, names in lower case.
        body: the bytes of the page, unpacked; empty with 304.
        fetched_at: when the last byte had arrived, in UTC.
    """

    requested: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime

    @property
    def unchanged(self) -> bool:
        """Whether the server says that the page is the one our validators name."""
        return self.status == 304

    @property
    def content_type(self) -> str | None:
        """The Content-Type header as sent."""
        return self.headers.get("content-type")

    @property
    def etag(self) -> str | None:
        """The ETag header as sent, quotes and `W/` included: it goes back word for word."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """The Last-Modified header as sent: it goes back word for word."""
        return self.headers.get("last-modified")
