"""The headline in Japanese: as few words as a newspaper's."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.words.ja.grammar import STRANDS, rounds
from storage.records import Certainty, Presence, RankDirection, Strand

_DID: dict[Presence, tuple[str, str]] = {
    "dropped": ("議題から外れる", "議題から外れた"),
    "split": ("分離", "分離"),
    "merged": ("統合", "統合"),
    "returned": ("再び議題に", "再び議題に"),
    "introduced": ("新たに加わる", "新たに加わった"),
}
"""Of each, what is said of it where it is certain, and where it is not."""

_NOT_SURE: dict[Presence, tuple[str, str]] = {
    "split": ("か", "の可能性"),
    "merged": ("か", "の可能性"),
    "returned": ("か", "なった可能性"),
}


def joined(clauses: Sequence[str]) -> str:
    """`a、b、c`."""
    return "、".join(clauses)


def begun(line: str) -> str:
    """As it is."""
    return line


def gap() -> int:
    """A comma, as wide as two Latin letters."""
    return 2


def some(labels: Sequence[str], most: int) -> str:
    """`「a」「b」ほか3件`."""
    more = len(labels) - most
    return f"{''.join(labels[:most])}{f'ほか{more}件' if more > 0 else ''}"


def count(number: int, strand: Strand) -> str:
    """`議題3件`, `二国間の個別課題3件`."""
    return f"{'議題' if strand == 'common-interest' else STRANDS[strand]}{number}件"


def did(names: str, presence: Presence, sure: Certainty) -> str:
    """`「A」が議題から外れる`, `「A」が分離か`, `「A」が統合の可能性`."""
    certain, otherwise = _DID[presence]
    if sure == "certain":
        return f"{names}が{certain}"
    likely, unsure = _NOT_SURE.get(presence, ("か", "可能性"))
    return f"{names}が{otherwise}{likely if sure == 'likely' else unsure}"


def issues_changed(count: int) -> str:
    """`二国間の個別課題3件に変化`."""
    return f"{STRANDS['bilateral']}{count}件に変化"


def rank(direction: RankDirection, country: str) -> str:
    """`日本の代表が下位の役職に`."""
    return f"{country}の代表が{'上位' if direction == 'higher' else '下位'}の役職に"


def page_torn(old: str) -> str:
    """`第4回会合のページは途中まで`."""
    return f"{old}のページは途中まで"


def breaks_off() -> str:
    """Of this round's page."""
    return "ページは途中まで"


def none_dropped(chosen: bool) -> str:
    """Where something else changed."""
    return "選択した議題に外れたものなし" if chosen else "外れた議題なし"


def none_dropped_or_new(chosen: bool) -> str:
    """Where nothing else changed."""
    return "選択した議題に増減なし" if chosen else "議題の増減なし"


def reworded(count: int) -> str:
    """`3件で文言変更`."""
    return f"{count}件で文言変更"


def first_round(labels: str) -> str:
    """`記録上最初の会合、議題は「A」「B」ほか3件`."""
    return f"記録上最初の会合、議題は{labels}" if labels else "記録上最初の会合"


def subject(number: int | None) -> str:
    """`第5回会合：`."""
    return f"{'会合' if number is None else rounds([number])}："
