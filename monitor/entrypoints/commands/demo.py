"""The demonstration: the whole job over HTTP, against the bundled copy of the press pages."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--once", is_flag=True, help="End when the digest is written.")
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the mail goes, as .eml files.",
)
def demo(once: bool, to: Path | None) -> None:
    """Show the whole job: press pages over HTTP, a new round, its digest, the pages."""
    from monitor.entrypoints.demonstration import demonstrate

    demonstrate(mail_folder=to, stay=not once)
