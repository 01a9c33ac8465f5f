"""Search: the releases on file that have some words."""

from __future__ import annotations

import click

from monitor.entrypoints.commands.shared import json_option, print_json, running
from monitor.series import series_named

_SHOWN = 20


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--series", metavar="SLUG", help="Only releases that report a round of it.")
@click.option("--year", type=click.IntRange(1, 9999), help="Only releases published in it.")
@click.option(
    "--limit", type=click.IntRange(1, 200), default=_SHOWN, help="How many releases at most."
)
@json_option
def search(
    words: tuple[str, ...], series: str | None, year: int | None, limit: int, as_json: bool
) -> None:
    """Find releases that have all of the words, the latest first; "quoted words" as a phrase."""
    from monitor.core.search.query import query_of
    from monitor.journeys import search as journey

    asked = " ".join(words)
    query = query_of(asked)
    of_series = series_named(series).slug if series else None
    with running() as service, service.searchable.reading() as tx:
        found = journey.search(tx, query, series=of_series, year=year, limit=limit)
    if as_json:
        print_json(found.items)
        return
    from monitor.entrypoints.terminal import print_hits

    if not query.words:
        click.echo("there is no word in what was searched for: signs alone are not looked for")
    else:
        print_hits(found.items, more=found.last is not None)
