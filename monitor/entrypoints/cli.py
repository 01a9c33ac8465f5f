"""The command line: `roundwatch COMMAND`. What each command does stands in `docs/commands.md`.

Exit codes: 0 done; 1 the thing asked about is not there or not so; 2 wrong usage or settings;
3 the source or a server could not be reached or was not understood.
"""

from __future__ import annotations

import gc
import sys

import typer

from monitor.entrypoints.commands import care, demo, pages, past, readers, rounds, service

app = typer.Typer(
    name="roundwatch",
    help="Watches USTR's press releases for readouts of trade-talk rounds "
    "and mails what changed since the round before.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (service, past, rounds, pages, readers, care, demo):
    group.add_to(app)


def main() -> None:
    """Run the command line, and turn every expected error into a message and an exit code."""
    # Start-up makes tens of thousands of objects that live to the end: collecting among them took
    # a tenth of the CPU time of an unchanged poll.
    gc.freeze()
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as fault:
        from monitor.entrypoints.faults import explained

        code = explained(fault)
        if code is None:
            raise
        sys.exit(code)
