"""Is this a mail address, and how is it written? Nobody is asked whether it exists."""

from __future__ import annotations

import re

from monitor.errors import UsageError

LONGEST = 254
"""Octets that an address may have (RFC 5321 section 4.5.3.1.3, less the two angle brackets)."""

_OLD_MOBILE = re.compile(
    r"(?:docomo\.ne\.jp|(?:[a-z0-9-]+\.)?ezweb\.ne\.jp|au\.com|i\.softbank\.jp)", re.IGNORECASE
)
"""Japanese mobile networks on which addresses have dots where RFC 5322 allows none.

`a..b@docomo.ne.jp` and `a.@docomo.ne.jp` could be had until 1 April 2009 and still receive mail
that is sent to them in quotation marks (github.com/EC-CUBE/ec-cube issue 1325,
github.com/swiftmailer/swiftmailer issue 71); ezweb.ne.jp became au.com in 2018.
"""

_SPACES = " \t\u00a0\u3000"  # a line break is no slip of the hand, and is refused
_DOTTED = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]+")
_QUOTED_FOR_DOTS_ALONE = re.compile(rf'"{_DOTTED.pattern}"@.*', re.DOTALL)


def checked(address: str) -> str:
    """A mail address in its normal form.

    - White space around it is dropped, its domain written small, other scripts in NFC; a domain
      in Punycode and the same in its own letters are one.
    - A part before the @ with dots at its ends, or two in a row, has to stand in quotation marks
      (RFC 5321 section 4.1.2). Whoever writes them gets them; at the old Japanese mobile networks
      they are added.
    - Quotation marks for anything else (white space, a second @, commas) are refused: hardly any
      mailbox is called so, and a good deal of mail software breaks on it.

    The domain need not exist in the DNS: readers on an internal network may be served.

    Raises:
        UsageError: it is no mail address, or one of those that are refused; says which and why.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            _quoted_where_needed(address.strip(_SPACES)),
            check_deliverability=False,
            test_environment=True,
            allow_quoted_local=True,
            strict=True,
        ).normalized
    except EmailNotValidError as fault:
        raise _refused(address, str(fault)) from fault
    if found.startswith('"') and not _QUOTED_FOR_DOTS_ALONE.fullmatch(found):
        raise _refused(address, "Quotation marks are only taken for dots before the @-sign.")
    return found


def _quoted_where_needed(address: str) -> str:
    local, _, domain = address.rpartition("@")
    odd = local.startswith(".") or local.endswith(".") or ".." in local
    if odd and _OLD_MOBILE.fullmatch(domain) and _DOTTED.fullmatch(local):
        return f'"{local}"@{domain}'
    return address


def _refused(address: str, why: str) -> UsageError:
    return UsageError(
        f"“{_shown(address)}” is no mail address: {why}", todo="write it like reader@example.org"
    )


def _shown(address: str) -> str:
    """What was given, on one line and not too long, with nothing in it that a terminal obeys."""
    line = "".join(c if c.isprintable() else f"[U+{ord(c):04X}]" for c in address)
    return line if len(line) <= LONGEST else f"{line[:60]}…"
