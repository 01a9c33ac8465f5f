"""The part that each paragraph of a readout plays; what plays none is `other`.

Nothing of the body is lost or doubled: every character that is not white space stands in exactly
one part. `docs/reading.md` names the rule behind each role.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.core.bilateral import BILATERAL
from monitor.core.classify import Claim, opening_sentence
from monitor.core.lists import (
    Entry,
    bare_item,
    entry_in,
    is_label,
    labelled,
    listed_in,
    on_topic,
    shape_of,
)
from monitor.core.ordinals import numbers_in
from monitor.core.release import Page, without_marker
from monitor.core.soup import Block
from monitor.core.topics import Series, Shape
from monitor.core.words import sentences
from storage.records import Role

_INTRO = re.compile(
    r"(?:including|following|follows|areas?|topics?|initiatives?|issues|discussed)\b",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"\b(?:was\s+)?launched\b|\baims?\s+to\b|\bestablished\s+in\b|\bwas\s+announced\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\b(?:intersessional|follow-up\s+(?:work|activities)|next\s+(?:round|meeting)|"
    r"(?:round|meeting)s?\b[^.]{0,80}\b(?:will|(?:is|are)\s+(?:expected|scheduled|planned))\b|"
    r"look(?:s|ed)?\s+forward|continue\s+(?:to|their|work)|remain\s+in\s+(?:close\s+)?contact)\b",
    re.IGNORECASE,
)
_LED = re.compile(
    r"\b(?:delegations?|sides?|teams?)\b[^.]{0,30}\b(?:co-)?(?:led|headed|chaired|represented)\b|"
    r"\b(?:led|leading|headed|head\s+of|served\s+as)\s+(?:the\s+)?[^,;]{0,40}"
    r"\b(?:delegation|side|team|official)\b",
    re.IGNORECASE,
)
_END_MARK = re.compile(r"^[#\s]+$|^\*\s*\*[*\s]*$|^-\s*30\s*-$")
BACKGROUND = re.compile(r"^(?:background\b\s*(?:[:.–—-]|$)|about\s+the\b.{3,80}$)", re.IGNORECASE)
"""Finds the line behind which older things are told."""
_PLANNED = re.compile(r"\b(?:will|would|to\s+be)\b", re.IGNORECASE)
_IN_ROUND = re.compile(
    r"^(?:in|during|at)\s+(?:the|its|their)\s+(?P<ordinal>\S+)\s+(?:round|meeting)\b", re.IGNORECASE
)
_SUBJECT_REACH = 60  # characters in which a paragraph names what it is about


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the body with its role, its text as it stands, and the topics that it holds.

    `entries` are set for a mention, and for the bullet of a bilateral list. `claim` is the place of
    the round that it tells of among those that the release reports, None where it tells of all.
    """

    role: Role
    text: str
    entries: tuple[Entry, ...] = ()
    claim: int | None = None


def parts_of(page: Page, claims: Sequence[Claim]) -> tuple[Part, ...]:
    """The body, part by part and in order.

    Args:
        page: the release.
        claims: the rounds that it reports, at least one.
    """
    opening, _ = opening_sentence(page)
    walk = _Walk(claims, page.blocks)
    for index, block in enumerate(page.blocks):
        walk.take(index, block, in_opening=index <= opening)
    return tuple(walk.parts)


def is_complete(parts: Sequence[Part]) -> bool:
    """Whether the page was seen to its end.

    It breaks off where a label stands without its text, where it stops in mid-sentence, or where
    neither an end mark nor a closing paragraph follows the list. A list that is one whole sentence
    needs none.
    """
    entries = [(part, entry) for part in parts if part.role == "mention" for entry in part.entries]
    if any(not entry.said for _, entry in entries):
        return False
    last = parts[-1]
    ends_well = last.role == "end-mark" or last.text.rstrip("”\"’')").endswith((".", "!", "?"))
    roles = [part.role for part in parts]
    listed = max(
        (i for i, role in enumerate(roles) if role in {"mention", "list-intro"}), default=0
    )
    ended = bool({"closing", "end-mark"} & set(roles[listed:]))
    in_sentence = len(parts[listed].entries) > 1 and parts[listed].text.endswith(".")
    return ends_well and (ended or in_sentence)


class _Walk:
    """Goes through the blocks and remembers where it is: before, in, or behind a list."""

    def __init__(self, claims: Sequence[Claim], blocks: Sequence[Block]) -> None:
        self._claims = claims
        self._blocks = blocks
        self._claim: int | None = None if len({c.series.slug for c in claims}) == 1 else 0
        self._list: Role | None = None  # the role of what is listed here
        self._shape: Shape | None = None  # how the list is written
        self._seen_list = False
        self._in_background = False
        self._awaited = False  # a label stood alone on its line: its text follows
        self.parts: list[Part] = []

    @property
    def _series(self) -> Series:
        return self._claims[self._claim or 0].series

    def take(self, index: int, block: Block, *, in_opening: bool) -> None:
        """Give one block its part, or several."""
        if _END_MARK.match(block.text):
            self.parts.append(Part("end-mark", block.text))
            return
        mark = re.search(r"(?:^|\s)#{3,}$", block.text)
        text = block.text[: mark.start()].rstrip() if mark else block.text
        self._in_background = self._in_background or bool(BACKGROUND.match(text))
        if text:
            parts = self._assigned(index, replace(block, text=text), in_opening)
            claim = None if in_opening else self._claim  # the opening tells of all rounds
            self.parts += [replace(part, claim=claim) for part in parts]
        if mark:
            self.parts.append(Part("end-mark", mark[0].strip()))

    def _assigned(self, index: int, block: Block, in_opening: bool) -> list[Part]:
        if in_opening:
            return self._with_lists(block.text, "opening")
        if self._in_background:
            return [Part("purpose", block.text)]
        if self._awaited:
            self._awaited = False
            return [Part("mention", block.text)]
        if not block.bullet:
            self._turn_to(block.text)
        return self._placed(index, block)

    def _turn_to(self, text: str) -> None:
        """Follow a paragraph that says which of several rounds or series it is about."""
        if len(self._claims) == 1:
            return
        told = _IN_ROUND.match(text)
        numbers = numbers_in(told["ordinal"]) if told else ()
        for place, claim in enumerate(self._claims):
            named = claim.series.called.search(text, 0, _SUBJECT_REACH + len(claim.series.name))
            own = claim.number in numbers if numbers else named and self._claim is not None
            if own:
                self._claim = place
                return

    def _placed(self, index: int, block: Block) -> list[Part]:
        """Give a block of the main text its part, by where it stands or by its words."""
        following = self._following(index)
        if self._list == "bilateral" and block.bullet:
            item = bare_item(block.text)
            return [Part("bilateral", block.text, (Entry(item, item),))]
        if not self._seen_list and block.bullet and self._begins_list(index):
            self._list, self._seen_list = "mention", True  # a list that nothing introduces
        if on_topic(block.text, self._series):
            self._list, self._seen_list = "mention", True
            return self._on_topics(block.text)
        if self._list == "mention" and not _opens_list(block, following):
            if block.bullet or self._entry(block.text):
                return self._listed(block, following)
            if following is not None and following.bullet and self.parts[-1].entries:
                return self._continued(block)
        return self._by_its_words(index, block, following)

    def _on_topics(self, text: str) -> list[Part]:
        """A paragraph of topics, each begun by a sentence such as "On the topic of ..."."""
        pieces: list[str] = []
        for sentence in sentences(text):
            if not pieces or on_topic(sentence, self._series):
                pieces.append(sentence)
            else:
                pieces[-1] += f" {sentence}"
        entries = [(piece, on_topic(piece, self._series)) for piece in pieces]
        return [Part("mention", piece, (entry,) if entry else ()) for piece, entry in entries]

    def _following(self, index: int) -> Block | None:
        return self._blocks[index + 1] if index + 1 < len(self._blocks) else None

    def _begins_list(self, index: int) -> bool:
        """Whether the bullets from here on are topics with labels."""
        self._shape = shape_of(self._bullets_from(index), self._series)
        return self._shape not in {None, "plain"} and bool(self._entry(self._blocks[index].text))

    def _bullets_from(self, index: int) -> list[str]:
        """The bullets of the list that begins here, or behind the line here that opens it."""
        found: list[str] = []
        for block in self._blocks[index:]:
            if block.bullet or self._labelled_line(block, found):
                found.append(block.text)
            elif BILATERAL.search(block.text) or (found and block.text.endswith(":")):
                break
        return found

    def _labelled_line(self, block: Block, found: list[str]) -> bool:
        """A line that is set like a bullet without a sign: behind an intro, with a label."""
        return not found and not block.text.endswith(":") and labelled(block.text) is not None

    def _entry(self, text: str) -> Entry | None:
        return entry_in(text, self._shape) if self._shape and self._shape != "plain" else None

    def _continued(self, block: Block) -> list[Part]:
        """A paragraph between two bullets goes on with the topic of the first."""
        last = self.parts[-1]
        entry = last.entries[-1]
        longer = Entry(entry.label, f"{entry.said} {block.text}".strip())
        self.parts[-1] = replace(last, entries=(*last.entries[:-1], longer))
        return [Part("mention", block.text)]

    def _listed(self, block: Block, following: Block | None) -> list[Part]:
        """A bullet ends where the bilateral sentence begins, even on the same line."""
        kept = sentences(block.text)
        for index, sentence in enumerate(kept):
            if BILATERAL.search(sentence) and (index or not self._entry(block.text)):
                head, tail = " ".join(kept[:index]), " ".join(kept[index:])
                return [*([self._mention(head)] if head else []), Part("bilateral", tail)]
        bare = without_marker(block.text)
        alone = block.bullet and self._shape != "plain" and not self._entry(block.text)
        if alone and following and _is_its_text(bare, following):
            self._awaited = True
            return [Part("mention", block.text, (Entry(bare, following.text),))]
        return [self._mention(block.text)]

    def _mention(self, text: str) -> Part:
        entry = entry_in(text, self._shape) if self._shape else None
        if entry or not without_marker(text):
            return Part("mention", text, (entry,) if entry else ())
        return Part("other", text)

    def _by_its_words(self, index: int, block: Block, following: Block | None) -> list[Part]:
        role = self._role(block.text, following)
        if role == "list-intro":
            self._list, self._seen_list = "mention", True
            self._shape = shape_of(self._bullets_from(index + 1), self._series)
        elif role == "bilateral":
            self._list = "bilateral" if block.text.endswith(":") else None
        elif role == "closing":
            self._list = None
        if role in {"list-intro", "bilateral"}:
            return [Part(role, block.text)]
        return self._with_lists(block.text, role)

    def _with_lists(self, text: str, role: Role) -> list[Part]:
        """A paragraph; a sentence in it that lists the topics is a part of its own."""
        parts: list[Part] = []
        for place, sentence in enumerate(sentences(text)):
            may = not _PURPOSE.search(sentence) and not _PLANNED.search(sentence)
            entries = listed_in(sentence, self._series) if may else ()
            if entries and (role != "opening" or place):
                parts.append(Part("mention", sentence, entries))
            elif parts and parts[-1].role == role:
                parts[-1] = Part(role, f"{parts[-1].text} {sentence}")
            else:
                parts.append(Part(role, sentence))
        if len(parts) > 1 or parts[0].entries:
            self._seen_list = self._seen_list or any(part.entries for part in parts)
            return [self._of_its_own(part) for part in parts]
        return [Part(role, text)]

    def _of_its_own(self, part: Part) -> Part:
        """What stands around a list in its paragraph plays a part of its own."""
        if part.role != "other":
            return part
        return Part(self._role(part.text, None), part.text)

    def _role(self, text: str, following: Block | None) -> Role:
        if _LED.search(text) and not self._series.mention.search(text):
            return "delegation"
        if BILATERAL.search(text) and not _PURPOSE.search(text):
            return "bilateral"
        if text.endswith(":") and (
            # In the last sentence: from each such word to the end would take quadratic time.
            _INTRO.search(text.rpartition(".")[2]) or (following is not None and following.bullet)
        ):
            return "list-intro"
        if _PURPOSE.search(text):
            return "purpose"
        if _CLOSING.search(text):
            return "closing" if self._seen_list else "purpose"
        return "other"


def _opens_list(block: Block, following: Block | None) -> bool:
    opens = not block.bullet and block.text.endswith(":")
    return opens and following is not None and following.bullet


def _is_its_text(label: str, following: Block) -> bool:
    """Whether a bullet is a label alone on its line, and what follows is its text."""
    ends_list = BILATERAL.search(following.text) or _CLOSING.search(following.text)
    plain = not following.bullet and following.text[:1].isupper() and not ends_list
    return is_label(label) and plain
