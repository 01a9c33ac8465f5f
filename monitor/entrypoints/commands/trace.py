"""Following an id from the log or a mail: trace."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from monitor.entrypoints.commands.shared import NOT_SO, json_option, print_json, running
from monitor.entrypoints.counting import counted
from monitor.entrypoints.faults import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.journeys.traces import Traced

_STATES = ("sent", "suppressed", "failed", "waiting", "uncertain", "abandoned")


@click.command()
@click.argument("trace_id", metavar="ID")
@json_option
def trace(trace_id: str, as_json: bool) -> None:
    """Tell what is on file under an id of the log or of a mail's Roundwatch-Trace."""
    from monitor.journeys.traces import traced

    with running() as service, service.database.reading() as tx:
        found = traced(tx, trace_id)
    if not found.is_known:
        say(
            f"nothing is on file under {trace_id}",
            "look for it in the log; what changed nothing leaves no more than its lines there",
        )
        sys.exit(NOT_SO)
    if as_json:
        print_json(found)
    else:
        for line in _told(found):
            click.echo(line)


def _told(found: Traced) -> Iterator[str]:
    for look in found.looks:
        asked = counted(look.requests, "request")
        problem = f"; {look.problem}" if look.problem else ""
        yield (
            f"look {look.id} at {look.source}, {look.started_at:%Y-%m-%d %H:%M:%S} UTC: "
            f"{look.outcome or 'not ended'}, {asked}{problem}"
        )
    for digest in found.digests:
        counts = ((getattr(digest, state), state) for state in _STATES)
        said = ", ".join(f"{count} {state}" for count, state in counts if count)
        yield f"digest {digest.id}, {digest.kind}: {digest.subject}: {said or 'to nobody'}"
    for letters in found.letters:
        yield f"{counted(letters.count, 'letter')} ({letters.kind}): {letters.state}"
