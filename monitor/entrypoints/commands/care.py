"""The operator's care: issues, check, doctor, migrate."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.entrypoints.commands.shared import JsonOption, print_json, running
from monitor.errors import NotFound

_NOT_SO = 1


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    for command in (issues, check, doctor, migrate):
        app.command()(command)


def issues(
    json: JsonOption = False,
    close: Annotated[
        int | None, typer.Option(metavar="N", help="Close an issue that a person has settled.")
    ] = None,
) -> None:
    """Show what was not understood, or close one issue."""
    from storage import journal

    with running() as service:
        if close is not None:
            with service.database.transaction() as tx:
                closed = journal.close_issue(tx, close, service.now())
            if not closed:
                raise NotFound(f"no open issue has the number {close}")
            typer.echo(f"issue {close} is closed")
            return
        with service.database.reading() as tx:
            found = journal.issues(tx)
    if json:
        print_json(found)
    else:
        from monitor.entrypoints.terminal import print_issues

        print_issues(found)


def check(json: JsonOption = False) -> None:
    """Fail when the service does not see, does not send, or did not understand something."""
    from monitor.journeys.health import check as examine

    with running() as service, service.database.reading() as tx:
        found = examine(tx, service.settings, service.now())
    if json:
        print_json(found)
    else:
        for finding in found:
            typer.echo(f"{'ok  ' if finding.well else 'FAIL'} {finding.name}: {finding.says}")
    if not all(finding.well for finding in found):
        raise typer.Exit(_NOT_SO)


def doctor() -> None:
    """Explain the settings and try every connection."""
    from monitor.entrypoints.doctor import examine

    with running() as service:
        found = examine(service)
    for finding in found:
        typer.echo(f"{'ok  ' if finding.well else 'FAIL'} {finding.name}: {finding.says}")
    if not all(finding.well for finding in found):
        raise typer.Exit(_NOT_SO)


def migrate() -> None:
    """Bring the database's tables up to date; a SQLite file is copied first."""
    from monitor.settings import load
    from storage.database import Database

    database = Database(load().database_url)
    try:
        done = database.migrate()
    finally:
        database.close()
    if done.before == done.after:
        typer.echo(f"the tables are up to date ({done.after})")
    else:
        typer.echo(f"the tables went from {done.before or 'none'} to {done.after}")
    if done.copy:
        typer.echo(f"a copy of what was before is in {done.copy}")
