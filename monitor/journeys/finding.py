"""What a check found of one thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: whether it is well, and in a sentence how it stands."""

    well: bool
    name: str
    says: str
