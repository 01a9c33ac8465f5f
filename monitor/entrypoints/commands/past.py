"""The past: backfill and reread."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from monitor.core.addresses import SECTION, SECTIONS
from monitor.core.selection import Selection
from monitor.entrypoints.commands.shared import (
    NOT_UNDERSTOOD,
    json_option,
    number_type,
    print_json,
    progress,
    running,
)
from monitor.entrypoints.counting import counted, rounds_told
from monitor.entrypoints.faults import say
from monitor.errors import UsageError
from monitor.journeys.intake import Taken

if TYPE_CHECKING:
    from monitor.bootstrap import Service
    from monitor.journeys.past.window import Backfilled, Window
    from monitor.journeys.reread import Foreseen

_ON_RECORD = "it is on record: `roundwatch issues`"

_day_type = click.DateTime(formats=["%Y-%m-%d"])


class _Wishes(TypedDict):
    """What is wanted beside a window and a source."""

    near: int | None
    everything: bool
    section: str
    every_capture: bool
    dry_run: bool
    background: bool
    as_json: bool


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
@click.option(
    "--near",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Fetch too what was published within so many days of a candidate or a round.",
)
@click.option("--all", "everything", is_flag=True, help="Fetch every release that is named.")
@click.option(
    "--section", default=SECTION, type=click.Choice(SECTIONS), help="Whose listing is walked."
)
@click.option(
    "--every-capture", is_flag=True, help="Of the Internet Archive, each distinct capture."
)
@click.option(
    "--dry-run", is_flag=True, help="Of the live listing: say what would be fetched; file nothing."
)
@click.option(
    "--background", is_flag=True, help="Of the live listing: leave it to the running service."
)
@json_option
def backfill(
    since: datetime | None, until: datetime | None, source: str, **wishes: Unpack[_Wishes]
) -> None:
    """Take past releases in, quietly: from the live listing, the Internet Archive or a folder."""
    from monitor.journeys.past.window import window_of

    window = window_of(_day(since), _day(until))
    _refuse_contradictions(source, wishes)
    with running() as service:
        if wishes["background"]:
            _leave(service, window, wishes)
            return
        if source == "live" and wishes["dry_run"]:
            _rehearse(service, window, wishes)
            return
        with _stopped_in_words():
            if source == "live":
                done = _from_live(service, window, wishes)
            elif source == "wayback":
                done = _from_wayback(service, window, wishes)
            else:
                done = _from_folder(service, window, source, wishes)
    _tell(done, source, as_json=wishes["as_json"])
    if done.problems:
        sys.exit(NOT_UNDERSTOOD)


@contextmanager
def _stopped_in_words() -> Iterator[None]:
    """Say what is on file when somebody stops the run."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("\nwhat was taken in is on file; the same command goes on from there", err=True)
        raise


def _refuse_contradictions(source: str, wishes: _Wishes) -> None:
    """Raises UsageError for an option that would change nothing."""
    if wishes["every_capture"] and source != "wayback":
        raise UsageError(
            "--every-capture is for the Internet Archive",
            todo="give --from wayback with it, or leave it out",
        )
    if wishes["background"] and (source != "live" or wishes["dry_run"]):
        raise UsageError(
            "--background is for the live listing, and fetches",
            todo="leave out --from or --dry-run, or --background",
        )
    if wishes["near"] is not None and wishes["everything"]:
        raise UsageError(
            "--near and --all are asked for at once",
            todo="give one of them: --all fetches the neighbourhood too",
        )


def _leave(service: Service, window: Window, wishes: _Wishes) -> None:
    """Have the service do it: month by month, beside everything else."""
    from monitor.journeys.past.ordered import Wish, order

    number = order(
        Wish(window.since, window.until, wishes["near"], wishes["everything"], wishes["section"]),
        database=service.database,
        settings=service.settings,
        now=service.now(),
    )
    if wishes["as_json"]:
        print_json({"backfill": number})
        return
    click.echo(f"backfill {number} is left to the service: `roundwatch backfills` tells of it")


@click.command()
@json_option
@click.option("--stop", type=number_type, metavar="N", help="End one where it is.")
def backfills(as_json: bool, stop: int | None) -> None:
    """Show the backfills that were left to the service, or end one."""
    from monitor.journeys.past.ordered import stop as end
    from storage import backfills as stored

    with running() as service:
        if stop is not None:
            end(stop, database=service.database, now=service.now())
            click.echo(f"backfill {stop} is ended; what it took in stays")
            return
        with service.database.reading() as tx:
            found = [(each, stored.months(tx, each.id)) for each in stored.backfills(tx)]
    if as_json:
        print_json([{"backfill": each, "months": months} for each, months in found])
        return
    from monitor.entrypoints import past_told
    from monitor.entrypoints.terminal import print_table

    head = ("No.", "Ordered (UTC)", "State", "Pages", "Months done", "Releases read", "Requests")
    print_table(head, past_told.ordered_rows(found))


def _from_live(service: Service, window: Window, wishes: _Wishes) -> Backfilled:
    with progress("walking the listing") as pages, progress("reading releases") as each:
        return service.take_past_in(
            window,
            selection=Selection(wishes["near"], wishes["everything"]),
            section=wishes["section"],
            page_read=pages,
            each=each,
        )


def _from_wayback(service: Service, window: Window, wishes: _Wishes) -> Backfilled:
    from monitor.journeys.past.wayback import AskedOfTheArchive

    if wishes["dry_run"] or wishes["section"] != SECTION:
        raise UsageError(
            "--section and --dry-run are for the live listing",
            todo="leave them out: the Internet Archive's index has all sections in one",
        )
    selection = Selection(wishes["near"], wishes["everything"])
    asked = AskedOfTheArchive(window, selection, wishes["every_capture"])
    with progress("walking the index of captures") as pages, progress("reading captures") as each:
        return service.take_captures_in(asked, page_read=pages, each=each)


def _from_folder(service: Service, window: Window, source: str, wishes: _Wishes) -> Backfilled:
    if wishes["dry_run"] or wishes["near"] is not None or wishes["section"] != SECTION:
        raise UsageError(
            "--near, --section and --dry-run are for the live listing",
            todo="leave them out: of a folder, every page is taken in",
        )
    folder, everything = _folder(source), wishes["everything"]
    with progress("reading saved pages") as each:
        return service.take_folder_in(folder, window, everything=everything, each=each)


def _rehearse(service: Service, window: Window, wishes: _Wishes) -> None:
    from monitor.entrypoints import past_told
    from monitor.entrypoints.terminal import print_table

    with progress("walking the listing") as pages:
        rehearsal = service.rehearse_past(
            window,
            selection=Selection(wishes["near"], wishes["everything"]),
            section=wishes["section"],
            page_read=pages,
        )
    if wishes["as_json"]:
        print_json(past_told.record_of_rehearsal(rehearsal))
    else:
        print_table(("Published", "Why", "Title"), past_told.planned_rows(rehearsal))
        for line in past_told.rehearsal_told(rehearsal):
            click.echo(line)
    _say(rehearsal.walk)
    if rehearsal.walk.problems:
        sys.exit(NOT_UNDERSTOOD)


def _tell(done: Backfilled, source: str, *, as_json: bool) -> None:
    from monitor.entrypoints import past_told

    if as_json:
        print_json(past_told.record_of(done))
    else:
        of_captures = source == "wayback"
        walk = past_told.captures_told(done) if of_captures else past_told.walk_told(done)
        for line in [*(walk if done.pages or of_captures else ())]:
            click.echo(line)
        for line in past_told.releases_told(done, "capture" if of_captures else "release"):
            click.echo(line)
        if source not in {"live", "wayback"}:
            _tell_of_folder(done, source)
    _say(done)


def _tell_of_folder(done: Backfilled, folder: str) -> None:
    if done.left_out:
        click.echo(f"{counted(done.left_out, 'page')} outside of the days asked for")
    elif not (done.read or done.failed or done.problems):
        click.echo(
            f"no page is in {folder}: .html, .htm, .txt, .md, .warc and .warc.gz are looked for"
        )


def _say(done: Backfilled) -> None:
    """Say what went wrong: first of the releases, each by its name, then of the walk."""
    _say_problems(done.failed)
    of_pages = {id(page.problem) for page in done.failed}
    for problem in done.problems:
        if id(problem) not in of_pages:
            say(problem.summary, problem.todo or _ON_RECORD)


@click.command()
@json_option
@click.option("--dry-run", is_flag=True, help="Say what would come out differently; keep nothing.")
@click.option("--yes", is_flag=True, help="Keep it without asking.")
def reread(as_json: bool, dry_run: bool, yes: bool) -> None:
    """Read all stored pages again, without the network; say first what comes out differently."""
    with running() as service:
        with progress("comparing") as each:
            foreseen = list(service.foresee_reread(each=each))
        if as_json:
            print_json(foreseen)
        else:
            _say_foreseen(foreseen)
        if dry_run or not (yes or as_json or _agreed(foreseen)):
            said = "nothing was kept" if foreseen else "nothing would come out differently"
            click.echo(said, err=as_json)
            return
        with progress("reading stored pages") as each:
            taken = service.reread(each=each)
    _say_reread(taken, quietly=as_json)


def _agreed(foreseen: list[Foreseen]) -> bool:
    """Whether to keep what comes out differently: a person is asked, a script goes on."""
    is_person = sys.stdin.isatty() and sys.stdout.isatty()
    return not (foreseen and is_person) or click.confirm("Keep this?")


def _say_foreseen(foreseen: list[Foreseen]) -> None:
    for page in foreseen:
        click.echo(page.name)
        for found in page.differences:
            click.echo(f"  {found.what}: {found.before or 'none'} -> {found.after or 'none'}")
        if page.fault:
            click.echo(f"  {page.fault}")
    if foreseen:
        click.echo(f"{counted(len(foreseen), 'release')} would come out differently")


def _say_reread(taken: list[Taken], *, quietly: bool) -> None:
    rounds = [one for page in taken for one in page.rounds]
    read = counted(len(taken), "stored page")
    click.echo(f"{read} read; rounds: {rounds_told(rounds)}", err=quietly)
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
    if folder.is_file():
        raise UsageError(
            f"{source} is a file, not a folder", todo="put it into a folder, and give that"
        )
    if not folder.is_dir():
        raise UsageError(
            f"there is no folder {source}",
            todo="give --from live, --from wayback, or the path of a folder of saved pages",
        )
    return folder
