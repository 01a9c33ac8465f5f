"""Digests, looked at by the operator: digest, digests."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp

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

_BOOKS = ("sent", "suppressed", "failed", "waiting", "uncertain", "abandoned")


@click.command()
@click.argument("number", metavar="N", type=number_type)
@series_option
@click.option(
    "--kind", type=click.Choice(["news", "correction", "welcome"]), default="news", help="Of mail."
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
    from storage import outbox

    with running() as service, service.database.reading() as tx:
        found = [(each, outbox.balance(tx, each.id)) for each in outbox.digests(tx)]
    rows = [
        {
            "id": each.id,
            "series": each.series,
            "round": each.round,
            "kind": each.kind,
            "subject": each.subject,
            "filed_at": each.created_at,
            "candidates": each.candidates,
            "sent": books.sent,
            "suppressed": books.suppressed,
            "failed": books.failed,
            "waiting": books.queued,
            "uncertain": books.sending + books.uncertain,
            "abandoned": books.abandoned,
        }
        for each, books in found
    ]
    if as_json:
        print_json(rows)
        return
    from monitor.entrypoints.terminal import print_table

    headings = ("No.", "Series", "Round", "Kind", "Filed (UTC)", "Candidates")
    print_table(
        (*headings, *(name.capitalize() for name in _BOOKS)),
        [_told(row) for row in rows],
        empty="no digest was filed yet",
    )


def _told(row: Mapping[str, object]) -> tuple[str, ...]:
    round_ = "" if row["round"] is None else str(row["round"])
    filed = f"{row['filed_at']:%Y-%m-%d %H:%M}"
    counts = (str(row[name]) for name in ("candidates", *_BOOKS))
    return (str(row["id"]), str(row["series"]), round_, str(row["kind"]), filed, *counts)


def _page(html: str, file: str, name: str, show: bool) -> None:
    """Write a page where it is wanted, or into a temporary folder, and say where."""
    from monitor.entrypoints.writing import new_file

    path = Path(file) if file else Path(mkdtemp(prefix="roundwatch-digest-")) / name
    with new_file(path) as page:
        page.write(html)
    click.echo(str(path))
    if show and not webbrowser.open(path.resolve().as_uri()):
        raise UsageError("no browser could be opened", todo=f"open {path} in one")
