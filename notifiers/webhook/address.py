"""A webhook's address: `https://host/path`, and nothing that could mean something else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import urlsplit

LONGEST_ADDRESS = 2000

_VISIBLE_ASCII = re.compile(r"[!-~]+")
_HTTPS_PORT = 443
_NAME = re.compile(r"(?!.{254})(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
"""A name as DNS can hold it (RFC 1035 section 2.3.4), or an IPv4 address. No certificate has a name
that ends in a full stop."""


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Where to connect, and what to ask for there. `host` has no brackets, `target` no fragment."""

    host: str
    port: int
    target: str


def read_webhook_address(address: str) -> WebhookAddress:
    """Take a webhook's address apart.

    Raises:
        ValueError: it is none; the text says what is wrong and does not repeat the address, whose
            path may be a secret.
    """
    if len(address) > LONGEST_ADDRESS:
        raise ValueError(f"a webhook's address has at most {LONGEST_ADDRESS} characters")
    if not _VISIBLE_ASCII.fullmatch(address):
        raise ValueError("a webhook's address is ASCII: write the host as xn--..., the rest as %XX")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as fault:
        raise ValueError(f"this is no address: {fault}") from fault
    if parts.scheme != "https" or not host or port == 0:
        raise ValueError("a webhook's address is written https://host/path")
    if not (_is_ipv6(host) if "[" in parts.netloc else _NAME.fullmatch(host)):
        raise ValueError("the host of this address can be no host")
    if "@" in parts.netloc:
        raise ValueError("a webhook's address holds no user and no password: we sign instead")
    query = f"?{parts.query}" if parts.query else ""
    return WebhookAddress(host, port or _HTTPS_PORT, f"{parts.path or '/'}{query}")


def _is_ipv6(host: str) -> bool:
    try:
        return IPv6Address(host).scope_id is None  # a scope is an interface of this machine
    except ValueError:
        return False
