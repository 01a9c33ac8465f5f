"""A round is news: its digest, rendered once, and a delivery for each reader."""

from __future__ import annotations

from datetime import datetime

from monitor.core.history import times_stood
from monitor.core.topics import Series
from monitor.journeys.latest import latest, of_round
from monitor.settings import Settings
from storage import archive, outbox
from storage.database import Transaction
from storage.records import DigestKind, FiledReadout, Summary


def announce(
    tx: Transaction,
    series: Series,
    number: int | None,
    *,
    kind: DigestKind,
    settings: Settings,
    now: datetime,
) -> str:
    """Put a round's digest into the outbox, in the transaction that filed the round.

    Returns:
        The digest's subject.
    """
    from notifiers.digest import render_digest

    summary = latest(tx, series.slug) if number is None else of_round(tx, series.slug, number)
    on_file = archive.current_readouts(tx, series.slug)
    filed = next(f for f in on_file if f.readout == summary.readout)
    digest = render_digest(
        summary=summary,
        kind=kind,
        series_name=series.name,
        public_url=settings.public_url,
        times_stood=_times_stood(on_file, summary),
        rendered_at=now,
        before=_compared_with(on_file, summary),
    )
    outbox.enqueue(
        tx,
        digest=digest,
        readout_id=filed.id,
        revision_id=filed.revision_id,
        now=now,
        message_id_domain=settings.mail_domain,
    )
    return digest.subject


def _compared_with(on_file: tuple[FiledReadout, ...], summary: Summary) -> FiledReadout | None:
    number = summary.comparison.before_round if summary.comparison else None
    return next((f for f in on_file if number is not None and f.readout.round == number), None)


def _times_stood(on_file: tuple[FiledReadout, ...], summary: Summary) -> dict[str, int]:
    comparison = summary.comparison
    if comparison is None or comparison.before_round is None:
        return {}
    history = [filed.readout for filed in on_file]
    changes = (*comparison.topics, *comparison.bilateral_issues)
    return {
        change.topic: times_stood(history, change.topic, comparison.before_round)
        for change in changes
        if change.change == "dropped"
    }
