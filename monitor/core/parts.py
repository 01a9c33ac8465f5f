"""The part that each paragraph of a readout plays; what plays none is `other`.

Nothing of the body is lost or doubled: every character that is not white space stands in exactly
one part. `docs/reading.md` names the rule behind each role.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from monitor.core.classify import opening_sentence
from monitor.core.release import Page, without_marker
from monitor.core.soup import Block
from monitor.core.topics import Series
from monitor.core.words import sentences
from storage.records import Role

# A label ends at the first dash or colon, never at a hyphen; a dash before a capital after "U.S."
# belongs to the name ("U.S.– Japan").
LABELLED = re.compile(
    r"^(?P<label>[^:–—]{1,150}?)(?<!U\.S\.)(?<!U\.S\. )\s*[:–—](?P<text>.*)$", re.DOTALL
)
BILATERAL = re.compile(
    r"\b(?:discussed|covered|addressed|raised|touched\s+(?:up)?on|reviewed|went\s+over|considered|"
    r"took\s+up|spoke\s+(?:about|of)|exchanged\s+\w+\s+on|discussions\s+on)\b"
    r"[^.]{0,160}\bbilateral\s+(?:trade\s+)?(?:issues|matters|concerns|interest|irritants)\b|"
    r"\bbilateral\s+(?:trade\s+)?(?:issues|matters|concerns)\s+(?:were|was)\b",
    re.IGNORECASE,
)
_INTRO = re.compile(
    r"(?:including|following|follows|areas?|topics?|initiatives?|issues|discussed)\b[^.]*:$",
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
BACKGROUND = re.compile(r"^background:?$", re.IGNORECASE)
_SENTENCE_LIKE = re.compile(
    r"^(?:the|both|they|officials|delegations|we|it)\b.*\b\w+ed\b", re.IGNORECASE
)
_LONGEST_LABEL = 14  # words: the longest seen has eight


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the body with its role, its text as it stands, and what it says of a topic.

    `label` and `said` are set for a mention: `said` is empty where the page breaks off after the
    label.
    """

    role: Role
    text: str
    label: str | None = None
    said: str = ""


def parts_of(page: Page, series: Series) -> tuple[Part, ...]:
    """The body, part by part and in order."""
    opening, _ = opening_sentence(page)
    walk = _Walk(series)
    for index, block in enumerate(page.blocks):
        following = page.blocks[index + 1] if index + 1 < len(page.blocks) else None
        walk.take(block, following, in_opening=index <= opening)
    return tuple(walk.parts)


def is_complete(parts: tuple[Part, ...]) -> bool:
    """Whether the page was seen to its end.

    It breaks off where a label stands without its text, where it stops in mid-sentence, or where
    neither an end mark nor a closing paragraph follows the list.
    """
    if any(part.role == "mention" and part.label and not part.said for part in parts):
        return False
    last = parts[-1]
    ends_well = last.role == "end-mark" or last.text.rstrip("”\"’')").endswith((".", "!", "?"))
    roles = [part.role for part in parts]
    listed = max(
        (i for i, role in enumerate(roles) if role in {"mention", "list-intro"}), default=0
    )
    return ends_well and bool({"closing", "end-mark"} & set(roles[listed:]))


class _Walk:
    """Goes through the blocks and remembers where it is: before, in, or behind a list."""

    def __init__(self, series: Series) -> None:
        self._series = series
        self._list: Role | None = None  # the role of what is listed here
        self._seen_list = False
        self._in_background = False
        self._awaited = False  # a label stood alone on its line: its text follows
        self.parts: list[Part] = []

    def take(self, block: Block, following: Block | None, *, in_opening: bool) -> None:
        """Give one block its part, or several."""
        mark = re.search(r"(?:^|\s)#{3,}$", block.text)
        text = block.text[: mark.start()].rstrip() if mark else block.text
        self._in_background = self._in_background or bool(BACKGROUND.match(text))
        if _END_MARK.match(block.text):
            self.parts.append(Part("end-mark", block.text))
            return
        if text:
            self.parts += self._assigned(Block(text, block.bullet), following, in_opening)
        if mark:
            self.parts.append(Part("end-mark", mark[0].strip()))

    def _assigned(self, block: Block, following: Block | None, in_opening: bool) -> list[Part]:
        if in_opening:
            return [Part("opening", block.text)]
        if self._in_background:
            return [Part("purpose", block.text)]
        if self._awaited:
            self._awaited = False
            return [Part("mention", block.text)]
        return self._placed(block, following)

    def _placed(self, block: Block, following: Block | None) -> list[Part]:
        """Give a block of the main text its part, by where it stands or by its words."""
        if self._list == "bilateral" and block.bullet:
            return [Part("bilateral", block.text, label=_bare_item(block.text))]
        if not self._seen_list and block.bullet and _labelled(block.text):
            self._list, self._seen_list = "mention", True  # a list that nothing introduces
        if self._list == "mention" and not _opens_list(block, following):
            if block.bullet or _labelled(block.text):
                return self._listed(block, following)
            if following is not None and following.bullet and self.parts[-1].label:
                return self._continued(block)
        return [self._by_its_words(block, following)]

    def _continued(self, block: Block) -> list[Part]:
        """A paragraph between two bullets goes on with the topic of the first."""
        last = self.parts[-1]
        self.parts[-1] = replace(last, said=f"{last.said} {block.text}")
        return [Part("mention", block.text)]

    def _listed(self, block: Block, following: Block | None) -> list[Part]:
        """A bullet ends where the bilateral sentence begins, even on the same line."""
        kept = sentences(block.text)
        for index, sentence in enumerate(kept):
            if BILATERAL.search(sentence) and (index or not _labelled(block.text)):
                head, tail = " ".join(kept[:index]), " ".join(kept[index:])
                return [*([_mention(head)] if head else []), Part("bilateral", tail)]
        bare = without_marker(block.text)
        if (
            block.bullet
            and not _labelled(block.text)
            and following
            and _is_its_text(bare, following)
        ):
            self._awaited = True
            return [Part("mention", block.text, label=bare, said=following.text)]
        return [_mention(block.text)]

    def _by_its_words(self, block: Block, following: Block | None) -> Part:
        role = self._role(block.text, following)
        if role == "list-intro":
            self._list, self._seen_list = "mention", True
        elif role == "bilateral":
            self._list = "bilateral" if block.text.endswith(":") else None
        elif role == "closing":
            self._list = None
        return Part(role, block.text)

    def _role(self, text: str, following: Block | None) -> Role:
        if _LED.search(text) and not self._names_series(text):
            return "delegation"
        if BILATERAL.search(text) and not _PURPOSE.search(text):
            return "bilateral"
        if _INTRO.search(text) or (
            text.endswith(":") and following is not None and following.bullet
        ):
            return "list-intro"
        if _PURPOSE.search(text):
            return "purpose"
        if _CLOSING.search(text):
            return "closing" if self._seen_list else "purpose"
        return "other"

    def _names_series(self, text: str) -> bool:
        return self._series.mention.search(text) is not None


def _opens_list(block: Block, following: Block | None) -> bool:
    opens = not block.bullet and block.text.endswith(":")
    return opens and following is not None and following.bullet


def _is_its_text(label: str, following: Block) -> bool:
    """Whether a bullet is a label alone on its line, and what follows is its text."""
    ends_list = BILATERAL.search(following.text) or _CLOSING.search(following.text)
    plain = not following.bullet and following.text[:1].isupper() and not ends_list
    return _is_label(label) and plain


def _mention(text: str) -> Part:
    match = _labelled(text)
    bare = without_marker(text)
    if match:
        return Part("mention", text, label=match["label"].strip(), said=match["text"].strip())
    return Part("mention", text) if not bare else Part("other", text)


def _labelled(text: str) -> re.Match[str] | None:
    match = LABELLED.match(without_marker(text))
    return match if match and _is_label(match["label"].strip()) else None


def _is_label(words: str) -> bool:
    """Whether words can be a label: few, no sentence, no end of one."""
    return (
        0 < len(words.split()) <= _LONGEST_LABEL
        and not _SENTENCE_LIKE.match(words)
        and not words.endswith((".", "!", "?", ";"))
    )


def _bare_item(text: str) -> str:
    return re.sub(r"[;,.]?(?:\s+and)?[;,.]?$", "", without_marker(text)).strip()
