"""What an unchanged look needs of a SQLite archive, in plain SQL over the standard driver.

Nearly every look at the source ends with "not modified", and `roundwatch poll` as a process of its
own then spends most of its time and memory on loading SQLAlchemy (`docs/benchmarks.md`). A glance
does without it: five questions and a few rows. All else, and every other kind of database, is the
business of `storage.database`; tests hold that both see and write the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from storage import trace
from storage.migrations import HEAD
from storage.records import FetchState, RequestMade, StoredManners

_PREFIX = "sqlite:///"
_PATIENCE = 10.0  # seconds to wait for a lock, as in `storage.database`


class Glance:
    """An open SQLite archive, for a glance."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def fetch_state(self, address: str) -> FetchState | None:
        """Return what is remembered of the last fetch of an address; see `storage.fetches`."""
        query = (
            "select address, etag, last_modified, checked_at, sha256, reader"
            " from fetches where address = ?"
        )
        row = self._connection.execute(query, (address,)).fetchone()
        return row and FetchState(row[0], row[1], row[2], _time(row[3]), row[4], row[5])

    def host_manners(self, host: str) -> StoredManners | None:
        """Return what is remembered of a host; see `storage.fetches`."""
        query = (
            "select robots_text, robots_status, robots_at, not_before, failures, rests_until"
            " from hosts where host = ?"
        )
        row = self._connection.execute(query, (host,)).fetchone()
        return row and StoredManners(
            row[0], row[1], _known_time(row[2]), _known_time(row[3]), row[4], _known_time(row[5])
        )

    def remember_manners(self, host: str, manners: StoredManners) -> None:
        """Keep a host's wishes in place of its earlier ones."""
        wishes = (manners.robots_text, manners.robots_status)
        row = (host, *wishes, _stored(manners.robots_at), _stored(manners.not_before))
        self._connection.execute(
            "insert into hosts (host, robots_text, robots_status, robots_at, not_before)"
            " values (?, ?, ?, ?, ?) on conflict (host) do update set"
            " robots_text = excluded.robots_text, robots_status = excluded.robots_status,"
            " robots_at = excluded.robots_at, not_before = excluded.not_before",
            row,
        )

    def change_standing(self, host: str, before: StoredManners, after: StoredManners) -> bool:
        """Keep how a host has fared, unless that was changed meanwhile; see `storage.fetches`."""
        query = (
            "insert into hosts (host, failures, rests_until) values (?, ?, ?)"
            " on conflict (host) do update"
            " set failures = excluded.failures, rests_until = excluded.rests_until"
            " where failures = ? and rests_until is ? returning host"
        )
        old, new = (
            (standing.failures, _stored(standing.rests_until)) for standing in (before, after)
        )
        return self._connection.execute(query, (host, *new, *old)).fetchone() is not None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that nobody else can write in."""
        self._connection.execute("begin immediate")
        with self._connection:
            yield

    def next_turn(self, host: str) -> datetime | None:
        """Return when a host may be asked next; `writing`, nobody else can take that turn."""
        query = "select next_turn_at from hosts where host = ?"
        row = self._connection.execute(query, (host,)).fetchone()
        return _known_time(row[0]) if row else None

    def set_next_turn(self, host: str, at: datetime) -> None:
        """Take a host's turn; see `storage.fetches`."""
        self._connection.execute(
            "insert into hosts (host, next_turn_at) values (?, ?)"
            " on conflict (host) do update set next_turn_at = excluded.next_turn_at",
            (host, _stored(at)),
        )

    def put_off_next_turn(self, host: str, at: datetime) -> None:
        """Have a host's next turn not come before this time; see `storage.fetches`."""
        self._connection.execute(
            "update hosts set next_turn_at = ?1"
            " where host = ?2 and (next_turn_at is null or next_turn_at < ?1)",
            (_stored(at), host),
        )

    def record_request(self, made: RequestMade) -> None:
        """Put a request on record; see `storage.requests`."""
        _, *rest = astuple(made)
        self._connection.execute(
            "insert into requests (asked_at, host, address, status, fault, size, milliseconds)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (_stored(made.asked_at), *rest),
        )

    def is_anything_wanted(self, now: datetime) -> bool:
        """Whether a release is still to be read and may be tried now; see `storage.archive`."""
        query = (
            "select 1 from releases where state = 'wanted'"
            " and (next_try_at is null or next_try_at <= ?) limit 1"
        )
        return self._connection.execute(query, (_stored(now),)).fetchone() is not None

    def is_issue_open(self, addresses: Sequence[str]) -> bool:
        """Whether something was wrong with one of these addresses; see `storage.journal`."""
        marks = ", ".join("?" * len(addresses))
        query = f"select 1 from issues where closed_at is null and address in ({marks}) limit 1"  # noqa: S608 - only marks go in
        return self._connection.execute(query, tuple(addresses)).fetchone() is not None

    def has_changed_since(self, source: str, moment: datetime) -> bool:
        """Whether a listing of this source was seen to have changed; see `storage.journal`."""
        query = (
            "select 1 from polls where source = ? and outcome = 'read' and started_at >= ? limit 1"
        )
        return self._connection.execute(query, (source, _stored(moment))).fetchone() is not None

    def record_unchanged(
        self, source: str, *, started_at: datetime, finished_at: datetime, requests: int
    ) -> None:
        """Record a look that found nothing changed; see `storage.journal`."""
        row = (source, _stored(started_at), _stored(finished_at), requests, trace.current())
        self._connection.execute(
            "insert into polls (source, started_at, finished_at, outcome, requests, named,"
            " announced, trace) values (?, ?, ?, 'unchanged', ?, 0, 0, ?)",
            row,
        )


@contextmanager
def glance_at(url: str) -> Iterator[Glance | None]:
    """Open an archive for a glance.

    Gives None where a glance is not enough: no SQLite file there, or tables of another version.
    """
    connection = _opened(url)
    if connection is None:
        yield None
        return
    with closing(connection):
        yield Glance(connection)


def _opened(url: str) -> sqlite3.Connection | None:
    path = url.removeprefix(_PREFIX)
    if not url.startswith(_PREFIX) or "?" in path or not Path(path).is_file():
        return None
    connection = sqlite3.connect(
        f"file:{quote(path)}?mode=rw", uri=True, isolation_level=None, timeout=_PATIENCE
    )
    try:
        found = connection.execute("select version_num from alembic_version").fetchone()
    except sqlite3.Error:
        found = None
    if found == (HEAD,):
        connection.execute("pragma synchronous = normal")  # as in `storage.database`
        return connection
    connection.close()
    return None


def _stored(moment: datetime | None) -> str | None:
    """A time as `storage.columns.UtcTime` keeps it in SQLite: UTC, without its zone."""
    bare = moment.astimezone(UTC).replace(tzinfo=None) if moment else None
    return bare.isoformat(" ", "microseconds") if bare else None


def _time(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


def _known_time(stored: str | None) -> datetime | None:
    return _time(stored) if stored else None
