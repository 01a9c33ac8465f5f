"""Contact with the database: its loss is told once, whoever finds out, and so is its return."""

from __future__ import annotations

import logging
from threading import Lock

from storage.database import Database
from storage.errors import StorageError

_log = logging.getLogger("roundwatch")


class Contact:
    """Whether a database answers, as far as a process knows; safe to share between threads.

    Args:
        database: the one that is asked.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_lost = False
        self._lock = Lock()

    def lost(self, fault: StorageError) -> None:
        """Somebody found that it does not answer, or not as it should."""
        with self._lock:
            if not self._is_lost:
                _log.error("database: %s It is asked again every few seconds.", fault)
            self._is_lost = True

    def answers(self) -> bool:
        """Ask it."""
        try:
            self._database.revision()
        except StorageError as fault:
            self.lost(fault)
            return False
        with self._lock:
            if self._is_lost:
                _log.info("database: it answers again")
            self._is_lost = False
        return True

    def holds(self) -> bool:
        """Whether there is any use in going to it: only where it was lost is it asked."""
        return not self._is_lost or self.answers()
