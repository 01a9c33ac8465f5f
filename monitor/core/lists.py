"""How a readout writes its topics: the shapes of lists, each declared by a series for its own.

`labelled`: "Label – text" or "Label: text". `dotted`: "Label. text". `plain`: a bullet is the topic
itself. `numbered`: "(1) a, (2) b" in a sentence. `sentence`: "a; b; and c" behind certain words.
`on`: "On the topic of a, ...". What a label is, and where it ends, is decided here alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.bilateral import split_list
from monitor.core.release import without_marker
from monitor.core.topics import ListRule, Series, Shape
from monitor.core.words import sentences

# A label ends at the first dash or colon, never at a hyphen; a dash before a capital after "U.S."
# belongs to the name ("U.S.– Japan").
_LABELLED = re.compile(
    r"^(?P<label>[^:–—]{1,150}?)(?<!U\.S\.)(?<!U\.S\. )\s*(?:--|[:–—])(?P<text>.*)$", re.DOTALL
)
_SENTENCE_LIKE = re.compile(
    r"^(?:the|both|they|officials|delegations|we|it)\b.*\b\w+ed\b", re.IGNORECASE
)
_LONGEST_LABEL = 14  # words: the longest seen has eight
_ITEM_NUMBER = re.compile(r"(?:(?<=\s)|^|(?<=:))\((?P<number>\d{1,2}|[a-h])\)\s*")
_ENDS_ITEM = re.compile(r"[;,.]?(?:\s+(?:and|or))?[;,.]?\s*$")
_AFTER_OPENER = re.compile(r"\s*[:,]?\s*")
_BULLETED: tuple[Shape, ...] = ("labelled", "dotted", "plain")


@dataclass(frozen=True, slots=True)
class Entry:
    """A topic as a list has it: its label, and what is said of it.

    `said` is empty where the page breaks off behind the label.
    """

    label: str
    said: str


def labelled(text: str) -> Entry | None:
    """The label and text of "Label – text" and "Label: text", None where it is not written so."""
    match = _LABELLED.match(without_marker(text))
    if match is None or not is_label(match["label"].strip()):
        return None
    return Entry(match["label"].strip(), match["text"].strip())


def is_label(words: str) -> bool:
    """Whether words can be a label: few, no sentence, no end of one."""
    return (
        0 < len(words.split()) <= _LONGEST_LABEL
        and not _SENTENCE_LIKE.match(words)
        and not words.endswith((".", "!", "?", ";"))
        and len(sentences(words)) == 1
    )


def bare_item(text: str) -> str:
    """A bullet that is the item itself, without its sign and the marks that end it."""
    return _ENDS_ITEM.sub("", without_marker(text)).strip()


def shape_of(bullets: Iterable[str], series: Series) -> Shape | None:
    """The shape of a list of bullets: of those that the series declares, the one most of them have.

    A list is `plain` only where no bullet can be read in another shape, and each can be a label.
    """
    texts = [text for text in bullets if without_marker(text)]
    declared = [rule.shape for rule in series.lists if rule.shape in _BULLETED]
    fitting = {
        shape: sum(entry_in(text, shape) is not None for text in texts) for shape in declared
    }
    if declared == ["plain"]:
        return "plain"
    others = [shape for shape in declared if shape != "plain"]
    best = max(others, key=lambda shape: fitting[shape], default=None)
    if "plain" in declared and not any(fitting[shape] for shape in others):
        return "plain" if texts and all(is_label(bare_item(text)) for text in texts) else best
    return best


def entry_in(text: str, shape: Shape) -> Entry | None:
    """What one bullet of a list of this shape holds; None where it has another shape."""
    if shape == "labelled":
        return labelled(text)
    if shape == "dotted":
        return _dotted(without_marker(text))
    item = bare_item(text)
    return Entry(item, item) if item else None


def listed_in(sentence: str, series: Series) -> tuple[Entry, ...]:
    """The topics that a sentence lists, by the words that open such a list in this series."""
    for rule in series.lists:
        if rule.shape == "numbered":
            found = _numbered(sentence, rule)
        elif rule.shape == "sentence":
            found = _behind_opener(sentence, rule, series)
        else:
            continue
        if found:
            return found
    return ()


def on_topic(text: str, series: Series) -> Entry | None:
    """The topic of a paragraph that begins "On the topic of ..., "."""
    bare = without_marker(text)
    for rule in series.lists:
        opener = rule.opener.match(bare) if rule.shape == "on" and rule.opener else None
        if opener is None:
            continue
        label, comma, said = bare[opener.end() :].strip().partition(", ")
        if comma and is_label(label):
            return Entry(re.sub(r"^the\s+", "", label), said.strip())
    return None


def _dotted(text: str) -> Entry | None:
    parts = sentences(text)
    label = parts[0].removesuffix(".") if parts and parts[0].endswith(".") else ""
    if not is_label(label) or not label[:1].isupper() or (len(parts) == 1 and len(label) > 60):
        return None
    return Entry(label, text[len(parts[0]) :].strip())


def _numbered(sentence: str, rule: ListRule) -> tuple[Entry, ...]:
    start = 0
    if rule.opener:
        opener = rule.opener.search(sentence)
        if opener is None:
            return ()
        start = opener.end()
    marks = list(_ITEM_NUMBER.finditer(sentence, start))
    if len(marks) < 2 or marks[0]["number"] not in {"1", "a"}:
        return ()
    ends = [*(mark.start() for mark in marks[1:]), len(sentence)]
    pieces = [sentence[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    items = [_ENDS_ITEM.sub("", piece.strip()).strip() for piece in pieces]
    return tuple(labelled(item) or Entry(item, item) for item in items if item)


def _behind_opener(sentence: str, rule: ListRule, series: Series) -> tuple[Entry, ...]:
    opener = rule.opener.search(sentence) if rule.opener else None
    if opener is None:
        return ()
    start = opener.end()
    gap = _AFTER_OPENER.match(sentence, start)
    words = sentence[gap.end() if gap else start :].rstrip(" .;")
    return tuple(Entry(item, item) for item in split_list(words, series, plain=True))
