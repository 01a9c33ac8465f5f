"""What nobody foresaw: an answer in our words, a line in the log, and no stack trace in either."""

from __future__ import annotations

import logging
from pathlib import Path
from traceback import extract_tb

from fastapi import Request

from monitor.entrypoints.web.answers import problem
from monitor.entrypoints.web.layers.asgi import App, Message, Receive, Scope, Send
from storage.trace import current

_HERE = Path(__file__).parents[3]
_OURS = tuple(str(_HERE / package) for package in ("monitor", "storage", "notifiers"))

_log = logging.getLogger("roundwatch")


class Unforeseen:
    """Answers 500 where the application fails, and tells the log where it did.

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
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception as fault:  # noqa: BLE001 - the outermost line: it becomes a record
            _tell(scope, fault)
            if begun:
                return  # the head of another answer is out; the server cuts the connection
            why = "something went wrong here that nobody foresaw; it is in the operator's log"
            why += f" under {current()}" if current() else ""
            await problem(Request(scope), 500, why, "try again later")(scope, receive, send)


def _tell(scope: Scope, fault: Exception) -> None:
    """Tell the log what failed and where; the address may hold a token, its pattern does not."""
    frames = extract_tb(fault.__traceback__)
    last = next((each for each in reversed(frames) if each.filename.startswith(_OURS)), frames[-1])
    asked = getattr(scope.get("route"), "path", "an address")
    where = f"{Path(last.filename).name}:{last.lineno}"
    kind = type(fault).__name__
    _log.error("pages: %s %s failed at %s: %s: %s", scope["method"], asked, where, kind, fault)
