"""Real mail servers on loopback: one that works (aiosmtpd), one that follows a bad script."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

LOOPBACK = "127.0.0.1"


@dataclass
class Postbox:
    """Keeps what arrives. `answers` replaces the yes of a step, once per message, in order."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    connections: set[int] = field(default_factory=set)
    encrypted: list[bool] = field(default_factory=list)
    hang_up_after: int | None = None

    def _answer(self, step: str) -> str:
        queue = self.answers.get(step, [])
        return queue.pop(0) if queue else "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._answer("MAIL")
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._answer("RCPT")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self._answer("DATA")
        if answer.startswith("250"):
            self.mails.append(bytes(envelope.original_content or b""))
            self.recipients.extend(str(each) for each in envelope.rcpt_tos)
            self.senders.append(str(envelope.mail_from))
            self.connections.add(id(server))
            self.encrypted.append(session.ssl is not None)
        if self.hang_up_after is not None and len(self.mails) == self.hang_up_after:
            assert server.loop is not None
            assert server.transport is not None
            self.hang_up_after = None
            server.loop.call_later(0.05, server.transport.close)
        return answer


class _OnAnyPort(Controller):
    """aiosmtpd on a port that the system chooses; it is ours before anyone can take it."""

    def __init__(self, handler: Postbox, **options: Any) -> None:
        self.listener = socket.create_server((LOOPBACK, 0))
        port = self.listener.getsockname()[1]
        super().__init__(handler, hostname=LOOPBACK, port=port, **options)

    def _create_server(self) -> Any:
        return self.loop.create_server(
            self._factory_invoker, sock=self.listener, ssl=self.ssl_context
        )


@contextlib.contextmanager
def mail_server(postbox: Postbox, **options: Any) -> Iterator[int]:
    """Serve the postbox on loopback; gives the port."""
    controller = _OnAnyPort(postbox, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def only(user: str, password: str) -> Any:
    """An authenticator that knows one login."""

    def check(
        server: SMTP, session: Session, envelope: Envelope, how: str, data: Any
    ) -> AuthResult:
        known = isinstance(data, LoginPassword) and data == LoginPassword(
            user.encode(), password.encode()
        )
        return AuthResult(success=known, handled=known)

    return check


@contextlib.contextmanager
def scripted_server(*scripts: list[str]) -> Iterator[int]:
    """A server that says one line after each line it hears; each script is one connection.

    The first line is said at once. `<` hangs up instead of answering. After `354`, everything up
    to the final dot counts as one line.
    """
    listener = socket.create_server((LOOPBACK, 0))
    thread = threading.Thread(target=_follow, args=(listener, scripts), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes a thread that still waits for a caller
        listener.close()
        thread.join(5)


def _follow(listener: socket.socket, scripts: tuple[list[str], ...]) -> None:
    for script in scripts:
        try:
            peer, _ = listener.accept()
        except OSError:
            return
        with contextlib.suppress(OSError), peer, peer.makefile("rwb") as stream:
            _say(stream, script)


def _say(stream: Any, script: list[str]) -> None:
    for position, line in enumerate(script):
        if position:
            _hear(stream, until=b".\r\n" if script[position - 1].startswith("354") else b"")
        if line == "<":
            return
        stream.write(line.encode() + b"\r\n")
        stream.flush()


def _hear(stream: Any, until: bytes) -> None:
    while (line := stream.readline()) and until and line != until:
        pass


@dataclass(frozen=True)
class Certificate:
    """A certificate of our own for 127.0.0.1: the server's side, and a client's that trusts it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def new_certificate() -> Certificate:
    """A certificate by an authority that nobody but this client knows."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(LOOPBACK).configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return Certificate(server, client)
