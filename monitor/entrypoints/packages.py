"""Are the packages found ours? Others use the names `monitor`, `storage` and `notifiers` too.

A foreign package of such a name that is installed into the same environment writes over our files,
and nothing says so. Each of ours therefore carries a mark, and all three lie in one folder. That is
looked at when a command starts, in less than a millisecond; who the stranger is, only if there is
one. This module imports nothing of the packages that it judges.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("monitor", "storage", "notifiers")
_MARK = '__part_of__ = "roundwatch"'
_USAGE = 2
_AGAIN = "pip install --force-reinstall --no-deps, and the wheel"
"""Without the word pip finds this version installed, and leaves what is broken."""


def refuse_strangers() -> None:
    """End the process with exit code 2 where a package of our names is not ours."""
    home = Path(__file__).parents[2]
    for name in PACKAGES:
        found = _file_of(name)
        if found != home / name / "__init__.py" or _MARK not in found.read_text("utf-8"):
            sys.stderr.write(_told(name, found))
            sys.exit(_USAGE)


def _file_of(name: str) -> Path | None:
    """The file that `import name` would run, or has run."""
    try:
        spec = find_spec(name)
    except ValueError:  # a module that was put in the place of one
        return None
    return Path(spec.origin) if spec and spec.origin else None


def _told(name: str, found: Path | None) -> str:
    owners = sorted(_owners(name))
    whose = f"; it is of {', '.join(owners)}" if owners else ""
    todo = (
        f"remove it ({', '.join(f'pip uninstall {owner}' for owner in owners)}) and install "
        f"roundwatch anew ({_AGAIN}), or give roundwatch an environment of its own"
        if owners
        else "take away what stands before roundwatch on Python's path (PYTHONPATH, a folder of "
        "that name), "
        f"or install roundwatch anew ({_AGAIN})"
    )
    return (
        f"roundwatch: the package “{name}” is not ours: {found or 'nothing is found'}{whose}\n"
        f"  what to do: {todo}\n"
    )


def _owners(name: str) -> set[str]:
    """The installed distributions, ours aside, that brought files of a package."""
    from importlib.metadata import distributions

    return {
        each.name
        for each in distributions()
        if each.name != "roundwatch" and any(file.parts[0] == name for file in each.files or ())
    }
