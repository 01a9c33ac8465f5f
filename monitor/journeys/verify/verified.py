"""What came of computing hashes anew."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Differing:
    """Something that is not what it was, by its name, and how it differs."""

    name: str
    why: str


@dataclass(slots=True)
class Verified:
    """How many things agree with their hashes, which differ, and which state no hash.

    `older` counts the texts that an older reader made of their pages: they are not compared.
    """

    agreed: int = 0
    older: int = 0
    differing: list[Differing] = field(default_factory=list)
    unstated: list[str] = field(default_factory=list)

    def differs(self, name: str, why: str) -> None:
        """Count in something that differs."""
        self.differing.append(Differing(name, why))
