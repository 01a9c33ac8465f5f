"""Reading a body whole: within the caps, and unpacked by no more than we asked for."""

from __future__ import annotations

import zlib

from monitor.errors import OddEncoding, TooLarge
from monitor.sources.evidence import evidence_of
from monitor.sources.lean_httpx import httpx

# A press release is some 60 KB and a listing 100 KB; nothing USTR publishes as a page comes near
# 5 MiB. The cap is what keeps a runaway server from filling memory and disk.
CAP_SENT = 5 * 1024 * 1024
# Gzip packs a page some five times and zeros a thousand times: unpacked, it is the same page and
# has the same cap, or 5 MiB sent could become 5 GiB here.
CAP_UNPACKED = 5 * 1024 * 1024

_GZIP = 31  # zlib's way to say: gzip framing, the largest window


class Gunzip:
    """Unpacks gzip piece by piece, never past a given size.

    httpx's own decoder unpacks whatever it is handed in one go: 2 GB from 1.8 KB, twice packed.
    """

    def __init__(self) -> None:
        self._member: zlib._Decompress | None = None
        self._ended = False

    def feed(self, data: bytes, room: int) -> bytes:
        """Unpack the next piece.

        Args:
            data: packed bytes.
            room: how many bytes may come out; one more than that is given to tell "too many".

        Raises:
            zlib.error: this is not gzip, or it is damaged.
        """
        out = bytearray()
        while data and len(out) <= room:
            if self._member is None:
                # Between members only padding with zeros is known (RFC 1952 knows none, tar does).
                data = data.lstrip(b"\0") if self._ended else data
                self._member = zlib.decompressobj(_GZIP) if data else None
                continue
            out += self._member.decompress(data, room - len(out) + 1)
            data = self._member.unused_data
            if self._member.eof:
                self._member, self._ended = None, True
        return bytes(out)

    @property
    def whole(self) -> bool:
        """Whether what was fed so far ends where a gzip member ends (or is nothing at all)."""
        return self._member is None


def read_whole(response: httpx.Response, *, cap_sent: int, cap_unpacked: int) -> bytes:
    """The body of an answer, unpacked.

    Args:
        response: an answer whose body has not been read yet.
        cap_sent: the most bytes to take from the connection.
        cap_unpacked: the most bytes to unpack them to.

    Raises:
        TooLarge: past a cap, or announced to be.
        OddEncoding: packed in another way than gzip once, or damaged.
        httpx.TransportError: the connection failed before the end.
    """
    gunzip = _unpacker(response)
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:20]) > cap_sent:
        raise _too_large(response, f"announces {announced} bytes, {cap_sent} are allowed")
    body, sent = bytearray(), 0
    for piece in response.iter_raw():
        sent += len(piece)
        if sent > cap_sent:
            raise _too_large(response, f"sends more than {cap_sent} bytes", body)
        body += _unpacked(response, gunzip, piece, cap_unpacked - len(body))
        if len(body) > cap_unpacked:
            raise _too_large(response, f"unpacks to more than {cap_unpacked} bytes", body)
    if gunzip and not gunzip.whole:
        raise _odd(response, "breaks off in the middle of its gzip", body)
    return bytes(body)


def _unpacker(response: httpx.Response) -> Gunzip | None:
    header = response.headers.get("content-encoding", "")
    codings = [word.strip().lower() for word in header.split(",")]
    match [word for word in codings if word not in ("", "identity")]:
        case []:
            return None
        case ["gzip" | "x-gzip"]:
            return Gunzip()
        case _:
            raise _odd(response, f"is packed as {header!r}; we asked for gzip or nothing")


def _unpacked(response: httpx.Response, gunzip: Gunzip | None, piece: bytes, room: int) -> bytes:
    if gunzip is None:
        return piece
    try:
        return gunzip.feed(piece, room)
    except zlib.error as error:
        raise _odd(response, f"says it is gzip and is not ({error})") from error


def _too_large(response: httpx.Response, what: str, body: bytes | bytearray = b"") -> TooLarge:
    return TooLarge(
        f"{response.url} {what}.",
        evidence=evidence_of(response, body),
        todo="Look at the page in a browser. If it really is that large, raise the caps in "
        "monitor/sources/body.py.",
    )


def _odd(response: httpx.Response, what: str, body: bytes | bytearray = b"") -> OddEncoding:
    return OddEncoding(
        f"{response.url} {what}.",
        evidence=evidence_of(response, body),
        todo="The next look may do better. If it stays so, look at what stands between us and "
        "the server (a proxy, a cache).",
    )
