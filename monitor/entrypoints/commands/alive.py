"""alive: does the scheduler or the worker beside this command still go round?"""

from __future__ import annotations

import sys

import click

from monitor.bootstrap import utc_now
from monitor.entrypoints.commands.shared import NOT_SO
from monitor.entrypoints.faults import say
from monitor.entrypoints.pulse import is_alive, last_beat
from monitor.errors import UsageError
from monitor.settings import load


@click.command()
def alive() -> None:
    """Fail when the scheduler or worker of this container shows no sign of life."""
    pulse = load().pulse_file
    if pulse is None:
        raise UsageError(
            "no sign of life is kept: ROUNDWATCH_PULSE_FILE is not set",
            todo="set it for the process and for this command",
        )
    last = last_beat(pulse)
    told = f"{last:%Y-%m-%d %H:%M:%S} UTC" if last else "never"
    if is_alive(last, utc_now()):
        click.echo(f"last sign of life: {told}")
        return
    say(f"no sign of life in {pulse}: the last was {told}", "look at its log, and start it anew")
    sys.exit(NOT_SO)
