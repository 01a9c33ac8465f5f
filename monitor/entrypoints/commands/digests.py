"""Digests, looked at by the operator: digest, digests."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import click

from monitor.entrypoints.commands.shared import (
    json_option,
    language_option,
    number_type,
    print_json,
    running,
    series_option,
    topic_option,
)
from monitor.errors import ChoiceRefused, UsageError
from monitor.series import series_named
from storage.records import DigestKind, Language

if TYPE_CHECKING:
    from monitor.journeys.sending.books import Books

_BOOKS = ("sent", "suppressed", "failed", "waiting", "uncertain", "abandoned")


@click.command()
@click.argument("number", metavar="N", type=number_type)
@series_option
@click.option(
    "--kind",
    type=click.Choice(["news", "correction", "welcome", "withdrawal"]),
    default="news",
    help="Of mail.",
)
@language_option
@topic_option
@click.option("--text", is_flag=True, help="Print the text part.")
@click.option(
    "--preview",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[FILE]",
    help="Write the HTML part as a page.",
)
@click.option("--open", "show", is_flag=True, help="Open the page in a browser.")
def digest(
    *,
    number: int,
    series: str,
    kind: DigestKind,
    language: Language,
    topic: tuple[str, ...],
    text: bool,
    preview: str | None,
    show: bool,
) -> None:
    """Show the digest of a round as a reader would get it; nobody is mailed."""
    from monitor.core.readers.choosing import faults_of_topics
    from monitor.journeys.readers.orders import topics_of
    from monitor.journeys.sending.preview import preview as rendered

    if not text and preview is None and not show:
        raise UsageError("what is to be shown?", todo="give --preview, or --text, or both")
    slug = series_named(series).slug
    with running() as service:
        faults = faults_of_topics({slug: topic}, topics_of(service.database))
        if faults:
            raise ChoiceRefused(faults)
        with service.database.reading() as tx:
            found = rendered(
                tx,
                slug,
                number,
                kind=kind,
                topics=topic,
                language=language,
                public_url=service.settings.public_url,
                now=service.now(),
            )
    if text:
        click.echo(f"{found.subject}\n\n{found.text}")
    if preview is not None or show:
        _page(found.html or "", preview or "", f"{slug}-{number}-{kind}-{language}.html", show)


@click.command()
@json_option
def digests(as_json: bool) -> None:
    """List the digests that were filed, each with its books."""
    from monitor.journeys.sending.books import books

    with running() as service, service.database.reading() as tx:
        found = books(tx)
    if as_json:
        print_json(found)
        return
    from monitor.entrypoints.terminal import print_table

    headings = ("No.", "Series", "Round", "Kind", "Filed (UTC)", "Candidates")
    print_table(
        (*headings, *(name.capitalize() for name in _BOOKS)),
        [_told(each) for each in found],
        empty="no digest was filed yet",
    )


def _told(found: Books) -> tuple[str, ...]:
    round_ = "" if found.round is None else str(found.round)
    filed = f"{found.filed_at:%Y-%m-%d %H:%M}"
    counts = (str(getattr(found, name)) for name in ("candidates", *_BOOKS))
    return (str(found.id), found.series, round_, found.kind, filed, *counts)


def _page(html: str, file: str, name: str, show: bool) -> None:
    """Write a page where it is wanted, or into a temporary folder, and say where."""
    from monitor.entrypoints.writing import new_file

    path = Path(file) if file else Path(mkdtemp(prefix="roundwatch-digest-")) / name
    with new_file(path) as page:
        page.write(html)
    click.echo(str(path))
    if show and not webbrowser.open(path.resolve().as_uri()):
        raise UsageError("no browser could be opened", todo=f"open {path} in one")
