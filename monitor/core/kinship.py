"""Whether two labels may name one topic: the steps of the cascade that need no texts."""

from __future__ import annotations

from monitor.core.entries import commonplace, key_of, label_words
from monitor.core.topics import Series


def same_topic(one: str, other: str, series: Series) -> bool:
    """Whether two labels are one topic by name or by the reviewed list."""
    return key_of(one, series) == key_of(other, series)


def may_be_one(one: str, other: str, series: Series) -> bool:
    """Whether two labels are one topic, or one has all the meaningful words of the other."""
    if same_topic(one, other, series):
        return True
    words, others = label_words((one,)), label_words((other,))
    shared = words & others
    return shared in (words, others) and bool(shared - commonplace(series))
