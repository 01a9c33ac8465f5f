"""The compose file, without an engine: its form, and what its form does not say."""

from __future__ import annotations

import re
import stat
import subprocess
from pathlib import Path

import click
import pytest

from deploy.natively.compose import read, seconds
from monitor.entrypoints.cli import app
from tests.deployment.compose_faults import document, faults
from tests.deployment.recipe import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")


@pytest.fixture(scope="module")
def made_secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "secrets"
    make_secrets(folder)
    return folder


def make_secrets(folder: Path) -> None:
    subprocess.run(["sh", str(ROOT / "deploy" / "secrets.sh"), str(folder)], check=True)


def test_the_compose_file_has_no_fault_that_can_be_found_without_an_engine(
    made_secrets: Path,
) -> None:
    assert faults(COMPOSE, made_secrets) == []


OFFENCES = [
    ("restart: unless-stopped", "restart: perhaps", "the form: "),
    ("    shm_size: 128mb\n", "    shm_size: 1mb\n    shm_size: 2mb\n", "shm_size stands twice"),
    ('volumes: ["data:/data"]', 'volumes: ["elsewhere:/data"]', "elsewhere is not defined"),
    ("secrets: [database_url, smtp_url]", "secrets: [smtp]", "the form: secret `smtp`"),
    ("volumes:\n  data", "volumes:\n  spare: {}\n  data", "volumes: spare is not used"),
    ("networks: [inside]  #", "networks: [within]  #", "the form: network `within`"),
    ("      database: {cond", "      databases: {cond", "waits for databases, which is not"),
    ("  migrate: {cond", "  mail: {cond", "waits for mail, which is in a profile"),
    ("  migrate: {condition: service_c", "  migrate: {condition: service_healthy} #", "no health"),
    ('    restart: "no"\n', "", "waits for the end of migrate, which is started again"),
    ("command: [roundwatch, schedule]", "command: [roundwatch, scedule]", "no command scedule"),
    ("test: [CMD, roundwatch, check]", "test: [CMD, roundwatch, chek]", "no command chek"),
    ("secrets: [database_url, operator_token]", "secrets: [database_url]", "is not given it"),
    ("[database_url]\n    networks", "[database_url, smtp_url]\n    networks", "smtp_url in vain"),
    ("secrets/operator_token\n", "secrets/token\n", "the secret token, and is not given it"),
    ("file: ./deploy/secrets/smtp_url", "file: ./secrets/smtp_url", "nobody makes ./secrets/smtp"),
    ("ROUNDWATCH_PULSE_FILE: /tmp", "ROUNDWATCH_PULS_FILE: /tmp", "no such setting"),
    ("ROUNDWATCH_LISTEN: 0.0.0.0:8000", "ROUNDWATCH_LISTEN: somewhere", "host:port is wanted"),
    ('ROUNDWATCH_DATABASE_URL: ""', "ROUNDWATCH_DATABASE_URL: sqlite:///x", "or ROUNDWATCH_DATABA"),
    ("127.0.0.1:8000:8000", "0.0.0.0:8000:8000", "to everybody"),
    ("127.0.0.1:8000:8000", "127.0.0.1:8000:80", "which the image does not expose"),
    ("ROUNDWATCH_LISTEN: 0.0.0.0:8000", "ROUNDWATCH_LISTEN: 0.0.0.0:80", "and listens at"),
    ("networks: [outside]", "networks: [inside]", "from a network without a way out"),
    ("    internal: true", "    internal: false", "the database can be reached from outside"),
    ('["data:/data"]', '["data:/archive"]', "the image works in /data"),
    ("FILE: /tmp/pulse", "FILE: /data/pulse", "cannot write its sign of life"),
    ("      ROUNDWATCH_PULSE_FILE: /tmp/pulse\n", "", "is asked for a sign of life"),
    ("  read_only: true\n", "", "web can write to its image"),
    ("  cap_drop: [ALL]\n", "", "worker keeps capabilities"),
    ("no-new-privileges:true", "no-new-privileges:false", "may gain privileges"),
    ('    user: "65534:65534"\n', "", "mail runs as whoever its image says"),
    ('    user: "999:999"', '    user: "0:0"', "database runs as whoever its image says"),
    ("{memory: 512M, pids: 200}", "{pids: 200}", "scheduler may take all memory"),
    ('options: {max-size: 10m, max-file: "3"}', "options: {}", "may fill the disk"),
    ("  restart: unless-stopped\n", "", "web does not say whether it is started again"),
    ("mailpit:v1.27.8", "mailpit:latest", "is another image tomorrow"),
]


@pytest.mark.parametrize(("is_written", "instead", "found"), OFFENCES)
def test_an_offence_would_be_found(
    is_written: str, instead: str, found: str, made_secrets: Path
) -> None:
    assert is_written in COMPOSE
    told = faults(COMPOSE.replace(is_written, instead), made_secrets)
    assert [fault for fault in told if found in fault], told


def test_the_many_start_by_themselves_and_the_others_when_asked_for() -> None:
    compose = read(ROOT / "docker-compose.yml")

    def started(*profiles: str, named: tuple[str, ...] = ()) -> list[str]:
        return [each.name for each in compose.started(profiles, named)]

    many = ["database", "migrate", "web", "scheduler", "worker"]
    assert started() == many
    assert started("try") == [*many, "mail"]
    assert started(named=("roundwatch",)) == ["roundwatch"]
    assert started(named=("web",)) == ["database", "migrate", "web"]
    assert compose.services["worker"].replicas == 2


def test_the_page_on_installing_tells_of_each_service() -> None:
    page = (ROOT / "docs" / "installing.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))
    assert told == set(document(COMPOSE)["services"]) - {"roundwatch"}
    assert "docker compose up --detach roundwatch" in page


def test_what_is_under_way_has_time_to_end() -> None:
    for name, service in document(COMPOSE)["services"].items():
        if "build" in service:
            assert seconds(service["stop_grace_period"]) >= 30, name


def test_the_pages_have_no_way_to_the_mail_server() -> None:
    found = document(COMPOSE)["services"]
    with_mail = [
        name for name, service in found.items() if "smtp_url" in service.get("secrets", ())
    ]
    assert with_mail == ["worker"]


def test_secrets_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make_secrets(folder)
    first = {path.name: path.read_text() for path in folder.iterdir()}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert first["database_password"].strip() in first["database_url"]
    assert len(first["database_password"].strip()) == 48
    assert first["database_password"] != first["operator_token"]
    (folder / "smtp_url").unlink()
    (folder / "smtp_url").write_text("smtp://own.example:25\n")
    make_secrets(folder)
    again = {path.name: path.read_text() for path in folder.iterdir()}
    assert again == {**first, "smtp_url": "smtp://own.example:25\n"}


def faults_by_hand(page: str) -> list[str]:
    """What is wrong with the commands of a page that are run in the place of a service's own."""
    compose = read(ROOT / "docker-compose.yml")
    ours = app.list_commands(click.Context(app))
    found = []
    runs = re.findall(r"^docker compose run (?:--\S+ )*(\w+)(?: (.*?))?(?:  +#.*)?$", page, re.M)
    for name, command in runs:
        service = compose.services.get(name)
        if service is None:
            found.append(f"there is no service {name}")
        elif "/data/" in command and "/data" not in service.volumes.values():
            found.append(f"{name} keeps nothing in /data")
        if (said := re.match(r"roundwatch (\w+)", command)) and said[1] not in ours:
            found.append(f"there is no command {said[1]}")
    return found if len(runs) > 5 else ["there are hardly any"]


OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")


def test_what_the_page_on_operations_runs_in_containers_can_be_run() -> None:
    assert faults_by_hand(OPERATIONS) == []


@pytest.mark.parametrize(
    ("is_written", "instead", "found"),
    [
        ("--rm migrate roundwatch backup", "--rm moving roundwatch backup", "no service moving"),
        ("--rm migrate roundwatch restore", "--rm web roundwatch restore", "web keeps nothing"),
        ("roundwatch roundwatch migrate", "roundwatch roundwatch upgrade", "no command upgrade"),
    ],
)
def test_an_offence_of_the_page_would_be_found(is_written: str, instead: str, found: str) -> None:
    assert is_written in OPERATIONS
    told = faults_by_hand(OPERATIONS.replace(is_written, instead))
    assert [fault for fault in told if found in fault], told


def test_the_page_on_installing_names_a_compose_that_knows_what_the_file_says() -> None:
    assert "required: false" in COMPOSE
    assert "Compose 2.24 or later" in (ROOT / "docs" / "installing.md").read_text("utf-8")
