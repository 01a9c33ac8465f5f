"""Rounds on file: latest, show, revisions, matrix, cite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.entrypoints.commands.shared import (
    form_options,
    json_option,
    number_type,
    print_file,
    print_json,
    running,
    series_option,
)
from monitor.series import series_named

if TYPE_CHECKING:
    from monitor.journeys.exports import Form


@click.command()
@series_option
@json_option
@form_options
def latest(series: str, as_json: bool, form: Form | None) -> None:
    """Show the latest round's summary: what it says, and what changed since the round before."""
    _tell(series, None, as_json=as_json, form=form)


@click.command()
@click.argument("number", metavar="N", type=number_type)
@series_option
@json_option
@form_options
def show(number: int, series: str, as_json: bool, form: Form | None) -> None:
    """Show one round."""
    _tell(series, number, as_json=as_json, form=form)


@click.command()
@click.argument("number", metavar="N", type=number_type)
@series_option
@json_option
def revisions(number: int, series: str, as_json: bool) -> None:
    """Show the texts that the release of a round has had, and what was edited between them."""
    from monitor.journeys import latest as accounts
    from monitor.journeys.links import series_as_linked
    from monitor.journeys.revisions import revisions_of

    slug = series_named(series).slug
    with running() as service, service.database.reading() as tx:
        account = accounts.of_round(tx, series_as_linked(tx, slug), number)
        found = revisions_of(tx, account)
    if as_json:
        print_json(found)
    else:
        from monitor.entrypoints.terminal import print_revisions

        print_revisions(found)


@click.command()
@series_option
@json_option
@form_options
def matrix(series: str, as_json: bool, form: Form | None) -> None:
    """Show topics by rounds."""
    from monitor.journeys.links import series_as_linked
    from monitor.journeys.topics import labels_by_rounds

    slug = series_named(series).slug
    if form:
        _print_matrix_file(slug, form)
        return
    with running() as service, service.database.reading() as tx:
        followed = series_as_linked(tx, slug)
        found = labels_by_rounds(tx, followed)
    if as_json:
        print_json(found)
    else:
        from monitor.entrypoints.terminal import print_matrix

        print_matrix(found, followed)


@click.command()
@click.argument("number", metavar="N", type=number_type)
@series_option
@json_option
@click.option("--bibtex", is_flag=True, help="Print the entry for BibTeX alone.")
def cite(number: int, series: str, as_json: bool, bibtex: bool) -> None:
    """Say how to cite the press release that reports a round."""
    from monitor.journeys import latest as accounts
    from monitor.journeys.exports import how_to_cite

    with running() as service, service.database.reading() as tx:
        found = how_to_cite(accounts.of_round(tx, series_named(series), number))
    if as_json:
        print_json(found)
    elif bibtex:
        click.echo(found.bibtex, nl=False)
    else:
        click.echo(f"{found.apa}\n\n{found.plain}\n\n{found.bibtex}", nl=False)


def _print_matrix_file(slug: str, form: Form) -> None:
    from monitor.journeys.exports import file_of_matrix

    with running() as service, service.database.reading() as tx:
        print_file(file_of_matrix(tx, slug, form))


def _tell(series: str, number: int | None, *, as_json: bool, form: Form | None) -> None:
    from monitor.journeys import latest as accounts

    followed = series_named(series)
    with running() as service, service.database.reading() as tx:
        if number is None:
            account = accounts.latest(tx, followed)
        else:
            account = accounts.of_round(tx, followed, number)
        public_url = service.settings.public_url
        if form:
            from monitor.journeys.exports import file_of_round

            print_file(file_of_round(tx, account, form, public_url=public_url))
            return
    from monitor.entrypoints.telling import document_of, sheet_of

    if as_json:
        print_json(document_of(account))
        return
    from monitor.entrypoints.terminal import print_account

    print_account(sheet_of(account, public_url, service.now()))
