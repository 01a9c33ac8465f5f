"""Addresses as they stand in headers and envelopes (RFC 5322 section 3.4, RFC 6531)."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.utils import getaddresses

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
"""What would end a header's line, or cannot be written at all."""

_ADDRESS = re.compile(r"[^\s@<>,;\x00-\x1f\x7f-\x9f]+@[^\s@<>,;\x00-\x1f\x7f-\x9f]+")
_PLAIN = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9.-]+"
)

_QUOTED = re.compile(r'"[A-Za-z0-9!#$%&\'*+/=?^_`{|}~.-]+"@[^\s@<>,;\x00-\x1f\x7f-\x9f]+')
"""In quotation marks already, for its dots: `"a..b"@docomo.ne.jp`."""


def bare_address(mailbox: str) -> str:
    """The address in `Name <address>` or `address`.

    Raises:
        ValueError: there is none, or one with white space or control characters in it.
    """
    return mailbox if _PLAIN.fullmatch(mailbox) else _name_and_address(mailbox)[1]


def mailbox_of(mailbox: str) -> Address:
    """`Name <address>` or `address` in its parts.

    Raises:
        ValueError: as `bare_address`.
    """
    name, address = _name_and_address(mailbox)
    user, _, domain = address.rpartition("@")
    return Address(name, user, domain)


def written(address: str) -> bytes:
    """A bare address for a header: quoted where it must be, in UTF-8 where it is outside ASCII.

    Raises:
        ValueError: it is no bare address.
    """
    if _PLAIN.fullmatch(address):
        return address.encode("ascii")
    if _QUOTED.fullmatch(address):
        return address.encode("utf-8")
    found = mailbox_of(address)
    if found.display_name:
        raise ValueError(f"{address!r} is not a bare mail address.")
    return found.addr_spec.encode("utf-8")


def _name_and_address(mailbox: str) -> tuple[str, str]:
    found = getaddresses([mailbox])
    if len(found) != 1 or CONTROLS.search(mailbox) or not _ADDRESS.fullmatch(found[0][1]):
        raise ValueError(f"{mailbox!r} is not a mail address.")
    return found[0]
