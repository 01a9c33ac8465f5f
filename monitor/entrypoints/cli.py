"""The command line: `roundwatch COMMAND`. What each command does stands in `docs/commands.md`.

Exit codes: 0 done; 1 the thing asked about is not there or not so; 2 wrong usage or settings;
3 the source or a server could not be reached or was not understood.
"""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from io import TextIOWrapper

import click

from monitor.entrypoints.packages import refuse_strangers

_COMMANDS = {
    "run": "service",
    "poll": "service",
    "deliver": "service",
    "announce": "service",
    "serve": "service",
    "schedule": "service",
    "worker": "service",
    "backfill": "past",
    "backfills": "past",
    "reread": "past",
    "latest": "rounds",
    "show": "rounds",
    "revisions": "rounds",
    "matrix": "rounds",
    "cite": "rounds",
    "evidence": "evidence",
    "verify": "evidence",
    "topic": "topic",
    "search": "search",
    "series": "series",
    "read": "pages",
    "compare": "pages",
    "digest": "digests",
    "digests": "digests",
    "test-mail": "trial",
    "subscribe": "readers",
    "subscribers": "readers",
    "bounces": "bounces",
    "issues": "care",
    "requests": "requests",
    "trace": "trace",
    "check": "care",
    "canary": "care",
    "doctor": "care",
    "housekeep": "care",
    "alive": "alive",
    "migrate": "moving",
    "copy": "moving",
    "backup": "moving",
    "restore": "moving",
    "demo": "demo",
}
"""The module of each command: loaded when it is called, so that a command pays for itself alone."""


_SERVICES = frozenset({"run", "serve", "schedule", "worker"})
"""Each of their ticks, jobs and requests is followed by itself."""


class _Commands(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of `_COMMANDS`."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, or None where there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"monitor.entrypoints.commands.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command


def _tell_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from monitor import __version__  # a stranger in the place of `monitor` may have none

        click.echo(f"roundwatch, version {__version__}")
        context.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Show the version and exit.",
)
@click.pass_context
def app(context: click.Context) -> None:
    """Watch USTR's press releases for readouts of trade-talk rounds; mail what changed."""
    from monitor.bootstrap import new_trace, utc_now
    from storage.trace import following

    if context.invoked_subcommand not in _SERVICES:
        context.with_resource(following(new_trace(utc_now())))


def main() -> None:
    """Run the command line, and turn every expected error into a message and an exit code."""
    refuse_strangers()
    # A command tells people what went wrong itself; the log is the service's (`run` sets it up).
    logging.getLogger("roundwatch").addHandler(logging.NullHandler())
    # A terminal of another encoding shows what it can, and loses nothing else for it.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="roundwatch")
    except Exception as fault:
        from monitor.entrypoints.faults import explained

        code = explained(fault)
        if code is None:
            raise
        sys.exit(code)
