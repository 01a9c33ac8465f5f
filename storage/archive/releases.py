"""Releases: named by a listing, wanted or passed over, read in the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Select,
    and_,
    bindparam,
    collate,
    delete,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)

from storage.records import FiledRelease, Named, Verdict
from storage.schema import LATEST_FIRST, PUBLISHED, WANTED, readouts, releases, revisions, twins
from storage.upsert import insert

_COLUMNS = [column for column in releases.c if column is not releases.c.evidence]
_PUBLISHED: ColumnElement[date] = type_coerce(literal_column(PUBLISHED.text), Date)
_BEFORE_ALL = date.min
_OF_KEY = select(*_COLUMNS).where(releases.c.key == bindparam("of"))
_OF_ID = select(*_COLUMNS).where(releases.c.id == bindparam("of"))
ORIGINAL = ~exists().where(twins.c.release_id == releases.c.id)
"""Whether a release is none that stands for another one's address."""

Judged = Literal[Verdict, "unread"]
"""What a release was judged to be, or that nobody has read it."""


@dataclass(frozen=True, slots=True)
class ReportedRound:
    """A round that a release reports, by series and number; None where it has no number."""

    series: str
    round: int | None


def name_releases(
    tx: Connection, named: Sequence[Named], *, wanted: Collection[str], now: datetime
) -> tuple[FiledRelease, ...]:
    """File the releases not known yet: `wanted` if their key is among those, else `passed`.

    Returns:
        The new ones alone, in the order they were named.
    """
    rows = [
        {
            "key": release.key,
            "address": release.address,
            "title": release.title,
            "published": release.published,
            "state": "wanted" if release.key in wanted else "passed",
            "named_at": now,
        }
        for release in named
    ]
    if not rows:
        return ()
    new = insert(tx, releases).on_conflict_do_nothing(index_elements=["key"]).returning(*_COLUMNS)
    filed = {row["key"]: FiledRelease(**row) for row in tx.execute(new, rows).mappings()}
    order = dict.fromkeys(release.key for release in named)
    return tuple(filed[key] for key in order if key in filed)


def known_keys(
    tx: Connection, keys: Collection[str], *, named_by: datetime | None = None
) -> set[str]:
    """Return those of the keys that are on file, or that were by some time."""
    query = select(releases.c.key).where(releases.c.key.in_(keys))
    if named_by is not None:
        query = query.where(releases.c.named_at <= named_by)
    return set(tx.scalars(query))


def wanted_releases(tx: Connection, *, now: datetime) -> list[FiledRelease]:
    """Return what is still to be read and may be tried now, the oldest publication first."""
    query = (
        select(*_COLUMNS)
        .where(WANTED, _may_be_tried(now))
        .order_by(releases.c.published.asc().nulls_last(), releases.c.id)
    )
    return [FiledRelease(**row) for row in tx.execute(query).mappings()]


def is_any_wanted(tx: Connection, *, now: datetime) -> bool:
    """Return whether anything is still to be read and may be tried now."""
    one = select(releases.c.id).where(WANTED, _may_be_tried(now)).limit(1)
    return tx.execute(one).first() is not None


def _may_be_tried(now: datetime) -> ColumnElement[bool]:
    return or_(releases.c.next_try_at.is_(None), releases.c.next_try_at <= now)


def postpone(tx: Connection, release_id: int, *, attempts: int, next_try_at: datetime) -> None:
    """Put off the next attempt to read a release."""
    change_release(tx, release_id, attempts=attempts, next_try_at=next_try_at)


def read_again(tx: Connection, release_id: int, at: datetime | None) -> None:
    """Have a release that was read be wanted anew from a time on; None: no more."""
    state = "read" if at is None else "wanted"
    change_release(tx, release_id, state=state, attempts=0, next_try_at=at)


def release_by_key(tx: Connection, key: str) -> FiledRelease | None:
    """Return the release of this key."""
    return _one(tx, _OF_KEY, key)


def release_by_id(tx: Connection, release_id: int) -> FiledRelease | None:
    """Return the release of this id."""
    return _one(tx, _OF_ID, release_id)


def latest_releases(
    tx: Connection,
    *,
    judged: Judged | None = None,
    series: str | None = None,
    year: int | None = None,
    title: Sequence[str] = (),
    after: tuple[date | None, int] | None = None,
    limit: int,
) -> tuple[FiledRelease, ...]:
    """Return releases, the latest published first; those without a date last, the newest first.

    An address at which another release stands too, or stood once, is none.

    Args:
        tx: any transaction.
        judged: only those of one verdict, or those that nobody has read.
        series: only those that report a round of it.
        year: only those published in it.
        title: only those whose title has each of these; Latin capitals count as small letters.
        after: only those behind this one, by its day and id.
        limit: how many at most.
    """
    query = select(*_COLUMNS).where(ORIGINAL, *(_has(tx, part) for part in title))
    if judged is not None:
        verdict = releases.c.verdict
        query = query.where(verdict.is_(None) if judged == "unread" else verdict == judged)
    if series is not None:
        query = query.where(releases.c.id.in_(reporting(series)))
    if year is not None:
        in_it = _PUBLISHED.between(date(year, 1, 1), date(year, 12, 31))
        query = query.where(in_it, releases.c.published.is_not(None))
    if after is not None:
        last = (literal(after[0] or _BEFORE_ALL, Date), literal(after[1]))
        query = query.where(tuple_(_PUBLISHED, releases.c.id) < tuple_(*last))
    rows = tx.execute(query.order_by(*LATEST_FIRST).limit(limit)).mappings()
    return tuple(FiledRelease(**row) for row in rows)


def days_of_publication(tx: Connection, *, until: date, limit: int) -> tuple[date, ...]:
    """Return the last days up to one on which releases were published, the latest first."""
    query = (
        select(_PUBLISHED.label("day"))
        .select_from(releases)
        .where(_PUBLISHED.between(_BEFORE_ALL + timedelta(days=1), until))
        .group_by(_PUBLISHED)
        .order_by(_PUBLISHED.desc())
        .limit(limit)
    )
    return tuple(tx.scalars(query))


def _has(tx: Connection, part: str) -> ColumnElement[bool]:
    """Whether a title has these letters; only those of ASCII have two cases on SQLite."""
    title: ColumnElement[Any] = releases.c.title
    if tx.dialect.name != "sqlite":
        title = collate(title, "C")
    small = "".join(sign.lower() if sign.isascii() else sign for sign in part)
    return func.lower(title).contains(small, autoescape=True)


def releases_by_id(tx: Connection, ids: Collection[int]) -> dict[int, FiledRelease]:
    """Return releases by their ids."""
    rows = tx.execute(select(*_COLUMNS).where(releases.c.id.in_(ids))).mappings()
    return {row["id"]: FiledRelease(**row) for row in rows}


def reported_rounds(tx: Connection, ids: Collection[int]) -> dict[int, tuple[ReportedRound, ...]]:
    """Return the rounds that each of some releases reports, in order."""
    query = (
        select(*readouts.c["release_id", "series", "round"])
        .where(readouts.c.release_id.in_(ids), readouts.c.superseded_at.is_(None))
        .order_by(readouts.c.series, readouts.c.round, readouts.c.id)
    )
    found: defaultdict[int, tuple[ReportedRound, ...]] = defaultdict(tuple)
    for row in tx.execute(query):
        found[row.release_id] += (ReportedRound(row.series, row.round),)
    return found


def releases_in_turn(
    tx: Connection, *, after: int, limit: int, unread: bool, section: str | None = None
) -> list[FiledRelease]:
    """Return releases by id, from behind one id on: all, or those that nobody has read.

    Args:
        tx: any transaction.
        after: the last id that is not wanted any more.
        limit: the most that are returned.
        unread: leave out what was read.
        section: only those of this section of the press office; it begins their keys.
    """
    query = select(*_COLUMNS).where(releases.c.id > after, ORIGINAL)
    if unread:
        query = query.where(releases.c.verdict.is_(None))
    if section is not None:
        query = query.where(releases.c.key.startswith(f"{section}/", autoescape=True))
    query = query.order_by(releases.c.id).limit(limit)
    return [FiledRelease(**row) for row in tx.execute(query).mappings()]


def days_with_rounds(tx: Connection) -> tuple[date, ...]:
    """Return the days on which a release was published that reports a round, in order."""
    reported = exists().where(
        readouts.c.release_id == releases.c.id, readouts.c.superseded_at.is_(None)
    )
    query = select(releases.c.published).where(releases.c.published.is_not(None), reported)
    return tuple(tx.scalars(query.distinct().order_by(releases.c.published)))


def count_named(
    tx: Connection, *, section: str, since: date | None, until: date | None
) -> tuple[int, int]:
    """Return how many releases of a section are on file, and how many of them were read.

    Args:
        tx: any transaction.
        section: the section of the press office; it begins their keys.
        since: none that was published before; without a day, the year in its key decides.
        until: none that was published after.
    """
    day = releases.c.published
    below = func.replace(releases.c.key, f"{section}/archives/", f"{section}/")
    year = func.substr(below, len(section) + 2, 4)
    inside = [ORIGINAL, releases.c.key.startswith(f"{section}/", autoescape=True)]
    inside += [or_(and_(day.is_(None), year >= str(since.year)), day >= since)] if since else []
    inside += [or_(and_(day.is_(None), year <= str(until.year)), day <= until)] if until else []
    query = select(func.count(), func.count(releases.c.verdict)).where(*inside)
    named, read = tx.execute(query).one()
    return named, read


def count_releases(tx: Connection) -> dict[Judged, int]:
    """Return how many releases of each verdict are on file, and how many nobody has read."""
    query = select(releases.c.verdict, func.count()).where(ORIGINAL).group_by(releases.c.verdict)
    return {row[0] or "unread": row[1] for row in tx.execute(query)}


def reporting(series: str) -> Select[Any]:
    """The ids of the releases that report a round of a series now."""
    ours = (readouts.c.series == series, readouts.c.superseded_at.is_(None))
    return select(readouts.c.release_id).where(*ours)


def adopt_address(tx: Connection, release_id: int, key: str, address: str) -> None:
    """Give a release its official key and address once they are known.

    A release that was only named under that key, and never read, gives way.

    Raises:
        Conflict: a release that was read has the key already.
    """
    read = exists().where(revisions.c.release_id == releases.c.id)
    only_named = and_(releases.c.key == key, releases.c.id != release_id, ~read)
    with tx.begin_nested():
        tx.execute(delete(releases).where(only_named))
        change_release(tx, release_id, key=key, address=address)


def _one(tx: Connection, query: Select[Any], of: str | int) -> FiledRelease | None:
    row = tx.execute(query, {"of": of}).mappings().first()
    return FiledRelease(**row) if row else None


def change_release(tx: Connection, release_id: int, **values: object) -> None:
    """Change columns of a release's row.

    Raises:
        LookupError: there is no such release.
    """
    changed = tx.execute(update(releases).where(releases.c.id == release_id).values(**values))
    if changed.rowcount != 1:
        raise LookupError(f"no release {release_id}")
