"""Signatures of webhooks, as Standard Webhooks has them (standardwebhooks.com, version 1)."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256

PREFIX = "whsec_"


def secret_of(key: bytes, address: str) -> str:
    """The secret of one webhook, `whsec_...`: its receiver checks our signatures with it.

    It is made from the program's key and the address, so that nobody has to store it, and none
    tells anything about another. Another key or another address makes another secret.

    Args:
        key: the program's secret key.
        address: the webhook's address, as subscribed.
    """
    made = hmac.digest(key, b"roundwatch webhook\0" + address.encode(), sha256)
    return PREFIX + b64encode(made).decode()


def signed_headers(secret: str, message_id: str, at: datetime, content: bytes) -> dict[str, str]:
    """The headers by which a receiver knows who sent a document, and when, and whether before.

    Args:
        secret: as `secret_of` made it.
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
