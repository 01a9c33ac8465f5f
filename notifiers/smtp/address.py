"""The address of a mail server, as it stands in the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

WORDS_KEPT = 300
"""Characters kept of a server's answer."""

StartTls = Literal["require", "opportunistic", "never"]


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """Where mail is handed over, and how.

    `implicit_tls` is `smtps://` (RFC 8314): encrypted from the first byte. Otherwise `starttls`
    says what happens after the greeting (RFC 3207). The password stays out of the repr, so that
    no log or traceback shows it.
    """

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    implicit_tls: bool
    starttls: StartTls

    @property
    def verified(self) -> bool:
        """Whether the server's certificate must be right.

        `opportunistic` without a login takes any certificate (RFC 7435): what would otherwise go
        in the clear loses nothing. A password is never shown to a server that is not known.
        """
        return self.implicit_tls or self.starttls == "require" or self.user is not None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def said(self, words: bytes | str) -> str:
        """A server's words on one line, without the password should it repeat it."""
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        line = " ".join(text.split())
        if self.password:
            line = line.replace(self.password, "***")
        return line[:WORDS_KEPT].rstrip(". ")


def read_address(address: str) -> SmtpAddress:
    """Read `smtp://user:password@host:port?starttls=require|opportunistic|never` or `smtps://`.

    Without `starttls`, it is required where there is a password, opportunistic where there is
    none. Default ports: 465 for smtps, 587 with a login (RFC 6409), 25 without.

    Raises:
        ValueError: the address is faulty; the text names the fault and never holds the password.
    """
    parts, port = _split(address)
    user, password = _login(parts)
    implicit = parts.scheme == "smtps"
    return SmtpAddress(
        host=parts.hostname or "",
        port=port or (465 if implicit else 587 if user else 25),
        user=user,
        password=password,
        implicit_tls=implicit,
        starttls=_starttls(parts, "require" if user else "opportunistic"),
    )


def _split(address: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        # The standard library's text quotes the piece it stumbled over: often the password.
        parts, port = SplitResult("", "", "", "", ""), None
    odd_rest = parts.path not in ("", "/") or parts.fragment
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or odd_rest:
        raise ValueError(
            "The mail server's address is written smtp://user:password@host:port; characters "
            "such as @ : / ? # % in the user or password must be percent-encoded (@ as %40)."
        ) from None
    return parts, port


def _login(parts: SplitResult) -> tuple[str | None, str | None]:
    if not parts.username and not parts.password:
        return None, None
    if not parts.username or not parts.password:
        raise ValueError("The mail server's address needs both a user and a password, or neither.")
    user, password = unquote(parts.username), unquote(parts.password)
    if not (user + password).isascii():
        raise ValueError("The mail server's user and password must be plain ASCII.")
    return user, password


def _starttls(parts: SplitResult, default: StartTls) -> StartTls:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    wish = options.pop("starttls", default)
    if options:
        names = ", ".join(sorted(options))
        raise ValueError(f"The mail server's address has options that are not known: {names}.")
    for known in get_args(StartTls):
        if wish == known:
            return known  # type: ignore[no-any-return]
    raise ValueError(f"starttls={wish} is not known: require, opportunistic or never.")
