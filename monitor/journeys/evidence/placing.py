"""A file or a folder that is there whole or not at all: written beside, then put in its place."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import UsageError

MANIFEST = "manifest.json"


def refuse_overwriting(target: Path, *, force: bool) -> None:
    """Refuse a target that is there already, unless it may be replaced.

    A folder is replaced only if it is empty, or one of these: no folder of somebody's is deleted.

    Raises:
        UsageError: it is there, or may not be replaced, or has no folder to stand in.
    """
    if not target.resolve().parent.is_dir():
        raise UsageError(f"there is no folder {target.parent}", todo="make it first")
    if target.is_dir() and force and not (target / MANIFEST).is_file() and any(target.iterdir()):
        raise UsageError(
            f"{target} is a folder of something else, and is not replaced",
            todo="name another folder",
        )
    if target.exists() and not force:
        raise UsageError(f"{target} is there already", todo="name another, or add --force")


@contextmanager
def put_in_place(target: Path) -> Iterator[Path]:
    """Give a path to write to; when the block ends well, that stands at `target`, else nothing."""
    target = target.resolve()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as beside:
        made, old = Path(beside) / "new", Path(beside) / "old"
        yield made
        if target.is_dir():
            target.rename(old)
        try:
            made.replace(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
