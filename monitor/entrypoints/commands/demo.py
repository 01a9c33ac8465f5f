"""The demonstration: the whole job over HTTP, against the bundled copy of the press pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Put this command on the command line."""
    app.command()(demo)


def demo(
    once: Annotated[bool, typer.Option("--once", help="End when the digest is written.")] = False,
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the mail goes, as .eml files.")
    ] = None,
) -> None:
    """Show the whole job: press pages over HTTP, a new round, its digest, the pages."""
    from monitor.entrypoints.demonstration import demonstrate

    demonstrate(mail_folder=to, stay=not once)
