"""What dropped out, in Japanese."""

from __future__ import annotations

from notifiers.words.ja.grammar import so
from notifiers.words.phrase import Phrase, say
from notifiers.words.phrasebook import Age, Group


def dropped_out(group: Group, age: Age | None) -> Phrase:
    """`「A」、「B」は、それぞれ1回取り上げられた後、議題から外れたとみられます`."""
    out = so("議題から外れました", "議題から外れた", group.sure)
    if age is None:
        return say(group.names, f"が{out}")
    each = "それぞれ" if group.count > 1 else ""
    times = f"{_age(age)}で" if age.rounds > 1 and not age.on_file else _age(age)
    return say(group.names, f"は、{each}{times}取り上げられた後、{out}")


def aged(name: Phrase, age: Age | None) -> Phrase:
    """`「A」（2回連続）`."""
    return say(name, f"（{_age(age)}）" if age else "")


def last_seen(old: str) -> str:
    """`。最後の登場は第4回会合です`."""
    return f"。最後の登場は{old}です"


def or_else_goes_on(which: Phrase | None, count: int) -> Phrase:
    """`。ただし、「A」は別の名称で続いている可能性もあります`."""
    who = say(which, "は") if which else ()
    return say("。ただし、", who, "別の名称で続いている可能性もあります")


def cannot_be_said(new: str, names: Phrase | None) -> Phrase:
    """`第5回会合のページが途中で切れているため、「A」がなくなったかどうかは分かりません`."""
    what = say("何か") if names is None else names
    return say(f"{new}のページが途中で切れているため、", what, "がなくなったかどうかは分かりません")


def _age(age: Age) -> str:
    """`1回`, `3回連続`."""
    if age.on_file:
        return f"記録上{age.rounds}回"
    return f"{age.rounds}回連続" if age.rounds > 1 else "1回"
