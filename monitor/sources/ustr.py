"""USTR's press pages, at their official address or at a copy of the site."""

from __future__ import annotations

from monitor.core.addresses import FEED_PATH, OFFICIAL_HOSTS, canonical, is_front, is_release
from monitor.errors import RedirectedAway
from monitor.sources.answers import Answer
from monitor.sources.client import PoliteClient
from monitor.sources.hops import authority
from monitor.sources.lean_httpx import httpx


def hosts_of(base_url: str) -> frozenset[str]:
    """The hosts that a source may be fetched from: its own; both official ones for the live site.

    Args:
        base_url: the address the source's paths are under (setting SOURCE_URL).
    """
    host = authority(httpx.URL(base_url))
    return OFFICIAL_HOSTS if host in OFFICIAL_HOSTS else frozenset({host})


class UstrSite:
    """The press pages under one base address.

    Releases are known by their official address (https://ustr.gov/...) wherever they are fetched
    from, so that a copy of the site, a test server and the live site fill one archive.

    Args:
        base_url: where the site is: scheme, host, and perhaps a path that all its paths are under.
        client: a client that may ask `hosts_of(base_url)`.
    """

    def __init__(self, base_url: str, client: PoliteClient) -> None:
        self._base = base_url.rstrip("/")
        self._hosts = hosts_of(base_url)
        self._client = client

    @property
    def requests(self) -> int:
        """How many requests were made so far."""
        return self._client.requests

    def listing(
        self, path: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Answer:
        """Fetch a listing by its path on the site. Raises what `PoliteClient.get` raises."""
        return self._client.get(self._base + path, etag=etag, last_modified=last_modified)

    def feed(self, *, etag: str | None = None, last_modified: str | None = None) -> Answer:
        """Fetch the feed. Raises what `PoliteClient.get` raises."""
        return self.listing(FEED_PATH, etag=etag, last_modified=last_modified)

    def page(
        self, address: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Answer:
        """Fetch a page by its official address. Raises what `PoliteClient.get` raises.

        Raises:
            RedirectedAway: a release's address led to the front page or to a listing.
        """
        answer = self._client.get(
            self.fetch_address(address), etag=etag, last_modified=last_modified
        )
        if answer.url != answer.requested and is_release(address) and self._is_front(answer.url):
            raise RedirectedAway(
                f"{answer.requested} leads to {answer.url}, which is no release.",
                evidence={"address": answer.requested, "led to": answer.url},
                todo="Nothing: it is looked at again. The release may have been withdrawn.",
            )
        return answer

    def official_address(self, url: str) -> str:
        """The official address of a page under the base address."""
        return canonical(url.removeprefix(self._base))

    def _is_front(self, url: str) -> bool:
        return is_front(url.removeprefix(self._base))

    def fetch_address(self, address: str) -> str:
        """Where we fetch a page from.

        Args:
            address: its official address, or one that is under the base address already.

        Raises:
            ValueError: an address of some other site.
        """
        url = httpx.URL(address)
        host = authority(url)
        if host in OFFICIAL_HOSTS:
            return self._base + url.raw_path.decode("ascii")
        if host in self._hosts:
            return str(url.copy_with(fragment=None))
        raise ValueError(f"{address} is neither USTR's nor under {self._base}")
