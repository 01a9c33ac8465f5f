"""The service and its two halves by hand: run, poll, deliver, serve."""

from __future__ import annotations

import typer

from monitor.entrypoints.commands.shared import progress, running
from monitor.entrypoints.faults import say

_NOT_UNDERSTOOD = 3


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    for command in (run, serve, poll, deliver):
        app.command()(command)


def run() -> None:
    """Run the whole service: polls, deliveries, housekeeping and the web pages in one process."""
    from monitor.entrypoints.scheduler import run_service

    with running() as service:
        run_service(service)


def serve() -> None:
    """Serve the web pages alone."""
    from monitor.entrypoints.web.server import serve_pages

    with running() as service:
        serve_pages(service)


def poll() -> None:
    """Look at the source once, now."""
    from monitor.journeys.poll import poll as look

    with running() as service, progress("reading releases") as each:
        polled = look(
            database=service.database,
            site=service.site,
            settings=service.settings,
            now=service.now,
            each=each,
        )
    if polled.outcome == "unchanged":
        typer.echo(f"unchanged ({_requests(polled.requests)})")
    elif polled.outcome == "read":
        named = f"{polled.named} releases on the listing, {polled.new} new"
        typer.echo(f"{named} ({_requests(polled.requests)})")
    for taken in polled.taken:
        if taken.rounds:
            typer.echo(
                f"  {taken.verdict}: round {', '.join(map(str, taken.rounds))}: {taken.name}"
            )
    for subject in polled.announced:
        typer.echo(f"  digest: {subject}")
    for problem in polled.problems:
        say(problem.summary, problem.todo or "it is on record: `roundwatch issues`")
    if polled.problems:
        raise typer.Exit(_NOT_UNDERSTOOD)


def deliver() -> None:
    """Drain the outbox once."""
    from monitor.journeys.deliver import deliver as drain

    with running() as service, progress("sending") as each:
        done = drain(
            database=service.database,
            notifier=service.notifier,
            settings=service.settings,
            owner=service.owner,
            now=service.now,
            each=each,
        )
    books = done.balance
    typer.echo(f"{done.sent} sent, {done.retried} to be tried again, {done.failed} failed")
    if service.settings.smtp_url is None and done.sent:
        typer.echo(f"no mail server is set: the mail is in {service.settings.mail_folder}")
    if books.sending or books.queued:
        typer.echo(f"{books.queued} waiting, {books.sending} in the hands of a run")
    if done.problem:
        say(f"nothing can be sent: {done.problem.summary}", done.problem.todo)
        raise typer.Exit(_NOT_UNDERSTOOD)


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count} requests"
