"""What is run: the command of our own image, and programs in the place of the images of others."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.natively.compose import Service
from deploy.natively.places import LOOPBACK, Places

ROOT = Path(__file__).parents[2]
BINARIES = Path("/usr/lib/postgresql")
_MAIL = "axllent/mailpit:"
_TAKEN = "taken.log"


@dataclass(frozen=True)
class Part:
    """A process to start; `user` has a number and a group where it is not ours."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    user: tuple[int, int] | None
    ends_by: signal.Signals = signal.SIGTERM


class NotHere(Exception):
    """This machine lacks what a service needs; says what to do."""


def part(service: Service, number: int, places: Places, user: tuple[int, int] | None) -> Part:
    """What to start for one container of a service.

    Raises:
        NotHere: nothing on this machine can stand for its image.
    """
    name = f"{service.name}-{number}" if service.replicas > 1 else service.name
    if service.image.startswith("postgres:"):
        return _postgresql(service, name, places)
    environment = places.environment(service, name)
    folder = places.home(service, name)
    if service.image.startswith(_MAIL):
        server = (sys.executable, "-m", "tests.servers.counting_smtp")
        files = {"log": _TAKEN, "port-file": "port"}
        words = [f"--{k}={places.own('tmp', name) / v}" for k, v in files.items()]
        port = f"--port={places.ports[service.name]}"
        return Part(name, (*server, *words, port), environment, ROOT, user)
    command = tuple(places.here(word, service, name) for word in service.command)
    return Part(name, command, environment, folder, user)


def whereabouts(service: Service, places: Places) -> str:
    """Where what a service shows can be seen."""
    address = f"{LOOPBACK}:{places.ports[service.name]}"
    if service.image.startswith(_MAIL):
        log = places.own("tmp", service.name) / _TAKEN
        return f"by SMTP at {address}; whom it took a mail for is in {log}, the mails are not kept"
    return f"at http://{address}/"


def image_user() -> tuple[int, int]:
    """The user and the group that our image runs as: its recipe says so in numbers."""
    for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines():
        if line.startswith("USER "):
            user, _, group = line.removeprefix("USER ").partition(":")
            return int(user), int(group)
    raise NotHere("the Dockerfile names no USER; an image must not run as root")


def _postgresql(service: Service, name: str, places: Places) -> Part:
    """Debian's server, on loopback alone; its database is made at the first start."""
    versions = sorted(BINARIES.glob("*/bin"), key=lambda path: int(path.parent.name))
    if not versions:
        raise NotHere("there is no PostgreSQL here; on Debian: apt-get install postgresql")
    user = _owner()
    data = places.own("volumes", next(iter(service.volumes))) / "data"
    environment = places.environment(service, name)
    environment["PATH"] = f"{versions[-1]}:{environment['PATH']}"
    options = {"port": places.ports[service.name], "listen_addresses": LOOPBACK}
    settings = [f"--{k}={v}" for k, v in {**options, "unix_socket_directories": ""}.items()]
    command = (str(versions[-1] / "postgres"), "-D", str(data), *settings)
    server = Part(name, command, environment, data.parent, user, signal.SIGINT)
    own_all(data.parent, user)
    own_all(places.own("secrets", service.name), user)
    if not data.exists():
        _make_database(server, data)
    return server


def _make_database(server: Part, data: Path) -> None:
    """As the image does at its first start: a cluster, its user with the password, a database."""
    environment = server.environment
    draft = data.with_name("draft")
    shutil.rmtree(draft, ignore_errors=True)
    binaries = Path(server.command[0]).parent
    owner = environment["POSTGRES_USER"]
    with_password = ("-A", "scram-sha-256", f"--pwfile={environment['POSTGRES_PASSWORD_FILE']}")
    initdb = (binaries / "initdb", "-D", draft, "-U", owner, *with_password, "-E", "UTF8")
    single = (binaries / "postgres", "--single", "-D", draft, "postgres")
    make = f'create database "{environment["POSTGRES_DB"]}"\n'
    for command, said in ((initdb, ""), (single, make)):
        subprocess.run(
            as_user([str(word) for word in command], server.user),
            input=said,
            env=dict(environment),
            cwd=server.folder,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        )
    draft.rename(data)


def _owner() -> tuple[int, int] | None:
    """Who runs PostgreSQL, which refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam("postgres")
    except KeyError:
        raise NotHere("we are root, and there is no user postgres to run a server as") from None
    return found.pw_uid, found.pw_gid


def own_all(folder: Path, user: tuple[int, int] | None) -> None:
    """Give a folder and what is in it to a user."""
    if user:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, *user)


def as_user(
    command: list[str], user: tuple[int, int] | None, when_alone: signal.Signals = signal.SIGTERM
) -> list[str]:
    """A command that gains no privileges, has another's where one is named, and ends with us."""
    drop = ["setpriv", "--no-new-privs", "--pdeathsig", when_alone.name.removeprefix("SIG")]
    if user:
        drop += ["--reuid", str(user[0]), "--regid", str(user[1]), "--clear-groups"]
        drop += ["--inh-caps", "-all", "--bounding-set", "-all"]
    return [*drop, "--", *command]
