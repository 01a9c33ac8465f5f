"""One HTTPS request to an address that was judged before: no proxy, no redirect, one time limit."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from typing import Any

from notifiers.webhook.address import WebhookAddress

Candidate = tuple[socket.AddressFamily, tuple[Any, ...]]
"""A family and an address of its sockets, as the resolver gives them."""


def candidates_of(address: WebhookAddress) -> tuple[Candidate, ...]:
    """Every address of a webhook's host, in the resolver's order.

    Raises:
        OSError: the name cannot be resolved.
    """
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys((family, where) for family, _, _, _, where in found))


def post(
    address: WebhookAddress,
    candidates: Sequence[Candidate],
    content: bytes,
    headers: Mapping[str, str],
    *,
    tls: ssl.SSLContext,
    seconds: float,
) -> int:
    """Send a document, and return the status of the answer; its body is not read.

    Args:
        address: the host that the certificate must name, and what is asked for there.
        candidates: where to connect, in turn until one answers; nothing is resolved anew.
        content: the body.
        headers: beside those that HTTP itself needs.
        tls: verifies the certificate; its sockets become ours.
        seconds: for all of it together, however slowly the bytes drip.

    Raises:
        OSError: no connection, no TLS, or no answer in time.
        http.client.HTTPException: an answer that is not HTTP.
    """
    connection = _Connection(address, candidates, tls, time.monotonic() + seconds)
    try:
        connection.request("POST", address.target, content, {**headers, "Connection": "close"})
        with connection.getresponse() as answer:
            return answer.status
    finally:
        connection.close()


class _Connection(HTTPConnection):
    """HTTPS to judged addresses. The name is for the certificate and the Host header alone."""

    default_port = 443

    def __init__(
        self,
        address: WebhookAddress,
        candidates: Sequence[Candidate],
        tls: ssl.SSLContext,
        ends: float,
    ) -> None:
        super().__init__(address.host, address.port)
        self._candidates = candidates
        self._tls = tls
        self._ends = ends

    def connect(self) -> None:
        plain = _connected(self._candidates, self._ends)
        try:
            plain.settimeout(_left(self._ends))  # Python holds it for the handshake as a whole
            self._tls.sslsocket_class = _Limited
            secured = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
        secured.ends = self._ends  # type: ignore[attr-defined]
        self.sock = secured


class _Limited(ssl.SSLSocket):
    """A TLS socket whose operations together end at one moment."""

    ends: float

    def send(self, data: Any, flags: int = 0) -> int:  # noqa: ANN401 - as the base class has it
        self.settimeout(_left(self.ends))
        return super().send(data, flags)

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:  # noqa: ANN401
        self.settimeout(_left(self.ends))
        return super().recv_into(buffer, nbytes, flags)


def _connected(candidates: Sequence[Candidate], ends: float) -> socket.socket:
    """A connection to the first address that takes one."""
    fault = OSError("the name has no address")
    for family, where in candidates:
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(_left(ends))
            plain.connect(where)
        except OSError as refused:
            plain.close()
            fault = refused
        else:
            return plain
    raise fault


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left
