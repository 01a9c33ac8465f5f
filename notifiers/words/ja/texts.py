"""Other names and texts, in Japanese."""

from __future__ import annotations

from notifiers.words.ja.grammar import quoted, so
from notifiers.words.phrase import Phrase, say
from storage.records import Certainty


def called_now(old: Phrase, new: Phrase, sure: Certainty) -> Phrase:
    """`「A」の名称が「B」に変わりました`."""
    return say(old, "の名称が", new, f"に{so('変わりました', '変わった', sure)}")


def shortened(name: Phrase, sure: Certainty, lost: str) -> Phrase:
    """`「A」の記述から「words」が削られました`."""
    if not lost:
        return say(name, "の記述が短くなりました")
    return say(name, f"の記述から{quoted(lost)}が{so('削られました', '削られた', sure)}")


def extended(name: Phrase, sure: Certainty, added: str) -> Phrase:
    """`「A」の記述に「words」が加わりました`."""
    if not added:
        return say(name, "の記述が長くなりました")
    return say(name, f"の記述に{quoted(added)}が{so('加わりました', '加わった', sure)}")


def reworded(names: Phrase, count: int) -> Phrase:
    """`「A」、「B」の文言が変わりました`."""
    return say(names, "の文言が変わりました")


def replaced(names: Phrase, count: int) -> Phrase:
    """`「A」の記述が全面的に改められました`."""
    return say(names, "の記述が全面的に改められました")


def more_reworded(count: int) -> Phrase:
    """`ほかに3件の文言が変わりました`."""
    return say(f"ほかに{count}件の文言が変わりました")
