"""The releases of the bundled site, read from `content/`: one TOML file each.

A file holds `title`, `published`, `address` (the official one), `kind`, `body`, and where they
apply `round` (of the Partnership) and `note` (what is assumed; the page shows it). In the body a
blank line ends a paragraph and a line that starts with `- ` begins a bullet.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

Kind = Literal[
    "round",  # a round of the Partnership
    "mention",  # speaks of the Partnership in passing
    "task-force",  # the task force set up under the Partnership, numbered on its own
    "minerals",  # the critical minerals agreement
    "tariff-talks",  # the talks of 2025, numbered by the press
    "announcement",  # something that will be held
    "schedule",  # a week ahead
    "summary",  # a week behind
    "midway",  # a round of another series that is still going on
    "other-round",  # a round or meeting of another series
    "ordinal",  # an ordinal that numbers something else
    "ordinary",
]

SITE = "https://ustr.gov"
LISTED = "/press-office/press-releases/"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list in a release's body."""

    items: tuple[str, ...]


Block = str | Bullets


@dataclass(frozen=True, slots=True)
class PressRelease:
    """One page of the bundled site. `address` is its official one, `path` that without the host."""

    title: str
    published: date
    address: str
    kind: Kind
    body: tuple[Block, ...]
    round: int | None = None
    note: str | None = None

    @property
    def path(self) -> str:
        """Where the page stands, without `/index.php`, which is another way to the same page."""
        return self.address.removeprefix(SITE).removeprefix("/index.php")

    @property
    def link(self) -> str:
        """How listings link to it: as its official address is spelled."""
        return self.address.removeprefix(SITE)

    @property
    def listed(self) -> bool:
        """Whether it is a press release; speeches, fact sheets and blogs have other listings."""
        return LISTED in self.address


@cache
def releases() -> tuple[PressRelease, ...]:
    """All pages of the bundled site, newest first.

    Raises:
        ValueError: a file is not what the module's docstring says; the message names it.
    """
    found = [
        _read(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("monitor.pressroom").joinpath("content").iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda release: (release.published, release.path), reverse=True))


def rounds() -> dict[int, date]:
    """The Partnership's rounds and the days their readouts were published.

    The days of rounds 1 and 4 are assumed, because the public record has no more than the month.
    """
    numbered = {release.round: release.published for release in releases()}
    return {number: numbered[number] for number in sorted(n for n in numbered if n is not None)}


def _read(name: str, text: str) -> PressRelease:
    try:
        fields: dict[str, Any] = tomllib.loads(text)
        release = PressRelease(**fields)
        if release.kind not in get_args(Kind) or not release.address.startswith(SITE):
            raise ValueError(f"kind {release.kind!r}, address {release.address!r}")
    except (tomllib.TOMLDecodeError, TypeError, ValueError) as fault:
        raise ValueError(f"{name}: {fault}") from fault
    return replace(release, body=_blocks(str(release.body)))


def _blocks(body: str) -> tuple[Block, ...]:
    return tuple(_block(part.strip("\n")) for part in body.split("\n\n") if part.strip("\n"))


def _block(part: str) -> Block:
    if not part.startswith("- "):
        return part.replace("\n", " ")
    items = part.removeprefix("- ").split("\n- ")
    return Bullets(tuple(item.replace("\n  ", " ") for item in items))
