"""A folder of saved pages is a source too: pages kept by hand, from a browser or a mail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.errors import TooLarge, Unreachable, UsageError
from monitor.sources.body import CAP_UNPACKED

_CONTENT_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
    ".md": "text/markdown",
}


_WARC = (".warc", ".warc.gz")
_EXPORTED = {"README.txt", "manifest.json", "SHA256SUMS"}


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page as it was saved.

    Attributes:
        path: the file.
        body: its bytes.
        content_type: the media type its name stands for; None where the name says nothing.
        modified: when the file was last written (UTC).
    """

    path: Path
    body: bytes
    content_type: str | None
    modified: datetime


def saved_paths(folder: Path) -> tuple[Path, ...]:
    """The saved pages in a folder: HTML and text files, by name; subfolders are not looked into.

    The README of a folder that `roundwatch evidence` made is no page.
    (A browser that saves a page whole puts its frames into a subfolder, as HTML files.)

    Raises:
        UsageError: there is no such folder, or it cannot be opened.
    """
    files = _files(folder)
    exported = {path.name for path in files} >= _EXPORTED
    return tuple(
        path
        for path in files
        if path.suffix.lower() in _CONTENT_TYPES and not (exported and path.name == "README.txt")
    )


def warc_paths(folder: Path) -> tuple[Path, ...]:
    """The WARC files in a folder, by name, packed or not.

    Raises:
        UsageError: as `saved_paths`.
    """
    return tuple(path for path in _files(folder) if path.name.lower().endswith(_WARC))


def _files(folder: Path) -> list[Path]:
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be read as a folder: {error.strerror}.",
            todo="Name a folder that holds saved pages (.html, .htm, .txt, .md, .warc, .warc.gz).",
        ) from error
    return [path for path in entries if path.is_file()]


def saved_page(path: Path) -> SavedPage:
    """Read one saved page, of any name.

    Raises:
        Unreachable: there is no such file, or it cannot be read.
        TooLarge: it is past the cap for pages from the network, too.
    """
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            body = file.read(CAP_UNPACKED + 1)
    except OSError as error:
        raise Unreachable(
            f"{path} cannot be read: {error.strerror}.",
            evidence={"path": str(path)},
            todo="See whether the file is there and may be read.",
        ) from error
    if len(body) > CAP_UNPACKED:
        raise TooLarge(
            f"{path} is larger than {CAP_UNPACKED} bytes.",
            evidence={"path": str(path), "size": str(about.st_size)},
            todo="A saved press release is some 60 KB; see what this file is.",
        )
    modified = datetime.fromtimestamp(about.st_mtime, UTC)
    return SavedPage(path, body, _CONTENT_TYPES.get(path.suffix.lower()), modified)


def saved_pages(folder: Path) -> Iterator[SavedPage]:
    """Read the saved pages of a folder, by name, one at a time.

    Ends at the first page that cannot be read: to go on past it, go through `saved_paths`.

    Raises:
        UsageError: as `saved_paths`.
        Unreachable, TooLarge: as `saved_page`.
    """
    return map(saved_page, saved_paths(folder))
