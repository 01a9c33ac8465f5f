"""Bounces in plain words: qmail's, Exim's, old Exchange's, and some providers' own.

They are read as far as they quote a server's answer or a status code beside an address. What comes
behind a copy of our mail is not read: it is our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from monitor.core.bounces.mail_parts import Fields
from monitor.core.bounces.mail_words import address_in, one_line
from monitor.core.bounces.status_codes import Answer, answer_in, class_of
from storage.records import Bounce

_MOST_TEXT = 60_000
_MOST_RECIPIENTS = 50

_DAEMON = re.compile(
    r"(?:mailer-?daemon|post-?master|mail-?daemon|mdaemon|mail[ _-]delivery|mailadmin)[^@]{0,60}@",
    re.I,
)
# QSBMF (https://cr.yp.to/proto/qsbmf.txt): the first words of every bounce by qmail.
_QMAIL = re.compile(r"\s{0,20}Hi\. This is the ")
_COPY = re.compile(
    r"^(?:[-=_ ]{2,20}[^\n]{0,80}\b(?:copy|original|below|returned|header|unsent)\b"
    r"|Return-Path:|Received:)",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESSED = re.compile(
    r"^[ \t>]{0,40}(?:(?:final[ -]|original[ -])?recipient(?:[ ]address)?[ \t]{0,9}:[ \t]{0,9})?"
    r"(?:rfc822;[ \t]{0,9})?<?([^\s<>@:;,()\"]{1,64}@[^\s<>@:;,()\"]{1,255})>?",
    re.IGNORECASE | re.MULTILINE,
)
_IN_ANSWER = re.compile(r"<([^\s<>@:;,()\"]{1,64}@[^\s<>@:;,()\"]{1,255})>")
_STILL_TRYING = re.compile(
    r"\b(?:will (?:be|keep|continue)\b.{0,40}\b(?:tr(?:y|ied|ying)|retr)|delayed"
    r"|not been delivered yet|no action is required|warning)",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(
    r"^[ \t>]{0,40}Message-ID:\s{0,9}(<[^\s<>@\x00]{1,200}@[^\s<>@\x00]{1,200}>)", re.I | re.M
)


def is_from_a_server(fields: Fields, text: str) -> bool:
    """Whether a mail without fields to report comes from a mail server's own account."""
    return bool(
        "x-failed-recipients" in fields
        or fields.get("return-path", "").replace(" ", "") == "<>"
        or _DAEMON.search(fields.get("from", "")[:500])
        or _QMAIL.match(text)
    )


def message_id_in(text: str) -> str | None:
    """Return the first Message-ID that a copy of our mail within the text has."""
    found = _MESSAGE_ID.search(text[:_MOST_TEXT])
    return found[1] if found else None


def bounces_in(fields: Fields, text: str, message_id: str | None) -> Iterator[Bounce]:
    """Read a bounce in words: each address, with the first answer that stands behind it.

    Args:
        fields: the report's own header.
        text: its words.
        message_id: that of our mail, where known; else it is looked for in the words.
    """
    mail = message_id or message_id_in(text)
    told = text[:_MOST_TEXT]
    copied = _COPY.search(told)
    words = told[: copied.start()] if copied else told
    waiting = _is_still_trying(fields, words)
    for address, answer in _answers(words, fields.get("x-failed-recipients", "")):
        kind = "ignored" if waiting else class_of(answer)
        yield Bounce(kind, address, answer.status, mail, one_line(answer.words))


def _answers(words: str, failed: str) -> Iterator[tuple[str, Answer]]:
    places = [
        (found.start(), address)
        for found in islice(_ADDRESSED.finditer(words), _MOST_RECIPIENTS)
        if (address := address_in(found[1]))
    ]
    quoted = False
    for (start, address), (end, _) in pairwise([*places, (len(words), "")]):
        if answer := answer_in(words[start:end]):
            quoted = True
            yield address, answer
    if not quoted and (answer := answer_in(words)):
        inside = _IN_ANSWER.search(answer.words)
        yield address_in(inside[1] if inside else failed), answer


def _is_still_trying(fields: Fields, words: str) -> bool:
    """Whether this warns of a delay: the answer is a temporary one, and nothing has failed."""
    answer = answer_in(words)
    for_now = answer and (answer.status or str(answer.reply)).startswith("4")
    return bool(for_now and _STILL_TRYING.search(fields.get("subject", "") + "\n" + words[:5000]))
