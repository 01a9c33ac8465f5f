"""A digest as a reader would get it, rendered from the archive and sent to nobody."""

from __future__ import annotations

from datetime import datetime

from monitor.core.readers.chosen import holds_news, narrowed_or_whole
from monitor.errors import NotFound
from monitor.journeys.latest import of_round
from monitor.journeys.links import series_as_linked
from monitor.journeys.sending.announce import NO_NEWS, telling_of, told_before
from storage.database import Transaction
from storage.records import DigestKind, Language, Rendering


def preview(
    tx: Transaction,
    slug: str,
    number: int,
    *,
    kind: DigestKind,
    topics: tuple[str, ...],
    language: Language,
    public_url: str | None,
    now: datetime,
) -> Rendering:
    """Render the digest of a round that would be filed now.

    A reader's own links are left as the places where they belong.

    Args:
        tx: a transaction.
        slug: the series.
        number: the round.
        kind: news, a correction of what was told last, a welcome, or that its page is withdrawn.
        topics: the slugs a reader chose; empty means all.
        language: of everything but quotations.
        public_url: where our pages are, if anywhere.
        now: the time that the digest says it was made, aware.

    Raises:
        NotFound: the archive has no such round; or nothing to correct was told of it; or it holds
            no news in the topics chosen, so that no mail would go out.
    """
    from notifiers.digest.render import render

    series = series_as_linked(tx, slug)
    account = of_round(tx, series, number)
    corrected = told_before(tx, account, kind)
    if kind == "correction" and corrected is None:
        raise NotFound(
            f"no digest of round {number} was ever filed: there is nothing to correct",
            todo="`roundwatch digests` lists those that were",
        )
    if kind == "withdrawal" and account.whereabouts.withdrawn is None:
        raise NotFound(f"the page of round {number} is not withdrawn: no mail would go out")
    if corrected is not None and corrected.comparison == account.summary.comparison:
        raise NotFound(
            f"the comparison of round {number} is as it was told: no correction would go out"
        )
    telling = telling_of(account, kind, now, corrected=corrected)
    if kind != "welcome" and not holds_news(telling, topics, series):
        raise NotFound(f"round {number} holds {NO_NEWS}: no mail would go out")
    told = narrowed_or_whole(telling, topics, series)
    return render([told], language=language, public_url=public_url)
