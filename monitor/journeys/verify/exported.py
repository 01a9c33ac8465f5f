"""An exported folder or a WARC, held against the hashes that it states itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.errors import SourceError, UsageError
from monitor.journeys.evidence.placing import MANIFEST, SUMS
from monitor.journeys.progress import Each, nobody
from monitor.journeys.verify.verified import Verified
from monitor.sources.warc import checked_records, is_warc

_NAME = "name a folder that `roundwatch evidence N --to` made, or a WARC file"


def verify_exported(path: Path, *, each: Each = nobody) -> Verified:
    """Compute the hashes of an exported folder or of a WARC anew.

    A folder's files must be those of its list of sums, no more and no fewer, and its pages those of
    its manifest. Read piece by piece, so that a file of any size takes no memory.

    Raises:
        UsageError: there is no such file, or it is neither.
        BrokenWarc: the file is no whole WARC.
    """
    if path.is_dir():
        return _verify_folder(path, each)
    if not path.exists():
        raise UsageError(f"there is no {path}", todo=_NAME)
    if not (path.is_file() and is_warc(path)):
        raise UsageError(f"{path} is neither an evidence folder nor a WARC", todo=_NAME)
    return _verify_warc(path, each)


def _verify_warc(path: Path, each: Each) -> Verified:
    found = Verified()
    for number, (name, stated) in enumerate(checked_records(path), 1):
        if isinstance(stated, SourceError):
            found.differs(name, stated.summary)
        elif stated:
            found.agreed += 1
        else:
            found.unstated.append(name)
        each(number, 0)
    return found


def _verify_folder(folder: Path, each: Each) -> Verified:
    sums, manifest = _sums(folder), _manifest(folder)
    found = Verified()
    for number, (name, stated) in enumerate(sorted(sums.items()), 1):
        why = _difference(folder, name, stated)
        if why:
            found.differs(name, why)
        else:
            found.agreed += 1
        each(number, len(sums))
    for name in sorted(set(_files(folder)) - sums.keys() - {SUMS}):
        found.differs(name, f"it is not in {SUMS}")
    for name, stated in manifest.items():
        if sums.get(name) != stated:
            found.differs(name, f"{MANIFEST} states another SHA-256 than {SUMS}, or that lacks it")
    return found


def _sums(folder: Path) -> dict[str, str]:
    """The files of a list of sums, each with its SHA-256."""
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise _no_export(folder, f"its {SUMS} cannot be read") from fault
    found = {}
    for line in lines:
        stated, mark, name = line.partition("  ")
        if not mark or not name:
            raise _no_export(folder, f"{SUMS} has a line that is none of its kind")
        found[name] = stated
    return found


def _manifest(folder: Path) -> dict[str, str]:
    """The pages of a manifest, each with its SHA-256."""
    try:
        document: Any = json.loads((folder / MANIFEST).read_bytes())
        return {page["file"]: page["sha256"] for page in document["pages"]}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise _no_export(folder, f"its {MANIFEST} cannot be read") from fault


def _difference(folder: Path, name: str, stated: str) -> str | None:
    """How a file differs from its sum; None if it does not. Nothing outside is read."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return "it lies outside of the folder"
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        return f"it cannot be read: {fault.strerror}"
    return None if found == stated else f"its SHA-256 is {found}, not {stated}"


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix()


def _no_export(folder: Path, why: str) -> UsageError:
    return UsageError(
        f"{folder} is neither an evidence folder nor a WARC: {why}",
        todo=_NAME,
    )
