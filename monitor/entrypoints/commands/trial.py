"""A mail to see whether mail goes out: test-mail."""

from __future__ import annotations

import sys

import click

from monitor.entrypoints.commands.shared import NOT_UNDERSTOOD, running
from monitor.entrypoints.faults import say


@click.command("test-mail")
@click.argument("address", metavar="ADDRESS")
def send_trial(address: str) -> None:
    """Send a test mail at once, and say what the server answered."""
    from monitor.journeys.sending.trial import queue_trial
    from storage import outbox

    with running() as service:
        delivery = queue_trial(
            address,
            database=service.database,
            settings=service.settings,
            now=service.now(),
        )
        done = service.drain()
        with service.database.reading() as tx:
            outcome = outbox.outcome_of(tx, delivery)
        where = service.settings.mail_folder
    if outcome.state == "sent":
        took = "the mail server took it"
        click.echo(
            took if service.settings.smtp_url else f"no mail server is set: it is in {where}"
        )
        return
    again = f"; it is tried again at {outcome.due_at:%Y-%m-%d %H:%M} UTC" if outcome.due_at else ""
    todo = done.problem.todo if done.problem else "see what the server says of the address"
    say(f"it was not sent: {outcome.error or 'another run has it in hand'}{again}", todo)
    sys.exit(NOT_UNDERSTOOD)


test_mail = send_trial
"""By the name of the command."""
