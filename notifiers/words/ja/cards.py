"""The words on a card, in Japanese."""

from __future__ import annotations

from notifiers.words.ja.grammar import STRANDS, rounds
from notifiers.words.ja.reasons import in_japanese
from notifiers.words.phrasebook import Age
from notifiers.words.wording import one_line
from storage.records import Certainty, Presence, Strand, TextChange

_PRESENCE: dict[Presence, str] = {
    "dropped": "外れた",
    "not-seen": "確認できず",
    "introduced": "新規",
    "returned": "復帰",
    "split": "分割",
    "merged": "統合",
    "continued": "継続",
}
_CERTAINTY: dict[Certainty, str] = {"certain": "確実", "likely": "可能性大", "unsure": "不確実"}
_TEXT_CHANGE: dict[TextChange, str] = {
    "same": "文言は同じ",
    "style": "体裁のみ変更",
    "shortened": "短縮",
    "extended": "加筆",
    "reworded": "文言変更",
    "replaced": "全面改稿",
}


def presence(presence: Presence) -> str:
    """One word."""
    return _PRESENCE[presence]


def text_change(kind: TextChange) -> str:
    """One word."""
    return _TEXT_CHANGE[kind]


def had_stood(age: Age) -> str:
    """`前回まで3回登場`."""
    if age.on_file:
        return f"記録上は前回まで{age.rounds}回登場"
    return f"前回まで{age.rounds}回登場"


def last_seen(number: int) -> str:
    """`最後の登場は第3回会合`."""
    return f"最後の登場は{rounds([number])}"


def from_round_before() -> str:
    """Of a text that is not on this round's page."""
    return "前回会合の記述"


def renamed() -> str:
    """One word."""
    return "名称変更"


def another_place() -> str:
    """Of the order of the list."""
    return "リスト内の順番変更"


def was_in(strand: Strand) -> str:
    """`以前は二国間の個別課題`."""
    return f"以前は{STRANDS[strand]}"


def reason(sure: Certainty, reason: str) -> str:
    """`確実：両会合とも「Labor」を挙げています。`; in English where no form fits."""
    flat = one_line(reason)
    told = in_japanese(flat)
    return f"{_CERTAINTY[sure]}：{flat if told is None else told}".rstrip("：")


def rank(reason: str) -> str:
    """As it can be said in Japanese."""
    return in_japanese(one_line(reason)) or reason
