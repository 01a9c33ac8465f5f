"""Search: releases are indexed by their words as they are filed, and found by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from monitor.core.search.passages import Passage, passages_with
from monitor.core.search.query import Query
from monitor.core.search.words import WORDS, filed_form
from monitor.journeys.progress import Each, nobody
from storage import archive
from storage.archive import Found, ReportedRound
from storage.database import Database, Transaction
from storage.records import FiledRelease, Verdict

RULE = f"{WORDS}, snowballstemmer {version('snowballstemmer')}"
"""What the words on file are made by. By another rule they are made anew: see `index_the_rest`."""

_AT_ONCE = 200  # releases in one commit, so that others may write in between


@dataclass(frozen=True, slots=True)
class Hit:
    """A release that was found, the rounds it reports, and the passages that show why."""

    title: str | None
    published: date | None
    url: str | None
    verdict: Verdict | None
    rounds: tuple[ReportedRound, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, the latest published first; `last` is the place to go on from, if any."""

    items: tuple[Hit, ...]
    last: int | None


def search(
    tx: Transaction,
    query: Query,
    *,
    series: str | None = None,
    year: int | None = None,
    before: int | None = None,
    limit: int,
) -> Hits:
    """Find the releases that have all words of a query somewhere.

    Args:
        tx: any transaction.
        query: what is searched for; nothing is found for one without words.
        series: only releases that report a round of it, by its slug.
        year: only releases published in it.
        before: the place to go on from.
        limit: how many releases at most.
    """
    if not query.words:
        return Hits((), None)
    phrases = [" ".join(phrase) for phrase in query.phrases if len(phrase) > 1]
    found = archive.find_words(
        tx, query.words, phrases, series=series, year=year, before=before, limit=limit + 1
    )
    shown = found[:limit]
    return Hits(_hits(tx, query, shown), shown[-1].place if len(found) > limit else None)


def _hits(tx: Transaction, query: Query, found: Sequence[Found]) -> tuple[Hit, ...]:
    ids = [each.release_id for each in found]
    filed = archive.releases_by_id(tx, ids)
    texts = archive.texts_of(tx, ids)
    rounds = archive.reported_rounds(tx, ids)
    return tuple(
        _hit(filed[each], rounds.get(each, ()), passages_with(query, texts[each].passages))
        for each in ids
    )


def _hit(
    release: FiledRelease, rounds: tuple[ReportedRound, ...], passages: tuple[Passage, ...]
) -> Hit:
    return Hit(
        title=release.title,
        published=release.published,
        url=release.address,
        verdict=release.verdict,
        rounds=rounds,
        passages=passages,
    )


def index(tx: Transaction, *release_ids: int) -> None:
    """File the words of releases as they are now, in the transaction that changed them."""
    for release_id, texts in archive.texts_of(tx, release_ids).items():
        words = filed_form(texts.passages)
        archive.file_words(tx, release_id, published=texts.published, words=words, rule=RULE)


def index_the_rest(database: Database, *, each: Each = nobody) -> int:
    """Index every release whose words are not on file by today's rule; return how many.

    Those are the releases of an older version of the program. Each piece is a commit of its own,
    so it may be stopped at any time, and be done by two processes at once.
    """
    done = last = 0
    while True:
        with database.reading() as tx:
            # From where it is, or it would go through all that is indexed for every few.
            missing = archive.without_words(tx, RULE, _AT_ONCE, after=last)
        if not missing:
            return done
        with database.transaction() as tx:
            index(tx, *missing)
        done, last = done + len(missing), missing[-1]
        each(done, 0)
