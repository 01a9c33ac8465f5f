"""The bundled site over HTTP on loopback: conditional requests, gzip, HEAD, and a log."""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, cast

from monitor.pressroom.content import PressRelease, releases
from monitor.pressroom.site import PREFIXES, Home, Page, Site

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was answered. `path` has the query; `conditional`: it had a validator."""

    method: str
    path: str
    status: int
    conditional: bool


class PressRoom:
    """The press pages as a running site; use it as a context manager.

    Args:
        through: the last day whose releases are visible at first.
        port: where to listen on loopback; 0 takes a free port.
        home: the prefix under which the listing stands; the other one redirects to it (301).
        everything: what there is to publish, newest first; the bundled releases by default.

    Raises:
        ValueError: nothing was published by `through`.
        OSError: the port is taken.
    """

    def __init__(
        self,
        through: date,
        *,
        port: int = 0,
        home: Home = PREFIXES[0],
        everything: Sequence[PressRelease] | None = None,
    ) -> None:
        self._home = home
        self._through = through
        self._everything = releases() if everything is None else everything
        self._site = Site(self._everything, through, home)
        self._lock = Lock()
        self._log: list[Request] = []
        self._server = _Server((LOOPBACK, port), self)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="pressroom")

    @property
    def base_url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    @property
    def site(self) -> Site:
        """The site as visitors see it now."""
        return self._site

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request answered so far, oldest first."""
        with self._lock:
            return tuple(self._log)

    def publish(self, through: date) -> tuple[PressRelease, ...]:
        """Make the releases up to `through` visible as well; gives those that came newly.

        Raises:
            ValueError: `through` is before a day that is out already.
        """
        with self._lock:
            if through < self._through:
                raise ValueError(f"{self._through} is out already; {through} is before it")
            before = set(self._site.visible)
            self._site, self._through = Site(self._everything, through, self._home), through
            return tuple(release for release in self._site.visible if release not in before)

    def note(self, request: Request) -> None:
        """Put a request into the log; the server's threads call this."""
        with self._lock:
            self._log.append(request)

    def close(self) -> None:
        """Stop answering, cut open connections, free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    def __enter__(self) -> PressRoom:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    # Closing joins the threads, so that no socket outlives the press room.
    daemon_threads = False

    def __init__(self, address: tuple[str, int], room: PressRoom) -> None:
        self.room = room
        self._open: set[socket.socket] = set()
        self._open_lock = Lock()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as the base class has it
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Wake the threads that wait for a client's next request on a kept connection."""
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # the client was faster
                    continue

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        if not isinstance(sys.exception(), ConnectionError):  # a client may leave at any time
            super().handle_error(request, client_address)


@dataclass(frozen=True, slots=True)
class _Response:
    """What goes over the wire; no body is not the same as an empty one."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "RoundwatchPressRoom"
    sys_version = ""
    # One write for each answer, sent at once: else a kept connection waits 40 ms for an ACK.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        room = cast(_Server, self.server).room
        response = _respond(room.site, self.path, self.headers)
        # Logged before it is sent, so that who has the answer also finds it in the log.
        room.note(Request(self.command, self.path, response.status, _conditional(self.headers)))
        self._send(response)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _send(self, response: _Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        if response.body is not None:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if response.body is not None and self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: `PressRoom.requests` is the log."""


def _respond(site: Site, target: str, headers: Message) -> _Response:
    answer = site.answer(target)
    if not isinstance(answer, Page):
        return _Response(301, (("Location", answer.location),), b"")
    if answer.status != 200:
        return _Response(answer.status, (("Content-Type", answer.content_type),), answer.body)
    about: tuple[tuple[str, str], ...] = (
        ("ETag", answer.etag),
        ("Last-Modified", format_datetime(site.changed_at, usegmt=True)),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept-Encoding"),
    )
    if _unchanged(headers, answer, site.changed_at):
        return _Response(304, about, None)
    about += (("Content-Type", answer.content_type),)
    if _takes_gzip(headers.get("Accept-Encoding", "")):
        return _Response(200, (*about, ("Content-Encoding", "gzip")), answer.packed)
    return _Response(200, about, answer.body)


def _conditional(headers: Message) -> bool:
    return "If-None-Match" in headers or "If-Modified-Since" in headers


def _unchanged(headers: Message, page: Page, changed_at: datetime) -> bool:
    """Whether the client's copy is good: RFC 9110 section 13.2.2, a tag outranks a date."""
    tags = headers.get("If-None-Match")
    if tags is not None:
        return tags.strip() == "*" or _weak(page.etag) in map(_weak, tags.split(","))
    since = _moment(headers.get("If-Modified-Since", ""))
    return since is not None and changed_at <= since


def _weak(tag: str) -> str:
    return tag.strip().removeprefix("W/")


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _takes_gzip(accepted: str) -> bool:
    """Whether gzip is accepted (RFC 9110 section 12.5.3): named or starred, and not at q=0."""
    weights = {}
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        weights[coding.strip()] = weight.strip().removeprefix("q=").strip() or "1"
    return weights.get("gzip", weights.get("*", "0")).strip("0.") != ""
