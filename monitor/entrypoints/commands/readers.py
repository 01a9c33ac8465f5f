"""Readers, as the operator keeps them: subscribe, subscribers."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.core.readers.lines import WEEKDAYS
from monitor.entrypoints.commands.shared import (
    json_option,
    language_option,
    print_json,
    progress,
    running,
    topic_option,
)
from monitor.entrypoints.counting import counted
from monitor.entrypoints.faults import say
from monitor.errors import UsageError
from monitor.series import DEFAULT, series_named
from storage.records import DigestRhythm, Language, Preferences, Subscriber

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.bootstrap import Service
    from monitor.journeys.readers.file import Faulty
    from monitor.journeys.readers.orders import Entered

_HOUR = click.IntRange(0, 23)


@click.command()
@click.argument("address", metavar="ADDRESS")
@click.option(
    "--series", multiple=True, metavar="SLUG", help="A series to follow; may be given again."
)
@topic_option
@click.option("--rhythm", type=click.Choice(["at-once", "daily", "weekly"]), default="at-once")
@click.option("--weekday", type=click.Choice(WEEKDAYS), default="monday", help="For weekly.")
@click.option("--hour", type=_HOUR, default=8, help="For daily and weekly.")
@click.option("--zone", default="UTC", metavar="ZONE", help="The hour's, such as Asia/Tokyo.")
@language_option
@click.option("--text", is_flag=True, help="Mail without HTML.")
@click.option("--again", is_flag=True, help="Also one who has unsubscribed or was shut.")
def subscribe(
    *,
    address: str,
    series: tuple[str, ...],
    topic: tuple[str, ...],
    rhythm: DigestRhythm,
    weekday: str,
    hour: int,
    zone: str,
    language: Language,
    text: bool,
    again: bool,
) -> None:
    """Add a reader, on the operator's word; one who is there already stays as is."""
    from monitor.journeys.readers.orders import Order
    from monitor.journeys.readers.orders import subscribe as enter

    wants = Preferences(
        language=language,
        format="text" if text else "both",
        rhythm=rhythm,
        weekday=WEEKDAYS.index(weekday),
        hour=hour,
        zone=zone,
    )
    wanted = tuple(series_named(slug).slug for slug in series) or (DEFAULT,)
    order = Order(address, tuple(dict.fromkeys(wanted)), topic, wants, again)
    with running() as service:
        entered = enter(order, database=service.database, now=service.now())
        _tell(entered, wants)
        if entered.reader.channel == "webhook" and entered.stood is None:
            click.echo(f"what is sent there is signed with {_secret(service, entered.reader)}")


@click.group()
def subscribers() -> None:
    """Show, carry over or forget readers."""


@subscribers.command("list")
@json_option
@click.option("--series", metavar="SLUG", help="Those of one series.")
def list_readers(as_json: bool, series: str | None) -> None:
    """List the readers."""
    from storage.subscribers import subscribers as on_file

    slug = None if series is None else series_named(series).slug
    with running() as service, service.database.reading() as tx:
        found = tuple(on_file(tx, slug))
    if as_json:
        print_json(found)
        return
    from monitor.entrypoints.terminal import print_readers

    print_readers(found)


@subscribers.command("show")
@click.argument("who", metavar="WHO")
@json_option
@click.option("--secret", is_flag=True, help="Show what a webhook's messages are signed with.")
def show_reader(who: str, as_json: bool, secret: bool) -> None:
    """Show all that is stored on a reader, by address or number."""
    from monitor.journeys.readers.orders import everything_on, known

    with running() as service:
        if secret:
            with service.database.reading() as tx:
                reader = known(tx, who)
            click.echo(_secret(service, reader))
            return
        found = everything_on(who, database=service.database)
    if as_json:
        print_json(found)
        return
    from monitor.entrypoints.terminal import print_reader

    print_reader(found)


@subscribers.command("export")
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
def export_readers(file: Path | None) -> None:
    """Write all readers as CSV, to standard output or into a file."""
    from monitor.entrypoints.writing import new_file
    from monitor.journeys.readers.file import export

    with running() as service:
        if file is None:
            if isinstance(sys.stdout, TextIOWrapper):
                sys.stdout.reconfigure(encoding="utf-8")  # whatever the terminal's is
            export(sys.stdout, database=service.database)
            return
        with new_file(file) as out:
            lines = export(out, database=service.database)
    click.echo(f"{counted(lines, 'line')} written to {file}")


@subscribers.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Look through the file, and change nothing.")
@click.option("--skip-faulty", is_flag=True, help="Take the other lines in all the same.")
def import_readers(file: Path, dry_run: bool, skip_faulty: bool) -> None:
    """Add the readers of a CSV file; one who is on file already stays as is."""
    from monitor.journeys.readers.file import faults_of_file, take_in, unknown_topics
    from monitor.journeys.readers.orders import topics_of

    faulty = _name(faults_of_file(file))
    if faulty and not skip_faulty:
        raise UsageError(
            f"{counted(faulty, 'line')} of {file} cannot be taken in, and none was",
            todo="mend what is named, or leave it out with --skip-faulty",
        )
    with running() as service, progress("taking readers in") as each:
        done = take_in(file, database=service.database, now=service.now(), dry=dry_run, each=each)
        strange = unknown_topics(file, topics_of(service.database))
    would = "would be " if dry_run else ""
    click.echo(
        f"{counted(done.new, 'reader')} {would}taken in with "
        f"{counted(done.followed, 'subscription')}, {done.known} on file already"
    )
    if strange:
        click.echo(f"no round on file names these topics: {', '.join(sorted(strange))}")


@subscribers.command("erase")
@click.argument("who", metavar="WHO")
def erase_reader(who: str) -> None:
    """Forget a reader, by address or number: the address is nowhere in the database afterwards."""
    from monitor.journeys.readers.orders import erase

    with running() as service:
        erased = erase(who, database=service.database, now=service.now())
    click.echo(f"{erased} is forgotten")


def _secret(service: Service, reader: Subscriber) -> str:
    """What messages to a webhook are signed with."""
    from notifiers.webhook.signature import secret_of

    if reader.channel != "webhook":
        raise UsageError(f"{reader.address} is no webhook: nothing sent there is signed")
    return secret_of(service.secret_key.encode(), reader.address)


def _tell(entered: Entered, wants: Preferences) -> None:
    reader = entered.reader
    names = " and the ".join(series_named(slug).name for slug in entered.added)
    if entered.added:
        click.echo(f"{reader.address} gets the digests of the {names}")
    else:
        on_file = ", ".join(each.series for each in reader.subscriptions)
        click.echo(f"{reader.address} is on the list already for {on_file}")
    if entered.stood not in (None, "confirmed"):
        click.echo(f"before, this reader was {entered.stood}")
    if entered.stood is not None and reader.preferences != wants:
        click.echo("what the reader chose before stays as it is: `roundwatch subscribers show`")


def _name(faults: Iterable[Faulty]) -> int:
    """Name every faulty line on standard error; return how many there are."""
    count = 0
    for fault in faults:
        say(f"line {fault.number}: {fault.why}")
        count += 1
    return count
