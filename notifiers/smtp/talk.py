"""Talking to a mail server over one connection: envelope, message, answers (RFC 5321, RFC 2920).

Where the server offers PIPELINING, a message's three commands go out in one write, and those of
the message after it together with its own final dot: a message costs one round trip. Otherwise each
command waits for the answer to the one before it.
"""

from __future__ import annotations

import re
from typing import Literal, NoReturn

from notifiers.mail.parcel import Parcel
from notifiers.message import SendError
from notifiers.smtp.answers import CLOSING, Step
from notifiers.smtp.session import goodbye
from notifiers.smtp.wire import Limits, Reply, Session

CommandName = Literal["RSET", "MAIL", "RCPT", "DATA"]
Commands = list[tuple[CommandName, bytes]]

GO_ON = 354
END = b".\r\n"

_ENVELOPE = re.compile(r"[^\x00-\x20<>\x7f-\x9f\ud800-\udfff]+")


class Refused(Exception):
    """The server said no, and the connection is clean for the next message unless `is_over`."""

    def __init__(self, step: Step, reply: Reply) -> None:
        super().__init__(step, reply)
        self.step = step
        self.reply = reply


class Lost(Exception):
    """The connection broke, fell silent, or said what makes no sense.

    Args:
        why: in words.
        step: what the server had to answer.
        given: whether the whole message had been given, so that it may have arrived.
        slow: whether the server was silent for too long.
    """

    def __init__(self, why: str, step: Step, *, given: bool = False, slow: bool = False) -> None:
        super().__init__(why)
        self.step = step
        self.given = given
        self.slow = slow


class Talk:
    """One connection, from after the login on: messages one after the other.

    `used` tells whether a message has been dealt with on it; `is_over` that the server is closing
    it, or that nobody knows any more what its next answer would be about.
    """

    def __init__(self, session: Session, limits: Limits) -> None:
        self._session = session
        self._limits = limits
        self._pipelines = session.has_extn("pipelining")
        self._announced: Parcel | None = None
        self._commands: Commands = []
        self._half_said = False
        self.used = False
        self.is_over = False

    def announce(self, parcel: Parcel) -> None:
        """Say who writes to whom, unless that was said along with the message before.

        Raises:
            SendError: (permanent) the server cannot be told such an address.
            Lost: the connection broke.
        """
        if self._announced is parcel:
            return
        self._commands = self._envelope(parcel)
        if self._pipelines:
            self._give("MAIL", _joined(self._commands))

    def wait_for_go(self) -> None:
        """Return when the server wants the message that was announced.

        Raises:
            Refused: it does not.
            Lost: the connection broke before it said.
        """
        self._announced = None
        for place, (name, command) in enumerate(self._commands):
            if not self._pipelines:
                self._give(_step(name), command)
            reply = self._hear(_step(name))
            if not _is_yes(name, reply):
                self._refuse(place, reply)
        self._half_said = False
        if self._session.has_unread:  # it would be taken for the answer to the final dot
            raise Lost("it spoke out of turn", "DATA")

    def hand_over(self, content: bytes, coming: Parcel | None) -> None:
        """Give the message, and along with its end announce the one that comes next.

        Returns when the server has taken it.

        Raises:
            Refused: it has not.
            Lost: the connection broke; `given` tells whether the end had been sent.
        """
        whole = _dot_stuffed(content) + END
        sent = self._session.give(whole + self._announcement(coming), self._limits.block)
        if sent < len(whole):
            raise Lost("connection closed", "end")
        reply = self._hear("end")
        self.used = True
        if reply.code >= 400:
            self.is_over = reply.code == CLOSING
            raise Refused("end", reply)
        if reply.code >= 300:
            raise Lost("it spoke out of turn", "end", given=True)

    def end(self) -> None:
        """Say goodbye and hang up."""
        goodbye(self._session)

    def break_off(self) -> None:
        """Hang up in the middle: nothing that was begun counts as said."""
        self._session.close()

    def _refuse(self, place: int, reply: Reply) -> NoReturn:
        """After a no, hear what is still to come, so that the next message finds a clean start."""
        name, closing = self._commands[place][0], reply.code == CLOSING
        step = _step(name)
        if name == "RSET" or (step == "MAIL" and self.used and closing):
            raise Lost(f"it answered {reply.code}", "MAIL")
        self._half_said = self.used = True
        self.is_over = closing or not self._finishes(place + 1)
        raise Refused(step, reply)

    def _finishes(self, place: int) -> bool:
        """Hear the answers to the commands sent along; whether the connection lives on.

        A server may want the message all the same, for nobody: it gets an empty one (RFC 2920
        section 3.1).
        """
        reply = None
        try:
            for name, _ in self._commands[place:] if self._pipelines else ():
                reply = self._hear(_step(name))
            if reply is not None and reply.code == GO_ON:
                self._give("end", END)
                reply = self._hear("end")
        except Lost:
            return False
        return reply is None or reply.code != CLOSING

    def _announcement(self, coming: Parcel | None) -> bytes:
        """The commands of the coming message, if they can go along with this one's end."""
        if coming is None or not self._pipelines:
            return b""
        try:
            self._commands = self._envelope(coming)
        except SendError:  # said when its turn has come
            return b""
        self._announced = coming
        return _joined(self._commands)

    def _envelope(self, parcel: Parcel) -> Commands:
        for address in (parcel.sender, parcel.recipient):
            if not _ENVELOPE.fullmatch(address):
                raise SendError(f"{address!r} cannot stand in an envelope.", True)
        size = f" SIZE={len(parcel.content)}" if self._session.has_extn("size") else ""
        commands: Commands = [
            ("MAIL", f"MAIL FROM:<{parcel.sender}>{size}{self._foreign(parcel)}\r\n".encode()),
            ("RCPT", f"RCPT TO:<{parcel.recipient}>\r\n".encode()),
            ("DATA", b"DATA\r\n"),
        ]
        return [("RSET", b"RSET\r\n"), *commands] if self._half_said else commands

    def _foreign(self, parcel: Parcel) -> str:
        """What MAIL says where an address is outside ASCII (RFC 6531 section 3.4)."""
        if (parcel.sender + parcel.recipient).isascii():
            return ""
        if not self._session.has_extn("smtputf8"):
            raise SendError("The mail server takes no addresses outside ASCII (SMTPUTF8).", True)
        return " SMTPUTF8 BODY=8BITMIME"

    def _give(self, step: Step, data: bytes) -> None:
        if self._session.give(data, self._limits.block) < len(data):
            raise Lost("connection closed", step)

    def _hear(self, step: Step) -> Reply:
        given = step == "end"
        try:
            reply = self._session.answer(self._patience(step))
        except TimeoutError as error:
            raise Lost(str(error), step, given=given, slow=True) from error
        except OSError as error:
            raise Lost(str(error), step, given=given) from error
        if not 200 <= reply.code < 600:
            raise Lost(f"it answered {reply.code}", step, given=given)
        return reply

    def _patience(self, step: Step) -> float:
        if step == "end":
            return self._limits.end
        return self._limits.data if step == "DATA" else self._limits.command


def _step(name: CommandName) -> Step:
    return "MAIL" if name == "RSET" else name


def _is_yes(name: CommandName, reply: Reply) -> bool:
    """Whether it is the yes to this command; an answer that is neither yes nor no is not to it."""
    if reply.code >= 400:
        return False
    if (reply.code == GO_ON) if name == "DATA" else (reply.code < 300):
        return True
    raise Lost(f"it answered {name} with {reply.code}", _step(name))


def _joined(commands: Commands) -> bytes:
    return b"".join(command for _, command in commands)


def _dot_stuffed(content: bytes) -> bytes:
    """No line of the message ends it early (RFC 5321 section 4.5.2), and the last one is ended."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"
