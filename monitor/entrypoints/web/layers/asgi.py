"""The shapes of ASGI 3, in which a web server and an application speak (asgi.readthedocs.io)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
"""What is asked: kind, method, path, headers as pairs of bytes."""

Message = MutableMapping[str, Any]
"""A piece of a request or of an answer."""

Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
