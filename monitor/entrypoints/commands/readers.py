"""Readers, as the operator keeps them: subscribe, subscribers."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.entrypoints.commands.shared import DEFAULT_SERIES, JsonOption, SeriesOption, running
from monitor.errors import NotFound
from monitor.series import series_named

_list = typer.Typer(help="The readers: list, erase.", no_args_is_help=True)
AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="A mail address.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(subscribe)
    app.add_typer(_list, name="subscribers")


def subscribe(address: AddressArgument, series: SeriesOption = DEFAULT_SERIES) -> None:
    """Add a reader, on the operator's word; one who is there already stays as is."""
    from monitor.journeys.subscribe import subscribe as add

    followed = series_named(series)
    with running() as service:
        reader, created = add(address, followed, database=service.database, now=service.now())
    said = "gets the digests of" if created else "is on the list already for"
    typer.echo(f"{reader.address} {said} the {followed.name}")


@_list.command("list")
def list_readers(json: JsonOption = False) -> None:
    """List the readers."""
    from storage.subscribers import subscribers

    with running() as service, service.database.reading() as tx:
        found = subscribers(tx)
    if json:
        from monitor.entrypoints.commands.shared import print_json

        print_json(found)
        return
    from monitor.entrypoints.terminal import print_table

    rows = [(r.address, r.series, f"{r.created_at:%Y-%m-%d}") for r in found]
    print_table(("Address", "Series", "Since"), rows, empty="no readers yet")


@_list.command("erase")
def erase_reader(address: AddressArgument) -> None:
    """Forget a reader: the address is nowhere in the database afterwards."""
    from monitor.journeys.subscribe import checked
    from storage.subscribers import erase

    normal = checked(address)
    with running() as service, service.database.transaction() as tx:
        known = erase(tx, normal)
    if not known:
        raise NotFound(f"{normal} is not on the list")
    typer.echo(f"{normal} is forgotten")
