"""The record of requests in the database."""

from __future__ import annotations

import logging
from threading import Lock, Timer

from storage import requests
from storage.database import Database
from storage.errors import StorageError
from storage.records import RequestMade

GATHERED_SECONDS = 0.5
"""So long a request that need not be written at once waits for others, and so much of the record
a killed process loses at most."""

_log = logging.getLogger("roundwatch")


class StoredLedger:
    """Writes requests at once, or those of half a second in one transaction.

    Safe to use from several threads. Requests that could not be written are tried again with the
    next ones.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._writing = Lock()
        self._gathered: list[RequestMade] = []
        self._timer: Timer | None = None

    def write(self, made: RequestMade, *, at_once: bool) -> None:
        """Put a request on record: at once, or with others within half a second."""
        with self._lock:
            self._gathered.append(made)
            if not at_once:
                self._set_timer()
                return
        self.flush()

    def flush(self) -> None:
        """Put on record what was gathered, and wait for what another thread is at.

        Who closes the database next must not close it under a transaction that is under way.

        Raises:
            StorageError: it cannot be written now.
        """
        with self._writing:
            self._flush()

    def _flush(self) -> None:
        with self._lock:
            if self._timer:
                self._timer.cancel()
                self._timer = None
            made, self._gathered = self._gathered, []
        if not made:
            return
        try:
            with self._database.transaction() as tx:
                requests.record_requests(tx, made)
        except StorageError:
            with self._lock:
                self._gathered = made + self._gathered
            raise

    def _set_timer(self) -> None:
        if self._timer is None:
            self._timer = Timer(GATHERED_SECONDS, self._when_time_is_up)
            self._timer.daemon = True
            self._timer.start()

    def _when_time_is_up(self) -> None:
        try:
            self.flush()
        except StorageError as fault:
            _log.error("requests could not be put on record: %s", fault)
