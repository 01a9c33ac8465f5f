"""Addresses that hold a reader's token: no cache keeps them, no referrer tells them, none is found.

On every other answer a browser tells other sites nothing either. What is for the operator, or true
at this moment alone, is kept by nobody.
"""

from __future__ import annotations

import re

from monitor.entrypoints.web.layers.asgi import App, Message, Receive, Scope, Send

_WITH_A_TOKEN = re.compile(r"/(?:api/v1/)?(?:confirm|preferences|unsubscribe|address)(?:/|$)")
_OF_THE_MOMENT = ("/healthz", "/readyz", "/metrics", "/hooks/", "/api/v1/operator/")
_NO_GUESSING = (b"x-content-type-options", b"nosniff")
_NOT_KEPT = (b"cache-control", b"no-store")
_THEIRS = (
    _NOT_KEPT,
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex, nofollow"),
    _NO_GUESSING,
)
_OTHERS = ((b"referrer-policy", b"same-origin"), _NO_GUESSING)


def has_token(path: str) -> bool:
    """Whether an address is one of those that hold a token."""
    return _WITH_A_TOKEN.match(path) is not None


def is_never_kept(path: str) -> bool:
    """Whether an address is one of those whose answers are not kept, neither here nor elsewhere."""
    return has_token(path) or path.startswith(_OF_THE_MOMENT)


class PrivateAddresses:
    """Puts the headers of privacy on every answer, whoever gives it.

    Args:
        app: who answers.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        more = _headers_of(scope["path"])

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, sent)


def _headers_of(path: str) -> tuple[tuple[bytes, bytes], ...]:
    if has_token(path):
        return _THEIRS
    return (_NOT_KEPT, *_OTHERS) if is_never_kept(path) else _OTHERS
