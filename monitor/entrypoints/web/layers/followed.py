"""Each request has an id: it stands in the log's lines, and on file with the letters it causes."""

from __future__ import annotations

from collections.abc import Callable

from monitor.entrypoints.web.layers.asgi import App, Receive, Scope, Send
from storage.trace import following


class Followed:
    """Answers each request under an id of its own.

    Args:
        app: who answers.
        new_trace: makes an id.
    """

    def __init__(self, app: App, new_trace: Callable[[], str]) -> None:
        self._app, self._new_trace = app, new_trace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        with following(self._new_trace()):
            await self._app(scope, receive, send)
