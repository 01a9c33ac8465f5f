"""The command line: `roundwatch COMMAND`. What each command does stands in `docs/commands.md`.

Exit codes: 0 done; 1 the thing asked about is not there or not so; 2 wrong usage or settings;
3 the source or a server could not be reached or was not understood.
"""

from __future__ import annotations

import sys

import click

from monitor import __version__
from monitor.entrypoints.commands import care, demo, pages, past, readers, rounds, service


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="roundwatch")
def app() -> None:
    """Watch USTR's press releases for readouts of trade-talk rounds; mail what changed."""


for command in (
    *(service.run, service.poll, service.deliver, service.serve),
    *(past.backfill, past.reread),
    *(rounds.latest, rounds.show, rounds.matrix),
    *(pages.read, pages.compare),
    *(readers.subscribe, readers.subscribers),
    *(care.issues, care.check, care.doctor, care.migrate),
    demo.demo,
):
    app.add_command(command)


def main() -> None:
    """Run the command line, and turn every expected error into a message and an exit code."""
    try:
        app(prog_name="roundwatch")
    except Exception as fault:
        from monitor.entrypoints.faults import explained

        code = explained(fault)
        if code is None:
            raise
        sys.exit(code)
