"""The connections themselves: one pool, with a deadline that nothing outlasts.

httpx's own timeouts bound each single read, so a server that sends a byte now and then, in the
head of its answer or in the body, holds a client for as long as it likes. Here the bound is one
instant for the whole answer: every read and write is given what is left until then, and no more.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

from monitor.sources.lean_httpx import httpcore, httpx

if TYPE_CHECKING:
    import ssl

# A host that does not even take the connection is not worth the whole deadline.
CONNECT_SECONDS = 10.0

# We ask one thing at a time; a few more for threads that ask different hosts.
_CONNECTIONS = 4
# Longer than the second between two of our requests, or each would pay for a new TLS handshake.
_IDLE_SECONDS = 15.0


class Wire(httpx.BaseTransport):
    """An httpx transport whose `timeout` is for the whole answer: connection, head and body.

    The TLS context (18 ms of CPU and 2 MB, for its certificates) is made when the first https
    address is asked for, so a source on plain http never pays for it. Proxies come from the
    environment (HTTP_PROXY, HTTPS_PROXY, NO_PROXY), except for this machine itself, which no
    proxy could reach.
    """

    def __init__(self) -> None:
        self._pools: dict[tuple[str, str | None], httpcore.ConnectionPool] = {}
        self._lock = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the answer's body is read later, under the same deadline.

        Raises:
            httpx.TimeoutException: the deadline has passed.
            httpx.NetworkError: no connection, or one that broke.
        """
        seconds: float = request.extensions["timeout"]["read"]
        # httpcore hands these to the streams below just as they are, all but `pool`, which it
        # waits for itself. So what the streams get is not a length of time but the deadline.
        deadline = time.monotonic() + seconds
        timeouts = {"pool": seconds, "connect": deadline, "read": deadline, "write": deadline}
        with _as_httpx_errors():
            answer = self._pool(request.url).handle_request(
                httpcore.Request(
                    request.method,
                    _core_url(request.url),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions={"timeout": timeouts},
                )
            )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), request=request
        )

    def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            pool.close()

    def _pool(self, url: httpx.URL) -> httpcore.ConnectionPool:
        proxy = _proxy_for(url)
        with self._lock:
            key = (url.scheme, proxy)
            if key not in self._pools:
                self._pools[key] = self._new_pool(url, proxy)
            return self._pools[key]

    def _new_pool(self, url: httpx.URL, proxy: str | None) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self._tls if url.scheme == "https" else None,
            proxy=_core_proxy(proxy) if proxy else None,
            max_connections=_CONNECTIONS,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=_Backend(),
        )

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()


class _Body(httpx.SyncByteStream):
    """An answer's body, its errors spoken in httpx's words."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx_errors():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Backend(httpcore.SyncBackend):
    """Connections that know the deadline. Every `timeout` below is an instant, see `Wire`."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        seconds = min(_left(timeout), CONNECT_SECONDS)
        return _Stream(super().connect_tcp(host, port, seconds, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    """One connection. Every `timeout` is an instant of `time.monotonic`."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = min(_left(timeout), CONNECT_SECONDS)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def _left(deadline: float | None) -> float:
    """The seconds until the deadline.

    Raises:
        httpcore.ReadTimeout: there are none.
    """
    seconds = 0.0 if deadline is None else deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout("the deadline for the whole answer has passed")
    return seconds


@contextmanager
def _as_httpx_errors() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.ReadTimeout(str(error) or "no answer in time") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
        raise httpx.NetworkError(str(error) or type(error).__name__) from error
    except UnicodeError as error:
        raise httpx.NetworkError(f"the host's name is none: {error}") from error


def _proxy_for(url: httpx.URL) -> str | None:
    if url.host == "localhost" or url.host.startswith("127.") or url.host == "::1":
        return None
    proxy = getproxies().get(url.scheme)
    return None if proxy is None or proxy_bypass(url.netloc.decode("ascii")) else proxy


def _core_proxy(address: str) -> httpcore.Proxy:
    proxy = httpx.Proxy(address)
    return httpcore.Proxy(_core_url(proxy.url), auth=proxy.raw_auth)


def _core_url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
