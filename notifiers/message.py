"""One mail: its parts, its bytes (RFC 5322), and what can go wrong in handing it over.

Addresses are validated by the caller; what is refused here would break the message itself: line
breaks and other control characters where a header would end (header injection).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, getaddresses
from typing import Protocol

from storage.records import Delivery

LONGEST_LINE = 998
"""Characters a line may have at most, without its end (RFC 5322 section 2.1.1)."""

FIXED_HEADERS = (("Auto-Submitted", "auto-generated"), ("Precedence", "bulk"))
"""On every mail, so that no vacation notice answers it (RFC 3834 section 5; RFC 2076)."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_HEADER_NAME = re.compile(r"[!-9;-~]+")
_ADDRESS = re.compile(r"[^\s@<>,;\x00-\x1f\x7f-\x9f]+@[^\s@<>,;\x00-\x1f\x7f-\x9f]+")


class SendError(Exception):
    """A message was not handed over.

    Args:
        summary: one sentence: what happened, with the server's own words where it gave any.
        permanent: True if sending this message to this reader again cannot help.
        todo: what the operator can do about it.
    """

    def __init__(self, summary: str, permanent: bool, *, todo: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.permanent = permanent
        self.todo = todo


class NothingCanBeSent(SendError):
    """The way out itself is shut (server down, login refused, disk full), not this one message.

    Never permanent. Trying the next message at once would meet the same closed door.
    """

    def __init__(self, summary: str, *, todo: str) -> None:
        super().__init__(summary, False, todo=todo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A mail to one reader.

    `message_id` has its angle brackets and is fixed by the caller, so that a repeat can be
    recognized. `sender` is an address or `Name <address>`, `recipient` a bare address. `date` is
    aware. `html` is None for a mail of plain text alone.
    """

    message_id: str
    sender: str
    recipient: str
    date: datetime
    subject: str
    text: str
    html: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Notifier(Protocol):
    """A way out for messages. One thread at a time."""

    def send(self, message: Message) -> None:
        """Hand the message over; returning means it was taken.

        Raises:
            SendError: it was not taken, or nobody can know whether it was.
        """

    def close(self) -> None:
        """Let go of connections. Sending again afterwards opens them anew."""


def digest_message(delivery: Delivery, *, sender: str, date: datetime) -> Message:
    """The mail of a claimed delivery, with the List-Id of its series (RFC 2919).

    Raises:
        ValueError: the sender is no address.
    """
    domain = bare_address(sender).rpartition("@")[2]
    return Message(
        message_id=delivery.message_id,
        sender=sender,
        recipient=delivery.address,
        date=date,
        subject=delivery.digest.subject,
        text=delivery.digest.text,
        html=delivery.digest.html,
        headers=(("List-Id", f"<{delivery.digest.series}.{domain}>"),),
    )


def bare_address(mailbox: str) -> str:
    """The address in `Name <address>` or `address`.

    Raises:
        ValueError: there is none, or one with white space or control characters in it.
    """
    return _name_and_address(mailbox)[1]


def needs_utf8(message: Message) -> bool:
    """Whether an address is outside ASCII, so that the server must know SMTPUTF8 (RFC 6531)."""
    return not (bare_address(message.sender) + bare_address(message.recipient)).isascii()


def to_bytes(message: Message) -> bytes:
    """The message as RFC 5322 bytes, lines ended by CRLF; text and HTML as alternatives.

    Bodies are quoted-printable: any server takes them, whatever the length of their lines.

    Raises:
        SendError: (permanent) an address, Message-ID or header cannot stand in a message.
    """
    try:
        mail = EmailMessage(policy=_Unfolded(utf8=needs_utf8(message), linesep="\r\n"))
        for name, value in _headers(message):
            mail[name] = value
    except ValueError as error:
        raise SendError(f"The message cannot be written: {error}", True) from error
    mail.set_content(_encodable(message.text), cte="quoted-printable")
    if message.html is not None:
        mail.add_alternative(_encodable(message.html), subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def _headers(message: Message) -> list[tuple[str, str | Address]]:
    if not _MESSAGE_ID.fullmatch(message.message_id):
        raise ValueError(f"{message.message_id!r} is not a Message-ID.")
    headers: list[tuple[str, str | Address]] = [
        ("From", _mailbox(message.sender)),
        ("To", _mailbox(message.recipient)),
        ("Subject", _one_line(message.subject)),
        ("Date", format_datetime(message.date)),
        ("Message-ID", message.message_id),
        *FIXED_HEADERS,
    ]
    taken = {name.lower() for name, _ in headers}
    for name, value in message.headers:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in taken:
            raise ValueError(f"{name!r} is not a header that can be added.")
        headers.append((name, _one_line(value)))
    return headers


def _mailbox(mailbox: str) -> Address:
    name, address = _name_and_address(mailbox)
    user, _, domain = address.rpartition("@")
    return Address(name, user, domain)


def _name_and_address(mailbox: str) -> tuple[str, str]:
    found = getaddresses([mailbox])
    if len(found) != 1 or _CONTROLS.search(mailbox) or not _ADDRESS.fullmatch(found[0][1]):
        raise ValueError(f"{mailbox!r} is not a mail address.")
    return found[0]


def _one_line(words: str) -> str:
    """Words for a header: no input can end the line and begin a header of its own."""
    return " ".join(_CONTROLS.sub(" ", words).split())


def _encodable(body: str) -> str:
    return body.encode("utf-8", "replace").decode("utf-8")


class _Unfolded(EmailPolicy):
    """Writes headers that the standard policy would spoil.

    It breaks a long List-Id or link into RFC 2047 words, which structured headers must not hold
    (RFC 2047 section 5); and it doubles spaces beside a word outside ASCII.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        line = f"{name}: {value}"
        if line.isascii() and len(line) <= LONGEST_LINE:
            return line.encode("ascii") + b"\r\n"
        if name == "Subject" and not self.utf8:
            words = Header(str(value), "utf-8", header_name=name).encode(linesep="\r\n")
            return f"{name}: {words}\r\n".encode("ascii")
        return super().fold_binary(name, value)
