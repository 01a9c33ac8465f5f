"""Messages to a mail server, over several connections that are kept for the whole run."""

from __future__ import annotations

import ssl
from threading import Lock

from notifiers.message import Settle, Take
from notifiers.smtp.address import SmtpAddress
from notifiers.smtp.lane import Lane
from notifiers.smtp.session import described, goodbye, open_session, tls_context
from notifiers.smtp.talk import Talk
from notifiers.smtp.wire import Limits

PROBE = 30.0
"""Seconds to wait for each answer while a person waits for the doctor."""


class SmtpNotifier:
    """Hands parcels to one mail server, over as many connections as there are lanes.

    Args:
        address: the server, see `notifiers.smtp.address.read_address`.
        lanes: how many connections may be open at once.
        tls: replaces the system's trusted certificates, for a server with its own.
        limits: how long to wait for the server.
    """

    def __init__(
        self,
        address: SmtpAddress,
        *,
        lanes: int,
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.address = address
        self._lanes = lanes
        self._tls = tls
        self._limits = limits or Limits()
        self._one_at_a_time = Lock()

    @property
    def lanes(self) -> int:
        """How many connections may be open at once."""
        return self._lanes

    def carry(self, take: Take, settle: Settle) -> None:
        """Hand over what `take` gives over one connection, opened at the first parcel."""
        Lane(self.address, self._connect, take, settle).run()

    def probe(self) -> str:
        """Go through the door, TLS and login included, and send nothing.

        Returns:
            How we came in, and what the server takes, in words.

        Raises:
            NothingCanBeSent: why no mail would go out now.
        """
        patience = min(PROBE, self._limits.command)
        session = open_session(self.address, tls=self._context, timeout=patience)
        found = described(session, self.address)
        goodbye(session)
        return found

    def close(self) -> None:
        """Nothing is held open: each lane closes its own connection at its end."""

    def _connect(self) -> Talk:
        session = open_session(self.address, tls=self._context, timeout=self._limits.command)
        return Talk(session, self._limits)

    def _context(self) -> ssl.SSLContext:
        """One for all lanes."""
        with self._one_at_a_time:
            if self._tls is None:
                self._tls = tls_context(self.address)
            return self._tls
