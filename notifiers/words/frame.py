"""The words around what is told: titles, notices, letters, in each language, one file for each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

from storage.records import Language

Words = Mapping[str, Mapping[str, str]]
"""Tables of texts by name; `{name}` in a text is filled in by `str.format`."""


@cache
def words(language: Language) -> Words:
    """All words of the mails in a language."""
    file = Path(__file__).parent / f"{language}.toml"
    tables = tomllib.loads(file.read_text("utf-8"))
    return MappingProxyType({name: MappingProxyType(each) for name, each in tables.items()})


def enumerated(items: Sequence[str], language: Language) -> str:
    """`a, b and c`, as the language writes it."""
    frame = words(language)["frame"]
    ends = [frame["comma"]] * (len(items) - 2) + [frame["last_comma"]] * (len(items) > 1)
    return "".join(f"{item}{end}" for item, end in zip(items, [*ends, ""], strict=True))
