"""How unusual a change is, in Japanese."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.words.ja.grammar import DOUBT, STRANDS, rounds
from storage.records import Count, Fate

_CANNOT = "今回の変化が異例かどうかは判断できません。"
_DID: dict[Fate, str] = {
    "went": "外れた",
    "came": "加わった、または復帰した",
    "split": "分割された",
    "merged": "他に統合された",
}


def no_round() -> str:
    """Of a first round."""
    return f"{_CANNOT}以前の会合の記録がありません。"


def missing(numbers: Sequence[int]) -> str:
    """`...。第2回、第3回会合の記録がありません。`."""
    return f"{_CANNOT}{rounds(numbers)}の記録がありません。"


def torn(numbers: Sequence[int]) -> str:
    """`...。第4回会合のページが途中で切れています。`."""
    whose = f"{rounds(numbers)}の" if numbers else ""
    return f"{_CANNOT}{whose}ページが途中で切れています。"


def too_few(earlier: int) -> str:
    """`...。以前の比較が1回しかありません。`."""
    return f"{_CANNOT}以前の比較が{'1回しか' if earlier else ''}ありません。"


def as_usual(counts: Sequence[Count], earlier: int) -> str:
    """`通常の範囲です。外れた議題は1件（0～2件）、...。括弧内は以前の比較4回での件数です。`."""
    told = "、".join(f"{_what(count)}は{count.now}件（{_range(count)}）" for count in counts)
    return f"通常の範囲です。{told}です。括弧内は以前の比較{earlier}回での件数です。"


def unusual(first: Sequence[Count], others: Sequence[Count], earlier: int) -> str:
    """`異例の変化があります。分割された議題は2件で、比較4回で初めてです。`."""
    told = [
        f"{_so_many(count)}で、以前の比較{earlier}回のいずれより{_beyond(count)}です。"
        for count in others
    ]
    if first:
        each = "いずれも" if len(first) > 1 else ""
        names = "、".join(_so_many(count) for count in first)
        told.insert(0, f"{names}で、{each}比較{earlier + 1}回で初めてです。")
    return f"異例の変化があります。{''.join(told)}"


def _so_many(count: Count) -> str:
    return f"{_what(count)}は{count.now}件"


def _what(count: Count) -> str:
    """`外れたとみられる議題`."""
    noun = "議題" if count.strand == "common-interest" else STRANDS["bilateral"]
    return f"{_DID[count.fate]}{DOUBT[count.certainty]}{noun}"


def _beyond(count: Count) -> str:
    return "多い件数" if count.now > max(count.earlier) else "少ない件数"


def _range(count: Count) -> str:
    least, most = min(count.earlier), max(count.earlier)
    return f"{least}件" if least == most else f"{least}～{most}件"
