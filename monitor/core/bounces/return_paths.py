"""An envelope sender of its own for each mail, signed: what comes back to it proves what it is.

A Message-ID such as `<digest-12.345@example.org>` can be guessed. Where the operator's address for
bounces has a `*`, each mail is sent from an address in which a tag stands there: the Message-ID's
first half and a signature (after VERP, and BATV). Only who has handled that mail knows it.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

_TAG = re.compile(r"([a-z0-9][a-z0-9.-]{0,60})-([0-9a-f]{16})")
_LOCAL_OF_OURS = re.compile(r"<([a-z0-9][a-z0-9.-]{0,60})@[^<>@\s]+>")
_MOST_LOCAL = 64  # RFC 5321 section 4.5.3.1.1


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """Where bounces go: an address, with a `*` for the tag or without, and the key that signs it.

    `domain` is that of our Message-IDs.
    """

    address: str
    domain: str
    key: bytes

    @property
    def tagged(self) -> bool:
        """Whether each mail has an address of its own."""
        return "*" in self.address

    def for_mail(self, message_id: str) -> str:
        """Return the envelope sender for a mail; the plain address where a tag does not fit."""
        local = _LOCAL_OF_OURS.fullmatch(message_id)
        tag = f"{local[1]}-{self._signature(local[1])}" if local else ""
        sender = self.address.replace("*", tag)
        fits = tag and len(sender.rpartition("@")[0]) <= _MOST_LOCAL
        return sender if fits else re.sub(r"[^\w]?\*", "", self.address)

    def mail_of(self, recipients: Iterable[str]) -> str | None:
        """Return the Message-ID of the mail that came back, if one of these addresses proves it.

        Args:
            recipients: to whom a report was sent.
        """
        if not self.tagged:
            return None
        before, _, behind = self.address.casefold().partition("*")
        for recipient in recipients:
            known = recipient.casefold()
            if known.startswith(before) and known.endswith(behind):
                found = _TAG.fullmatch(known[len(before) : len(known) - len(behind)])
                if found and hmac.compare_digest(found[2], self._signature(found[1])):
                    return f"<{found[1]}@{self.domain}>"
        return None

    def _signature(self, local: str) -> str:
        return hmac.digest(self.key, b"return path of " + local.encode(), "sha256").hex()[:16]
