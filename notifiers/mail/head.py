"""A mail's headers as bytes (RFC 5322): what all readers of a variant share.

What is refused or changed here would break the message itself: line breaks and other control
characters where a header would end (header injection).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy

from notifiers.mail.mailbox import CONTROLS, bare_address, mailbox_of

LONGEST_LINE = 998
"""Characters a line may have at most, without its end (RFC 5322 section 2.1.1)."""

FIXED_HEADERS = (("Auto-Submitted", "auto-generated"), ("Precedence", "bulk"))
"""On every mail, so that no vacation notice answers it (RFC 3834 section 5; RFC 2076)."""

RESERVED = frozenset(
    {
        *("from", "to", "subject", "date", "message-id", "auto-submitted", "precedence"),
        *("mime-version", "content-type", "content-transfer-encoding"),
        *("list-unsubscribe", "list-unsubscribe-post"),
    }
)
"""Headers that are written here or for each reader, in lower case: nobody adds another."""

_HEADER_NAME = re.compile(r"[!-9;-~]+")


def head(sender: str, subject: str, headers: Sequence[tuple[str, str]]) -> bytes:
    """From, Subject, the fixed headers and `headers`, each line ended by CRLF.

    Raises:
        ValueError: the sender is no address, or a header cannot be added.
    """
    mail = EmailMessage(policy=_Unfolded(utf8=not bare_address(sender).isascii(), linesep="\r\n"))
    for name, value in _all(sender, subject, headers):
        mail[name] = value
    return mail.as_bytes().removesuffix(b"\r\n")


def _all(
    sender: str, subject: str, headers: Sequence[tuple[str, str]]
) -> list[tuple[str, str | Address]]:
    found: list[tuple[str, str | Address]] = [
        ("From", mailbox_of(sender)),
        ("Subject", _one_line(subject)),
        *FIXED_HEADERS,
    ]
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in RESERVED:
            raise ValueError(f"{name!r} is not a header that can be added.")
        found.append((name, _one_line(value)))
    return found


def _one_line(words: str) -> str:
    """Words for a header: no input can end the line and begin a header of its own."""
    return " ".join(CONTROLS.sub(" ", words).split())


class _Unfolded(EmailPolicy):
    """Writes headers that the standard policy would spoil.

    It breaks a long List-Id or link into RFC 2047 words, which structured headers must not hold
    (RFC 2047 section 5); and it doubles spaces beside a word outside ASCII.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        line = f"{name}: {value}"
        if line.isascii() and len(line) <= LONGEST_LINE:
            return line.encode("ascii") + b"\r\n"
        if name == "Subject":
            words = Header(str(value), "utf-8", header_name=name).encode(linesep="\r\n")
            return f"{name}: {words}\r\n".encode("ascii")
        return super().fold_binary(name, value)
