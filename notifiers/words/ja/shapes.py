"""What split, merged or moved, in Japanese."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.words.ja.grammar import DOUBT, STRANDS, joined, so, some
from notifiers.words.phrase import Phrase, say
from notifiers.words.phrasebook import Group, Place
from storage.records import Certainty, Presence, Strand

_FROM: dict[Strand, Strand] = {
    "common-interest": "bilateral",
    "bilateral": "common-interest",
}


def parted(group: Group, stayed: Phrase, presence: Presence) -> Phrase:
    """`「A」が「B」から分かれました`, `「A」が「B」に統合されたとみられます`."""
    if presence == "split":
        return say(group.names, "が", stayed, f"から{so('分かれました', '分かれた', group.sure)}")
    return say(group.names, "が", stayed, f"に{_merged(group.sure)}")


def parted_or_else(group: Group, stayed: Phrase, presence: Presence, old: str) -> Phrase:
    """`第4回会合まで「B」の一部だったとみられる「A」が、独立した議題になりました`, or else."""
    if presence == "merged":
        then = say(f"{old}まで独立した議題だった", group.names, "が、", stayed)
        return say(then, f"に{_merged(group.sure)}", _or_else("議題から外れた", group.sure))
    then = say(f"{old}まで", stayed, f"の一部だった{DOUBT[group.sure]}", group.names)
    return say(then, "が、独立した議題になりました", _or_else("新しい議題である", group.sure))


def more_parted(count: int) -> Phrase:
    """`ほかに3件が分割または統合されました`."""
    return say(f"ほかに{count}件が分割または統合されました")


def of_issues(clauses: Sequence[Phrase]) -> Phrase:
    """`二国間の個別課題：「A」が議題から外れました。「B」が新たに加わりました`."""
    return say(f"{STRANDS['bilateral']}：", joined(clauses))


def moved_to(strand: Strand, names: Phrase) -> Phrase:
    """`「A」が二国間の個別課題から共通の関心分野に移りました`."""
    return say(names, f"が{STRANDS[_FROM[strand]]}から{STRANDS[strand]}に移りました")


def from_to(name: Phrase, before: Place | None, after: Place | None) -> Phrase:
    """`「A」（1番目から最後へ）`."""
    if before is None or after is None:
        return name
    return say(name, f"（{_place(before)}から{_place(after)}へ）")


def changed_place(moves: Sequence[Phrase], most: int) -> Phrase:
    """`リスト内の順番が変わった議題は、「A」（1番目から最後へ）、「B」です`."""
    return say("リスト内の順番が変わった議題は、", some(moves, most), "です")


def _merged(sure: Certainty) -> str:
    return so("統合されました", "統合された", sure)


def _or_else(reading: str, sure: Certainty) -> str:
    return "" if sure == "certain" else f"。ただし、{reading}可能性もあります"


def _place(place: Place) -> str:
    return "最後" if place == "last" else f"{place + 1}番目"
