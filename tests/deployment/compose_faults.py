"""What is wrong with a compose file: the checks that its form alone does not make.

Each check takes the file's document, its anchors resolved, and yields sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import yaml
from compose_spec import PyCompose

from monitor.entrypoints.cli import app
from monitor.errors import SettingsError
from monitor.settings import PREFIX, load
from tests.deployment.recipe import said

Document = Mapping[str, Any]

SECRETS = "/run/secrets/"
PINNED = re.compile(r"[\w./-]+:(?:local|v?\d+\.\d+(?:\.\d+)?(?:-[\w.]+)?)")


def document(text: str) -> Document:
    """The file with its anchors resolved, and without what only defined them."""
    found = yaml.safe_load(text)
    return {key: value for key, value in found.items() if not key.startswith("x-")}


def faults(text: str, made_secrets: Path) -> list[str]:
    """Everything that is wrong.

    Args:
        text: the compose file.
        made_secrets: a folder as `deploy/secrets.sh` makes it.
    """
    if twice := said_twice(yaml.compose(text)):
        return twice
    found = document(text)
    try:
        PyCompose.from_yaml(yaml.safe_dump(found)).validate()
    except ValueError as fault:
        return [f"the form: {fault}"]
    told = [fault for check in CHECKS for fault in check(found)]
    return [*told, *secrets_nobody_makes(found, made_secrets), *settings(found, made_secrets)]


def said_twice(node: yaml.Node) -> list[str]:
    """Keys that stand twice in one mapping: the library takes the last, an engine refuses both."""
    if isinstance(node, yaml.SequenceNode):
        return [fault for each in node.value for fault in said_twice(each)]
    if not isinstance(node, yaml.MappingNode):
        return []
    keys = [key.value for key, _ in node.value]
    twice = [f"{key} stands twice" for key in sorted(set(keys)) if keys.count(key) > 1]
    return twice + [fault for _, value in node.value for fault in said_twice(value)]


def services(found: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from found["services"].items()


def environment(service: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in service.get("environment", {}).items()}


def names_out_of_place(found: Document) -> Iterator[str]:
    """Volumes that nobody defines, and whatever is defined and not used; the form has the rest."""
    for kind in ("volumes", "secrets", "networks"):
        used = {
            each.partition(":")[0]
            for _, service in services(found)
            for each in service.get(kind, ())
            if each[0] not in "./~"  # in the short form, what starts like a path is no name
        }
        defined = set(found.get(kind, {}))
        if kind == "volumes":
            yield from (f"volumes: {name} is not defined" for name in used - defined)
        yield from (f"{kind}: {name} is not used" for name in defined - used)


def awaited_in_vain(found: Document) -> Iterator[str]:
    for name, service in services(found):
        for awaited, how in service.get("depends_on", {}).items():
            other = found["services"].get(awaited)
            if other is None:
                yield f"{name} waits for {awaited}, which is not defined"
                continue
            if not set(other.get("profiles", ())) <= set(service.get("profiles", ())):
                yield f"{name} waits for {awaited}, which is in a profile"
            if how["condition"] == "service_healthy" and "healthcheck" not in other:
                yield f"{name} waits for the health of {awaited}, which has no healthcheck"
            ends = how["condition"] == "service_completed_successfully"
            if ends and other.get("restart") != "no":
                yield f"{name} waits for the end of {awaited}, which is started again"


def unknown_commands(found: Document) -> Iterator[str]:
    context = click.Context(app)
    for name, service in services(found):
        asked = service.get("healthcheck", {}).get("test", [""])[1:]
        for words in (service.get("command", ()), asked):
            if words and words[0] == "roundwatch" and words[1] not in app.list_commands(context):
                yield f"{name}: there is no command {words[1]}"


def secrets_out_of_place(found: Document) -> Iterator[str]:
    for name, service in services(found):
        read = {
            value.removeprefix(SECRETS)
            for key, value in environment(service).items()
            if key.endswith("_FILE") and value.startswith(SECRETS)
        }
        given = set(service.get("secrets", ()))
        yield from (f"{name} reads the secret {each}, and is not given it" for each in read - given)
        yield from (f"{name} is given the secret {each} in vain" for each in given - read)


def secrets_nobody_makes(found: Document, made: Path) -> Iterator[str]:
    there = {f"./deploy/secrets/{path.name}" for path in made.iterdir()}
    named = {secret["file"] for secret in found["secrets"].values()}
    yield from (f"nobody makes {file}" for file in named - there)
    yield from (f"{file} is made and not used" for file in there - named)


def settings(found: Document, made: Path) -> Iterator[str]:
    """What the program itself says of the environment it would be given."""
    for name, service in services(found):
        given = {
            key: value.replace(SECRETS, f"{made}/")
            for key, value in environment(service).items()
            if key.startswith(PREFIX)
        }
        try:
            load(given, made / "no.env")
        except SettingsError as fault:
            yield f"{name}: {fault}"


def open_doors(found: Document) -> Iterator[str]:
    exposed = said("EXPOSE")
    inner = {name for name, network in found["networks"].items() if network.get("internal")}
    for name, service in services(found):
        for port in service.get("ports", ()):
            if not port.startswith("127.0.0.1:"):
                yield f"{name} publishes {port} to everybody"
            if "build" in service and port.split(":")[-1] not in exposed:
                yield f"{name} publishes {port}, which the image does not expose"
            listen = environment(service).get(f"{PREFIX}LISTEN")
            if "build" in service and listen != f"0.0.0.0:{port.split(':')[-1]}":
                yield f"{name} publishes {port}, and listens at {listen}"
            if set(service["networks"]) <= inner:
                yield f"{name} publishes {port} from a network without a way out"
    if set(found["services"]["database"]["networks"]) - inner:
        yield "the database can be reached from outside"


def places_of_the_image(found: Document) -> Iterator[str]:
    (home,) = said("WORKDIR")
    for name, service in services(found):
        if "build" not in service:
            continue
        for volume in service.get("volumes", ()):
            if volume.split(":")[1] != home:
                yield f"{name} has its volume at {volume}, and the image works in {home}"
        pulse = environment(service).get(f"{PREFIX}PULSE_FILE", "")
        if pulse and str(Path(pulse).parent) not in service.get("tmpfs", ()):
            yield f"{name} cannot write its sign of life to {pulse}"
        asks_for_it = "alive" in service.get("healthcheck", {}).get("test", ())
        if asks_for_it and not pulse:
            yield f"{name} is asked for a sign of life, and shows none"


def soft_spots(found: Document) -> Iterator[str]:
    for name, service in services(found):
        if not service.get("read_only"):
            yield f"{name} can write to its image"
        if service.get("cap_drop") != ["ALL"]:
            yield f"{name} keeps capabilities"
        if service.get("security_opt") != ["no-new-privileges:true"]:
            yield f"{name} may gain privileges"
        if "build" not in service and not re.fullmatch(r"[1-9]\d*:\d+", service.get("user", "")):
            yield f"{name} runs as whoever its image says"
        if "memory" not in service.get("deploy", {}).get("resources", {}).get("limits", {}):
            yield f"{name} may take all memory"
        if not {"max-size", "max-file"} <= set(service.get("logging", {}).get("options", ())):
            yield f"{name} may fill the disk with its log"
        if "restart" not in service:
            yield f"{name} does not say whether it is started again"
        if not PINNED.fullmatch(service["image"]):
            yield f"{name}: {service['image']} is another image tomorrow"


CHECKS = (
    names_out_of_place,
    awaited_in_vain,
    unknown_commands,
    secrets_out_of_place,
    open_doors,
    places_of_the_image,
    soft_spots,
)
