"""The bytes of a mail -> its parts, in bounded time and memory, whatever the bytes are.

Python's `email` package recurses into every nested part, and hands each line through all that it
lies in: a megabyte within 450 of them took it 20 seconds, and deeper ones end in a RecursionError.
What is read here was sent by anyone. So only the first megabyte is looked at, to a fixed depth, and
nothing is an error: what is not understood is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from monitor.core.bounces.mail_words import decoded, in_charset, unpacked

MOST_BYTES = 1 << 20
"""How much of a mail is looked at. Reports put what counts first, and a copy of the mail last."""

_MOST_HEAD, _MOST_FIELDS, _MOST_FIELD = 64_000, 300, 10_000
_MOST_PARTS, _MOST_PARTS_OF_ONE, _DEEPEST = 60, 20, 5

_FIELD = re.compile(r"([!-9;-~]{1,100})[ \t]*:[ \t]*")
_FOLD = re.compile(rb"\n[ \t]+")
_PARAMETER = re.compile(
    r';\s{0,100}(boundary|charset)\*?=(?:"([^"]{1,300})"|([^\s;"]{1,300}))', re.I
)

Fields = dict[str, str]
"""Header fields, or fields of a report, by lower-case name; of equal ones the first."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mail: its header fields, its media type in lower case, its bytes as sent."""

    fields: Fields
    type: str
    body: bytes

    @property
    def content(self) -> bytes:
        """The bytes without their transfer encoding (RFC 2045 section 6), beginning with a line."""
        packed = self.fields.get("content-transfer-encoding", "")
        return unpacked(self.body, packed).replace(b"\r\n", b"\n").strip(b"\n")

    @property
    def text(self) -> str:
        """The words of a text part, in the charset it claims, or what can be read of them."""
        return in_charset(self.content, _parameter(self.fields, "charset"))


def mail_in(content: bytes) -> Part:
    """Read a mail's header; its body stays as it is.

    A line `From ` before the header, as an mbox has it, is left out.

    Args:
        content: the mail, cut to `MOST_BYTES`.
    """
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    if lines.startswith((b"From ", b">From ")):
        lines = lines.partition(b"\n")[2]
    return _part(lines, "text/plain")


def leaves(mail: Part) -> Iterator[Part]:
    """Walk through the parts that are not multiparts, first to last; at most sixty, five deep.

    A mail within the mail is one leaf: what it holds is no word of who sent us the report.
    """
    return islice(_walk(mail, _DEEPEST), _MOST_PARTS)


def fields_in(text: bytes) -> Fields:
    """Read header fields (RFC 5322 section 2.2), unfolded, encoded words decoded.

    At most 300 of them, in at most 64,000 bytes.
    """
    fields: Fields = {}
    lines = _FOLD.sub(b" ", text[:_MOST_HEAD]).split(b"\n", _MOST_FIELDS)
    for line in lines[:_MOST_FIELDS]:
        words = line[:_MOST_FIELD].decode("utf-8", "replace")
        if found := _FIELD.match(words):
            fields.setdefault(found[1].lower(), decoded(words[found.end() :]).strip())
    return fields


def _part(lines: bytes, otherwise: str) -> Part:
    head, _, body = lines.partition(b"\n\n")
    if lines.startswith(b"\n"):  # a part without any header
        head, body = b"", lines[1:]
    fields = fields_in(head)
    named = fields.get("content-type", "").partition(";")[0].strip().lower()
    return Part(fields, named or otherwise, body)


def _walk(part: Part, depth: int) -> Iterator[Part]:
    boundary = _parameter(part.fields, "boundary") if part.type.startswith("multipart/") else None
    if boundary is None or depth == 0:
        yield part
        return
    otherwise = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
    for piece in _pieces(part.body, boundary):
        yield from _walk(_part(piece, otherwise), depth - 1)


def _pieces(body: bytes, boundary: str) -> Iterator[bytes]:
    """Cut a multipart at its boundary lines (RFC 2046 section 5.1.1); one may lack its end."""
    line = re.compile(rb"^--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?:\n|\Z)", re.M)
    start = None
    for cut in islice(line.finditer(body), _MOST_PARTS_OF_ONE + 1):
        if start is not None:
            yield body[start : max(start, cut.start() - 1)]
        start = None if cut[1] else cut.end()
        if start is None:
            return
    if start is not None:
        yield body[start:]


def _parameter(fields: Fields, name: str) -> str | None:
    for found in _PARAMETER.finditer(fields.get("content-type", "")):
        if found[1].lower() == name:
            return found[2] or found[3]
    return None
