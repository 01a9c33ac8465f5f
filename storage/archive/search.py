"""The words of releases, filed to be found: whole words, and phrases of them.

What a word is, is said by who files and who asks; here words are only compared. A release's `place`
holds its day and its id, so that the latest is found first and the rest is left for later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Select,
    and_,
    bindparam,
    column,
    func,
    select,
    table,
    text,
)

from storage.archive.releases import reporting
from storage.documents import from_document
from storage.records import Paragraph
from storage.schema import release_words, releases, revisions
from storage.upsert import insert_on

_ROOM_FOR_IDS = 32  # bits of a place
_INDEX = table("word_index", column("rowid"))
_IN_INDEX = text("word_index match :asked")
# The words of the index, which PostgreSQL uses only where a query has the very same.
_AS_VECTOR = text(
    "array_to_tsvector(string_to_array(release_words.words, ' ')) @@ cast(:asked as tsquery)"
)
_FORGET = text(
    "insert into word_index (word_index, rowid, words) select 'delete', place, words"
    " from release_words where release_id = :release_id"
)
_ENTER = text(
    "insert into word_index (rowid, words) select place, words"
    " from release_words where release_id = :release_id"
)
_REBUILD = text("insert into word_index (word_index) values ('rebuild')")


@cache
def _filing(dialect: str) -> Insert:
    new = insert_on(dialect, release_words)
    said = {name: new.excluded[name] for name in ("place", "rule", "words")}
    return new.on_conflict_do_update(index_elements=["release_id"], set_=said)


def _what_they_say() -> Select[Any]:
    newest = revisions.alias("newest")
    last = select(func.max(newest.c.number)).where(newest.c.release_id == revisions.c.release_id)
    return (
        select(*releases.c["id", "title", "published"], revisions.c.paragraphs)
        .join(revisions, revisions.c.release_id == releases.c.id)
        .where(releases.c.id.in_(bindparam("ids", expanding=True)))
        .where(revisions.c.number == last.scalar_subquery())
    )


_TEXTS = _what_they_say()


class Texts(NamedTuple):
    """What a release says now: its title, its day, and its paragraphs."""

    release_id: int
    title: str | None
    published: date | None
    paragraphs: tuple[str, ...]

    @property
    def passages(self) -> tuple[str, ...]:
        """The title and each paragraph, in order."""
        return (self.title or "", *self.paragraphs)


class Found(NamedTuple):
    """A release that has the words, and its place in time."""

    place: int
    release_id: int


def file_words(
    tx: Connection, release_id: int, *, published: date | None, words: str, rule: str
) -> None:
    """File the words of a release that is on file, in place of those filed before.

    Args:
        tx: a writing transaction.
        release_id: the release.
        published: its day, if known.
        words: with one space between them, none at the ends.
        rule: what the words were made by.
    """
    of = {"release_id": release_id}
    place = _place(published, release_id)
    on_sqlite = tx.dialect.name == "sqlite"
    if on_sqlite:
        tx.execute(_FORGET, of)
    tx.execute(_filing(tx.dialect.name), {**of, "place": place, "rule": rule, "words": words})
    if on_sqlite:
        tx.execute(_ENTER, of)


def rebuild_word_index(tx: Connection) -> None:
    """Make SQLite's index anew from the words on file, after rows came in another way."""
    tx.execute(_REBUILD)


def without_words(tx: Connection, rule: str, limit: int, *, after: int = 0) -> tuple[int, ...]:
    """Return some of the releases that were read, and have no words by this rule on file.

    Args:
        tx: a transaction.
        rule: the rule by which words are made today.
        limit: how many at most.
        after: a release's id: those before it, and it, were asked for already.
    """
    ours = and_(release_words.c.release_id == revisions.c.release_id, release_words.c.rule == rule)
    query = (
        select(revisions.c.release_id)
        .outerjoin(release_words, ours)
        .where(revisions.c.number == 1, release_words.c.release_id.is_(None))
        .where(revisions.c.release_id > after)
    )
    return tuple(tx.scalars(query.order_by(revisions.c.release_id).limit(limit)))


def texts_of(tx: Connection, release_ids: Collection[int]) -> dict[int, Texts]:
    """Return what releases say now, by their ids; of those alone that were read."""
    rows = tx.execute(_TEXTS, {"ids": list(release_ids)})
    return {row.id: Texts(row.id, row.title, row.published, _texts(row.paragraphs)) for row in rows}


def _texts(document: object) -> tuple[str, ...]:
    return tuple(each.text for each in from_document(tuple[Paragraph, ...], document))


def find_words(
    tx: Connection,
    words: Sequence[str],
    phrases: Sequence[str] = (),
    *,
    series: str | None = None,
    year: int | None = None,
    before: int | None = None,
    limit: int,
) -> tuple[Found, ...]:
    """Return the releases that have all the words and phrases, the latest published first.

    Args:
        tx: any transaction.
        words: letters and digits alone; one at least.
        phrases: words that must follow each other, with one space between them.
        series: only releases that report a round of it.
        year: only releases published in it.
        before: only places before this one.
        limit: how many at most.
    """
    by_index = tx.dialect.name == "sqlite"
    query, place = (_by_index if by_index else _by_vector)()
    contains = func.instr if by_index else func.strpos
    conditions: list[ColumnElement[bool]] = [
        contains(release_words.c.words, f" {phrase} ") > 0 for phrase in phrases
    ]
    if before is not None:
        conditions.append(place < before)
    if year is not None:
        conditions += [place >= _place(date(year, 1, 1), 0), place < _after(year)]
    if series is not None:
        conditions.append(release_words.c.release_id.in_(reporting(series)))
    rows = tx.execute(
        query.where(*conditions).order_by(place.desc()).limit(limit), {"asked": _asked(tx, words)}
    )
    return tuple(Found(row.place, row.release_id) for row in rows)


def _by_index() -> tuple[Select[Any], ColumnElement[int]]:
    """SQLite: FTS5 walks its places backwards, so a common word costs no more than a rare one."""
    both = release_words.join(_INDEX, release_words.c.place == _INDEX.c.rowid)
    query = select(release_words.c.place, release_words.c.release_id).select_from(both)
    return query.where(_IN_INDEX), _INDEX.c.rowid


def _by_vector() -> tuple[Select[Any], ColumnElement[int]]:
    query = select(release_words.c.place, release_words.c.release_id).where(_AS_VECTOR)
    return query, release_words.c.place


def _asked(tx: Connection, words: Sequence[str]) -> str:
    """All of the words, in the language of the index; quoted, they are words whatever they say."""
    if tx.dialect.name == "sqlite":
        return " ".join(f'"{word}"' for word in words)
    return " & ".join(f"'{word}'" for word in words)


def _place(published: date | None, release_id: int) -> int:
    return ((published.toordinal() if published else 0) << _ROOM_FOR_IDS) + release_id


def _after(year: int) -> int:
    return (date(year, 12, 31).toordinal() + 1) << _ROOM_FOR_IDS
