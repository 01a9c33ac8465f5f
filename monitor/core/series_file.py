"""From the content of a series file to the series, every fault named at once.

`docs/series.md` explains every field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from monitor.core.topics import ListRule, Party, Series, Shape, Topic
from monitor.core.words import label_form
from monitor.errors import UnknownSeries

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TEXTS = ("names", "events", "title_hints")
_NAMED = ("slug", "name", "publisher")
_FIELDS = frozenset({*_NAMED, *_TEXTS, "short_names", "lists", "parties", "topics"})
_TABLES = {
    "parties": ({"country", "names", "of"}, {"country", "names", "of"}),
    "topics": ({"slug", "name"}, {"slug", "name", "aliases"}),
    "lists": ({"shape"}, {"shape", "opens"}),
}
"""For each kind of table: the fields it needs, and those it may have."""

_OPENED = frozenset({"sentence", "on"})


def series_from(document: Mapping[str, Any], origin: str) -> Series:
    """A series from the content of its file.

    Args:
        document: the parsed TOML.
        origin: the file's name, for the message.

    Raises:
        UnknownSeries: it has faults; the summary lists them all.
    """
    faults = faults_in(document)
    if faults:
        raise UnknownSeries(
            f"the series file {origin} is faulty: {'; '.join(faults)}",
            todo="docs/series.md says what a series file holds; "
            "`roundwatch series check FILE` tries it",
        )
    return Series(
        slug=document["slug"],
        name=document["name"],
        publisher=document["publisher"],
        names=tuple(document["names"]),
        events=tuple(document["events"]),
        title_hints=tuple(document["title_hints"]),
        short_names=tuple(document.get("short_names", ())),
        parties=tuple(
            Party(p["country"], tuple(p["names"]), tuple(p["of"])) for p in document["parties"]
        ),
        topics=tuple(
            Topic(t["slug"], t["name"], tuple(t.get("aliases", ())))
            for t in document.get("topics", ())
        ),
        lists=tuple(
            ListRule(rule["shape"], tuple(rule.get("opens", ()))) for rule in document["lists"]
        ),
    )


def faults_in(document: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with the content of a series file, a sentence each; empty where nothing is."""
    found = [f"there is no field “{name}”" for name in sorted(set(document) - _FIELDS)]
    found += [
        f"“{name}” must be a text that is not empty"
        for name in _NAMED
        if not _is_text(document.get(name))
    ]
    if _is_text(document.get("slug")) and not _SLUG.fullmatch(document["slug"]):
        found.append(
            f"the slug “{document['slug']}” has other signs than small letters, digits and hyphens"
        )
    found += [
        f"“{name}” must be a list of at least one text"
        for name in _TEXTS
        if not _are_texts(document.get(name))
    ]
    if "short_names" in document and not _are_texts(document["short_names"]):
        found.append("“short_names” must be a list of texts")
    for name in _TABLES:
        found += _table_faults(name, document)
    return (*found, *([] if found else [*_label_faults(document), *_shape_faults(document)]))


def _table_faults(name: str, document: Mapping[str, Any]) -> Iterable[str]:
    tables = document.get(name)
    if tables is None and name == "topics":
        return
    if not isinstance(tables, list) or not tables:
        yield f"at least one [[{name}]] is needed"
        return
    needed, allowed = _TABLES[name]
    for number, table in enumerate(tables, 1):
        where = f"[[{name}]] number {number}"
        if not isinstance(table, dict):
            yield f"{where} is no table"
            continue
        yield from (f"{where} lacks “{field}”" for field in sorted(needed - set(table)))
        yield from (f"{where} has no field “{field}”" for field in sorted(set(table) - allowed))
        yield from _value_faults(where, table)


def _value_faults(where: str, table: Mapping[str, Any]) -> Iterable[str]:
    for field, value in table.items():
        if field in {"names", "of", "aliases", "opens"} and not _are_texts(value):
            yield f"“{field}” of {where} must be a list of at least one text"
        if field in {"slug", "name", "country"} and not _is_text(value):
            yield f"“{field}” of {where} must be a text that is not empty"
    if "shape" in table and table["shape"] not in get_args(Shape):
        yield f"the shape “{table['shape']}” is none of {', '.join(get_args(Shape))}"


def _label_faults(document: Mapping[str, Any]) -> Iterable[str]:
    seen: dict[str, str] = {}
    slugs: set[str] = set()
    for topic in document.get("topics", ()):
        if topic["slug"] in slugs:
            yield f"two topics have the slug “{topic['slug']}”"
        slugs.add(topic["slug"])
        for label in (topic["name"], *topic.get("aliases", ())):
            other = seen.setdefault(label_form(label), topic["slug"])
            if other != topic["slug"]:
                yield f"the label “{label}” is given to two topics: {other} and {topic['slug']}"


def _shape_faults(document: Mapping[str, Any]) -> Iterable[str]:
    for rule in document["lists"]:
        if rule["shape"] in _OPENED and not rule.get("opens"):
            yield f"the shape “{rule['shape']}” needs “opens”: the words that stand before the list"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))
