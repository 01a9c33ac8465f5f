"""The database: where it is, and `transaction()`, in which all that belongs together is written.

SQLite: one writer at a time, so a writing transaction says so at its start (BEGIN IMMEDIATE) and
waits; readers go on meanwhile (WAL). The driver's own habit of beginning transactions is switched
off (`isolation_level=None`). PostgreSQL: the usual READ COMMITTED.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import sqlalchemy
from sqlalchemy import event, func, select
from sqlalchemy.exc import ArgumentError, PendingRollbackError
from sqlalchemy.pool import NullPool

from storage.driver import in_our_words
from storage.errors import DatabaseUnreachable, SchemaOutdated, StorageError
from storage.migrations import HEAD
from storage.opening import is_read_only, make_folder, prepare
from storage.schema import upgrades

if TYPE_CHECKING:
    from sqlalchemy.engine import ExceptionContext

Transaction = sqlalchemy.Connection
"""An open transaction; what every function of `storage` takes first."""

PATIENCE = timedelta(seconds=10)
"""How long a statement waits for a lock before the database counts as locked."""


_SIGNS_OF_LIFE = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",
}
"""A server that vanishes without a word is noticed within half a minute, not after two hours.

https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-KEEPALIVES
"""

_WATCH_US = (
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=25000"
)
"""The same the other way round: a server that has lost us lets go of what we had locked.

https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS
"""


@dataclass(frozen=True, slots=True)
class Migrated:
    """What `Database.migrate` did: revisions (None: an empty database), and the backup it kept."""

    before: str | None
    after: str
    kept: Path | None


class Database:
    """One database, by address. Connects when first used; safe to share between threads.

    Args:
        url: `sqlite:///path`, `postgresql://...` or `postgres://...`. A SQLite file and its folder
            are created closed to others, since readers' addresses will lie in it.
        patience: how long to wait for a lock.

    Raises:
        DatabaseUnreachable: the address is none we can use. Every method raises it too where the
            database cannot be reached, and `DatabaseLocked` or `DatabaseFull` where it says so.
    """

    def __init__(self, url: str, *, patience: timedelta = PATIENCE) -> None:
        self.url = parse(url)
        self.on_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = (_sqlite if self.on_sqlite else _postgresql)(self.url, patience)
        event.listen(self._engine, "handle_error", self._translate, retval=True)

    def __str__(self) -> str:
        return self.url.render_as_string(hide_password=True)

    @property
    def is_missing(self) -> bool:
        """Whether it is a SQLite file that is not there: the first look would make it."""
        return self.on_sqlite and not Path(str(self.url.database)).exists()

    @property
    def driver_address(self) -> str:
        """The address of a PostgreSQL database as its own library reads it, password and all."""
        from psycopg.conninfo import make_conninfo

        _, given = self._engine.dialect.create_connect_args(self.url)
        ours = {"options": _options(self.url), "connect_timeout": _seconds(PATIENCE)}
        del given["context"]  # types of values, which are no part of an address
        return make_conninfo(**{**given, **_SIGNS_OF_LIFE, **ours})

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write: all of it is committed at the end, or none of it if anything is raised.

        A `Conflict` may be caught inside, and the transaction goes on. After any other error of
        the database it is over, even if that is caught: see `_end_what_sqlite_ended`.
        """
        try:
            with self._engine.begin() as tx:
                if self.on_sqlite:
                    tx.exec_driver_sql("begin immediate")
                yield tx
        except PendingRollbackError as fault:
            raise StorageError(
                f"the database {self} had failed before; nothing was written",
                todo="Run the command again.",
            ) from fault

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Read, as of one moment. Writing is refused (`DatabaseFull`), not lost in silence."""
        if self.on_sqlite:
            with self._engine.connect() as tx:
                # Told to the driver itself: none of it can fail for another's lock, and a look at
                # one row would cost three times as much.
                driver = sqlite_connection(tx)
                driver.execute("pragma query_only = on")
                driver.execute("begin")
                try:
                    yield tx
                finally:
                    tx.rollback()
                    driver.execute("pragma query_only = off")
        else:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            with self._engine.connect().execution_options(**options) as tx:
                yield tx

    def revision(self) -> str | None:
        """Return the database's migration, or None where it has no tables of ours."""
        with self.reading() as tx:
            return stored_revision(tx)

    def ensure_schema(self) -> None:
        """See that we can work on the tables; an empty database gets them on the spot.

        Tables of a newer version are good too, where the steps that made them say so: while an
        upgrade goes on, both versions are at work (`docs/decisions/0033-two-versions-at-once.md`).

        Raises:
            SchemaOutdated: the tables are those of another version, which we cannot work on.
        """
        revision = self.revision()
        if revision == HEAD:
            return
        if revision is None:
            self.migrate()
        elif not self._works_on(revision):
            raise newer_or_older(self, revision)

    def migrate(self, *, keep_in: Path | None = None) -> Migrated:
        """Bring the tables up to date, in one transaction; does nothing where they are.

        Args:
            keep_in: a folder in which a backup of what was there is kept first, by the name
                `<database>.before-<revision>.backup`; None keeps none. An empty one needs none.

        Raises:
            SchemaOutdated: the tables are those of a newer version, which cannot be undone.
        """
        from storage import upgrade

        before = self.revision()
        if before is not None and (before == HEAD or self._works_on(before)):
            return Migrated(before, before, None)
        if before is not None and not upgrade.knows(before):
            raise newer_or_older(self, before)
        kept = self._keep_a_backup(keep_in) if keep_in and before is not None else None
        with self.migrating() as tx:
            upgrade.upgrade(tx, HEAD)  # does nothing if another process was quicker
            if not self.on_sqlite:
                from storage.queue.steps import take_steps

                take_steps(tx)
        return Migrated(before, HEAD, kept)

    def close(self) -> None:
        """Close all connections that are not in use."""
        self._engine.dispose()

    @contextmanager
    def migrating(self) -> Iterator[Transaction]:
        """A transaction that only one process can be in.

        On SQLite foreign keys are off meanwhile: changing a table there means making it anew, and
        dropping the old one would delete the rows that refer to it. They are checked at the end.
        """
        if not self.on_sqlite:
            with self.transaction() as tx:
                tx.exec_driver_sql("select pg_advisory_xact_lock(hashtext('roundwatch migrate'))")
                yield tx
            return
        with self._engine.connect() as tx:
            tx.exec_driver_sql("pragma foreign_keys = off")
            try:
                tx.exec_driver_sql("begin immediate")
                yield tx
                _refuse_dangling_rows(tx)
                tx.commit()
            finally:
                tx.rollback()
                tx.exec_driver_sql("pragma foreign_keys = on")

    def _works_on(self, revision: str) -> bool:
        """Whether newer tables are such that this program can work on them."""
        if revision < HEAD:
            return False
        with self.reading() as tx:
            query = select(func.max(upgrades.c.works_with)).where(upgrades.c.revision > HEAD)
            oldest: str | None = tx.scalar(query)
        return oldest is not None and oldest <= HEAD

    def _keep_a_backup(self, folder: Path) -> Path:
        from storage.moving import backup

        name = Path(str(self.url.database)).name
        kept = folder / f"{name}.before-{HEAD}.backup"
        backup(self, kept, replace=True)
        return kept

    def _translate(self, context: ExceptionContext) -> Exception | None:
        if context.is_pre_ping:
            return None  # the pool asks whether a connection still lives, and makes another
        lost = context.connection is None or context.is_disconnect
        if self.on_sqlite and not lost:
            _end_what_sqlite_ended(context)
        return in_our_words(context.original_exception, database=str(self), lost=lost)


def parse(url: str) -> sqlalchemy.URL:
    """Return the address in SQLAlchemy's form, with the driver we use.

    Raises:
        DatabaseUnreachable: neither SQLite nor PostgreSQL, or no address at all.
    """
    todo = "Set ROUNDWATCH_DATABASE_URL to sqlite:///path/to/file.db or postgresql://user@host/name"
    try:
        parsed = sqlalchemy.make_url(url)
    except ArgumentError:
        # Not quoted: what is no address may still hold a password.
        raise DatabaseUnreachable("the database's address is not readable", todo=todo) from None
    backend = parsed.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite")
    raise DatabaseUnreachable(f"{parsed.drivername}: not a database that can be used", todo=todo)


def is_there(url: str) -> bool:
    """Return whether a database has tables of ours, without making anything on the way.

    Raises:
        DatabaseUnreachable: the address is none, or nobody answers at it.
    """
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite" and not Path(str(parsed.database)).exists():
        return False
    database = Database(url)
    try:
        return database.revision() is not None
    finally:
        database.close()


def stored_revision(tx: Transaction) -> str | None:
    """Return the migration the database is at, or None where it has none."""
    if not sqlalchemy.inspect(tx).has_table("alembic_version"):
        return None
    row = tx.exec_driver_sql("select version_num from alembic_version").first()
    return None if row is None else str(row[0])


def _sqlite(url: sqlalchemy.URL, patience: timedelta) -> sqlalchemy.Engine:
    file = Path(str(url.database).removeprefix("file:"))
    make_folder(file)
    engine = sqlalchemy.create_engine(
        url,
        # Where nothing can be written each look opens the file anew, as it is then.
        poolclass=NullPool if is_read_only(file) else None,
        connect_args={"isolation_level": None, "timeout": patience.total_seconds()},
        json_serializer=_json,
        hide_parameters=True,
    )
    event.listen(engine, "do_connect", prepare)
    event.listen(engine, "connect", _greet_sqlite)
    return engine


def _postgresql(url: sqlalchemy.URL, patience: timedelta) -> sqlalchemy.Engine:
    wait = f"-c lock_timeout={int(patience.total_seconds() * 1000)}"
    return sqlalchemy.create_engine(
        url,
        connect_args={
            "options": f"{_options(url)} {wait}",
            "connect_timeout": _seconds(patience),
            **_SIGNS_OF_LIFE,
        },
        json_serializer=_json,
        hide_parameters=True,  # an error's words are logged, and a row may hold an address
        pool_pre_ping=True,  # a server that was restarted is no reason to fail
    )


def _options(url: sqlalchemy.URL) -> str:
    """The options of a PostgreSQL session: ours, and those in the address, which count more."""
    given = url.query.get("options", "")
    return f"{_WATCH_US} {given if isinstance(given, str) else ' '.join(given)}".strip()


def _seconds(patience: timedelta) -> str:
    return str(max(1, int(patience.total_seconds())))


def _greet_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma foreign_keys = on")
    try:
        connection.execute("pragma journal_mode = wal")
    except sqlite3.OperationalError as fault:
        # Another process is busy with a new file, and this one switch does not wait. The file
        # remembers who switched it, and works all the same until somebody did; so it does where
        # it can only be read.
        if fault.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY}:
            raise


def _end_what_sqlite_ended(context: ExceptionContext) -> None:
    """Have no statement run after SQLite rolled the transaction back by itself.

    It does so when the disk is full, for one (https://www.sqlite.org/lang_transaction.html,
    section 3). With the driver's isolation level off, a later statement would be committed alone.
    """
    connection = context.connection
    if connection is not None and not sqlite_connection(connection).in_transaction:
        context.is_disconnect = True
        context.invalidate_pool_on_disconnect = False


def sqlite_connection(connection: sqlalchemy.Connection) -> sqlite3.Connection:
    """Return the driver's own connection."""
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def _refuse_dangling_rows(tx: Transaction) -> None:
    dangling = tx.exec_driver_sql("pragma foreign_key_check").all()
    if dangling:
        raise RuntimeError(f"the migration would leave rows that refer to nothing: {dangling[:3]}")


def _json(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def newer_or_older(database: Database, revision: str) -> SchemaOutdated:
    """Return the error that says of which version the tables are, and what to do."""
    from storage.upgrade import knows

    if knows(revision):
        return SchemaOutdated(
            f"the tables of {database} are of an older Roundwatch ({revision}, not {HEAD})",
            todo="Run `roundwatch migrate`; it keeps a backup first.",
        )
    return SchemaOutdated(
        f"the tables of {database} are of a newer Roundwatch ({revision}, unknown here), and this"
        " one cannot work on them",
        todo="Install the newer version, or restore the backup that its migration kept.",
    )
