"""Rounds on file: latest, show, matrix."""

from __future__ import annotations

import click

from monitor.entrypoints.commands.shared import (
    json_option,
    number_type,
    print_json,
    running,
    series_option,
)
from monitor.series import series_named


@click.command()
@series_option
@json_option
@click.option("--markdown", is_flag=True, help="Print Markdown.")
def latest(series: str, as_json: bool, markdown: bool) -> None:
    """Show the latest round's summary: what it says, and what changed since the round before."""
    _tell(series, None, as_json=as_json, as_markdown=markdown)


@click.command()
@click.argument("number", metavar="N", type=number_type)
@series_option
@json_option
def show(number: int, series: str, as_json: bool) -> None:
    """Show one round."""
    _tell(series, number, as_json=as_json, as_markdown=False)


@click.command()
@series_option
@json_option
def matrix(series: str, as_json: bool) -> None:
    """Show topics by rounds."""
    from monitor.journeys.links import series_as_linked
    from monitor.journeys.topics import labels_by_rounds

    slug = series_named(series).slug
    with running() as service, service.database.reading() as tx:
        followed = series_as_linked(tx, slug)
        found = labels_by_rounds(tx, followed)
    if as_json:
        print_json(found)
    else:
        from monitor.entrypoints.terminal import print_matrix

        print_matrix(found, followed)


def _tell(series: str, number: int | None, *, as_json: bool, as_markdown: bool) -> None:
    from monitor.journeys import latest as accounts

    followed = series_named(series)
    with running() as service, service.database.reading() as tx:
        if number is None:
            account = accounts.latest(tx, followed)
        else:
            account = accounts.of_round(tx, followed, number)
    from monitor.entrypoints.telling import document_of, sheet_of

    if as_json:
        print_json(document_of(account))
        return
    from monitor.entrypoints.terminal import as_markdown_text, print_account

    sheet = sheet_of(account, service.settings.public_url, service.now())
    if as_markdown:
        click.echo(as_markdown_text(sheet))
    else:
        print_account(sheet)
