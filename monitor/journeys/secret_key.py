"""The key of this service: what its links, return paths and webhooks are signed with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.settings import Settings
from storage import secrets
from storage.database import Database

_NAME = "signing key"


def secret_key(
    database: Database, settings: Settings, *, make: Callable[[], str], now: datetime
) -> str:
    """The key of the settings, or one made at the first start and kept.

    Args:
        database: where a key is kept that nobody has set.
        settings: where a key may be set.
        make: makes a key, at random.
        now: the time to file it under, aware.
    """
    if settings.secret_key:
        return settings.secret_key
    with database.reading() as tx:
        known = secrets.kept(tx, _NAME)
    if known is None:
        with database.transaction() as tx:
            known = secrets.keep(tx, _NAME, make, now)
    return known
