"""Which addresses are the source's own, and which redirects stay among them."""

from __future__ import annotations

from monitor.sources.lean_httpx import httpx

_DEFAULT_PORTS = {"http": 80, "https": 443}


def authority(url: httpx.URL) -> str:
    """The host an address belongs to, as `name` or `name:port`, the scheme's own port left out."""
    # `url.host` would decode a name like "xn--..." and raise where a server made one up.
    name = url.raw_host.decode("ascii").lower().rstrip(".")
    name = f"[{name}]" if ":" in name else name
    port = url.port
    return name if port in (None, _DEFAULT_PORTS.get(url.scheme)) else f"{name}:{port}"


def is_ours(url: httpx.URL, hosts: frozenset[str]) -> bool:
    """Whether an address lies on one of the source's hosts, over HTTP, and names no user."""
    return url.scheme in _DEFAULT_PORTS and authority(url) in hosts and not url.userinfo


def stays_ours(here: httpx.URL, there: httpx.URL, hosts: frozenset[str]) -> bool:
    """Whether a redirect may be followed.

    It may within the source's hosts, and from http to https of the same host (where the port
    changes with the scheme). It may not from https to http: what came over a connection that
    anyone on the way can write into is not USTR's word.
    """
    change = (here.scheme, there.scheme)
    if change == ("https", "http"):
        return False
    upgraded = change == ("http", "https") and here.raw_host == there.raw_host
    ours = hosts | {authority(here)} | ({authority(there)} if upgraded else frozenset())
    return is_ours(there, ours)
