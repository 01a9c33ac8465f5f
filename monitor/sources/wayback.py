"""The Internet Archive: its index of captures, and the pages as they were captured.

It is asked 20 times a minute at most, one request after the other: it allows 24 since June 2026,
and shuts out for an hour, then two, who goes on after a 429.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from monitor.core.captures import FIELDS, Capture, timestamp_of
from monitor.errors import Gone
from monitor.sources.answers import Answer
from monitor.sources.client import PoliteClient
from monitor.sources.hops import authority
from monitor.sources.lean_httpx import httpx

# Rows to a page of the index. A row has some 200 bytes, and 5 MiB is what we take of an answer:
# so few requests as that allows, with room for long addresses.
ROWS = 10_000

# The index looks through millions of rows before it answers.
ANSWER_SECONDS = 120.0

_ORIGINAL = "x-archive-orig-"


@dataclass(frozen=True, slots=True)
class Playback:
    """A page as it was captured.

    `address` is where the archive shows it; `headers` are those the site sent with it then.
    """

    address: str
    headers: Mapping[str, str]
    body: bytes


def hosts_of(base_url: str) -> frozenset[str]:
    """The one host that the archive is fetched from (setting WAYBACK_URL)."""
    return frozenset({authority(httpx.URL(base_url))})


class InternetArchive:
    """The archive under one base address.

    Args:
        base_url: where it is: scheme and host, and perhaps a path that all its paths are under.
        client: a client that may ask `hosts_of(base_url)`.
    """

    def __init__(self, base_url: str, client: PoliteClient) -> None:
        self._base = base_url.rstrip("/")
        self._client = client

    @property
    def requests(self) -> int:
        """How many requests were made so far."""
        return self._client.requests

    def captures(self, prefix: str, *, since: date | None, resume_key: str | None) -> Answer:
        """Fetch one page of the index: HTML pages that were answered 200.

        The rows are not collapsed: rows are cheap, and where the first of several alike cannot be
        had, the next one is needed.

        Args:
            prefix: how the addresses begin, without a scheme.
            since: nothing that was captured before.
            resume_key: as the page before gave it.

        Raises:
            SourceError: as `PoliteClient.get`.
        """
        asked = {
            "url": prefix,
            "matchType": "prefix",
            "output": "json",
            "fl": ",".join(FIELDS),
            "limit": str(ROWS),
            "showResumeKey": "true",
        }
        if since:
            asked["from"] = f"{since:%Y%m%d}"
        if resume_key:
            asked["resumeKey"] = resume_key
        filters = [("filter", "statuscode:200"), ("filter", "mimetype:text/html")]
        query = urlencode([*asked.items(), *filters])
        return self._client.get(f"{self._base}/cdx/search/cdx?{query}")

    def playback_address(self, capture: Capture) -> str:
        """Where the archive shows a capture's original bytes."""
        return f"{self._base}/web/{capture.timestamp}id_/{capture.original}"

    def playback(self, capture: Capture) -> Playback:
        """Fetch the original bytes of a capture.

        Raises:
            SourceError: as `PoliteClient.get`; `Gone` too where another capture is shown instead.
        """
        address = self.playback_address(capture)
        answer = self._client.get(address)
        if timestamp_of(answer.url) != capture.timestamp:
            raise Gone(
                f"{address} shows another capture, {answer.url}.",
                evidence={"address": address, "shown": answer.url},
                todo="Nothing; the next capture is asked for.",
            )
        return Playback(address, _original_headers(answer), answer.body)


def _original_headers(answer: Answer) -> dict[str, str]:
    """The headers of the captured answer, names in lower case, without the archive's own.

    The media type comes under its plain name, too: it is the original's.
    """
    original = {
        name.removeprefix(_ORIGINAL): value
        for name, value in answer.headers.items()
        if name.startswith(_ORIGINAL)
    }
    if answer.content_type:
        original.setdefault("content-type", answer.content_type)
    return original
