"""Expected errors as a person sees them: what, why, what to do; on standard error."""

from __future__ import annotations

import sys

from monitor.errors import RoundwatchError
from storage.errors import NotAlike, Refused, SchemaOutdated, StorageError

_UNREACHED = 3
_STORAGE_CODES: dict[type[StorageError], int] = {SchemaOutdated: 2, Refused: 2, NotAlike: 1}


def explained(fault: Exception) -> int | None:
    """Write an expected error to standard error.

    Returns:
        The exit code, or None for an error nobody expected.
    """
    if isinstance(fault, RoundwatchError):
        code = fault.exit_code
    elif isinstance(fault, StorageError):
        code = _STORAGE_CODES.get(type(fault), _UNREACHED)
    else:
        return None
    say(str(fault), fault.todo)
    return code


def say(what: str, todo: str = "") -> None:
    """Write a message and what to do about it to standard error."""
    from notifiers.words.wording import visible

    sys.stderr.write(f"roundwatch: {visible(what)}\n")  # a server's words may be in it
    if todo:
        sys.stderr.write(f"  what to do: {todo}\n")
