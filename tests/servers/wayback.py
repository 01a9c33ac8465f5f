"""A local Internet Archive: an index with resume keys, playback, a rate, gaps, walls and cut answers.

It answers as the real one does, as far as that is known: rows by url key and time, an empty row and
a key where the index goes on, `id_` playback with the original headers as `X-Archive-Orig-*`, and
429 for who asks too often. Who asks on while it wants to be left alone is put on record.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Literal, cast
from urllib.parse import parse_qs, unquote, urlsplit

LOOPBACK = "127.0.0.1"
FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")

Kind = Literal["robots", "index", "cut", "page", "gap", "missing", "busy"]
Row = tuple[str, ...]
Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Held:
    """A capture that the archive holds; as a gap it is in the index and cannot be shown.

    `shown_at`: the time of the capture that is shown instead of this one.
    """

    timestamp: str
    original: str
    make: Callable[[], bytes]
    status: int = 200
    mimetype: str = "text/html"
    gap: bool = False
    shown_at: str | None = None

    @cached_property
    def body(self) -> bytes:
        """The bytes that were captured."""
        return self.make()

    @cached_property
    def row(self) -> Row:
        """What the index says of it, in the order of `FIELDS`."""
        digest = base64.b32encode(hashlib.sha1(self.body).digest()).decode()
        about = (self.mimetype, str(self.status), digest, str(len(self.body)))
        return (url_key(self.original), self.timestamp, self.original, *about)

    @property
    def digest(self) -> str:
        """The hash of the bytes, as the index has it."""
        return self.row[5]

    def forget(self) -> None:
        """Let go of the bytes, which can be made again."""
        self.__dict__.pop("body", None)


def url_key(address: str) -> str:
    """The archive's key of an address: host turned round, without `www.`, scheme and port."""
    parts = urlsplit(address if "://" in address else f"http://{address}")
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}){parts.path}{query}".lower()


class LocalArchive:
    """The archive as a running site; use it as a context manager.

    Args:
        held: every capture.
        most_rows: rows on a page of the index, however many are asked for.
        a_window: requests that are let through in a window; 0: any number.
        window: how long one is, in seconds.
        retry_after: what a 429 says of the wait, in seconds; None: nothing.
        cut_every: every so many pages of the index break off; 0: none.
    """

    def __init__(
        self,
        held: Iterable[Held],
        *,
        most_rows: int = 10_000,
        a_window: int = 0,
        window: float = 1.0,
        retry_after: int | None = 1,
        cut_every: int = 0,
    ) -> None:
        self.held = sorted(held, key=lambda each: each.row[:3])
        for each in self.held:
            each.forget()
        self._by_name = {(each.timestamp, each.original): each for each in self.held}
        self.most_rows, self.cut_every = most_rows, cut_every
        self.a_window, self.window, self.retry_after = a_window, window, retry_after
        self.requests: list[tuple[Kind, str]] = []
        self.times: list[float] = []
        self.ignored = 0
        self._asked: deque[float] = deque()
        self._busy_until = 0.0
        self._pages = 0
        self._lock = Lock()
        self._server = _Server((LOOPBACK, 0), self)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="archive")

    @property
    def base_url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    def count(self, *kinds: Kind) -> int:
        """How many requests of some kinds were answered so far."""
        return sum(kind in kinds for kind, _ in self.requests)

    def respond(self, target: str) -> Answer:
        """The answer to a request target, put on record."""
        with self._lock:
            self.times.append(time.monotonic())
            kind, answer = self._busy() or self._answer(target)
            self.requests.append((kind, target))
            return answer

    def _busy(self) -> tuple[Kind, Answer] | None:
        moment = time.monotonic()
        if moment < self._busy_until:
            self.ignored += 1
        elif self.a_window:
            while self._asked and self._asked[0] + self.window <= moment:
                self._asked.popleft()
            if len(self._asked) < self.a_window:
                self._asked.append(moment)
                return None
            self._asked.clear()
            # A client's second may be shorter than ours by what its message took to get here.
            self._busy_until = moment + (self.retry_after or 0) * 0.95
        else:
            return None
        wait = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return "busy", (429, wait, b"You have been making too many requests.")

    def _answer(self, target: str) -> tuple[Kind, Answer]:
        parts = urlsplit(target)
        if parts.path == "/robots.txt":
            return "robots", (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow:\n")
        if parts.path == "/cdx/search/cdx":
            self._pages += 1
            body = json.dumps(self.index(parse_qs(parts.query))).encode()
            cut = bool(self.cut_every) and self._pages % self.cut_every == 0
            body = body[: len(body) * 2 // 3] if cut else body
            return "cut" if cut else "index", (200, {"Content-Type": "application/json"}, body)
        found = re.fullmatch(r"/web/(\d{14})id_/(.+)", target)
        held = self._by_name.get((found[1], unquote(found[2]))) if found else None
        if held is None or held.gap:
            return "gap" if held else "missing", (404, {"Content-Type": "text/html"}, b"Not here.")
        if held.shown_at:
            there = f"/web/{held.shown_at}id_/{held.original}"
            return "gap", (302, {"Location": there}, b"")
        body = held.body
        held.forget()
        return "page", (held.status, _headers(held, len(body)), body)

    def index(self, asked: dict[str, list[str]]) -> list[Sequence[str]]:
        """One page of the index, as rows."""
        start = asked.get("resumeKey", [""])[0]
        rows = [row for row in self._rows(asked) if _place(row) >= start]
        limit = min(int(asked.get("limit", ["150000"])[0]), self.most_rows)
        fields = asked.get("fl", [",".join(FIELDS)])[0].split(",")
        wanted = [FIELDS.index(name) for name in fields]
        shown: list[Sequence[str]] = [[row[n] for n in wanted] for row in rows[:limit]]
        page = [fields, *shown] if shown else []
        if rows[limit:] and asked.get("showResumeKey") == ["true"]:
            page += [[], [_place(rows[limit])]]
        return page

    def pages_needed(self, prefixes: Iterable[str]) -> list[int]:
        """The rows on each page of the index that must be asked for, to know all good captures."""
        pages = []
        for prefix in prefixes:
            filters = ["statuscode:200", "mimetype:text/html"]
            asked = {"url": [prefix], "matchType": ["prefix"], "filter": filters}
            rows = len(self._rows(asked))
            pages += [min(self.most_rows, rows - at) for at in range(0, rows or 1, self.most_rows)]
        return pages

    def _rows(self, asked: dict[str, list[str]]) -> list[Row]:
        key = url_key(asked["url"][0])
        is_prefix = asked.get("matchType") == ["prefix"]
        first, last = asked.get("from", ["0"])[0], asked.get("to", ["9"])[0]
        filters = [_filter(text) for text in asked.get("filter", [])]
        rows = (
            each.row
            for each in self.held
            if (each.row[0].startswith(key) if is_prefix else each.row[0] == key)
            and first <= each.timestamp <= last.ljust(14, "9")
        )
        kept = (row for row in rows if all(suits(row) for suits in filters))
        return list(_collapsed(kept, asked.get("collapse", [""])[0]))

    def __enter__(self) -> LocalArchive:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _place(row: Row) -> str:
    """Where a row stands in the index: what a resume key says."""
    return " ".join(row[:3])


def _filter(text: str) -> Callable[[Row], bool]:
    name, _, pattern = text.removeprefix("!").partition(":")
    place = FIELDS.index(name)
    return lambda row: bool(re.fullmatch(pattern, row[place])) != text.startswith("!")


def _collapsed(rows: Iterable[Row], by: str) -> Iterator[Row]:
    """The rows without those that are like the one before in a field, or in its first letters."""
    name, _, length = by.partition(":")
    before: object = None
    for row in rows:
        mark = row[FIELDS.index(name)][: int(length) if length else None] if name else row
        if mark != before:
            yield row
        before = mark


def _headers(held: Held, size: int) -> dict[str, str]:
    return {
        "Content-Type": "text/html; charset=UTF-8",
        "Server": "nginx",
        "X-Archive-Src": "pages-00000.warc.gz",
        "X-Archive-Orig-Server": "Apache",
        "X-Archive-Orig-ETag": f'"{held.timestamp}"',
        "X-Archive-Orig-Content-Length": str(size),
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], archive: LocalArchive) -> None:
        self.archive = archive
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client may be killed at any time
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        status, headers, body = cast(_Server, self.server).archive.respond(self.path)
        packed = "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > 1000
        body = gzip.compress(body, 1, mtime=0) if packed else body
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: `LocalArchive.requests` is the log."""
