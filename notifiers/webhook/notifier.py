"""Digests to programs: a signed POST of JSON to an address that the subscriber gave."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from http.client import HTTPException

from notifiers.mail.parcel import Parcel
from notifiers.message import SendError, Settle, Take
from notifiers.webhook.address import WebhookAddress, read_webhook_address
from notifiers.webhook.connection import Candidate, candidates_of, post
from notifiers.webhook.reach import Network, may_be_reached
from notifiers.webhook.signature import secret_of, signed_headers
from notifiers.words.wording import LONGEST_QUOTE, clipped, one_line, visible

PATIENCE = 15.0
"""Seconds that a receiver has for all of an answer, as Standard Webhooks proposes (15 to 30)."""

LANES = 4

_PASSING = frozenset({408, 425, 429})
"""Refusals that are about this moment (RFC 9110 section 15.5.9, RFC 8470, RFC 6585)."""


class WebhookNotifier:
    """Sends parcels as signed POST requests; see `docs/channels.md`.

    No proxy of the environment is used: the connection goes to the very address that was judged.

    Args:
        key: the program's secret key, from which each receiver's secret is made.
        allowed: networks that may be reached although they are not public.
        now: the clock, for the time that is signed.
        tls: verifies the receivers; by default with the certificates that the system trusts.
        patience: seconds for one request as a whole.
    """

    lanes = LANES

    def __init__(
        self,
        key: bytes,
        allowed: Sequence[Network],
        now: Callable[[], datetime],
        *,
        tls: ssl.SSLContext | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._key = key
        self._allowed = tuple(allowed)
        self._now = now
        self._tls = tls or ssl.create_default_context()
        self._patience = patience

    def carry(self, take: Take, settle: Settle) -> None:
        """Be one lane; see `notifiers.message.Notifier`."""
        while (parcel := take(True)) is not None:
            settle(parcel, self._fault(parcel))

    def close(self) -> None:
        """Nothing is held open between requests: hardly two readers share a host."""

    def _fault(self, parcel: Parcel) -> SendError | None:
        """Send one parcel; what went wrong, or None."""
        try:
            address = read_webhook_address(parcel.recipient)
        except ValueError as fault:
            return SendError(f"The webhook cannot be sent: {fault}.", True)
        try:
            candidates = candidates_of(address)
            if not _all_may_be_reached(candidates, self._allowed):
                return _out_of_reach(address)
            status = post(
                address,
                candidates,
                parcel.content,
                self._headers(parcel),
                tls=self._tls,
                seconds=self._patience,
            )
        except (OSError, HTTPException) as fault:
            return _no_answer(address, fault)
        return fault_of(status, address.host)

    def _headers(self, parcel: Parcel) -> dict[str, str]:
        secret = secret_of(self._key, parcel.recipient)
        signed = signed_headers(secret, parcel.message_id, self._now(), parcel.content)
        return {"Content-Type": "application/json", "User-Agent": "Roundwatch", **signed}


def fault_of(status: int, host: str) -> SendError | None:
    """What a status says of the delivery: None if it was taken.

    The host is named and not the whole address, whose path may be a secret.
    """
    said = f"{host} answered {status}"
    if 200 <= status < 300:
        return None
    if status == 410:
        return SendError(f"{said}: nobody wants these any more.", True, reach="address")
    if 300 <= status < 400:
        return SendError(
            f"{said}, a redirect; these are not followed.",
            True,
            todo="subscribe the address that it leads to",
        )
    if 400 <= status < 500 and status not in _PASSING:
        return SendError(f"{said} and does not take it.", True)
    return SendError(f"{said} and puts us off.", False, reach="domain")


def _all_may_be_reached(candidates: Sequence[Candidate], allowed: Sequence[Network]) -> bool:
    """One bad address among several is enough to stay away: the next try might take that one."""
    return all(may_be_reached(str(where[0]), allowed) for _, where in candidates)


def _out_of_reach(address: WebhookAddress) -> SendError:
    return SendError(
        f"{address.host} has an address that is not public, and nothing is sent there.",
        True,
        todo="allow its network in ROUNDWATCH_WEBHOOK_PRIVATE, if it is yours",
    )


def _no_answer(address: WebhookAddress, fault: OSError | HTTPException) -> SendError:
    """Not known to have been taken, and sent again: the same webhook-id tells a repeat."""
    said = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
    why = clipped(one_line(visible(said)), LONGEST_QUOTE) or type(fault).__name__
    return SendError(f"{address.host} did not answer: {why}.", False, reach="domain")
