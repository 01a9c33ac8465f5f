"""The part that each paragraph of a readout plays; what plays none is `other`.

Nothing of the body is lost or doubled: every character that is not white space stands in exactly
one part. `docs/reading.md` names the rule behind each role.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.core.classify import opening_sentence
from monitor.core.release import Page, without_marker
from monitor.core.topics import Series
from monitor.core.words import sentences
from storage.records import Role

# A label ends at the first dash or colon, never at a hyphen; a dash before a capital after "U.S."
# belongs to the name ("U.S.– Japan").
LABELLED = re.compile(
    r"^(?P<label>[^:–—]{1,150}?)(?<!U\.S\.)(?<!U\.S\. )\s*[:–—](?P<text>.*)$", re.DOTALL
)

_INTRO = re.compile(
    r"(?:including|following|areas?|topics?|initiatives?|issues)\b[^.]*:$", re.IGNORECASE
)

BILATERAL = re.compile(
    r"\b(?:discussed|covered|addressed|raised|touched\s+(?:up)?on|reviewed|went\s+over|considered|"
    r"took\s+up|spoke\s+(?:about|of)|exchanged\s+\w+\s+on)\b"
    r"[^.]{0,80}\bbilateral\s+(?:trade\s+)?(?:issues|matters|concerns)\b",
    re.IGNORECASE,
)

_PURPOSE = re.compile(
    r"\b(?:was\s+)?launched\b|\baims?\s+to\b|\bestablished\s+in\b|\bwas\s+announced\b",
    re.IGNORECASE,
)

_CLOSING = re.compile(
    r"\b(?:intersessional|follow-up\s+(?:work|activities)|next\s+(?:round|meeting)|continue\s+(?:to|their))\b",
    re.IGNORECASE,
)

_END_MARK = re.compile(r"^[#*\s]+$|^-\s*30\s*-$")

_BACKGROUND = re.compile(r"^background:?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the body with its role, still with the bullet's sign."""

    role: Role
    text: str


def parts_of(page: Page, series: Series) -> tuple[Part, ...]:
    """The body, part by part and in order."""
    opening, _ = opening_sentence(page)
    parts: list[Part] = []
    stopped = False
    for index, block in enumerate(page.blocks):
        stopped = stopped or bool(_BACKGROUND.match(block.text))
        if index <= opening:
            parts.append(Part("opening", block.text))
        elif stopped and not _END_MARK.match(block.text):
            parts.append(Part("purpose", block.text))
        else:
            parts += _assigned(block.text, block.bullet, parts, series)
    return tuple(parts)


def is_complete(parts: tuple[Part, ...]) -> bool:
    """A page breaks off where a bullet is empty, or where it stops without a close."""
    for part in parts:
        if part.role == "mention":
            match = LABELLED.match(without_marker(part.text))
            if match is None or not match["text"].strip():
                return False
    last = parts[-1]
    ends_well = last.role == "end-mark" or last.text.rstrip("”\"’')").endswith((".", "!", "?"))
    return ends_well and any(part.role == "closing" for part in parts)


def _assigned(text: str, bullet: bool, before: list[Part], series: Series) -> list[Part]:
    if _END_MARK.match(text):
        return [Part("end-mark", text)]
    trailing = re.search(r"\s*#{3,}$", text)
    if trailing:
        return [
            *_assigned(text[: trailing.start()], bullet, before, series),
            Part("end-mark", trailing[0].strip()),
        ]
    listing = any(part.role == "list-intro" for part in before)
    if bullet and listing:
        return _bullet(text)
    return [Part(_role(text, series), text)]


def _bullet(text: str) -> list[Part]:
    """A bullet ends where the bilateral sentence begins, even on the same line."""
    kept = sentences(text)
    for index, sentence in enumerate(kept):
        if index and BILATERAL.search(sentence):
            head, tail = " ".join(kept[:index]), " ".join(kept[index:])
            return [Part("mention", head), Part("bilateral", tail)]
    bare = without_marker(text)
    return [Part("mention" if not bare or LABELLED.match(bare) else "other", text)]


def _role(text: str, series: Series) -> Role:
    if re.search(r"\bdelegations?\s+(?:was|were)\s+led\b", text) and not series.mention.search(
        text
    ):
        return "delegation"
    if _INTRO.search(text):
        return "list-intro"
    if BILATERAL.search(text):
        return "bilateral"
    if _PURPOSE.search(text):
        return "purpose"
    return "closing" if _CLOSING.search(text) else "other"
