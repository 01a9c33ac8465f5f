"""Answers that are kept as long as the archive stands as it did when they were made.

Every page, document and feed of the archive goes through here. It is made once for all who ask, has
a validator, and is 304 to who has it already. Before each answer the archive is asked for its
stamp, so that nobody is shown what was before.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from fastapi import Request
from fastapi.datastructures import Headers
from fastapi.responses import Response

from monitor.entrypoints.web.answers import problem
from monitor.entrypoints.web.guards.rates import Rates
from monitor.entrypoints.web.language import language_of
from monitor.entrypoints.web.layers.asgi import App, Message, Receive, Scope, Send
from monitor.entrypoints.web.layers.conditional import etag_of, is_known
from monitor.entrypoints.web.layers.privacy import is_never_kept
from monitor.entrypoints.web.layers.stamps import Stamps
from storage.errors import StorageError

OLDEST = 300
"""Seconds after which an answer is made anew, whatever the stamp says."""

ROOM = 32_000_000
"""Bytes of answers that are kept."""

_OF_304 = ("etag", "cache-control", "content-location", "date", "expires", "last-modified", "vary")


@dataclass(frozen=True, slots=True)
class Made:
    """An answer as the application gave it, and which of its routes did."""

    status: int
    headers: Headers
    body: bytes
    route: object = None

    @property
    def may_be_kept(self) -> bool:
        """Whether it is for everybody, and stays true while the archive stays."""
        return self.status == 200 and "no-store" not in self.headers.get("cache-control", "")


class Shelf:
    """The answers asked for last, each with the stamp of the archive that it was made from.

    Args:
        room: bytes of their bodies.
        clock: seconds that only grow.
    """

    def __init__(self, room: int = ROOM, clock: Callable[[], float] = time.monotonic) -> None:
        self._room, self._clock = room, clock
        self._kept: OrderedDict[Hashable, tuple[str, float, Made]] = OrderedDict()
        self._size = 0

    def of(self, key: Hashable, stamp: str) -> Made | None:
        """The answer of a key; None where it is not there, of another stamp, or too old."""
        kept_stamp, at, made = self._kept.get(key, ("", 0.0, None))
        if made is None or kept_stamp != stamp or self._clock() - at >= OLDEST:
            return None
        self._kept.move_to_end(key)
        return made

    def keep(self, key: Hashable, stamp: str, made: Made) -> None:
        """Keep an answer; those asked for longest ago make room."""
        self._drop(key)
        self._kept[key] = (stamp, self._clock(), made)
        self._size += len(made.body)
        while self._size > self._room:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        _, _, made = self._kept.pop(key, ("", 0.0, None))
        self._size -= len(made.body) if made else 0


class KeptAnswers:
    """Keeps the answers of an application, and answers from what it has.

    Args:
        app: who answers.
        stamps: what the archive's stamp is.
        home: where visitors reach us; None: as each one asked, which then tells answers apart.
        rates: how many answers may be made for a network.
    """

    def __init__(self, app: App, stamps: Stamps, home: str | None, rates: Rates) -> None:
        self._app, self._stamps, self._home, self._rates = app, stamps, home, rates
        self._shelf = Shelf()
        self._making: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        reading = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        if not reading or is_never_kept(scope["path"]):
            await self._app(scope, receive, send)
            return
        made = await self._found(scope, receive)
        scope["route"] = made.route  # for who counts: what is kept is not routed again
        if made.may_be_kept:
            await _answer(made, Headers(scope=scope), send)
        else:
            await _hand_on(made, send)

    async def _found(self, scope: Scope, receive: Receive) -> Made:
        """The answer from the shelf, or a new one; who asks for the same meanwhile waits for it."""
        try:
            stamp = await self._stamps.now()
        except StorageError:  # the application says so in its own words
            return await _made(self._app, scope, receive)
        key = self._key(scope)
        if kept := self._shelf.of(key, stamp):
            return kept
        lock = self._making.setdefault(key, asyncio.Lock())
        async with lock:
            if kept := self._shelf.of(key, stamp):
                return kept
            seconds = self._rates.seconds_to_wait_for_a_page(Request(scope))
            app = _wait(Request(scope), seconds) if seconds else self._app
            made = await _made(app, scope, receive)
            if made.may_be_kept:
                self._shelf.keep(key, stamp, made)
            return made

    def _key(self, scope: Scope) -> Hashable:
        request = Request(scope)
        asked = "" if self._home else str(request.base_url)
        return scope["path"], scope["query_string"], language_of(request), asked


def _wait(request: Request, seconds: int) -> Response:
    """Too many answers had to be made for a network: what is kept it gets all the same."""
    why = "too many different pages for your network in one minute"
    answer = problem(request, 429, why, f"ask again in {seconds} seconds")
    answer.headers["Retry-After"] = str(seconds)
    return answer


async def _made(app: App, scope: Scope, receive: Receive) -> Made:
    """Have the application answer, with a validator on what may be kept."""
    status, raw, body = 500, [], bytearray()

    async def take(message: Message) -> None:
        nonlocal status, raw
        if message["type"] == "http.response.start":
            status, raw = message["status"], list(message["headers"])
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, take)
    made = Made(status, Headers(raw=raw), bytes(body), scope.get("route"))
    return _with_validator(made) if made.may_be_kept else made


def _with_validator(made: Made) -> Made:
    """The answer as it is sent: without a rule of its own for caches, they ask each time."""
    more = [(b"etag", etag_of(made.body).encode())]
    if "cache-control" not in made.headers:
        more.append((b"cache-control", b"no-cache"))
    return replace(made, headers=Headers(raw=[*made.headers.raw, *more]))


async def _answer(made: Made, asked: Headers, send: Send) -> None:
    """The answer, or that the visitor has it (RFC 9110 section 15.4.5 says what stands on it)."""
    if not is_known(asked, made.headers["etag"], made.headers.get("last-modified")):
        await _hand_on(made, send)
        return
    said = [(k, v) for k, v in made.headers.raw if k.decode("latin-1") in _OF_304]
    await send({"type": "http.response.start", "status": 304, "headers": said})
    await send({"type": "http.response.body", "body": b""})


async def _hand_on(made: Made, send: Send) -> None:
    await send(
        {"type": "http.response.start", "status": made.status, "headers": list(made.headers.raw)}
    )
    await send({"type": "http.response.body", "body": made.body})
