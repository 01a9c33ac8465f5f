"""Preferences, as columns of a subscriber's row."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from storage.records import Preferences

PREFERENCES = tuple(each.name for each in fields(Preferences))
"""The columns; they bear the names of the record's fields."""


def preferences_of(row: Any) -> Preferences:  # noqa: ANN401 - a row of any query that has them
    """Return the preferences in a row that has their columns."""
    return Preferences(**{name: row[name] for name in PREFERENCES})


def columns_of(preferences: Preferences) -> dict[str, Any]:
    """Return the columns' values."""
    return asdict(preferences)
