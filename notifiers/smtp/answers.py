"""What a mail server's no means: for how long, and for whom.

The basic code says whether trying again can help (RFC 5321 section 4.2.1), the enhanced one what
is wrong (RFC 3463 section 3, RFC 5248), and the step what the server knew when it said so: at MAIL
our sender and the size, at RCPT the reader, at the end the message. Words are for people and are
never read here. docs/digests.md has the same as a table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from notifiers.message import NothingCanBeSent, Reach, SendError
from notifiers.smtp.address import SmtpAddress
from notifiers.smtp.session import CHECK_LOGIN

Step = Literal["MAIL", "RCPT", "DATA", "end"]
"""After which command a server answered; `end` is the message's final dot."""

CLOSING = 421
NO_ROOM = 452
TOO_LARGE = 552
LOGIN_WANTED = frozenset({530, 534, 535, 538})
"""RFC 4954 section 6."""

_LATER = "It takes no mail now; deliver again later."
_CHECK_SENDER = "Set ROUNDWATCH_MAIL_FROM to an address this server may send for."

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?![\d.])")

_NOBODY_THERE = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})
"""Bad mailbox, bad system, bad syntax, moved, null MX (RFC 7505), mailbox disabled."""
_MAILBOX_FULL = "2.2"
"""A passing failure even as 5.2.2: the reader can make room (RFC 3463 section 3.3)."""
_LARGE = frozenset({"2.3", "3.4"})
_TOO_MANY_READERS = "5.3"
"""At once; passing, even as 552 (RFC 5321 section 4.5.3.1.10)."""

_ADDRESS_CODES = frozenset({550, 551, 553})
"""Without an enhanced code, after RCPT: no such mailbox, not here, no mailbox's name."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a no means.

    Args:
        permanent: whether trying again cannot help.
        reach: what it is about.
        status: the enhanced status code, where one was given that fits the basic one.
    """

    permanent: bool
    reach: Reach
    status: str | None


def meaning(step: Step, code: int, words: str) -> Meaning:
    """What an answer of 400 to 599 means.

    Args:
        step: the command it answered.
        code: the basic code.
        words: what follows it.
    """
    status = _status(code, words)
    detail = status[2:] if status else ""
    passing = code < 500
    if code in LOGIN_WANTED:
        return Meaning(False, "all", status)
    if code == CLOSING:
        return Meaning(False, "all" if step == "MAIL" else "domain", status)
    if _is_large(step, code, detail):
        return Meaning(not passing, "message", status)
    if step == "MAIL":
        return Meaning(False, "all", status)
    return Meaning(*_of_reader(step, code, detail), status)


def refusal(server: SmtpAddress, step: Step, code: int, words: bytes) -> SendError:
    """The error of a no.

    Args:
        server: who said it.
        step: the command it answered.
        code: the basic code, 400 to 599.
        words: what followed it.
    """
    said = server.said(words)
    what = f"{server} answered {code} {said}".rstrip() + "."
    means = meaning(step, code, said)
    if means.reach != "all":
        return SendError(what, means.permanent, status=means.status, reach=means.reach)
    if code in LOGIN_WANTED:
        what, todo = f"The mail server wants a login: {what}", CHECK_LOGIN
    elif code < 500:
        todo = _LATER
    else:
        what, todo = f"Our sender is refused: {what}", _CHECK_SENDER
    return NothingCanBeSent(what, todo=todo, status=means.status)


def _status(code: int, words: str) -> str | None:
    """The code at the beginning; one of another class than the basic code is a mistake."""
    found = _STATUS.match(words)
    return found[0] if found and found[0][0] == str(code)[0] else None


def _is_large(step: Step, code: int, detail: str) -> bool:
    """552 alone is said of the message at MAIL, DATA and end, and of the mailbox at RCPT."""
    return detail in _LARGE or (code == TOO_LARGE and not detail and step != "RCPT")


def _is_of_the_system(code: int, detail: str) -> bool:
    """Whether the domain itself is in trouble; greylisting puts off each mail for itself."""
    return detail.startswith(("3.", "4.")) or (code == NO_ROOM and not detail)


def _of_reader(step: Step, code: int, detail: str) -> tuple[bool, Reach]:
    """Whether it is for good, and what it is about, once the server knows the reader."""
    passing = code < 500
    if detail == _MAILBOX_FULL or (code == TOO_LARGE and not detail):
        return False, "address"
    if detail == _TOO_MANY_READERS:
        return False, "domain"
    if detail in _NOBODY_THERE:
        return not passing, "address"
    if passing:
        return False, "domain" if _is_of_the_system(code, detail) else "message"
    if not detail and step == "RCPT" and code in _ADDRESS_CODES:
        return True, "address"
    return True, "message"
