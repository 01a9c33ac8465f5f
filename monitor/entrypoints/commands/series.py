"""The followed series: which there are, and whether a file describes one rightly."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.entrypoints.commands.shared import NOT_SO, json_option, print_json, running
from monitor.errors import ReadingError, UsageError
from storage.records import Reading

if TYPE_CHECKING:
    from monitor.core.topics import Series


@click.group()
def series() -> None:
    """Show the followed series, or check a file that describes one."""


@series.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show the slug and the name of each followed series; as JSON, what is on file of it too."""
    from monitor.series import followed

    if as_json:
        from monitor.journeys.catalogue import series_in_brief

        with running() as service, service.database.reading() as tx:
            print_json(series_in_brief(tx))
        return
    for each in followed():
        click.echo(f"{each.slug}\t{each.name}")


@series.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[FOLDER]")
def check(file: Path, folder: Path | None) -> None:
    """Say what is wrong with a series file, and try it on a folder of saved pages."""
    from monitor.core.series_file import faults_in, series_from

    document = _parsed(file)
    faults = faults_in(document)
    if faults:
        for fault in faults:
            click.echo(f"{file}: {fault}")
        sys.exit(NOT_SO)
    described = series_from(document, file.name)
    click.echo(f"{file}: {described.name}; {len(described.topics)} reviewed topics")
    if folder is None:
        return
    found = [_tried(path, described) for path in _pages(folder)]
    click.echo(f"{sum(found)} of {len(found)} pages report a round")
    if not any(found):
        sys.exit(NOT_SO)


def _parsed(file: Path) -> dict[str, object]:
    import tomllib

    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as fault:
        raise UsageError(f"{file} cannot be read: {fault.strerror}") from fault
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        click.echo(f"{file}: it is no TOML: {fault}")
        sys.exit(NOT_SO)


def _pages(folder: Path) -> tuple[Path, ...]:
    from monitor.sources.folder import saved_paths

    pages = saved_paths(folder)
    if not pages:
        raise UsageError(
            f"{folder} holds no saved page", todo="save pages as .html, or texts as .txt"
        )
    return pages


def _tried(path: Path, described: Series) -> bool:
    """Read a page with this series alone, and tell what it found and what a person must add."""
    from monitor.core.markup import decode
    from monitor.core.readout import read_release
    from monitor.core.release import read_saved
    from monitor.entrypoints.terminal import print_reading
    from monitor.sources.folder import saved_page

    try:
        page = read_saved(decode(saved_page(path).body, None))
    except ReadingError as fault:
        click.echo(f"{path}: {fault.summary}")
        return False
    reading = read_release(page, (described,))
    print_reading(str(path), reading)
    for label in _unknown_labels(reading, described):
        click.echo(f"      not in the list of topics: {label}")
    return reading.verdict == "readout"


def _unknown_labels(reading: Reading, described: Series) -> list[str]:
    labels = [mention.label for readout in reading.readouts for mention in readout.mentions]
    return [label for label in dict.fromkeys(labels) if described.topic_of(label) is None]
