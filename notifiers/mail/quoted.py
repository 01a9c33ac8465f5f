"""Quoted-printable (RFC 2045 section 6.7), in stretches that can be joined.

Each stretch begins at the start of a line. A link between two of them stands behind a soft line
break and before another, so that whatever its length no line grows past 76 characters.
"""

from __future__ import annotations

import re
from binascii import b2a_qp

SOFT_BREAK = b"=\r\n"

_SENTINEL = "x"
_TOO_LONG = re.compile(rb"^(.{74,})(=[0-9A-F]{2})$", re.MULTILINE)


def quoted(text: str) -> bytes:
    """Text, with its line ends as CRLF. Its last line has room for a soft break.

    The encoder lets the very last character of its input stand where a soft break would, so one
    more is given, and taken away again. It also makes room for white space at the end of a line as
    if one character were enough for it, so such lines are broken once more.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n") + _SENTINEL
    encoded = b2a_qp(lines.encode("utf-8", "replace"), istext=True)
    short = _TOO_LONG.sub(rb"\1=\n\2", encoded)
    return short.removesuffix(_SENTINEL.encode()).replace(b"\n", b"\r\n")


def quoted_link(link: str) -> bytes:
    """A link between two stretches, with a soft break on either side."""
    return SOFT_BREAK + quoted(link) + SOFT_BREAK
