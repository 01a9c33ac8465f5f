"""A mail server's answers, read within bounds; smtplib's session with that one part replaced.

smtplib waits for each piece of an answer anew, and lets an answer have any number of lines: a
server that drips could hold a connection, and our memory, for ever.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple

LONGEST_LINE = 8192
"""Bytes of an answer's line (RFC 5321 section 4.5.3.1.5 allows 512; some servers explain more)."""

MOST_LINES = 100
"""Lines of one answer. The longest in use, those to EHLO, have some twenty."""

NO_CODE = -1
"""smtplib's code for an answer that begins with none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in seconds, as RFC 5321 section 4.5.3.2 asks.

    Who hangs up on a slow server earlier sends mail twice.

    Args:
        command: for connecting, the greeting, and the answers to all commands but these two.
        data: for the answer to DATA.
        block: for the server to take a piece of the message.
        end: for the answer to the message's end.
    """

    command: float = 300
    data: float = 120
    block: float = 180
    end: float = 600


class Reply(NamedTuple):
    """An answer: its code, and its words without the codes, lines ended by LF."""

    code: int
    words: bytes


class Session(smtplib.SMTP):
    """A session whose answers have bounds in time and size."""

    _unread = b""

    @property
    def has_unread(self) -> bool:
        """Whether the server has already said more than it was asked."""
        return bool(self._unread)

    def getreply(self) -> tuple[int, bytes]:
        """The answer to one of smtplib's own commands, within the session's timeout.

        Raises:
            OSError: as `answer`.
        """
        try:
            reply = self.answer(self.timeout)
        except OSError:  # nobody else could: the session may not be made yet
            self.close()
            raise
        return reply.code, reply.words

    def answer(self, seconds: float) -> Reply:
        """The next answer.

        Raises:
            TimeoutError: it was not there in that time.
            OSError: the connection is closed, or the answer grows beyond its bounds.
        """
        if self.file is None:  # the first answer, or the first after STARTTLS
            self.file = self._socket().makefile("rb")
            self._unread = b""  # what came in the clear is not to be believed (RFC 3207 section 5)
        until = monotonic() + seconds
        words: list[bytes] = []
        while len(words) < MOST_LINES:
            line, end, rest = self._unread.partition(b"\n")
            if not end:
                self._read_on(until)
                continue
            self._unread = rest
            words.append(line[4:].strip())
            code = int(line[:3]) if line[:3].isdigit() else NO_CODE
            if code == NO_CODE or line[3:4] != b"-":
                return Reply(code, b"\n".join(words))
        raise smtplib.SMTPServerDisconnected("its answer does not end")

    def waits_for_nothing(self) -> None:
        """Send what there is at once: a short command is not held back for the answer before it."""
        self._socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def give(self, data: bytes, seconds: float) -> int:
        """Send; return how many bytes went: fewer than all if the connection broke.

        What the server said before it broke can still be read.

        Args:
            data: what to send.
            seconds: how long the server may take none of it.
        """
        sent = 0
        with contextlib.suppress(OSError):
            self._socket().settimeout(seconds)
            while sent < len(data):
                sent += self._socket().send(memoryview(data)[sent:])
        return sent

    def _read_on(self, until: float) -> None:
        left = until - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if len(self._unread) > LONGEST_LINE:
            raise smtplib.SMTPServerDisconnected("its answer's line does not end")
        self._socket().settimeout(left)
        more: bytes = self.file.read1(LONGEST_LINE) if self.file else b""
        if not more:
            raise smtplib.SMTPServerDisconnected("connection closed")
        self._unread += more

    def _socket(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("connection closed")
        return self.sock


class TlsSession(smtplib.SMTP_SSL, Session):
    """The same, encrypted from the first byte (RFC 8314)."""
