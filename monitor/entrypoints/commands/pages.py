"""Pages outside the archive: read and compare. Nothing is filed."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.core.addresses import is_address
from monitor.entrypoints.commands.shared import (
    NOT_SO,
    form_options,
    json_option,
    number_type,
    print_file,
    print_json,
    running,
    series_option,
)
from monitor.entrypoints.faults import say
from monitor.errors import NotFound, ReadingError, UsageError
from monitor.series import series_named
from storage.records import Comparison, RankChange, Reading, Readout

if TYPE_CHECKING:
    from monitor.journeys.exports import Form


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--url", metavar="URL", help="The page's official address.")
@click.option(
    "--published",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
    help="The day it was published.",
)
@click.option("--series", metavar="SLUG", help="Look for this series alone.")
@json_option
def read(
    paths: tuple[str, ...],
    url: str | None,
    published: datetime | None,
    series: str | None,
    as_json: bool,
) -> None:
    """Read saved pages (HTML or text; - is standard input) and say what they are."""
    if url is not None and not is_address(url):
        raise UsageError(f"“{url}” is no address of a page", todo="write it with https://")
    readings = []
    for path in paths:
        reading = _read(path, url, published.date() if published else None, series)
        readings.append(reading)
        if as_json:
            print_json(reading)
        else:
            from monitor.entrypoints.terminal import print_reading

            print_reading(path, reading)
    if any(reading.verdict != "readout" for reading in readings):
        sys.exit(NOT_SO)


@click.command()
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@series_option
@json_option
@form_options
def compare(before: str, after: str, series: str, as_json: bool, form: Form | None) -> None:
    """Compare two rounds of the archive by number, or two saved pages by path."""
    from monitor.core.compare import compare as compared
    from monitor.core.ranks import rank_changes

    numbers = [side for side in (before, after) if _is_number(side)]
    if len(numbers) == 1:
        raise UsageError(
            "two rounds are compared by number, or two pages by path; not one of each",
            todo=f"if {numbers[0]} is a file, write ./{numbers[0]}",
        )
    if form:
        _print_file(numbers, series_named(series).slug, form)
        return
    if numbers:
        comparison, ranks = _from_archive(
            _number(before), _number(after), series_named(series).slug
        )
    else:
        earlier, later = _readout(before, series), _readout(after, series)
        comparison = compared(earlier, later, series_named(series))
        ranks = rank_changes(earlier, later)
    if as_json:
        print_json(comparison)
    else:
        from monitor.entrypoints.terminal import print_comparison

        print_comparison(comparison, ranks)


def _print_file(numbers: list[str], slug: str, form: Form) -> None:
    from monitor.journeys.exports import file_of_comparison
    from monitor.journeys.two_rounds import two_rounds

    if not numbers:
        raise UsageError(
            "a file says where each round comes from, which a saved page does not",
            todo="take the pages in (`roundwatch backfill --from FOLDER`), or print --json",
        )
    before, after = map(_number, numbers)
    with running() as service, service.database.reading() as tx:
        found = two_rounds(tx, slug, before, after)
        print_file(file_of_comparison(found, form, public_url=service.settings.public_url))


def _read(path: str, url: str | None, published: date | None, series: str | None) -> Reading:
    from monitor.core.readout import read_release
    from monitor.core.release import read_saved
    from monitor.series import followed

    watched = (series_named(series),) if series else followed()
    try:
        page = read_saved(_text(path), address=url, published=published)
    except ReadingError as fault:
        say(f"{path}: {fault.summary}", fault.todo)
        return Reading("not-a-release", (fault.summary,), None, ())
    return read_release(page, watched)


def _text(path: str) -> str:
    from monitor.core.markup import decode
    from monitor.sources.folder import saved_page

    if path == "-":
        return decode(sys.stdin.buffer.read(), None)
    return decode(saved_page(Path(path)).body, None)


def _is_number(side: str) -> bool:
    return side.isascii() and side.isdigit()


def _number(side: str) -> int:
    number: int = number_type(side)
    return number


def _readout(path: str, series: str) -> Readout:
    found = _read(path, None, None, series).readouts
    if not found:
        raise NotFound(f"{path} is not the readout of a round", todo=f"`roundwatch read {path}`")
    return found[0]


def _from_archive(
    before: int, after: int, series: str
) -> tuple[Comparison, tuple[RankChange, ...]]:
    from monitor.journeys.two_rounds import two_rounds

    with running() as service, service.database.reading() as tx:
        compared = two_rounds(tx, series, before, after)
    return compared.comparison, compared.account.background.ranks
