"""Messages to a mail server, over one connection that is kept for the whole run (RFC 5321)."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from contextlib import closing
from typing import Literal

from notifiers.message import NothingCanBeSent, SendError, Settle, Take
from notifiers.parcel import Parcel
from notifiers.smtp_address import SmtpAddress
from notifiers.smtp_session import CHECK_LOGIN, goodbye, open_session

Step = Literal["MAIL", "RCPT", "DATA"]

LANES = 10
"""Connections at once, where nothing else is said."""

TIMEOUT = 60.0
"""Seconds to wait for a connection and for the answer to each command."""

PATIENCE = 600.0
"""Seconds to wait for the answer to the message's end.

RFC 5321 section 4.5.3.2.6 asks for ten minutes: who hangs up earlier sends mail twice.
"""

SHUTTING_DOWN = 421
TOO_LARGE = 552
LOGIN_WANTED = frozenset({530, 534, 535, 538})
"""RFC 4954 section 6."""

MAILBOX_FULL = "5.2.2"
"""Despite its class a passing failure: the reader can make room (RFC 3463 section 3.3)."""

_LATER = "It takes no mail now; deliver again later."
_CHECK_SENDER = "Set ROUNDWATCH_MAIL_FROM to an address this server may send for."


class _HungUp(Exception):
    """The connection is over, and nothing of the message has been handed over."""


class SmtpNotifier:
    """Hands parcels to one mail server, over as many connections as there are lanes.

    Args:
        address: the server, see `notifiers.smtp_address.read_address`.
        lanes: how many connections may be open at once.
        tls: replaces the system's trusted certificates, for a server with its own.
        timeout: seconds for connecting and for each command.
        patience: seconds for the answer to a message's end.
    """

    def __init__(
        self,
        address: SmtpAddress,
        *,
        lanes: int = LANES,
        tls: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
    ) -> None:
        self.address = address
        self._lanes = lanes
        self._tls = tls
        self._timeout = timeout
        self._patience = patience

    @property
    def lanes(self) -> int:
        """How many connections may be open at once."""
        return self._lanes

    def carry(self, take: Take, settle: Settle) -> None:
        """Hand over what `take` gives over one connection, opened at the first parcel."""
        with closing(_Lane(self.address, self._tls, self._timeout, self._patience)) as lane:
            while parcel := take(True):
                settle(parcel, lane.fault_of(parcel))

    def probe(self) -> None:
        """Go through the door, TLS and login included, and send nothing.

        Raises:
            NothingCanBeSent: why no mail would go out now.
        """
        goodbye(open_session(self.address, tls=self._tls, timeout=self._timeout))

    def close(self) -> None:
        """Nothing is held open: each lane closes its own connection at its end."""


class _Lane:
    """One connection, opened when first needed.

    One that died since the last message is opened again, once, and only before DATA: from there
    on a message may have arrived, and a second try here could double it.
    """

    def __init__(
        self, address: SmtpAddress, tls: ssl.SSLContext | None, timeout: float, patience: float
    ) -> None:
        self.address = address
        self._tls = tls
        self._timeout = timeout
        self._patience = patience
        self._server: smtplib.SMTP | None = None

    def fault_of(self, parcel: Parcel) -> SendError | None:
        """Hand over one message; it is the server's if nothing was wrong."""
        try:
            self._send(parcel)
        except SendError as fault:
            return fault
        return None

    def close(self) -> None:
        """Say goodbye and hang up."""
        server, self._server = self._server, None
        if server is not None:
            goodbye(server)

    def _send(self, parcel: Parcel) -> None:
        server = self._announce(parcel)
        try:
            answer = self._hand_over(server, parcel.content)
        except OSError as error:
            server.close()
            raise SendError(
                f"The connection to {self.address} was lost while the message was handed over "
                f"({self.address.said(str(error))}); it may have arrived.",
                False,
                todo="It is tried again under the same Message-ID.",
                uncertain=True,
            ) from error
        self._settle(server, "DATA", answer)

    def _announce(self, parcel: Parcel) -> smtplib.SMTP:
        """Say who writes to whom, on the kept connection or else on a new one."""
        if self._server is not None and self._server.sock is not None:
            with contextlib.suppress(_HungUp):
                return self._envelope(self._server, parcel)
        self._server = open_session(self.address, tls=self._tls, timeout=self._timeout)
        try:
            return self._envelope(self._server, parcel)
        except _HungUp as error:
            raise NothingCanBeSent(
                f"The mail server {self.address} hung up: {error}.", todo=_LATER
            ) from error

    def _envelope(self, server: smtplib.SMTP, parcel: Parcel) -> smtplib.SMTP:
        options = [f"SIZE={len(parcel.content)}"] if server.has_extn("size") else []
        if not (parcel.sender + parcel.recipient).isascii():
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        try:
            self._settle(server, "MAIL", server.mail(parcel.sender, options))
            self._settle(server, "RCPT", server.rcpt(parcel.recipient))
        except smtplib.SMTPNotSupportedError as error:
            raise SendError(
                f"{self.address} does not take addresses outside ASCII (SMTPUTF8).", True
            ) from error
        except OSError as error:
            server.close()
            raise _HungUp(self.address.said(str(error))) from error
        return server

    def _hand_over(self, server: smtplib.SMTP, content: bytes) -> tuple[int, bytes | str]:
        _wait_at_most(server, self._patience)
        try:
            return server.data(content)
        except smtplib.SMTPDataError as error:
            return error.smtp_code, error.smtp_error
        finally:
            _wait_at_most(server, self._timeout)

    def _settle(self, server: smtplib.SMTP, step: Step, answer: tuple[int, bytes | str]) -> None:
        """Go on after a yes; after a no, leave the connection clean for the next message."""
        code, words = answer[0], self.address.said(answer[1])
        if 200 <= code < 300:
            return
        if code == SHUTTING_DOWN:
            server.close()
            if step != "DATA":
                raise _HungUp(f"{code} {words}")
        else:
            with contextlib.suppress(OSError):
                server.rset()
        raise refusal(self.address, step, code, words)


def refusal(address: SmtpAddress, step: Step, code: int, words: str) -> SendError:
    """What a server's no means (RFC 5321 section 4.2.1): for this message, or for all."""
    said = f"{address} answered {code} {words}".rstrip()
    if code == SHUTTING_DOWN:
        return NothingCanBeSent(f"{said}.", todo=_LATER)
    if code in LOGIN_WANTED:
        return NothingCanBeSent(f"The mail server wants a login: {said}.", todo=CHECK_LOGIN)
    permanent = 500 <= code < 600 and not words.startswith(MAILBOX_FULL)
    if step == "MAIL" and permanent and code != TOO_LARGE:
        return NothingCanBeSent(f"Our sender is refused: {said}.", todo=_CHECK_SENDER)
    return SendError(f"{said}.", permanent)


def _wait_at_most(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)
