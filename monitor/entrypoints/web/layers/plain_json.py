"""JSON without a hidden sign, whoever answers: shown in a window or a terminal, it is dead."""

from __future__ import annotations

from monitor.entrypoints.web.layers.asgi import App, Message, Receive, Scope, Send
from notifiers.words.wording import plain_json

_LENGTH = b"content-length"


class PlainJson:
    """Writes hidden controls in answers of JSON as escapes; to a program, they say the same.

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
        await self._app(scope, receive, _Rewriting(send))


class _Rewriting:
    """Hands an answer on; one of JSON once it is whole."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_json(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._whole(self._start)

    async def _whole(self, start: Message) -> None:
        body = plain_json(self._body.decode()).encode()
        if len(body) != len(self._body):
            others = [header for header in start["headers"] if header[0].lower() != _LENGTH]
            start["headers"] = [*others, (_LENGTH, str(len(body)).encode())]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _is_json(start: Message) -> bool:
    kind = next((value for name, value in start["headers"] if name.lower() == b"content-type"), b"")
    return bool(kind.partition(b";")[0].endswith(b"json"))
