"""How a journey tells how far it is, to whoever watches."""

from __future__ import annotations

from collections.abc import Callable

Each = Callable[[int, int], None]
"""Told after each piece how many are done, and of how many; 0 where nobody knows the end."""


def nobody(done: int, total: int) -> None:
    """Nobody watches."""
