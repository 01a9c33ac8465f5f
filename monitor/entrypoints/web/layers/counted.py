"""The requests that are answered, counted: by the address's template, never by the address."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from monitor.entrypoints.web.layers.asgi import App, Message, Receive, Scope, Send

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Requests:
    """How many requests there were, and how long they took.

    The templates, the methods and the statuses are few, whatever visitors send; an address itself
    may hold a token.

    Args:
        registry: of all that is counted.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # the process has one start
        self._answered = Counter(
            "roundwatch_http_requests_total",
            "Requests that were answered, by the template of their address.",
            ("route", "method", "status"),
            registry=registry,
        )
        self._took = Histogram(
            "roundwatch_http_request_duration_seconds",
            "From a request's head to the end of its answer.",
            ("route", "method"),
            registry=registry,
            buckets=_SECONDS,
        )

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        route = getattr(scope.get("route"), "path_format", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._answered.labels(route, method, str(status)).inc()
        self._took.labels(route, method).observe(seconds)


class CountedRequests:
    """Counts what an application answers.

    Args:
        app: who answers.
        requests: the counts.
    """

    def __init__(self, app: App, requests: Requests) -> None:
        self._app, self._requests = app, requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500  # where nobody answers, the server does

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            self._requests.count(scope, status, time.perf_counter() - begun)
