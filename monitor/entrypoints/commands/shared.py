"""What the commands have in common: the service, the series, JSON, and progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from monitor.bootstrap import Service, service
from monitor.errors import UsageError
from monitor.series import DEFAULT
from monitor.settings import load

if TYPE_CHECKING:
    from rich.progress import Progress

    from monitor.journeys.exports import TakenAway

NOT_SO = 1
"""The exit code for: the thing asked about is not there, or not so."""
NOT_UNDERSTOOD = 3
"""The exit code for: the source or a server could not be reached or was not understood."""

series_option = click.option(
    "--series", default=DEFAULT, metavar="SLUG", help="The series, by its slug."
)
number_type = click.IntRange(0, 2**31 - 1)
"""A number of a round or an issue; a larger one fits into no database."""
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
topic_option = click.option(
    "--topic", multiple=True, metavar="SLUG", help="A topic to be told of; may be given again."
)
language_option = click.option(
    "--language", type=click.Choice(["en", "ja"]), default="en", help="Of all but quotations."
)


def form_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Have a command print a file instead of what it shows: `form` is `csv`, `md` or None.

    The command has `--json` too, and is refused with both.
    """

    @wraps(command)
    def in_one_form(*args: object, as_json: bool, form: str | None, **others: object) -> object:
        if as_json and form:
            raise UsageError("--json and a file are asked for at once", todo="ask for one of them")
        return command(*args, as_json=as_json, form=form, **others)

    as_csv = click.option("--csv", "form", flag_value="csv", help="Print CSV, for spreadsheets.")
    as_markdown = click.option("--markdown", "form", flag_value="md", help="Print Markdown.")
    return as_csv(as_markdown(in_one_form))


_SECONDS_UNTIL_PROGRESS = 2.0


@contextmanager
def running() -> Iterator[Service]:
    """A service by the settings of the environment."""
    with service(load()) as made:
        yield made


def print_json(value: object) -> None:
    """Print a record as one line of JSON."""
    import json

    from notifiers.words.wording import plain_json
    from storage.documents import to_document

    click.echo(plain_json(json.dumps(to_document(value), ensure_ascii=False)))


def print_file(file: TakenAway) -> None:
    """Print a file's own bytes, as the API gives them."""
    click.echo(file.content, nl=False)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar for whatever takes longer than two seconds, on standard error.

    Gives a function to be told how many are done, and of how many (0: nobody knows). The bar is
    gone once all are done: another may take its place.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    import time

    started = time.monotonic()
    bar: Progress | None = None

    def tell(done: int, total: int) -> None:
        nonlocal bar
        if bar is None and done != total and time.monotonic() - started > _SECONDS_UNTIL_PROGRESS:
            bar = _bar(what)
            bar.start()
        if bar is not None:
            bar.update(bar.task_ids[0], completed=done, total=total or None)
            if done == total:
                bar.stop()

    try:
        yield tell
    finally:
        if bar is not None:
            bar.stop()


def _bar(what: str) -> Progress:
    """What is done, of how many, and how long the rest takes at this pace."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    made = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
    made.add_task(what)
    return made
