"""Signatures of webhooks, as Standard Webhooks has them (standardwebhooks.com, version 1)."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256

PREFIX = "whsec_"
_LEAST, _MOST = 24, 64


def secret_from(chance: bytes) -> str:
    """A webhook's secret, `whsec_...`, from random bytes.

    Raises:
        ValueError: fewer than 24 bytes or more than 64 (Standard Webhooks, "Signature scheme").
    """
    if not _LEAST <= len(chance) <= _MOST:
        raise ValueError(f"a secret is made of {_LEAST} to {_MOST} bytes")
    return PREFIX + b64encode(chance).decode()


def signed_headers(secret: str, message_id: str, at: datetime, content: bytes) -> dict[str, str]:
    """The headers by which a receiver knows who sent a document, and when, and whether before.

    Args:
        secret: as `secret_from` made it.
        message_id: the delivery's, the same at every attempt.
        at: the time of this attempt, aware.
        content: the body, to the byte.
    """
    name, seconds = webhook_id(message_id), str(int(at.timestamp()))
    return {
        "webhook-id": name,
        "webhook-timestamp": seconds,
        "webhook-signature": signature(secret, name, seconds, content),
    }


def signature(secret: str, name: str, seconds: str, content: bytes) -> str:
    """The signature of a document under a name and a time, `v1,...`."""
    signed = b".".join((name.encode(), seconds.encode(), content))
    mark = hmac.digest(b64decode(secret.removeprefix(PREFIX)), signed, sha256)
    return f"v1,{b64encode(mark).decode()}"


def webhook_id(message_id: str) -> str:
    """The id of a delivery: without a full stop, since those part what is signed."""
    return f"msg_{sha256(message_id.encode('utf-8', 'replace')).hexdigest()[:32]}"
