"""A web server that misbehaves on request: real sockets on loopback, one fault per path.

    with MisbehavingServer() as server:
        server.set("/listing", Page("<ul>...</ul>", etag='"1"'))
        server.set("/release", Page(status=500), Page("<h1>...</h1>"))  # first a fault, then fine
        server.set("/robots.txt", Page("User-agent: *\\nDisallow: /private\\n"))
        ...
        assert server.requests == [("GET", "/listing", {...}), ...]

A path is looked up with its query first, then without; one that was never set answers 404 (so a
server without a robots.txt allows everything). Several behaviours for a path are played in turn,
and the last one stays. `requests` are (method, path, headers) in order of arrival, header names in
lower case; `bodies` are what was posted; `arrivals` are the times they came in, in seconds of
`time.monotonic`; `connections` counts the connections they came over.

Behaviours are small values with one method, `play(stage)`; a test that needs another fault writes
another one.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import itertools
import socket
import ssl
import struct
import sys
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Protocol

HTML = "text/html; charset=utf-8"


class Seen(NamedTuple):
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]


class Stage:
    """What a behaviour acts on: one request, and the connection to answer it on."""

    def __init__(self, connection: socket.socket, seen: Seen, closing: threading.Event) -> None:
        self.seen = seen
        self._connection = connection
        self._closing = closing

    def send(self, data: bytes) -> None:
        """Put bytes on the connection as they are."""
        self._connection.sendall(data)

    def head(self, status: int, headers: Mapping[str, str | None]) -> None:
        """Send a status line and headers; those that are None are left out."""
        known = {"Server": "misbehaving", **headers}
        lines = [f"{name}: {value}" for name, value in known.items() if value is not None]
        self.send("\r\n".join([f"HTTP/1.1 {status} {_phrase(status)}", *lines, "", ""]).encode())

    def wait(self, seconds: float) -> bool:
        """Do nothing for a while; False when the server is closed meanwhile."""
        return not self._closing.wait(seconds)

    def reset(self) -> None:
        """Arrange that the connection ends in a reset, not in an orderly close."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Behaviour(Protocol):
    """One way to answer. True means that the connection stays open for the next request."""

    def play(self, stage: Stage) -> bool: ...


@dataclass(frozen=True)
class Page:
    """An ordinary answer of any status; with validators, 304 to whoever has the page already.

    With `chunked`, its size is not known before it has come.
    """

    body: bytes | str = ""
    status: int = 200
    content_type: str | None = HTML
    etag: str | None = None
    last_modified: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    chunked: bool = False

    def play(self, stage: Stage) -> bool:
        validators = {"ETag": self.etag, "Last-Modified": self.last_modified}
        if self._is_known(stage.seen.headers):
            stage.head(304, validators)
            return True
        body = self.body.encode() if isinstance(self.body, str) else self.body
        size = {"Transfer-Encoding": "chunked"} if self.chunked else _length(body)
        about = {"Content-Type": self.content_type, **size, **validators, **self.headers}
        stage.head(self.status, about)
        stage.send(_chunked(body) if self.chunked else body)
        return True

    def _is_known(self, asked: Mapping[str, str]) -> bool:
        """RFC 9110 section 13.2.2: If-Modified-Since counts only without If-None-Match."""
        if "if-none-match" in asked:
            return self.etag is not None and asked["if-none-match"] == self.etag
        since = asked.get("if-modified-since")
        return since is not None and since == self.last_modified


def redirect(to: str, status: int = 302) -> Page:
    """An answer that sends on to another address, absolute or relative."""
    return Page(status=status, headers={"Location": to})


def busy(retry_after: str | None = None, status: int = 429) -> Page:
    """An answer that asks for fewer requests, with or without saying how long to wait."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Page("slow down", status=status, headers=headers)


@dataclass(frozen=True)
class Silence:
    """Takes the request and says nothing."""

    seconds: float = 60.0

    def play(self, stage: Stage) -> bool:
        stage.wait(self.seconds)
        return False


@dataclass(frozen=True)
class Drip:
    """A page whose bytes come one by one; with `in_head`, already its headers do."""

    every: float = 0.05
    in_head: bool = False

    def play(self, stage: Stage) -> bool:
        if self.in_head:
            stage.send(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        else:
            stage.head(200, {"Content-Type": HTML, "Content-Length": "100000"})
        while stage.wait(self.every):
            stage.send(b".")
        return False


@dataclass(frozen=True)
class Flood:
    """A body of so many MB, its size announced or, chunked, not known before it has come."""

    megabytes: int = 50
    announced: bool = False

    def play(self, stage: Stage) -> bool:
        block = b"x" * 1_000_000
        size = {"Content-Length": str(self.megabytes * len(block))}
        stage.head(200, size if self.announced else {"Transfer-Encoding": "chunked"})
        for _ in range(self.megabytes):
            stage.send(block if self.announced else _chunk(block))
        stage.send(b"" if self.announced else _chunk(b""))
        return True


@dataclass(frozen=True)
class Bomb:
    """Zeros, packed once or over and over, under a Content-Encoding that admits it or does not."""

    megabytes: int = 200
    layers: int = 1
    encoding: str = "gzip"

    def play(self, stage: Stage) -> bool:
        return Page(
            packed_zeros(self.megabytes, self.layers), headers={"Content-Encoding": self.encoding}
        ).play(stage)


@dataclass(frozen=True)
class Cut:
    """Sends the first part of a page and ends the connection."""

    body: bytes
    after: int
    chunked: bool = False

    def play(self, stage: Stage) -> bool:
        part = self.body[: self.after]
        if self.chunked:
            stage.head(200, {"Content-Type": HTML, "Transfer-Encoding": "chunked"})
            stage.send(_chunk(part))
        else:
            stage.head(200, {"Content-Type": HTML, "Content-Length": str(len(self.body))})
            stage.send(part)
        return False


@dataclass(frozen=True)
class HangUp:
    """Ends the connection without a word; with `reset`, rudely."""

    reset: bool = False

    def play(self, stage: Stage) -> bool:
        if self.reset:
            stage.reset()
        return False


@dataclass(frozen=True)
class Raw:
    """Sends bytes as they are, HTTP or not, and ends the connection."""

    data: bytes

    def play(self, stage: Stage) -> bool:
        stage.send(self.data)
        return False


@functools.cache
def packed_zeros(megabytes: int, layers: int) -> bytes:
    """So many MB of zeros, gzipped so many times over, without ever holding them in memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"\0" * 1_000_000
    once = b"".join([packer.compress(block) for _ in range(megabytes)]) + packer.flush()
    return functools.reduce(lambda body, _: gzip.compress(body), range(layers - 1), once)


class MisbehavingServer:
    """The server; see the module's docstring. It lives as long as its `with` block.

    Args:
        tls: serve https with this context instead of http.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Seen] = []
        self.bodies: list[bytes] = []
        self.arrivals: list[float] = []
        self.connections = 0
        self._tls = tls
        self._acts: dict[str, Iterator[Behaviour]] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._server = _Listener(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> MisbehavingServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        with self._lock:
            for connection in self._open:
                _wake(connection)
        self._server.server_close()  # waits for the threads that were just woken

    @property
    def host(self) -> str:
        """Its `name:port`."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_url(self) -> str:
        """Its address, without a slash at the end."""
        return f"{'https' if self._tls else 'http'}://{self.host}"

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order of arrival."""
        return [seen.path for seen in self.requests]

    def set(self, path: str, first: Behaviour, *then: Behaviour) -> None:
        """From now on, answer a path like this: each behaviour once, the last one for good."""
        acts = (first, *then)
        with self._lock:
            self._acts[path] = itertools.chain(acts, itertools.repeat(acts[-1]))

    def play(self, connection: socket.socket, seen: Seen) -> bool:
        """Answer one request; True when the connection may stay open."""
        with self._lock:
            self.requests.append(seen)
            self.arrivals.append(time.monotonic())
            acts = self._acts.get(seen.path) or self._acts.get(seen.path.split("?")[0])
            behaviour = next(acts) if acts else Page("nothing here", status=404)
        return behaviour.play(Stage(connection, seen, self._closing))

    def secured(self, connection: socket.socket) -> socket.socket:
        """The connection, under TLS if that is what this server speaks."""
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection

    def opened(self, connection: socket.socket) -> None:
        """Count a connection, and remember it to be able to end it."""
        with self._lock:
            self.connections += 1
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._lock:
            self._open.discard(connection)


class _Listener(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, owner: MisbehavingServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print what went wrong, unless it is a client that left or would not shake hands."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or head and body, sent apart, arrive 40 ms apart
    server: _Listener

    def setup(self) -> None:
        self.request = self.server.owner.secured(self.request)
        super().setup()
        self.server.owner.opened(self.connection)

    def finish(self) -> None:
        self.server.owner.closed(self.connection)
        with contextlib.suppress(OSError):
            super().finish()
        self.connection.close()

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers)
        self.close_connection = not self.server.owner.play(self.connection, seen)

    def do_POST(self) -> None:
        self.server.owner.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def handle(self) -> None:
        # The client hung up on us, which is what several of these faults are for.
        with contextlib.suppress(OSError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Odd"


def _length(body: bytes) -> dict[str, str]:
    return {"Content-Length": str(len(body))}


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _chunked(body: bytes) -> bytes:
    return (_chunk(body) if body else b"") + _chunk(b"")


def _wake(connection: socket.socket) -> None:
    # Its thread may have ended it in this very moment.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
