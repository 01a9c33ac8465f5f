"""A round is news: its digest, rendered once, and a delivery for each reader."""

from __future__ import annotations

from datetime import datetime

from monitor.core.topics import Series
from monitor.journeys.latest import latest, of_round
from monitor.settings import Settings
from storage import outbox
from storage.database import Transaction
from storage.records import DigestKind


def announce(
    tx: Transaction,
    series: Series,
    number: int | None,
    *,
    kind: DigestKind,
    settings: Settings,
    now: datetime,
) -> tuple[str, int]:
    """Put a round's digest into the outbox, in the transaction that filed the round.

    Returns:
        The digest's subject, and for how many readers it was queued: none if it went out before.
    """
    from notifiers.digest import render_digest

    account = latest(tx, series) if number is None else of_round(tx, series, number)
    digest = render_digest(
        summary=account.summary,
        kind=kind,
        series_name=series.name,
        public_url=settings.public_url,
        background=account.background,
        rendered_at=now,
        before=account.before,
    )
    _, readers = outbox.enqueue(
        tx,
        digest=digest,
        readout_id=account.filed.id,
        revision_id=account.filed.revision_id,
        now=now,
        message_id_domain=settings.mail_domain,
    )
    return digest.subject, readers
