"""A round is news: its digest, its facts as they stand now, and a delivery for each reader."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache

from monitor.core.readers.chosen import holds_news
from monitor.core.readers.slots import is_gathered, next_slot
from monitor.core.topics import Series
from monitor.journeys.latest import Account, latest, of_round
from monitor.settings import Settings
from storage import outbox
from storage.database import Transaction
from storage.records import Addressed, Candidate, DigestKind, Summary, Telling

NO_NEWS = "no news in the topics chosen"


def announce(
    tx: Transaction,
    series: Series,
    number: int | None,
    *,
    kind: DigestKind,
    settings: Settings,
    now: datetime,
    only: Collection[int] | None = None,
) -> tuple[str, int]:
    """Put a round's digest into the outbox, in the transaction that filed the round.

    Args:
        tx: a writing transaction.
        series: the series, with the aliases that were linked.
        number: the round's number; None for the latest.
        kind: news, a correction, a welcome, or that the round's page was withdrawn.
        settings: the domain of our Message-IDs.
        now: the time, aware.
        only: the readers it is meant for, by id; all of the series' by default.

    Returns:
        The digest's subject, and for how many readers it was queued: none if it went out before.
    """
    account = latest(tx, series) if number is None else of_round(tx, series, number)
    telling = telling_of(account, kind, now, corrected=told_before(tx, account, kind))
    subject = _subject(telling, settings)
    digest_id, new = outbox.file_digest(
        tx,
        telling,
        readout_id=account.filed.id,
        revision_id=account.filed.revision_id,
        subject=subject,
        now=now,
    )
    if not new and only is None:
        return subject, 0
    queued = outbox.revive(tx, digest_id, only, now) if only else 0
    fits = _fits(telling, series)
    for piece in outbox.candidates(tx, series.slug, only):
        addressed = [_addressed(each, fits(each.topics), kind, now) for each in piece]
        domain = settings.mail_domain
        queued += outbox.address(tx, digest_id, addressed, now=now, message_id_domain=domain)
    outbox.grown(tx, queued)
    return subject, queued


def telling_of(
    account: Account, kind: DigestKind, now: datetime, *, corrected: Summary | None = None
) -> Telling:
    """The facts of an account, as a digest made now tells them."""
    return Telling(
        kind=kind,
        series_name=account.series.name,
        summary=account.summary,
        background=account.background,
        before=account.before,
        made_at=now,
        corrected=corrected,
        whereabouts=account.whereabouts if kind == "withdrawal" else None,
    )


def told_before(tx: Transaction, account: Account, kind: DigestKind) -> Summary | None:
    """What the digest before a correction told; None for another kind, or if none did."""
    if kind != "correction":
        return None
    readout = account.summary.readout
    told = outbox.last_told(tx, readout.series, readout.round)
    return told.telling.summary if told and told.telling else None


def _subject(telling: Telling, settings: Settings) -> str:
    """The subject; and, since a digest that cannot be rendered must not be filed, the proof."""
    from notifiers.digest.render import render

    return render([telling], language="en", public_url=settings.public_url).subject


def _fits(telling: Telling, series: Series) -> Callable[[tuple[str, ...]], bool]:
    """Whether the digest is news to those who chose some topics; asked once for each choice."""

    @cache
    def fits(topics: tuple[str, ...]) -> bool:
        return telling.kind == "welcome" or holds_news(telling, topics, series)

    return fits


def _addressed(candidate: Candidate, fits: bool, kind: DigestKind, now: datetime) -> Addressed:
    if candidate.state == "suppressed":
        return Addressed(candidate, None, "nothing can be sent to this address")
    if not fits:
        return Addressed(candidate, None, NO_NEWS)
    if kind == "welcome":
        return Addressed(candidate, now, gathered=True)
    gathered = is_gathered(candidate.preferences, now)
    return Addressed(candidate, next_slot(candidate.preferences, now), gathered=gathered)
