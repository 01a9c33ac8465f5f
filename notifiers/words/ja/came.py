"""What is back or new, in Japanese."""

from __future__ import annotations

from notifiers.words.ja.grammar import rounds, so
from notifiers.words.phrase import Phrase, say
from notifiers.words.phrasebook import Group
from storage.records import Certainty


def last_named(name: Phrase, last: int | None) -> Phrase:
    """`「A」（最後の登場は第3回会合）`."""
    return say(name, f"（最後の登場は{rounds([last])}）" if last is not None else "")


def are_back(group: Group, last: int | None) -> Phrase:
    """`「A」、「B」が第3回会合以来、再び取り上げられました`."""
    since = f"{rounds([last])}以来、" if last else ""
    return say(group.names, f"が{since}{_back(group.sure)}")


def back_under(earlier: Phrase, name: Phrase, sure: Certainty, last: int | None) -> Phrase:
    """`第3回会合で挙げられた「A」が、「B」として再び取り上げられたとみられます`."""
    where = f"{rounds([last])}で挙げられた" if last is not None else "以前に挙げられた"
    return say(where, earlier, "が、", name, f"として{_back(sure)}")


def are_new(group: Group) -> Phrase:
    """`「A」、「B」が新たに加わりました`."""
    return say(group.names, f"が{so('新たに加わりました', '新たに加わった', group.sure)}")


def may_have_stood(old: str, count: int) -> str:
    """`。ただし、途中で切れている第4回会合のページに、挙げられていた可能性があります`."""
    whose = _some(count)
    return f"。ただし、途中で切れている{old}のページに、{whose}挙げられていた可能性があります"


def or_else_new(count: int) -> str:
    """`。ただし、新しい議題である可能性もあります`."""
    return f"。ただし、{_some(count)}新しい議題である可能性もあります"


def or_else_continues(count: int) -> str:
    """`。ただし、別の議題の続きである可能性もあります`."""
    return f"。ただし、{_some(count)}別の議題の続きである可能性もあります"


def never_before(earlier: int, old: str, count: int) -> str:
    """`。記録にある以前の会合4回のいずれにも登場していません`."""
    if earlier > 1:
        return f"。記録にある以前の会合{earlier}回のいずれにも登場していません"
    return f"。以前の会合で唯一記録にある{old}には登場していません" if earlier else ""


def _back(sure: Certainty) -> str:
    return so("再び取り上げられました", "再び取り上げられた", sure)


def _some(count: int) -> str:
    return "" if count == 1 else "一部は"
