"""Delivery status notifications: a mail server's report on a mail, in fields (RFC 3464, RFC 6533).

One block of fields tells of the report, one of each recipient. Only an action `failed` counts:
delayed, relayed, expanded and delivered say that the mail is on its way or there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.core.bounces.mail_parts import Fields, fields_in
from monitor.core.bounces.mail_words import address_in, from_xtext, one_line
from monitor.core.bounces.status_codes import Answer, answer_in, class_of, says_nothing, status_in
from storage.records import Bounce

TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
"""The media types of such a report; the second may hold UTF-8."""

_MOST_RECIPIENTS = 100
_BLANK_LINES = re.compile(rb"\n[ \t]*\n[ \t\n]*")


def bounces_in(report: bytes, message_id: str | None) -> Iterator[Bounce]:
    """Read the report's fields, a bounce for each recipient.

    Args:
        report: the part's content, its transfer encoding undone.
        message_id: that of the mail it comes with; without one, what the envelope was named.
    """
    blocks = _BLANK_LINES.split(report, _MOST_RECIPIENTS + 1)
    told = [fields_in(block) for block in blocks[: _MOST_RECIPIENTS + 1]]
    named = message_id or _envelope(told)
    for fields in told:
        if "final-recipient" in fields or "original-recipient" in fields:
            yield _bounce(fields, named)


def _bounce(fields: Fields, message_id: str | None) -> Bounce:
    answer = _answer(fields)
    return Bounce(
        kind=class_of(answer) if _failed(fields, answer) else "ignored",
        address=_recipient(fields),
        status=answer.status,
        message_id=message_id,
        words=one_line(answer.words or fields.get("action", "")),
    )


def _failed(fields: Fields, answer: Answer) -> bool:
    """Whether the mail was given up; where no action is told, a permanent code says so."""
    action = fields.get("action", "").partition(" ")[0].lower()
    if action:
        return action == "failed"
    return (answer.status or str(answer.reply or "")).startswith("5")


def _answer(fields: Fields) -> Answer:
    """Put together what was answered; the remote server's code if the report's says nothing.

    Exim, for one, reports `5.0.0` for all that failed.
    """
    words = fields.get("diagnostic-code", "")
    status = status_in(fields.get("status", ""))
    quoted = answer_in(words)
    reply = quoted.reply if quoted else None
    agree = quoted and quoted.status and quoted.status[:1] == (status or quoted.status)[:1]
    if says_nothing(status) and quoted and agree:
        status = quoted.status
    return Answer(reply, status, words)


def _recipient(fields: Fields) -> str:
    """Return whom we had sent it to, if that is told, rather than where it was passed on to."""
    names = ("original-recipient", "final-recipient")
    return next(filter(None, (address_in(fields.get(name, "")) for name in names)), "")


def _envelope(told: list[Fields]) -> str | None:
    """Return the Message-ID by which the envelope was named (RFC 3461 section 4.4), if it was."""
    named = from_xtext(told[0].get("original-envelope-id", "")) if told else ""
    found = re.search(r"<?([^\s<>@\x00]{1,200}@[^\s<>@\x00]{1,200})>?", named[:1000])
    return f"<{found[1]}>" if found else None
