"""Addresses that hold a reader's token: no cache keeps them, no referrer tells them, none is found.

On every other answer a browser tells other sites nothing either.
"""

from __future__ import annotations

import re

from monitor.entrypoints.web.asgi import App, Message, Receive, Scope, Send

_WITH_A_TOKEN = re.compile(r"/(?:api/v1/)?(?:confirm|preferences|unsubscribe|address)(?:/|$)")
_NO_GUESSING = (b"x-content-type-options", b"nosniff")
_THEIRS = (
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex, nofollow"),
    _NO_GUESSING,
)
_OTHERS = ((b"referrer-policy", b"same-origin"), _NO_GUESSING)


def has_token(path: str) -> bool:
    """Whether an address is one of those that hold a token."""
    return _WITH_A_TOKEN.match(path) is not None


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
        more = _THEIRS if has_token(scope["path"]) else _OTHERS

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, sent)
