"""The past: backfill and reread."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import click

from monitor.entrypoints.commands.shared import NOT_UNDERSTOOD, progress, running
from monitor.entrypoints.counting import counted, rounds_told
from monitor.entrypoints.faults import say
from monitor.errors import UsageError
from monitor.journeys.intake import Taken

_ON_RECORD = "it is on record: `roundwatch issues`"

_day_type = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--since", type=_day_type, metavar="DATE", help="The first day to take in.")
@click.option("--until", type=_day_type, metavar="DATE", help="The last day to take in.")
@click.option(
    "--from",
    "source",
    default="live",
    metavar="live|wayback|DIR",
    help="The live listing, the Internet Archive, or a folder.",
)
@click.option("--all", "everything", is_flag=True, help="Take in whatever is a release.")
@click.option(
    "--every-capture", is_flag=True, help="Each distinct capture of a page, not the first and last."
)
def backfill(
    since: datetime | None,
    until: datetime | None,
    source: str,
    *,
    everything: bool,
    every_capture: bool,
) -> None:
    """Take past releases in, quietly: from the live listing, the Internet Archive or a folder."""
    from monitor.journeys.past.wayback import AskedOfTheArchive
    from monitor.journeys.past.window import window_of

    window = window_of(_day(since), _day(until))
    with running() as service:
        if source == "live":
            with progress("walking the listing") as pages, progress("reading releases") as each:
                done = service.take_past_in(window, page_read=pages, each=each)
            walked = f"{counted(done.pages, 'listing page')}, {counted(done.named, 'release')}"
            click.echo(f"{walked}, {counted(done.requests, 'request')}")
        elif source == "wayback":
            asked = AskedOfTheArchive(window, everything, every_capture)
            with progress("walking the index of captures") as pages, progress("reading") as each:
                done = service.take_captures_in(asked, page_read=pages, each=each)
            walked = f"{counted(done.pages, 'page')} of the index, {counted(done.named, 'release')}"
            gaps = f", {counted(done.gaps, 'gap')}" if done.gaps else ""
            click.echo(f"{walked}{gaps}, {counted(done.requests, 'request')}")
        else:
            with progress("reading saved pages") as each:
                folder = _folder(source)
                done = service.take_folder_in(folder, window, everything=everything, each=each)
    understood = sum(1 for taken in done.taken if taken.problem is None)
    thing = "capture" if source == "wayback" else "release"
    click.echo(f"{counted(understood, thing)} read; rounds: {rounds_told(done.rounds)}")
    if not done.taken and source not in {"live", "wayback"}:
        click.echo(f"no page is in {source}: .html, .htm, .txt, .md and .warc files are looked for")
    _say_problems(done.taken)
    of_pages = {id(page.problem) for page in done.taken}
    for problem in done.problems:
        if id(problem) not in of_pages:
            say(problem.summary, problem.todo or _ON_RECORD)
    if done.problems:
        sys.exit(NOT_UNDERSTOOD)


@click.command()
def reread() -> None:
    """Read all stored pages again, without the network."""
    with running() as service, progress("reading stored pages") as each:
        taken = service.reread(each=each)
    rounds = [one for page in taken for one in page.rounds]
    read = counted(len(taken), "stored page")
    click.echo(f"{read} read; rounds: {rounds_told(rounds)}")
    _say_problems(taken)
    if any(page.problem for page in taken):
        sys.exit(NOT_UNDERSTOOD)


def _say_problems(taken: list[Taken]) -> None:
    for page in taken:
        if page.problem:
            say(f"{page.name}: {page.problem.summary}", page.problem.todo or _ON_RECORD)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _folder(source: str) -> Path:
    folder = Path(source)
    if not folder.is_dir():
        raise UsageError(
            f"there is no folder {source}",
            todo="give --from live, --from wayback, or the path of a folder of saved pages",
        )
    return folder
