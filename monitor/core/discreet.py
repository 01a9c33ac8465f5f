"""What a log must not hold is taken out of a line: readers' addresses, passwords, tokens, queries.

Our own lines hold none of it. But what a mail server, a database or a page said stands in some of
them, and may repeat what it was told. What is left over still says which host it is about.
"""

from __future__ import annotations

import re

_HIDDEN = "…"

# In this order: a password before `@` is no mail address.
_PATTERNS = (
    # user:password@ of an address, whatever signs the password holds
    (re.compile(r"(?<=://)[^\s/]*@"), f"{_HIDDEN}@"),
    # the query of an address
    (re.compile(r"(\w+:/?/?[^\s?#<>\"“”]+)\?[^\s<>\"“”)]+"), rf"\1?{_HIDDEN}"),
    # what itsdangerous signed with SHA-1 or SHA-256: a content, and 27 or 43 letters behind a dot
    (re.compile(r"[\w.-]+\.(?:[\w-]{43}|[\w-]{27})(?![\w-])"), _HIDDEN),
    # the local part of a mail address, quoted or not
    (re.compile(r"(?:\"[^\"\n]{1,64}\"|[^\s@<>,;:\"“”()\[\]…]{1,64})@(?=[\w\[])"), f"{_HIDDEN}@"),
)

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def discreet(words: str) -> str:
    """Take out of a line what a log must not hold; the domain of a mail address stays."""
    for pattern, instead in _PATTERNS:
        words = pattern.sub(instead, words)
    return words


def on_one_line(words: str) -> str:
    """Write control characters as escapes: what a page says begins no line, and colours none."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], words)
