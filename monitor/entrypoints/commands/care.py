"""The operator's care: issues, check, doctor."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from monitor.entrypoints.commands.shared import (
    NOT_SO,
    NOT_UNDERSTOOD,
    json_option,
    number_type,
    print_json,
    progress,
    running,
)
from monitor.entrypoints.faults import say
from monitor.errors import SettingsError

if TYPE_CHECKING:
    from monitor.bootstrap import Service
    from monitor.core.canaries import Found
    from monitor.journeys.canary import Looked
    from monitor.journeys.finding import Finding


@click.command()
@json_option
@click.option(
    "--close", type=number_type, metavar="N", help="Close an issue that a person has settled."
)
def issues(as_json: bool, close: int | None) -> None:
    """Show what was not understood, or close one issue."""
    from monitor.journeys import problems
    from storage import journal

    with running() as service:
        if close is not None:
            problems.close(close, database=service.database, now=service.now())
            click.echo(f"issue {close} is closed")
            return
        with service.database.reading() as tx:
            found = journal.issues(tx)
    if as_json:
        print_json(found)
    else:
        from monitor.entrypoints.terminal import print_issues

        print_issues(found)


@click.command()
@json_option
@click.option("--tell", is_flag=True, help="Send the operator an alarm of what is new.")
def check(as_json: bool, tell: bool) -> None:
    """Fail when the service does not see, does not send, or did not understand something."""
    with running() as service:
        if tell and service.settings.operator_email is None:
            raise SettingsError("there is nobody to tell", todo="set ROUNDWATCH_OPERATOR_EMAIL")
        found = service.sound_alarms() if tell else _examined(service)
    if as_json:
        print_json(found)
    else:
        for finding in found:
            click.echo(f"{'ok  ' if finding.well else 'FAIL'} {finding.name}: {finding.says}")
    if not all(finding.well for finding in found):
        sys.exit(NOT_SO)


@click.command()
@json_option
def canary(as_json: bool) -> None:
    """Look whether the latest rounds on file can still be found at the source."""
    with running() as service:
        looked = service.look_for_canaries()
    if as_json:
        print_json(looked.found)
    else:
        _tell(looked)
    if looked.problem:
        say(looked.problem.summary, looked.problem.todo)
        sys.exit(NOT_UNDERSTOOD)
    if looked.missing:
        sys.exit(NOT_SO)


def _tell(looked: Looked) -> None:
    for found in looked.found:
        said = f"{found.canary.series} {found.canary.round}: {found.canary.address}"
        click.echo(f"{'FAIL' if found.is_missing else 'ok  '} {said}{_told(found)}")
    for passed in looked.passed_over:
        click.echo(f"--   {passed.series} {passed.round or ''}: not looked for, since {passed.why}")
    if not (looked.found or looked.passed_over):
        click.echo("no round is on file that could be looked for")


def _told(found: Found) -> str:
    """What is to be said of a canary that was not simply found."""
    page = {True: "", False: "not read as that round", None: "could not be had"}[found.is_read]
    listed = {True: "", False: "not listed", None: "not seen on the listing pages looked at"}
    told = [page, found.why if not found.is_read else "", listed[found.is_listed]]
    return "".join(f"; {each}" for each in told if each)


def _examined(service: Service) -> tuple[Finding, ...]:
    from monitor.journeys.health import check as examine

    with service.database.reading() as tx:
        return examine(tx, service.settings, service.now())


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Explain the settings and try every connection."""
    from monitor.entrypoints.doctor import examine
    from monitor.entrypoints.doctor.own import settings_told
    from monitor.settings import whence

    with running() as service:
        found = tuple(examine(service))
        told = settings_told(service.settings, whence())
    if as_json:
        print_json({"settings": told, "findings": found})
    else:
        for setting in told:
            click.echo(f"     {setting.name} = {setting.value} ({setting.whence})")
        for finding in found:
            click.echo(f"{'ok  ' if finding.well else 'FAIL'} {finding.name}: {finding.says}")
    if not all(finding.well for finding in found):
        sys.exit(NOT_SO)


@click.command()
@json_option
def housekeep(as_json: bool) -> None:
    """Forget what was kept long enough, as `run` does once a day."""
    from monitor.entrypoints.counting import forgotten_told

    with running() as service, progress("forgetting") as each:
        done = service.keep_house(each=each)
    if as_json:
        print_json(done)
    else:
        click.echo(f"forgotten: {forgotten_told(done) or 'nothing, all is of use'}")
