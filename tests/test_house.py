"""The house rules that a program can check, so that no reviewer has to."""

from __future__ import annotations

import ast
import dataclasses
import importlib.metadata
import importlib.util
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from storage import records

ROOT = Path(__file__).parent.parent
PACKAGES = ("monitor", "storage", "notifiers")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NOT_OURS = {".git", ".venv", "var", "dist", "build", "__pycache__", "secrets"}


def project_files() -> list[Path]:
    """Every file of the project, without what tools leave behind. Needs no git."""
    found: list[Path] = []
    for entry in sorted(ROOT.iterdir()):
        if entry.name in NOT_OURS or entry.name.endswith("_cache") or entry.name == ".hypothesis":
            continue
        inside = entry.rglob("*") if entry.is_dir() else [entry]
        found += [path for path in inside if path.is_file() and not NOT_OURS & set(path.parts)]
    return found


def texts() -> Iterator[tuple[Path, str]]:
    for path in project_files():
        try:
            yield path.relative_to(ROOT), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def lines_with(pattern: str, suffixes: tuple[str, ...] = ()) -> list[str]:
    """Every line of the project that matches `pattern`, with where it stands."""
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in texts()
        if not suffixes or path.suffix in suffixes
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    ]


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


# --- What must not stand anywhere -------------------------------------------------------------


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert lines_with(r"(?:^|[^\w.])/(?:work|farm|root|Users)/") == []


def test_no_file_names_a_package_registry() -> None:
    hosts = r"pypi\.org|pythonhosted\.org|(?:deb|security|ftp\.\w+)\.debian\.org|registry\.npmjs"
    assert lines_with(hosts) == []


def test_nothing_is_left_to_be_done_later() -> None:
    assert lines_with(r"\b(?:TO(?:DO)|FIX(?:ME)|XX(?:X)|Not(?:ImplementedError))\b") == []


def test_no_name_is_a_drawer_for_anything() -> None:
    banned = re.compile(r"(?:^|_)(?:utils?|helpers?|manager|process_data)(?:$|_|\.)", re.IGNORECASE)
    names = [str(p.relative_to(ROOT)) for p in project_files() if banned.search(p.stem)]
    names += [code.where for code in definitions() if banned.search(code.name)]
    assert names == []


# --- Locks ------------------------------------------------------------------------------------

LOCKS = ["requirements.lock", "requirements-build.lock", "requirements-test.lock"]
# What `make bench` and `make fuzz` install beside, each into an environment of its own.
BESIDE = [
    "bench/rivals/readers.lock",
    "bench/rivals/django.lock",
    "bench/rivals/scrapy.lock",
    "setup/fuzzing.lock",
]
PIN = re.compile(r"[a-z0-9-]+==[\w.+!]+(?: ; [\w.'\"<>=! ()]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


@pytest.mark.parametrize("lock", [*LOCKS, *BESIDE])
def test_a_lock_holds_versions_and_hashes_and_nothing_else(lock: str) -> None:
    lines = read(lock).splitlines()
    assert [line for line in lines if not (PIN.fullmatch(line) or HASH.fullmatch(line))] == []
    assert any(PIN.fullmatch(line) for line in lines)


def pins(lock: str) -> dict[str, set[str]]:
    """The versions that `lock` holds, by name; two where they depend on the Python."""
    found: dict[str, set[str]] = {}
    for line in read(lock).splitlines():
        if PIN.fullmatch(line):
            name, _, version = line.split(" ")[0].partition("==")
            found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PYPROJECT["project"]["dependencies"]),
        ("requirements-build.lock", PYPROJECT["dependency-groups"]["build"]),
        ("requirements-test.lock", PYPROJECT["dependency-groups"]["test"]),
    ],
)
def test_a_lock_agrees_with_pyproject(lock: str, wanted: list[str]) -> None:
    locked = pins(lock)
    for text in wanted:
        requirement = Requirement(text)
        versions = locked.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is not in {lock}: run make lock"
        assert all(requirement.specifier.contains(version) for version in versions), text


def test_what_two_locks_share_is_of_one_version() -> None:
    running = pins("requirements.lock")
    for lock in (*LOCKS[1:], *BESIDE):
        for name, versions in pins(lock).items():
            assert versions == running.get(name, versions), f"{name} in {lock}"


def imported(folders: tuple[str, ...]) -> set[str]:
    """The top-level names that the modules in `folders` import."""
    found: set[str] = set()
    for path in project_files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize(
    ("folders", "groups"), [(PACKAGES, ()), (("tests", "bench", "deploy"), ("test",))]
)
def test_what_is_imported_is_asked_for(folders: tuple[str, ...], groups: tuple[str, ...]) -> None:
    extras = PYPROJECT["project"]["optional-dependencies"].values()
    wanted = [*PYPROJECT["project"]["dependencies"], *(text for extra in extras for text in extra)]
    wanted += [text for group in groups for text in PYPROJECT["dependency-groups"][group]]
    names = {canonicalize_name(Requirement(text).name) for text in wanted}
    beside = {name for lock in BESIDE if groups for name in pins(lock)}
    providers = importlib.metadata.packages_distributions()
    ours = {*PACKAGES, "tests", "bench", "deploy"}
    missing = {
        name
        for name in imported(folders) - ours - set(sys.stdlib_module_names)
        if canonicalize_name(name) not in beside
        and not names & {canonicalize_name(provider) for provider in providers.get(name, [])}
    }
    assert missing - in_environments_of_their_own() == set()


def in_environments_of_their_own() -> set[str]:
    """What the contenders of a benchmark, and the fuzzer, are installed with, apart from us."""
    locks = (ROOT / "bench" / "rivals" / "readers.lock", ROOT / "setup" / "fuzzing.lock")
    return {
        line.split("==")[0]
        for lock in locks
        for line in lock.read_text().splitlines()
        if "==" in line
    }


# --- Commands and settings --------------------------------------------------------------------


def test_the_readme_names_the_two_commands_and_make_knows_them() -> None:
    commands = re.findall(r"^make (\w+)", read("README.md"), re.MULTILINE)
    assert commands[:2] == ["demo", "test"]
    targets = re.findall(r"^(\w+):", read("Makefile"), re.MULTILINE)
    assert set(commands) <= set(targets)


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    assert read(".ci/run").splitlines()[-1].startswith("exec make test")


def commands() -> set[str]:
    """The names of the program's commands, those of a group as `group name`."""
    import click

    from monitor.entrypoints.cli import app

    def names(group: click.Group, prefix: str = "") -> Iterator[str]:
        context = click.Context(group)
        for name in group.list_commands(context):
            yield prefix + name
            inner = group.get_command(context, name)
            if isinstance(inner, click.Group):
                yield from names(inner, f"{prefix}{name} ")

    return set(names(app))


def test_every_command_stands_in_the_docs() -> None:
    page = read("docs/commands.md")
    assert {name for name in commands() if f"roundwatch {name}" not in page} == set()


def test_the_docs_name_no_command_that_does_not_exist() -> None:
    known = {name.split(" ")[0] for name in commands()}
    named = {
        (path.as_posix(), word)
        for path, text in texts()
        if path.suffix == ".md"
        for word in re.findall(
            r"(?:`|bin/|^\$ )roundwatch ([a-z]+(?:-[a-z]+)*)", text, re.MULTILINE
        )
    }
    assert {(page, word) for page, word in named if word not in known} == set()


def settings() -> set[str]:
    from monitor.settings import PREFIX, Settings

    return {f"{PREFIX}{field.name.upper()}" for field in dataclasses.fields(Settings)}


needs_the_settings_page = pytest.mark.skipif(
    not (ROOT / "docs" / "settings.md").exists(), reason="no page on settings yet"
)


@needs_the_settings_page
def test_every_setting_stands_in_the_docs() -> None:
    page = read("docs/settings.md")
    assert {name for name in settings() if f"`{name}`" not in page} == set()


@needs_the_settings_page
def test_the_docs_name_no_setting_that_does_not_exist() -> None:
    known = settings() | {f"{name}_FILE" for name in settings()}
    named = set(re.findall(r"\bROUNDWATCH_[A-Z][A-Z_]*[A-Z]\b", read("docs/settings.md")))
    assert named - known == set()


# --- Pages ------------------------------------------------------------------------------------


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = [
        f"{path}: {target}"
        for path, text in texts()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
        if not (ROOT / path.parent / target).exists()
    ]
    assert broken == []


def test_every_page_that_the_code_refers_to_exists() -> None:
    named = {
        (path.as_posix(), page)
        for path, text in texts()
        if path.suffix in {".py", ".toml"}
        for page in re.findall(r"(?<![\w/.])docs/[\w/-]+\.md", text)
    }
    assert {(path, page) for path, page in named if not (ROOT / page).exists()} == set()


def test_every_word_of_the_vocabulary_stands_in_the_glossary() -> None:
    page = read("docs/glossary.md").lower()
    kinds = [kind for kind in vars(records).values() if dataclasses.is_dataclass(kind)]
    words = {re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__).lower() for kind in kinds}  # type: ignore[union-attr]
    assert {word for word in words if f"**{word}**" not in page} == set()


def test_the_architecture_page_shows_the_tree_as_it_is() -> None:
    shown = set(re.findall(r"^ {2}([\w.]+)/? ", read("ARCHITECTURE.md"), re.MULTILINE))
    there = {
        entry.name
        for package in PACKAGES
        for entry in (ROOT / package).iterdir()
        if entry.name not in {"__init__.py", "__pycache__"}
    }
    assert shown == there


def test_every_decision_gives_its_context_and_its_consequences() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in decisions] == [
        f"{n:04}" for n in range(1, len(decisions) + 1)
    ]
    for page in decisions:
        headings = re.findall(r"^## (.+)$", page.read_text("utf-8"), re.MULTILINE)
        assert headings[:3] == ["Context", "Decision", "Consequences"], page.name


def test_every_library_we_ask_for_is_argued_for() -> None:
    page = read("docs/decisions/0005-libraries-and-their-health.md")
    wanted = PYPROJECT["project"]["dependencies"]
    wanted += [name for group in PYPROJECT["dependency-groups"].values() for name in group]
    names = {canonicalize_name(Requirement(text).name) for text in wanted}
    assert {name for name in names if f"| {name} |" not in page} == set()


# --- Code -------------------------------------------------------------------------------------

SCREEN = 45


@dataclass(frozen=True)
class Definition:
    """A function as it stands in the code; `lines` without its docstring."""

    where: str
    name: str
    lines: int


def definitions() -> Iterator[Definition]:
    for path in project_files():
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    where = f"{path.relative_to(ROOT)}:{node.lineno}"
                    yield Definition(where, node.name, lines_of(node))


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    end = node.end_lineno or node.lineno
    first = node.body[0]
    told = ast.get_docstring(node) is not None
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if told else 0
    return end - node.lineno + 1 - docstring


def test_every_function_fits_on_a_screen_and_most_are_small() -> None:
    ours = [code for code in definitions() if code.where.startswith(PACKAGES)]
    assert [f"{code.where} {code.name}" for code in ours if code.lines > SCREEN] == []
    assert statistics.median(code.lines for code in ours) <= 10


def test_the_names_of_tests_are_sentences() -> None:
    tests = [code for code in definitions() if code.name.startswith("test_")]
    assert [f"{c.where} {c.name}" for c in tests if c.name.count("_") < 3] == []


def test_the_scripts_of_the_set_up_are_well_formed() -> None:
    for script in sorted((ROOT / "setup").glob("*.sh")):
        subprocess.run(["/bin/sh", "-n", script], check=True)


def test_the_packages_found_are_those_of_this_project() -> None:
    for package in PACKAGES:
        found = importlib.util.find_spec(package)
        assert found is not None
        assert found.origin is not None
        assert Path(found.origin).is_relative_to(ROOT)
