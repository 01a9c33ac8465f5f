"""A file or a folder that is there whole or not at all: written beside, then put in its place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import UsageError
from monitor.sources.warc import software_of

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
SOFTWARE = "Roundwatch"


def refuse_folder(target: Path, *, force: bool) -> None:
    """Refuse a folder that is there already; with `force`, unless it is empty or one of these.

    Raises:
        UsageError: it is there, or may not be replaced, or has no folder to stand in.
    """
    empty = target.is_dir() and not any(target.iterdir())
    _refuse(target, force=force, replaceable=empty or is_evidence(target), wanted="folder")


def refuse_warc(target: Path, *, force: bool) -> None:
    """Refuse a file that is there already; with `force`, unless it is one of these WARCs.

    Raises:
        UsageError: as `refuse_folder`.
    """
    ours = target.is_file() and software_of(target).startswith(SOFTWARE)
    _refuse(target, force=force, replaceable=ours, wanted="WARC")


def is_evidence(folder: Path) -> bool:
    """Whether a folder is one that was exported, by the files that describe it."""
    return all((folder / name).is_file() for name in (MANIFEST, SUMS))


def _refuse(target: Path, *, force: bool, replaceable: bool, wanted: str) -> None:
    if not target.resolve().parent.is_dir():
        raise UsageError(f"there is no folder {target.parent}", todo="make it first")
    if not os.path.lexists(target):
        return
    if not force:
        raise UsageError(f"{target} is there already", todo="name another, or add --force")
    if not replaceable:
        raise UsageError(
            f"{target} is no {wanted} that `roundwatch evidence` made, and is not replaced",
            todo="name another, or take it away yourself",
        )


@contextmanager
def put_in_place(target: Path) -> Iterator[Path]:
    """Give a path to write to; when the block ends well, that stands at `target`, else nothing.

    Raises:
        UsageError: nothing can be written there.
    """
    target = target.resolve()
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as beside:
            made = Path(beside) / "new"
            yield made
            _swap(made, target, Path(beside) / "old")
    except OSError as fault:
        raise UsageError(
            f"{target} cannot be written: {fault.strerror}",
            todo="name a place that may be written to and has room",
        ) from fault


def _swap(made: Path, target: Path, old: Path) -> None:
    if target.is_dir():
        target.rename(old)
    try:
        made.replace(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
