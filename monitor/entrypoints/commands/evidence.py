"""Where it all comes from: evidence to take away, and hashes computed anew."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.entrypoints.commands.shared import (
    NOT_SO,
    json_option,
    number_type,
    print_json,
    progress,
    running,
    series_option,
)
from monitor.entrypoints.counting import counted
from monitor.errors import UsageError
from monitor.series import series_named


@click.command()
@click.argument("number", metavar="N", type=number_type)
@series_option
@click.option("--to", metavar="DIR", type=click.Path(path_type=Path), help="The folder to make.")
@click.option("--warc", metavar="FILE", type=click.Path(path_type=Path), help="The WARC to make.")
@click.option("--force", is_flag=True, help="Replace what an earlier run left there.")
@json_option
def evidence(
    number: int, series: str, to: Path | None, warc: Path | None, *, force: bool, as_json: bool
) -> None:
    """Write every page on file that shows a round's release, with all that is known of it."""
    from monitor.journeys import latest as accounts
    from monitor.journeys.evidence import export_evidence

    if to is None and warc is None:
        raise UsageError("there is nowhere to write", todo="give --to DIR, --warc FILE, or both")
    with running() as service:
        with service.database.reading() as tx:
            account = accounts.of_round(tx, series_named(series), number)
        done = export_evidence(
            account,
            database=service.database,
            now=service.now(),
            folder=to,
            warc=warc,
            force=force,
        )
    if as_json:
        print_json(done)
        return
    for place in filter(None, (done.folder, done.warc)):
        click.echo(f"{counted(done.pages, 'page')} ({', '.join(done.origins)}) in {place}")


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@json_option
def verify(path: Path | None, *, as_json: bool) -> None:
    """Compute all hashes of the archive anew, or those of an exported folder or a WARC."""
    with running() as service, progress("computing hashes") as each:
        found = service.verify(path, each=each)
    if as_json:
        print_json(found)
    else:
        for one in found.differing:
            click.echo(f"{one.name}: {one.why}")
        for name in found.unstated:
            click.echo(f"{name}: it states no hash")
        if found.older:
            older = counted(found.older, "text")
            click.echo(f"{older} of an older reader not compared: `roundwatch reread` comes first")
        total = found.agreed + len(found.differing)
        click.echo(f"{found.agreed} of {total} agree with what was stored")
    if found.differing:
        sys.exit(NOT_SO)
