"""Signed links: what a mail hands to its reader instead of a password.

A token is its content and a signature (HMAC with SHA-256), both in letters that an address may
hold. Each purpose is signed with a salt of its own, so that a link for one thing opens no other.
Nothing about a token is stored: it counts as long as the reader is there and has the generation
that it names, and until it expires where it does.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Any, Literal

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous import Signer as PlainSigner
from itsdangerous.signer import SigningAlgorithm

from monitor.errors import TokenBroken, TokenExpired

Purpose = Literal["confirm", "reader", "address"]
"""What a link is for: to confirm a subscription, a reader's own pages, to confirm a new address."""

LASTS = timedelta(days=3)
"""How long a link that confirms something counts; a reader's own link has no end."""

LONGEST = 1000
"""Characters of the longest token that is looked at: one with the longest mail address in it."""

_NUMBERS = re.compile(r"(0|[1-9]\d{0,99})-(0|[1-9]\d{0,99})\.[\w-]{43}", re.ASCII)

_COPY_IT_WHOLE = "open the link in the mail again, or copy all of it: it must not be cut off"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a token stands for: a reader, and which of the reader's addresses it was sent to."""

    subscriber_id: int
    generation: int


@dataclass(frozen=True, slots=True)
class NewAddress:
    """What a link for a change of address says: who moves, and where to."""

    holder: Holder
    address: str


class Signer:
    """Makes tokens, and reads them.

    Args:
        secret: the key. Whoever knows it can make a link for any reader.
    """

    def __init__(self, secret: str) -> None:
        self._confirm = _serializer(secret, "confirm")
        self._reader = _plain_signer(secret)
        self._address = _serializer(secret, "address")

    def confirm(self, holder: Holder, *, now: datetime) -> str:
        """A token that confirms a subscription, for three days."""
        return self._confirm.dumps([*_numbers(holder), _end(now)])

    def reader(self, holder: Holder) -> str:
        """The token of a reader's own pages: always the same for one address."""
        numbers = b"%d-%d" % (holder.subscriber_id, holder.generation)
        return self._reader.sign(numbers).decode("ascii")

    def address(self, holder: Holder, address: str, *, now: datetime) -> str:
        """A token that confirms a new address, for three days."""
        content = [*_numbers(holder), _end(now), address]
        return self._address.dumps(content)

    def read_confirm(self, token: str, *, now: datetime) -> Holder:
        """Who confirms.

        Raises:
            TokenBroken: the token is not one of ours for this purpose.
            TokenExpired: it is older than three days.
        """
        subscriber_id, generation, end = _content(self._confirm, token)
        _not_over(end, now)
        return Holder(subscriber_id, generation)

    def read_reader(self, token: str) -> Holder:
        """Whose pages they are.

        Raises:
            TokenBroken: the token is not one of ours for this purpose.
        """
        found = _NUMBERS.fullmatch(_not_too_long(token))
        holder = Holder(int(found[1]), int(found[2])) if found else None
        # Of the spellings that mean one signature, the one that we write is the one that counts.
        if holder is None or not compare_digest(self.reader(holder), token):
            raise _broken()
        return holder

    def read_address(self, token: str, *, now: datetime) -> NewAddress:
        """Who moves, and where to.

        Raises:
            TokenBroken: the token is not one of ours for this purpose.
            TokenExpired: it is older than three days.
        """
        subscriber_id, generation, end, address = _content(self._address, token)
        _not_over(end, now)
        return NewAddress(Holder(subscriber_id, generation), address)


def _plain_signer(secret: str) -> PlainSigner:
    """Signs two numbers: without the JSON and the packing of a serializer, in half its time.

    Every mail has such a token, and a digest may go to a hundred thousand readers.
    """
    return PlainSigner(_key(secret, "reader"), key_derivation="none", algorithm=_Hmac())


class _Hmac(SigningAlgorithm):
    """HMAC with SHA-256 in one call."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha256")


def _key(secret: str, purpose: Purpose) -> bytes:
    """The key of a purpose, derived once and not for each reader."""
    return hmac.digest(secret.encode(), f"roundwatch {purpose}".encode(), "sha256")


def _serializer(secret: str, purpose: Purpose) -> URLSafeSerializer:
    signing = {"key_derivation": "none", "digest_method": hashlib.sha256}
    return URLSafeSerializer(_key(secret, purpose), signer_kwargs=signing)


def _numbers(holder: Holder) -> list[object]:
    return [holder.subscriber_id, holder.generation]


def _end(now: datetime) -> int:
    return int((now + LASTS).timestamp())


def _content(serializer: URLSafeSerializer, token: str) -> Any:  # noqa: ANN401 - JSON of our own
    """What a token says, once it is sure that we said it, and in just these letters.

    The last letter of Base64 has bits to spare, so that a few spellings mean the same signature:
    the one that we write is the one that counts.
    """
    try:
        content = serializer.loads(_not_too_long(token))
    except BadData as fault:
        raise _broken() from fault
    if serializer.dumps(content) != token:
        raise _broken()
    return content


def _not_too_long(token: str) -> str:
    if len(token) > LONGEST:
        raise TokenBroken("the link is longer than any of ours", todo=_COPY_IT_WHOLE)
    return token


def _broken() -> TokenBroken:
    return TokenBroken("the link is not whole, or is none of ours for this", todo=_COPY_IT_WHOLE)


def _not_over(end: int, now: datetime) -> None:
    if now.timestamp() >= end:
        when = datetime.fromtimestamp(end, UTC)
        raise TokenExpired(
            f"the link counted until {when:%B %d, %Y, %H:%M} UTC",
            todo="subscribe again, or ask for the change again, and use the link in the new mail",
        )
