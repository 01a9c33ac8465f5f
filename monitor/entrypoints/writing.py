"""Files that a command writes: whole or not at all, and readable by their owner alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TextIO, cast

from monitor.errors import UsageError


@contextmanager
def new_file(path: Path) -> Iterator[TextIO]:
    """A text file in UTF-8 that takes its place at the end of the block.

    What stood there before stays until then, and for good if the block fails.

    Raises:
        UsageError: nothing can be written there.
    """
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=".roundwatch-", delete=False
        ) as file:
            begun = Path(file.name)
            try:
                yield cast("TextIO", file)
                file.flush()
                begun.replace(path)
            except BaseException:
                begun.unlink()
                raise
    except OSError as fault:
        raise UsageError(f"{path} cannot be written: {fault.strerror}") from fault
