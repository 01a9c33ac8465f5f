"""Records to and from JSON-ready builtins: dates as ISO strings, tuples as lists.

Field for field what the published schemas ask for, since the records bear their names.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def to_document(record: object) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """Return a record, or a tuple of records, as dicts, lists, strings, numbers and None."""
    # By way of the text, since `msgspec.to_builtins` leaves tuples as they are.
    return msgspec.json.decode(msgspec.json.encode(record))


def from_document(kind: type[T], document: object) -> T:
    """Return the record, or tuple of records, of type `kind` that a document stands for.

    Raises:
        msgspec.ValidationError: the document is not of that shape; it says where.
    """
    return msgspec.convert(document, kind)
