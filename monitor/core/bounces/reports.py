"""The bytes of a mail -> what it reports: bounces, complaints, or nothing that counts.

Never an error, and in bounded time and memory: anyone may have sent it. Nothing here is believed
yet; whether a report is about a mail of ours is found out by `monitor.journeys.bounces`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from monitor.core.bounces import complaints, delivery_reports, plain_bounces
from monitor.core.bounces.auto_replies import is_auto_reply, is_automatic
from monitor.core.bounces.mail_parts import MOST_BYTES, Fields, Part, fields_in, leaves, mail_in
from monitor.core.bounces.mail_words import address_in, one_line
from storage.records import Bounce

_ORIGINALS = frozenset(
    "message/rfc822 message/global text/rfc822-headers message/global-headers".split()
)
_RECEIPT = "message/disposition-notification"
_RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")
_MOST_TEXT = 200_000
_LIST_UNSUBSCRIBE = re.compile(
    r"^[ \t>]{0,40}List-Unsubscribe:([^\n]{0,2000}(?:\n[ \t][^\n]{0,2000}){0,5})", re.I | re.M
)
_MESSAGE_ID = re.compile(r"<[^\s<>@\x00]{1,200}@[^\s<>@\x00]{1,200}>")


@dataclass(frozen=True, slots=True)
class Report:
    """What one mail reports.

    `identity` is the same each time this mail is seen: the SHA-256 of its Message-ID, or of its
    bytes. `return_paths` are the addresses it came to, and those that it says our mail came from.
    `unsubscribe` are the words of the field List-Unsubscribe (RFC 2369) of the mail it returns.
    `subject` is that of the mail itself.
    """

    identity: str
    return_paths: tuple[str, ...]
    unsubscribe: str
    subject: str
    bounces: tuple[Bounce, ...]


def report_in(content: bytes) -> Report:
    """Read a mail.

    Args:
        content: the mail as it came, with any line ends; an mbox's `From ` line may stand before.
            Only its first megabyte counts.

    Returns:
        What it reports; no bounces where it is no report, or none that is understood.
    """
    content = content[:MOST_BYTES]
    mail = mail_in(content)
    parts = tuple(leaves(mail))
    original = _original(parts)
    return Report(
        identity=_identity(mail, content),
        return_paths=tuple(_return_paths(mail, parts, original)),
        unsubscribe=_unsubscribe(parts, original),
        subject=one_line(mail.fields.get("subject", "")),
        bounces=tuple(_bounces(mail, parts, original)),
    )


def _bounces(mail: Part, parts: tuple[Part, ...], original: Fields) -> Iterator[Bounce]:
    """Fields that a program wrote for programs come first: nothing else overrules them."""
    text = _text(parts)
    ours = _message_id(original, "message-id") or plain_bounces.message_id_in(text)
    told = [part for part in parts if part.type == complaints.TYPE]
    reports = [part for part in parts if part.type in delivery_reports.TYPES]
    if told:
        yield complaints.complaint_in(told[0].content, original, ours)
    elif reports:
        yield from delivery_reports.bounces_in(reports[0].content, ours)
    elif is_auto_reply(mail.fields) or any(part.type == _RECEIPT for part in parts):
        yield _answered(mail.fields)
    elif plain_bounces.is_from_a_server(mail.fields, text):
        yield from plain_bounces.bounces_in(mail.fields, text, ours)
    elif is_automatic(mail.fields):
        yield _answered(mail.fields)


def _answered(fields: Fields) -> Bounce:
    """An answer from the reader's side that says nothing about whether mail arrives."""
    sender, subject = address_in(fields.get("from", "")), one_line(fields.get("subject", ""))
    return Bounce("ignored", sender, None, _message_id(fields, "in-reply-to"), subject)


def _original(parts: tuple[Part, ...]) -> Fields:
    """The header of the mail that a report returns, or nothing."""
    for part in parts:
        if part.type in _ORIGINALS:
            return fields_in(part.content.partition(b"\n\n")[0])
    return {}


def _text(parts: tuple[Part, ...]) -> str:
    """The words of a report: its plain text, all of it in front of what is attached."""
    words = (part.text for part in parts if part.type == "text/plain")
    return "\n\n".join(words)[:_MOST_TEXT]


def _unsubscribe(parts: tuple[Part, ...], original: Fields) -> str:
    """Where our mail said one can unsubscribe, without the white space of folded lines."""
    field = original.get("list-unsubscribe", "")
    if not field and (found := _LIST_UNSUBSCRIBE.search(_text(parts))):
        field = found[1]
    return "".join(field.split())


def _return_paths(mail: Part, parts: tuple[Part, ...], original: Fields) -> Iterator[str]:
    named = [mail.fields.get(name, "") for name in _RECIPIENTS]
    named.append(original.get("return-path", ""))
    told = (fields_in(part.content) for part in parts if part.type == complaints.TYPE)
    named.extend(fields.get("original-mail-from", "") for fields in told)
    for words in named:
        if address := address_in(words):
            yield address


def _message_id(fields: Fields, name: str) -> str | None:
    found = _MESSAGE_ID.search(fields.get(name, ""))
    return found[0] if found else None


def _identity(mail: Part, content: bytes) -> str:
    own = _message_id(mail.fields, "message-id")
    return sha256(b"message-id " + own.encode() if own else content).hexdigest()
