"""The bodies of requests: bounded in size and in time, before anybody reads them."""

from __future__ import annotations

import asyncio

from fastapi import Request

from monitor.entrypoints.web.answers import problem
from monitor.entrypoints.web.layers.asgi import App, Message, Receive, Scope, Send

LARGEST = 32_000
"""Bytes of a form or a document: a choice of every topic of every series fits in many times."""

LARGEST_REPORT = 2_000_000
"""Bytes of a mail that came back, which holds the mail that was sent."""

PATIENCE = 10.0
"""Seconds in which a body has to have come."""


class BoundedBodies:
    """Reads a body whole, and hands it on; one that is too large or too slow is refused.

    Args:
        app: who answers.
        patience: seconds.
    """

    def __init__(self, app: App, patience: float = PATIENCE) -> None:
        self._app = app
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        largest = LARGEST_REPORT if scope["path"].startswith("/hooks/") else LARGEST
        try:
            async with asyncio.timeout(self._patience):
                body = await _body(receive, largest)
        except TimeoutError:
            why = "the body of the request did not come in time"
            await problem(Request(scope), 408, why)(scope, receive, send)
            return
        if body is None:
            why = f"the body of the request is larger than {largest:,} bytes"
            await problem(Request(scope), 413, why)(scope, receive, send)
            return
        await self._app(scope, _again(body, receive), send)


async def _body(receive: Receive, largest: int) -> bytes | None:
    """The whole body; None for one that is larger. What is left of it is not waited for."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > largest:
            return None
        if not message.get("more_body", False):  # also where the visitor has gone
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Hand the body on once; what comes after it is up to the server."""
    handed: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return handed.pop() if handed else await receive()

    return again
