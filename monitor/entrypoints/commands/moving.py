"""The database as a whole: migrate, copy, backup, restore."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.entrypoints.commands.shared import json_option, print_json, progress
from monitor.entrypoints.counting import counted
from monitor.errors import UsageError
from monitor.settings import load

if TYPE_CHECKING:
    from storage.database import Database
    from storage.moving import Held

_HASH_SHOWN = 16


@click.command()
@click.option("--no-backup", is_flag=True, help="Keep no backup of what was there.")
def migrate(no_backup: bool) -> None:
    """Bring the database's tables up to date; a backup is kept first."""
    from monitor.journeys.search import index_the_rest

    settings = load()
    with _opened(settings.database_url) as database:
        done = database.migrate(keep_in=None if no_backup else settings.backups)
        if done.before == done.after:
            click.echo(f"the tables are up to date ({done.after})")
        else:
            click.echo(f"the tables went from {done.before or 'none'} to {done.after}")
        if done.kept:
            click.echo(f"a backup of what was before is in {done.kept}")
        with progress("Indexing the releases on file") as tell:
            index_the_rest(database, each=tell)


@click.command()
@click.option("--to", required=True, metavar="ADDRESS", help="The address of an empty database.")
@click.option("--check", is_flag=True, help="Copy nothing: say whether both hold the same.")
@json_option
def copy(to: str, check: bool, as_json: bool) -> None:
    """Copy all that is on file into another database, and compare every row."""
    from storage import moving

    _see_that_it_can_be_one(to)
    move = moving.compare if check else moving.copy
    with _opened(load().database_url) as source, _opened(to) as target:
        with progress("Comparing" if check else "Copying and comparing") as tell:
            held = move(source, target, each=tell)
        _show(held, f"{source} and {target}", as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@json_option
def backup(file: Path, force: bool, as_json: bool) -> None:
    """Write all that is on file into FILE, while the service goes on."""
    from storage import moving

    with _opened(load().database_url) as source:
        with progress("Writing and comparing") as tell:
            held = moving.backup(source, file, replace=force, each=tell)
        _show(held, f"{source} and {file}", as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Replace what is there; a backup of it is kept.")
@json_option
def restore(file: Path, force: bool, as_json: bool) -> None:
    """Put the backup in FILE into the database of the settings."""
    from storage import moving

    settings = load()
    with _opened(settings.database_url) as target:
        with progress("Restoring and comparing") as tell:
            done = moving.restore(file, target, keep_in=settings.backups, force=force, each=tell)
        if done.kept and not as_json:
            click.echo(f"a backup of what was before is in {done.kept}")
        _show(done.tables, f"{file} and {target}", as_json=as_json, kept=done.kept)


def _see_that_it_can_be_one(to: str) -> None:
    from storage.database import parse
    from storage.errors import DatabaseUnreachable

    try:
        parse(to)
    except DatabaseUnreachable as fault:
        raise UsageError(
            f"--to: {fault}",
            todo="Give --to sqlite:///path/to/file.db or --to postgresql://user@host/name",
        ) from fault


@contextmanager
def _opened(address: str) -> Iterator[Database]:
    """A database whose tables may be of any version."""
    from storage.database import Database

    database = Database(address)
    try:
        yield database
    finally:
        database.close()


def _show(held: Sequence[Held], both: str, *, as_json: bool, kept: Path | None = None) -> None:
    if as_json:
        print_json({"tables": held, "kept": str(kept) if kept else None})
        return
    for table in held:
        if table.rows:
            click.echo(f"{table.sha256[:_HASH_SHOWN]} {table.rows:>9,} {table.name}")
    rows = sum(table.rows for table in held)
    click.echo(f"{both} hold the same: {counted(rows, 'row')} in {counted(len(held), 'table')}")
