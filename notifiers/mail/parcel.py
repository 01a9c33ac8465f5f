"""Mails ready for their way: written once for all readers of a variant, joined with each one's own.

`compose` encodes head and bodies once; `Draft.addressed` joins in a reader's address, date,
Message-ID and links, by joining bytes. Bodies are quoted-printable: any server takes them, whatever
the length of their lines (RFC 2045 section 6.7).
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from notifiers.mail.head import head
from notifiers.mail.mailbox import written
from notifiers.mail.quoted import quoted, quoted_link
from notifiers.message import SendError
from storage.records import MailFormat, Rendering

PREFERENCES = "https://preferences.invalid/"
"""Stands in a rendering where the reader's own link to the preferences belongs (RFC 2606: no such
host can exist)."""

UNSUBSCRIBE = "https://unsubscribe.invalid/"
"""Stands in a rendering where the reader's own link to unsubscribe belongs."""

LONGEST_LINK = 900
"""Characters of a personal link, so that a header's line keeps within 998 (RFC 5322 2.1.1)."""

_BOUNDARY = "=_alternative"
"""Cannot occur in a quoted-printable body (RFC 2045 section 6.7, last note)."""

_MIME = b"MIME-Version: 1.0\r\n"
_ALTERNATIVE = (
    f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n\r\n--{_BOUNDARY}\r\n'
).encode()
_PART = (
    "Content-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
)
_NEXT_PART = f"\r\n--{_BOUNDARY}\r\n".encode()
_LAST = f"\r\n--{_BOUNDARY}--\r\n".encode()

_MARKERS = re.compile(f"({re.escape(PREFERENCES)}|{re.escape(UNSUBSCRIBE)})")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_LINK = re.compile(rf"[a-z]+:[!-;=?-~]{{1,{LONGEST_LINK}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message on its way: the envelope, and the bytes to hand over.

    Args:
        delivery_id: the outbox's row.
        sender: the envelope's sender, a bare address.
        recipient: the envelope's recipient: a bare address, or the address of another channel.
        message_id: with its angle brackets; the same at every attempt, so that a repeat can be
            recognized.
        content: the message; for mail RFC 5322 bytes with lines ended by CRLF, not dot-stuffed.
    """

    delivery_id: int
    sender: str
    recipient: str
    message_id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PersonalLinks:
    """A reader's own links.

    Args:
        preferences: https link to the preferences.
        unsubscribe: https link that unsubscribes by one POST (RFC 8058).
        unsubscribe_mail: a mailto link that unsubscribes too, where one is configured.
    """

    preferences: str
    unsubscribe: str
    unsubscribe_mail: str | None = None


class Slot(NamedTuple):
    """Where a reader's own link stands: as it is, or escaped for HTML."""

    marker: str
    in_html: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail without its reader: what all readers share, in order, from the From header on.

    Args:
        pieces: the shared bytes; empty at the places of `slots`.
        slots: by their place among the pieces.
    """

    pieces: tuple[bytes, ...]
    slots: tuple[tuple[int, Slot], ...]

    @property
    def size(self) -> int:
        """How many bytes are shared."""
        return sum(map(len, self.pieces))

    def addressed(
        self, *, recipient: str, message_id: str, date: datetime, links: PersonalLinks | None
    ) -> bytes:
        """The whole message for one reader.

        Args:
            recipient: a bare address.
            message_id: with its angle brackets.
            date: aware.
            links: the reader's own; None only where the rendering has no places for them.

        Raises:
            SendError: (permanent) the address, Message-ID or a link cannot stand in a message.
            ValueError: the rendering has places for links, and there are none.
        """
        if self.slots and links is None:
            raise ValueError("The rendering has places for personal links, and none are given.")
        try:
            own = _own_headers(recipient, message_id, date, links)
        except ValueError as error:
            raise SendError(f"The message cannot be written: {error}", True) from error
        pieces = list(self.pieces)
        if links is not None:
            own_links = _own_links(links)
            for place, slot in self.slots:
                pieces[place] = own_links[slot]
        return own + b"".join(pieces)


def compose(
    rendering: Rendering,
    *,
    sender: str,
    headers: Sequence[tuple[str, str]] = (),
    format: MailFormat = "both",
) -> Draft:
    """Write what all readers of a rendering share.

    Args:
        rendering: the words, with the markers PREFERENCES and UNSUBSCRIBE for personal links.
        sender: an address or `Name <address>`.
        headers: names and values beside those on every mail, such as the List-Id.
        format: "text" leaves the HTML away.

    Raises:
        ValueError: the sender is no address, or a header cannot be added.
    """
    top = head(sender, rendering.subject, headers) + _MIME
    if rendering.html is None or format == "text":
        return _draft([top, *_part("plain", rendering.text)])
    text, html_part = _part("plain", rendering.text), _part("html", rendering.html)
    return _draft([top, _ALTERNATIVE, *text, _NEXT_PART, *html_part, _LAST])


def _part(kind: Literal["plain", "html"], body: str) -> list[bytes | Slot]:
    """A body under its own headers, cut at the markers. It ends with a line end."""
    whole = body if body.endswith("\n") else f"{body}\n"
    pieces: list[bytes | Slot] = [_PART.format(kind).encode()]
    for stretch in _MARKERS.split(whole):
        is_marker = stretch in (PREFERENCES, UNSUBSCRIBE)
        pieces.append(Slot(stretch, kind == "html") if is_marker else quoted(stretch))
    return pieces


def _draft(pieces: list[bytes | Slot]) -> Draft:
    return Draft(
        tuple(b"" if isinstance(each, Slot) else each for each in pieces),
        tuple((place, each) for place, each in enumerate(pieces) if isinstance(each, Slot)),
    )


def _own_links(links: PersonalLinks) -> dict[Slot, bytes]:
    found: dict[Slot, bytes] = {}
    for marker, link in ((PREFERENCES, links.preferences), (UNSUBSCRIBE, links.unsubscribe)):
        plain, escaped = quoted_link(link), html.escape(link)
        found[Slot(marker, False)] = plain
        found[Slot(marker, True)] = plain if escaped == link else quoted_link(escaped)
    return found


def _own_headers(
    recipient: str, message_id: str, date: datetime, links: PersonalLinks | None
) -> bytes:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"{message_id!r} is not a Message-ID.")
    return b"To: %b\r\nDate: %b\r\nMessage-ID: %b\r\n%b" % (
        written(recipient),
        _date(date.replace(microsecond=0)),
        message_id.encode("ascii"),
        b"" if links is None else _unsubscribing(links),
    )


@lru_cache(maxsize=4)
def _date(second: datetime) -> bytes:
    """The same for all messages of a second: it costs a fifth of writing one."""
    return format_datetime(second).encode("ascii")


def _unsubscribing(links: PersonalLinks) -> bytes:
    """List-Unsubscribe (RFC 2369 section 3.2) and the promise of one click (RFC 8058)."""
    ways = [links.unsubscribe]
    if links.unsubscribe_mail is not None:
        ways.append(links.unsubscribe_mail)
    for link in (*ways, links.preferences):
        if not _LINK.fullmatch(link):
            raise ValueError(f"{link!r} is not a link that can stand in a mail.")
    listed = ",\r\n ".join(f"<{link}>" for link in ways)
    return (
        f"List-Unsubscribe: {listed}\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    ).encode("ascii")
