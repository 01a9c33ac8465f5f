"""What an answer leaves behind for the record of a problem."""

from __future__ import annotations

import zlib

from monitor.sources.lean_httpx import httpx

# What tells a wall, a cache or a busy server from the page itself. No cookies: they are tokens.
_TELLING = (
    "content-type",
    "content-encoding",
    "content-length",
    "date",
    "last-modified",
    "location",
    "retry-after",
    "server",
    "via",
    "x-cache",
)
_EXCERPT_CHARACTERS = 300
# Enough packed bytes for 300 characters with any markup before them; the rest is not read.
_EXCERPT_SENT = 16 * 1024
_EXCERPT_UNPACKED = 4 * 1024


def evidence_of(response: httpx.Response, body: bytes | bytearray = b"") -> dict[str, str]:
    """Address, status, the headers that tell something, and how the body begins."""
    evidence = {"address": str(response.url), "status": str(response.status_code)}
    evidence |= {name: response.headers[name] for name in _TELLING if name in response.headers}
    if body:
        evidence["body"] = excerpt(body)
    return evidence


def excerpt(body: bytes | bytearray) -> str:
    """The first 300 printable characters of a body on one line, whatever its encoding.

    (PostgreSQL stores no NUL in a text, and a terminal should see no control characters.)
    """
    text = body[:_EXCERPT_UNPACKED].decode("utf-8", errors="replace")
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:_EXCERPT_CHARACTERS]


def first_bytes(response: httpx.Response) -> bytes:
    """How the body of a refusal or a redirect begins; empty when it cannot be had.

    Read to its end, which most are, it also leaves the connection free for the next request.
    """
    sent = bytearray()
    try:
        for piece in response.iter_raw():
            sent += piece
            if len(sent) >= _EXCERPT_SENT:
                break
    except httpx.TransportError:
        pass  # the status is the news; that its explanation broke off is not
    if response.headers.get("content-encoding", "").strip().lower() not in ("gzip", "x-gzip"):
        return bytes(sent)
    try:
        return zlib.decompressobj(31).decompress(sent, _EXCERPT_UNPACKED)
    except zlib.error:
        return b""
