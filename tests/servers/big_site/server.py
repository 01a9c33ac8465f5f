"""The big site over HTTP on loopback: one thread, kept connections, and a count of each kind.

`GET /-/counts` gives the counts as JSON and starts them anew, for those who run it as a process.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Collection
from http import HTTPStatus
from threading import Thread
from types import TracebackType
from typing import cast

from tests.servers.big_site.site import BigSite, Kind, Shown

LOOPBACK = "127.0.0.1"
COUNTS = "/-/counts"


class BigServer:
    """Serves a site from a thread of its own; use it as a context manager.

    Args:
        site: what is served.
        port: where to listen on loopback; 0 takes a free port.
        slow: seconds before each answer.
        fail_every: every so many answers is a 503 instead; 0: none.
        failing: which kinds are failed, if any are.
        broken: request targets whose pages break off half way.
        tired_after: after so many requests it wants to be left alone for an hour.

    Raises:
        OSError: the port is taken.
    """

    def __init__(
        self,
        site: BigSite,
        *,
        port: int = 0,
        slow: float = 0.0,
        fail_every: int = 0,
        failing: tuple[Kind, ...] = ("listing", "year", "month", "release"),
        broken: Collection[str] = (),
        tired_after: int | None = None,
    ) -> None:
        self.site = site
        self.slow, self.fail_every, self.failing = slow, fail_every, failing
        self.broken, self.tired_after = set(broken), tired_after
        self.requests: list[tuple[Kind, str]] = []
        self.open: set[asyncio.Transport] = set()
        self._counted = 0
        self._may_fail = 0
        self._loop = asyncio.new_event_loop()
        made = self._loop.create_server(lambda: _Connection(self), LOOPBACK, port)
        self._server = self._loop.run_until_complete(made)
        self._thread = Thread(target=self._loop.run_forever, name="big-site", daemon=True)

    @property
    def base_url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://{LOOPBACK}:{self._server.sockets[0].getsockname()[1]}"

    @property
    def counts(self) -> Counter[Kind]:
        """How many requests of each kind were answered so far."""
        return Counter(kind for kind, _ in list(self.requests))

    def respond(self, target: str) -> bytes:
        """The answer to a request target as it goes over the wire, put on record."""
        if target == COUNTS:
            counts = Counter(kind for kind, _ in self.requests[self._counted :])
            self._counted = len(self.requests)
            return _message(Shown("missing", 200, json.dumps(counts).encode()), "application/json")
        shown = self._disturbed(self.site.answer(target), target)
        self.requests.append((shown.kind, target))
        return _message(shown, "text/plain" if shown.kind == "robots" else "text/html")

    def _disturbed(self, shown: Shown, target: str) -> Shown:
        if self.tired_after is not None and len(self.requests) >= self.tired_after:
            return Shown("failed", 429, b"")
        if target in self.broken:
            return Shown("failed", 200, shown.body[: len(shown.body) // 2])
        if shown.kind in self.failing and self.fail_every:
            self._may_fail += 1
            if self._may_fail % self.fail_every == 0:
                return Shown("failed", 503, b"")
        return shown

    def run(self) -> None:
        """Serve in this thread, until it is interrupted."""
        self._loop.run_forever()

    def close(self) -> None:
        """Stop answering, cut open connections, free the port."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _hang_up(self) -> None:
        self._server.close()
        for connection in list(self.open):
            connection.abort()
        while self.open:
            await asyncio.sleep(0)

    def __enter__(self) -> BigServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Connection(asyncio.Protocol):
    """One client; it may ask again over the same connection, one request after the other."""

    def __init__(self, server: BigServer) -> None:
        self._server = server
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._server.open.add(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            target = head.split(b" ", 2)[1].decode("ascii", "replace")
            if self._server.slow:
                asyncio.get_running_loop().call_later(self._server.slow, self._answer, target)
            else:
                self._answer(target)

    def _answer(self, target: str) -> None:
        if not self._transport.is_closing():
            self._transport.write(self._server.respond(target))


def _message(shown: Shown, content_type: str) -> bytes:
    more = f"Location: {shown.location}\r\n" if shown.location else ""
    more += "Retry-After: 3600\r\n" if shown.status == 429 else ""
    return (
        f"HTTP/1.1 {shown.status} {HTTPStatus(shown.status).phrase}\r\n"
        f"Content-Type: {content_type}; charset=utf-8\r\nContent-Length: {len(shown.body)}\r\n"
        f"{more}\r\n"
    ).encode("latin-1") + shown.body
