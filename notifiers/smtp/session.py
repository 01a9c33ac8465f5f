"""Getting in at a mail server's door: connection, TLS, login."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Callable
from functools import cache

from notifiers.message import NothingCanBeSent
from notifiers.smtp.address import SmtpAddress
from notifiers.smtp.wire import Session, TlsSession

CHECK_SERVER = "Check the host and port in ROUNDWATCH_SMTP_URL, and that the server is running."
CHECK_LOGIN = "Check the user and password in ROUNDWATCH_SMTP_URL (percent-encode @ : / ? # %)."
CHECK_TLS = (
    "Use a server that offers STARTTLS with a valid certificate, or, on a network you trust, "
    "say starttls=never in ROUNDWATCH_SMTP_URL."
)

GOODBYE = 10.0
"""Seconds to wait for the answer to QUIT: by then every message has been dealt with."""


def tls_context(address: SmtpAddress) -> ssl.SSLContext:
    """What a certificate is judged by: the system's trusted ones. It takes long to make."""
    context = ssl.create_default_context()
    if not address.verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def open_session(
    address: SmtpAddress, *, tls: Callable[[], ssl.SSLContext], timeout: float
) -> Session:
    """A session ready for the first MAIL.

    Args:
        address: the server.
        tls: gives what certificates are judged by; asked only where there is one.
        timeout: seconds for connecting and for each answer.

    Raises:
        NothingCanBeSent: no connection, no TLS where it is required, or the login is refused.
    """
    try:
        server = _connect(address, tls, timeout)
        try:
            _secure(server, address, tls)
            _log_in(server, address)
            server.waits_for_nothing()
        except BaseException:
            server.close()
            raise
    except OSError as error:
        raise _shut_out(address, error) from error
    return server


def described(server: Session, address: SmtpAddress) -> str:
    """How we came in, and how large a mail may be, in words."""
    version = server.sock.version() if isinstance(server.sock, ssl.SSLSocket) else None
    safe = f"by {version}" if version else "without TLS"
    login = "with a login" if address.user is not None else "without a login"
    size = server.esmtp_features.get("size", "")
    most = (
        f"takes mails of up to {int(size):,} bytes"
        if size.isdigit() and int(size)
        else ("names no limit for a mail's size")
    )
    return f"it lets us in {safe}, {login}, and {most}"


def goodbye(server: Session) -> None:
    """Say goodbye and hang up; a server that does not answer is not waited for."""
    server.timeout = min(server.timeout, GOODBYE)
    with contextlib.suppress(OSError):
        server.quit()
    server.close()


@cache
def _own_name() -> str:
    """What we call ourselves at EHLO. It may have to be looked up, so once is enough."""
    return smtplib.SMTP().local_hostname


def _connect(address: SmtpAddress, tls: Callable[[], ssl.SSLContext], timeout: float) -> Session:
    if address.implicit_tls:
        return TlsSession(address.host, address.port, _own_name(), timeout=timeout, context=tls())
    return Session(address.host, address.port, _own_name(), timeout=timeout)


def _secure(server: Session, address: SmtpAddress, tls: Callable[[], ssl.SSLContext]) -> None:
    server.ehlo_or_helo_if_needed()
    if address.implicit_tls or address.starttls == "never":
        return
    if server.has_extn("starttls"):
        server.starttls(context=tls())
        server.ehlo_or_helo_if_needed()
    elif address.verified:
        raise NothingCanBeSent(
            f"{address} offers no STARTTLS, and nothing may be sent in the clear.", todo=CHECK_TLS
        )


def _log_in(server: Session, address: SmtpAddress) -> None:
    if address.user is None or address.password is None:
        return
    try:
        server.login(address.user, address.password)
    except smtplib.SMTPNotSupportedError as error:
        raise NothingCanBeSent(
            f"{address} offers no login that we know.", todo=CHECK_LOGIN
        ) from error
    except smtplib.SMTPAuthenticationError as error:
        raise NothingCanBeSent(
            f"{address} refused the login: {error.smtp_code} {address.said(error.smtp_error)}.",
            todo=CHECK_LOGIN,
        ) from error


def _shut_out(address: SmtpAddress, error: OSError) -> NothingCanBeSent:
    """Every other way to stay outside: refused, unknown, too slow, a wrong certificate."""
    if isinstance(error, ssl.SSLError):
        why, todo = f"TLS with {address} failed: {error}", CHECK_TLS
    elif isinstance(error, smtplib.SMTPResponseException):
        words = address.said(error.smtp_error)
        why, todo = f"{address} turned us away: {error.smtp_code} {words}", CHECK_SERVER
    else:
        why, todo = f"The mail server {address} could not be reached: {error}", CHECK_SERVER
    return NothingCanBeSent(f"{why.rstrip('.')}.", todo=todo)
