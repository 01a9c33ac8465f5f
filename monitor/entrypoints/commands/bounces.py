"""Mail that came back: bounces."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import click

from monitor.entrypoints.commands.shared import running
from monitor.entrypoints.counting import bounces_told

_PIPE = "-"


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
def bounces(paths: tuple[str, ...]) -> None:
    """Take reports of mail that came back, and complaints.

    PATH is a Maildir, an mbox, a file of one mail, or - for standard input.
    """
    try:
        with running() as service:
            taken = service.take_bounces(_mails(paths))
    except Exception as fault:
        if _PIPE not in paths:
            raise
        _put_off(fault)
    if _PIPE not in paths:  # what a pipe says, some servers mail to somebody
        click.echo(bounces_told(taken))


def _mails(paths: tuple[str, ...]) -> Iterator[bytes]:
    from monitor.sources.mailbox import mails_at, mails_in

    for path in paths:
        if path == _PIPE:
            yield from mails_in(sys.stdin.buffer)
        else:
            yield from mails_at(Path(path))


def _put_off(fault: Exception) -> None:
    """Have the mail server that hands us a mail keep it, and try again later (sysexits.h).

    Whatever the fault is: any other code would end in a bounce of the bounce, and the mail be lost.
    """
    from monitor.entrypoints.faults import explained

    if explained(fault) is None:
        traceback.print_exception(fault)
    sys.exit(os.EX_TEMPFAIL)
