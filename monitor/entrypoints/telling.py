"""An account laid out for people: the same words on the terminal, on the web and in a digest."""

from __future__ import annotations

from datetime import datetime

from monitor.journeys.latest import Account
from notifiers.sheet import Sheet, lay_out


def sheet_of(account: Account, public_url: str | None, now: datetime) -> Sheet:
    """Lay an account out, as a digest would."""
    return lay_out(
        account.summary,
        kind="news",
        series_name=account.series.name,
        public_url=public_url,
        times_stood=account.times_stood,
        before=account.before,
        rendered_at=now,
    )
