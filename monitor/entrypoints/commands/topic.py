"""One topic: its history over all rounds, and the labels that a person has linked to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.entrypoints.commands.shared import (
    form_options,
    json_option,
    print_file,
    print_json,
    running,
    series_option,
)
from monitor.series import series_named

if TYPE_CHECKING:
    from monitor.journeys.exports import Form


class _SlugOrCommand(click.Group):
    """A group whose first word, where it is no command of it, is a topic."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words are for; the history of a topic if they name none."""
        if args and args[0] not in self.commands:
            return "SLUG", _history, args
        return super().resolve_command(ctx, args)


@click.group(cls=_SlugOrCommand, subcommand_metavar="SLUG | COMMAND [ARGS]...")
def topic() -> None:
    """Show one topic over all rounds, or link a label to the topic it is.

    SLUG is a topic by its slug, name or label; it takes --series, --json, --csv
    and --markdown.
    """


@click.command("SLUG")
@click.argument("slug", metavar="SLUG")
@series_option
@json_option
@form_options
def _history(slug: str, series: str, as_json: bool, form: Form | None) -> None:
    """Show one topic over all rounds."""
    from monitor.journeys.topic import history_of

    of_series = series_named(series).slug
    if form:
        _print_file(slug, of_series, form)
        return
    with running() as service, service.database.reading() as tx:
        found = history_of(tx, slug, of_series)
    if as_json:
        print_json(found)
    else:
        from monitor.entrypoints.terminal import print_topic

        print_topic(found)


def _print_file(called: str, slug: str, form: Form) -> None:
    from monitor.journeys.exports import file_of_topic

    with running() as service, service.database.reading() as tx:
        print_file(file_of_topic(tx, slug, called, form))


@topic.command("link")
@click.argument("label", metavar="A")
@click.argument("other", metavar="B")
@series_option
def link_label(label: str, other: str, series: str) -> None:
    """Say that label A is topic B: a confirmed guess becomes an alias."""
    from monitor.journeys.links import link
    from notifiers.words.wording import visible

    slug = series_named(series).slug
    with running() as service:
        made = link(label, other, slug, database=service.database, now=service.now())
    click.echo(visible(f"“{made.label}” is {made.name} ({made.topic}) from now on"))


@topic.command("unlink")
@click.argument("label", metavar="A")
@series_option
def unlink_label(label: str, series: str) -> None:
    """Take a link back."""
    from monitor.journeys.links import unlink
    from notifiers.words.wording import visible

    slug = series_named(series).slug
    with running() as service:
        gone = unlink(label, slug, database=service.database, now=service.now())
    click.echo(visible(f"“{gone.label}” is no longer {gone.name} ({gone.topic})"))


@topic.command("links")
@series_option
@json_option
def list_links(series: str, as_json: bool) -> None:
    """List the labels that were linked."""
    from storage import archive

    slug = series_named(series).slug
    with running() as service, service.database.reading() as tx:
        found = archive.topic_links_of(tx, slug)
    if as_json:
        print_json(found)
        return
    from monitor.entrypoints.terminal import print_table

    rows = [(link.label, link.topic, f"{link.linked_at:%Y-%m-%d}") for link in found]
    print_table(("Label", "Topic", "Since"), rows, empty="no label is linked")
