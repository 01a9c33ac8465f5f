"""The service and its parts by hand: run, poll, deliver, announce, serve."""

from __future__ import annotations

import sys
from functools import partial

import click

from monitor.bootstrap import glance
from monitor.entrypoints.commands.shared import (
    NOT_UNDERSTOOD,
    number_type,
    progress,
    running,
    series_option,
)
from monitor.entrypoints.counting import counted, rounds_told
from monitor.entrypoints.faults import say
from monitor.settings import load


@click.command()
def run() -> None:
    """Run the whole service: polls, deliveries, housekeeping and the web pages in one process."""
    from monitor.entrypoints.logs import log_to_standard_error
    from monitor.entrypoints.running import log_beginning, run_service

    with running() as service:
        log_to_standard_error(service.settings)
        run_service(service, partial(log_beginning, service.settings))


@click.command()
def schedule() -> None:
    """Run the ticks alone: they have workers look, send and keep house."""
    from monitor.entrypoints.logs import log_to_standard_error
    from monitor.entrypoints.running import run_scheduler

    with running() as service:
        log_to_standard_error(service.settings)
        run_scheduler(service)


@click.command()
@click.option(
    "--queue", "queues", multiple=True, metavar="NAME", help="Serve this queue; all by default."
)
@click.option("--once", is_flag=True, help="End when nothing waits.")
def worker(queues: tuple[str, ...], once: bool) -> None:
    """Do what waits in the queue of a PostgreSQL database, until a signal comes."""
    from monitor.entrypoints.logs import log_to_standard_error
    from monitor.entrypoints.running import run_worker

    with running() as service:
        log_to_standard_error(service.settings)
        run_worker(service, queues, once=once)


@click.command()
def serve() -> None:
    """Serve the web pages alone."""
    from monitor.entrypoints.logs import log_to_standard_error
    from monitor.entrypoints.web.server import serve_pages

    with running() as service:
        log_to_standard_error(service.settings)
        serve_pages(service)


@click.command()
def poll() -> None:
    """Look at the source once, now."""
    glanced = glance(load())
    if glanced and glanced.whole:
        click.echo(f"unchanged ({counted(glanced.requests, 'request')})")
        return
    with running() as service, progress("reading releases") as each:
        polled = service.look(each=each, glanced=glanced)
    asked = counted(polled.requests, "request")
    if polled.outcome == "unchanged":
        click.echo(f"unchanged ({asked})")
    elif polled.outcome == "read":
        named = f"{counted(polled.named, 'release')} on the listing, {polled.new} new"
        click.echo(f"{named} ({asked})")
    for taken in polled.taken:
        if taken.rounds:
            click.echo(f"  {taken.verdict}: round {rounds_told(taken.rounds)}: {taken.name}")
    for subject in polled.announced:
        click.echo(f"  digest: {subject}")
    for suspicion in polled.suspicions:
        say(suspicion.summary, suspicion.todo)
    for problem in polled.problems:
        say(problem.summary, problem.todo or "it is on record: `roundwatch issues`")
    if polled.problems:
        sys.exit(NOT_UNDERSTOOD)


@click.command()
@click.option("--retry-failed", is_flag=True, help="Try again what failed for good, too.")
def deliver(retry_failed: bool) -> None:
    """Drain the outbox once."""
    from monitor.journeys.sending.deliver import retry_failed as put_back

    with running() as service, progress("sending") as each:
        if retry_failed:
            again = put_back(database=service.database, now=service.now())
            click.echo(f"{again} that had failed put back into the queue")
        done = service.drain(each=each)
        books = service.books()
    click.echo(f"{done.sent} sent, {done.retried} to be tried again, {done.failed} failed")
    if service.settings.smtp_url is None and done.sent:
        click.echo(f"no mail server is set: the mail is in {service.settings.mail_folder}")
        if not service.settings.on_sqlite:
            say(
                "what is in that folder counts as sent, and only this machine has it",
                "set ROUNDWATCH_SMTP_URL as the workers have it",
            )
    if not books.done:
        click.echo(f"{books.queued} waiting, {books.sending + books.uncertain} uncertain")
    for reason, messages in done.unmade.items():
        say(f"{counted(messages, 'message')}: {reason}")
    if done.problem:
        say(f"nothing can be sent: {done.problem.summary}", done.problem.todo)
        sys.exit(NOT_UNDERSTOOD)


@click.command()
@click.argument("number", metavar="N", type=number_type)
@series_option
def announce(number: int, series: str) -> None:
    """Send out the digest of a round that was held back; a digest goes out once."""
    from monitor.journeys.sending.announce import announce as enqueue
    from monitor.series import series_named

    followed = series_named(series)
    with running() as service, service.database.transaction() as tx:
        subject, readers = enqueue(
            tx, followed, number, kind="news", settings=service.settings, now=service.now()
        )
    click.echo(subject)
    if readers:
        queued = "1 delivery is" if readers == 1 else f"{readers} deliveries are"
        click.echo(f"{queued} queued; `roundwatch deliver` sends what is queued")
    else:
        click.echo("nothing is queued: it went out before, or there are no readers")
