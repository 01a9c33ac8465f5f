"""What is wrong in a query or a body, place by place, in words that say what is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_MOST = 10
_LONGEST_NAME = 40

_OF_A_READER = frozenset(
    {"language", "format", "rhythm", "weekday", "hour", "zone", "paused_until"}
)
_A_PLACE = "/api/v1/preferences/"

_WANTED: Mapping[str, str] = {
    "missing": "it is missing",
    "string_type": "a text is wanted",
    "string_too_long": "at most {max_length} characters are wanted",
    "string_too_short": "at least {min_length} characters are wanted",
    "int_type": "a whole number is wanted",
    "int_parsing": "a whole number is wanted",
    "int_parsing_size": "a smaller number is wanted",
    "int_from_float": "a whole number is wanted",
    "bool_parsing": "true or false is wanted",
    "greater_than_equal": "{ge} or more is wanted",
    "less_than_equal": "{le} or less is wanted",
    "less_than": "less than {lt} is wanted",
    "unknown": "there is no such parameter; /api names those there are",
    "cursor": "it is the cursor of another list, or none of ours: begin without it",
    "literal_error": "{expected} is wanted",
    "list_type": "a list is wanted",
    "too_short": "at least {min_length} of it is wanted",
    "too_long": "at most {max_length} of it are wanted",
    "dict_type": "an object is wanted",
    "dataclass_type": "an object is wanted",
    "model_attributes_type": "an object is wanted",
    "json_invalid": "it is no JSON: {error}",
    "value_error": "{error}",
    "date_type": "a day is wanted, as YYYY-MM-DD",
    "date_parsing": "a day is wanted, as YYYY-MM-DD",
    "date_from_datetime_parsing": "a day is wanted, as YYYY-MM-DD",
    "date_from_datetime_inexact": "a day is wanted, as YYYY-MM-DD",
}
_OTHERWISE = "it is not what is wanted here; /openapi.json says what is"


def in_our_words(faults: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The faults that were found, as members of a problem (RFC 9457 section 3).

    Args:
        faults: as FastAPI gives them: place, kind, and what was wanted.

    Returns:
        Each with `parameter` (of the query) or `pointer` (into the body, RFC 6901), and `detail`.
    """
    return [_place(tuple(each["loc"])) | {"detail": _detail(each)} for each in faults[:_MOST]]


def _detail(fault: Mapping[str, Any]) -> str:
    return _WANTED.get(fault["type"], _OTHERWISE).format_map(fault.get("ctx") or {})


def _place(location: tuple[object, ...]) -> dict[str, str]:
    where, *inside = location
    if where != "body":
        return {"parameter": str(inside[0]) if inside else str(where)}
    steps = [each for each in inside if each != "[key]"]
    if steps and isinstance(steps[0], int):  # the character at which the text stops being JSON
        steps = []
    return {"pointer": _pointer(*steps)}


def _pointer(*steps: object) -> str:
    """A JSON Pointer as a fragment, as RFC 9457 shows it."""
    written = (str(step)[:_LONGEST_NAME].replace("~", "~0").replace("/", "~1") for step in steps)
    return "#" + "".join(f"/{step}" for step in written)


def place_of(path: str, name: str) -> str:
    """Where in a body a choice stands that was refused: a preference, an address, a series.

    Args:
        path: the address that the body was sent to.
        name: of the fault; a series by its slug where its topics are at fault.
    """
    if path.startswith(_A_PLACE) and not path.endswith("/address"):
        group = "preferences" if name in _OF_A_READER else "subscriptions"
        return _pointer(group) if name == "series" else _pointer(group, name)
    return _pointer(name) if name in {"address", "series"} else _pointer("topics", name)
