"""What a mail server's answer means for the reader: its status code (RFC 3463), read by us.

Only an answer that says "nobody is there" is hard. Mailbox full, a policy that refuses us, and
every trouble on the way are soft: libraries that call them permanent take readers off the list who
are still there. What is wrong with the mail itself says nothing about the reader. The table stands
in docs/bounces.md too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.records import BounceClass


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means: `5.1.1` itself, `5.1` any other of its kind, `550` without such a code.

    Where `words` is set, it holds only if the server's words match it.
    """

    code: str
    kind: BounceClass
    means: str
    words: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer: its basic code (RFC 5321 section 4.2), its status code, its words."""

    reply: int | None
    status: str | None
    words: str


def _saying(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


_NOBODY = _saying(
    r"\b(?:no such (?:user|recipient|mailbox|address|person)|no mailbox"
    r"|unknown (?:user|recipient|local)|(?:user|recipient|mailbox|address|account)s?\b.{0,80}?\b"
    r"(?:unknown|not (?:be )?found|not exist|doesn'?t exist|non-?existent|invalid|unavailable"
    r"|disabled|inactive|not a valid)"
    r"|(?:invalid|bad|non-?existent) (?:recipient|user|mailbox|address)"
    r"|(?:doesn'?t|does not) have an? .{0,40}account|not our customer)"
)
_REFUSED = _saying(
    r"\b(?:spam\w*|block(?:ed|list\w*)?|black-?list\w*|deny|denied|policy|reputation|listed|dnsbl|rbl"
    r"|rejected due|not allowed|dmarc|spf|dkim|quota|full|rate|greylist\w*|tempora\w+|relay\w*)\b"
)

BY_WORDS: tuple[Meaning, ...] = (
    Meaning(
        "5.2.1",
        "soft",
        "takes no more mail for now, as Gmail has it",
        _saying(r"at a rate|too quickly|receiving mail too|rate limit"),
    ),
    Meaning(
        "5.4.1",
        "hard",
        "no such recipient, as Exchange Online has it",
        _saying(r"recipient address rejected"),
    ),
    Meaning(
        "5.5.0",
        "hard",
        "no such mailbox, as Outlook.com has it",
        _saying(r"mailbox unavailable"),
    ),
    Meaning("5.0.0", "soft", "a code that says nothing; the words speak of a policy", _REFUSED),
    Meaning("5.0.0", "hard", "a code that says nothing; the words say nobody is there", _NOBODY),
    Meaning("550", "soft", "refused; the words speak of a policy", _REFUSED),
    Meaning("550", "hard", "refused; the words say nobody is there", _NOBODY),
    Meaning("553", "soft", "refused; the words speak of a policy", _REFUSED),
    Meaning("553", "hard", "refused; the words say nobody is there", _NOBODY),
    Meaning("554", "soft", "refused; the words speak of a policy", _REFUSED),
    Meaning("554", "hard", "refused; the words say nobody is there", _NOBODY),
)
"""Codes that servers use for more than one thing; looked at first, in this order."""

BY_CODE: tuple[Meaning, ...] = (
    Meaning("2", "ignored", "no failure"),
    Meaning("4", "soft", "may pass"),
    Meaning("5.1.5", "soft", "the address is valid, so the failure is another"),
    Meaning("5.1.7", "soft", "our own address is refused: malformed"),
    Meaning("5.1.8", "soft", "our own address is refused: its domain"),
    Meaning("5.1.9", "soft", "passed on to a system that cannot report"),
    Meaning("5.1", "hard", "no such mailbox or domain, or it has moved"),
    Meaning("5.2.1", "hard", "mailbox disabled"),
    Meaning("5.2.2", "soft", "mailbox full"),
    Meaning("5.2.3", "ignored", "mail too large for this mailbox"),
    Meaning("5.2", "soft", "other trouble with the mailbox"),
    Meaning("5.3.4", "ignored", "mail too large for the system"),
    Meaning("5.3", "soft", "the receiving system: full, closed, misconfigured"),
    Meaning("5.4", "soft", "the way there: no route, a loop, time is up"),
    Meaning("5.5", "soft", "the servers do not understand each other"),
    Meaning("5.6.7", "soft", "the address needs SMTPUTF8, which a server on the way lacks"),
    Meaning("5.6", "ignored", "the mail's content cannot be carried or shown"),
    Meaning("5.7.17", "hard", "the mailbox belongs to somebody else now (RFC 7293)"),
    Meaning("5.7.18", "hard", "the domain belongs to somebody else now (RFC 7293)"),
    Meaning("5.7", "soft", "policy: we are blocked, unsigned, not allowed"),
    Meaning("5", "soft", "permanent, without a known reason"),
    Meaning("521", "hard", "the host takes no mail at all (RFC 7504)"),
    Meaning("551", "hard", "the user is not local"),
    Meaning("552", "soft", "mailbox full"),
    Meaning("556", "hard", "the domain takes no mail at all (RFC 7504)"),
)
"""All other codes; the longest that fits says what it is."""

_KNOWN = {meaning.code: meaning for meaning in BY_CODE}
_STATUS = re.compile(r"(?<![0-9.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9]|\.[0-9])")

# An answer begins a line, or stands behind a colon, a quotation mark, a bracket, Exchange's `#`.
# A status code alone needs qmail's and Exchange's `#`, or the word, before it: 4.94.2 is a version.
_CODE = r"[45]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9]|\.[0-9])"
_ANSWER = re.compile(
    r"(?:(?:^|[:;>\"'(\[#])[ \t]{0,20})(?P<reply>[45][0-9][0-9])"
    rf"(?:[ \-]{{1,9}}#?(?P<status>{_CODE}))?(?=[\s\-]|$)"
    rf"|(?:#|\bstatus(?:[ ]code)?:?[ \t]{{1,9}})(?P<alone>{_CODE})",
    re.MULTILINE | re.IGNORECASE,
)


def class_of(answer: Answer) -> BounceClass:
    """Return what an answer that ended a delivery means for the reader.

    The status code decides; the basic one where there is none; nothing known is soft.
    """
    codes = _codes(answer)
    for meaning in BY_WORDS:
        if meaning.code == codes[0] and meaning.words and meaning.words.search(answer.words):
            return meaning.kind
    return next((_KNOWN[code].kind for code in codes if code in _KNOWN), "soft")


def answer_in(words: str) -> Answer | None:
    """Find the first answer of a server that a text quotes; None where it quotes none.

    Its words go to the end of the paragraph.
    """
    found = _ANSWER.search(words)
    if not found:
        return None
    start = found.start("reply" if found["reply"] else "alone")
    said = words[start : start + 600].partition("\n\n")[0]
    status = found["status"] or found["alone"] or _behind(said)
    reply = int(found["reply"]) if found["reply"] else None
    return Answer(reply, status_in(status), said)


def _behind(said: str) -> str:
    """Return the status code that qmail puts behind an answer, as in `550 nobody here (#5.1.1)`."""
    found = _ANSWER.search(said, 3)
    return (found["alone"] or "") if found else ""


def status_in(words: str) -> str | None:
    """Return the status code in a field such as `5.1.1 (no such user)`; leading zeros are lost."""
    found = _STATUS.search(words)
    return ".".join(str(int(part)) for part in found.groups()) if found else None


def says_nothing(status: str | None) -> bool:
    """Whether a status code tells no more than its class, as Exim's `5.0.0` does."""
    return status is None or status.endswith(".0.0")


def _codes(answer: Answer) -> tuple[str, ...]:
    """Return the codes to look up, the most telling first."""
    reply = str(answer.reply or "")
    if not answer.status:
        return reply, reply[:1]
    if answer.status == "5.0.0" and reply in _KNOWN:
        return reply, "5"
    parts = answer.status.split(".")
    return answer.status, ".".join(parts[:2]), parts[0]
