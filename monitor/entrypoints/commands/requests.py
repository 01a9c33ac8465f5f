"""The record of requests: what was asked of whom, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from monitor.entrypoints.commands.shared import json_option, print_json, running


@click.command()
@click.option(
    "--since",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
    help="The first day to tell of, in UTC.",
)
@click.option("--host", metavar="HOST", help="To this host alone; with its port if it has one.")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    default=50,
    show_default=True,
    help="How many to list; the sums are of all.",
)
@json_option
def requests(since: datetime | None, host: str | None, limit: int, as_json: bool) -> None:
    """List the requests that were made, the newest last, and all of them in sum by host."""
    from storage.requests import requests_made, traffic

    begin = since.replace(tzinfo=UTC) if since else None
    with running() as service, service.database.reading() as tx:
        made = requests_made(tx, limit=limit, since=begin, host=host)
        sums = traffic(tx, since=begin, host=host)
    if as_json:
        print_json({"requests": made, "hosts": sums})
    else:
        from monitor.entrypoints.terminal import print_requests

        print_requests(made, sums)
