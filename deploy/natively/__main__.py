"""`python -m deploy.natively FOLDER [SERVICE...] [--profile NAME]`: `docker compose up`, natively.

FOLDER stands for the one that docker-compose.yml lies in on a server: with `.env`, if there is one,
and the secrets, made at the first start. Volumes and logs lie in its folder `native`. Needs the
libraries of the tests, PostgreSQL from Debian for what needs one, and Linux.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click

from deploy.natively.compose import Compose, Service, read
from deploy.natively.places import Places, free_ports
from deploy.natively.processes import DidNotStart, Processes
from deploy.natively.stand_ins import ROOT, NotHere, as_user, image_user, own_all, part, whereabouts


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("services", nargs=-1)
@click.option("--profile", "profiles", multiple=True, help="Start the services of this one too.")
@click.option(
    "--program",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(sys.executable).parent,
    help="The folder of the command roundwatch; that of this Python by default.",
)
def main(folder: Path, services: tuple[str, ...], profiles: tuple[str, ...], program: Path) -> None:
    """Start the services of docker-compose.yml without an engine, until Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    compose = read(ROOT / "docker-compose.yml")
    try:
        chosen = compose.started(profiles, services)
        _up(compose, chosen, folder.absolute(), program.absolute())
    except KeyError as fault:
        raise click.UsageError(f"there is no service {fault}") from fault
    except (DidNotStart, NotHere) as fault:
        raise click.ClickException(str(fault)) from fault


def _up(compose: Compose, chosen: list[Service], folder: Path, program: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    secrets = folder / "deploy" / "secrets"
    subprocess.run(["sh", str(ROOT / "deploy" / "secrets.sh"), str(secrets)], check=True)
    places = Places(folder, program, free_ports(chosen), compose.secrets)
    user = _user(program)
    with Processes(places, click.echo) as processes:
        try:
            for service in chosen:
                _start(service, places, processes, user)
            processes.all_well()
            _stay(chosen, places, processes)
        except KeyboardInterrupt:
            click.echo("ending")


def _start(
    service: Service, places: Places, processes: Processes, user: tuple[int, int] | None
) -> None:
    for name, condition in service.depends_on.items():
        processes.wait_for(name, condition)
    for path in places.write_secrets(service):
        own_all(path, user)
    for number in range(1, service.replicas + 1):
        made = part(service, number, places, user)
        for kind in ("tmp", *(["volumes"] if service.volumes else [])):
            name = next(iter(service.volumes)) if kind == "volumes" else made.name
            own_all(places.own(kind, name), made.user)
        processes.start(service, made)
        click.echo(f"{made.name}: started")


def _stay(chosen: list[Service], places: Places, processes: Processes) -> None:
    for service in chosen:
        if service.ports:
            click.echo(f"{service.name}: {whereabouts(service, places)}")
    click.echo("all up; Ctrl-C ends")
    while (gone := processes.end_of_any()) is None:
        time.sleep(0.5)
    raise DidNotStart(f"{gone.part.name} ended with {gone.process.returncode}; see {gone.log}")


def _user(program: Path) -> tuple[int, int] | None:
    """Whose privileges the services have: where we are root, those of the image's user."""
    if os.geteuid() != 0:
        return None
    user = image_user()
    asked = as_user([str(program / "roundwatch"), "--version"], user)
    if subprocess.run(asked, capture_output=True, check=False, timeout=60).returncode == 0:
        return user
    click.echo(f"going on as root: user {user[0]} cannot read {program}", err=True)
    return None


if __name__ == "__main__":
    main()
