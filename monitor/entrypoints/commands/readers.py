"""Readers, as the operator keeps them: subscribe, subscribers."""

from __future__ import annotations

import click

from monitor.entrypoints.commands.shared import json_option, running, series_option
from monitor.errors import NotFound
from monitor.series import series_named


@click.command()
@click.argument("address", metavar="ADDRESS")
@series_option
def subscribe(address: str, series: str) -> None:
    """Add a reader, on the operator's word; one who is there already stays as is."""
    from monitor.journeys.subscribe import subscribe as add

    followed = series_named(series)
    with running() as service:
        reader, created = add(address, followed, database=service.database, now=service.now())
    said = "gets the digests of" if created else "is on the list already for"
    click.echo(f"{reader.address} {said} the {followed.name}")


@click.group()
def subscribers() -> None:
    """Show or forget readers."""


@subscribers.command("list")
@json_option
def list_readers(as_json: bool) -> None:
    """List the readers."""
    from storage.subscribers import subscribers as on_file

    with running() as service, service.database.reading() as tx:
        found = on_file(tx)
    if as_json:
        from monitor.entrypoints.commands.shared import print_json

        print_json(found)
        return
    from monitor.entrypoints.terminal import print_table

    rows = [(r.address, r.series, f"{r.created_at:%Y-%m-%d}") for r in found]
    print_table(("Address", "Series", "Since"), rows, empty="no readers yet")


@subscribers.command("erase")
@click.argument("address", metavar="ADDRESS")
def erase_reader(address: str) -> None:
    """Forget a reader: the address is nowhere in the database afterwards."""
    from monitor.core.mailboxes import checked
    from storage.subscribers import erase

    normal = checked(address)
    with running() as service, service.database.transaction() as tx:
        known = erase(tx, normal)
    if not known:
        raise NotFound(f"{normal} is not on the list")
    click.echo(f"{normal} is forgotten")
