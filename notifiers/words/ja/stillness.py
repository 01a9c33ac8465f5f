"""What has not come up, lies between or stayed, in Japanese."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.words.ja.grammar import STRANDS, enumerated, rounds
from notifiers.words.phrase import Phrase, say
from storage.records import Strand


def since(names: Phrase, count: int, sure: bool, last: int, first: bool) -> Phrase:
    """`「A」、「B」は第1回会合以来`."""
    return say(names, f"は{'' if sure else 'おそらく'}{rounds([last])}以来")


def not_come_up(clauses: Sequence[Phrase], *, more: bool, torn: bool) -> Phrase:
    """`「A」は第1回会合以来、「B」は第2回会合以来、取り上げられていません`."""
    others = "。より最近まで取り上げられていた議題もほかにあります" if more else ""
    as_far = "（記録にあるページで分かる範囲）" if torn else ""
    return say(enumerated(clauses), f"、取り上げられていません{as_far}{others}")


def lies_between(missing: Sequence[int]) -> str:
    """`第2回、第3回会合は記録になく、変化はそのいずれかで生じた可能性があります`."""
    where = "そこ" if len(missing) == 1 else "そのいずれか"
    return f"{rounds(missing)}は記録になく、変化は{where}で生じた可能性があります"


def compared_are(old: str, new: str) -> str:
    """As evidence."""
    return f"{old}と{new}を比較しています。その間の会合は記録にありません。"


def nothing_changed(topics: int, issues: int, old: str) -> str:
    """`議題の増減はなく、共通の関心分野2件、二国間の個別課題1件は第4回会合のままです`."""
    common, bilateral = STRANDS["common-interest"], STRANDS["bilateral"]
    return f"議題の増減はなく、{common}{topics}件、{bilateral}{issues}件は{old}のままです"


def first_named(strand: Strand, names: Phrase, count: int, chosen: bool) -> Phrase:
    """`共通の関心分野は、「A」、「B」です`."""
    if chosen:
        return say(f"選択した議題のうち、この会合の{STRANDS[strand]}は、", names, "です")
    return say(f"{STRANDS[strand]}は、", names, "のみです" if count == 1 else "です")


def page_names(label: str) -> str:
    """As evidence."""
    return f"ページは「{label}」を挙げています。"
