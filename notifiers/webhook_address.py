"""A webhook's address: `https://host/path`, and nothing that could mean something else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST_ADDRESS = 2000

_VISIBLE_ASCII = re.compile(r"[!-~]+")
_HTTPS_PORT = 443


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
    if "@" in parts.netloc:
        raise ValueError("a webhook's address holds no user and no password: we sign instead")
    query = f"?{parts.query}" if parts.query else ""
    return WebhookAddress(host, port or _HTTPS_PORT, f"{parts.path or '/'}{query}")
