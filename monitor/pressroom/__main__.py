"""`python -m monitor.pressroom`: serve the bundled site for a look, until Ctrl-C."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from threading import Event

import click

from monitor.pressroom import PressRoom


@click.command()
@click.option(
    "--through",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="The last day whose releases are shown, YYYY-MM-DD; all by default.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Any free one by default.")
def main(through: datetime | None, port: int) -> None:
    """Serve the bundled press pages on this machine and say where, until Ctrl-C."""
    day = through.date() if through else date.max
    try:
        room = PressRoom(day, port=port)
    except (OSError, ValueError) as fault:
        raise click.UsageError(str(fault)) from fault
    with room, suppress(KeyboardInterrupt):
        click.echo(f"The press pages: {room.base_url}/ (Ctrl-C ends)")
        Event().wait()


if __name__ == "__main__":
    main()
