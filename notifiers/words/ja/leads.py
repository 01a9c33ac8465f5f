"""Who led, in Japanese. The names stay in Latin letters, as published."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.words.ja.grammar import seat
from notifiers.words.phrase import Phrase, Words, say
from notifiers.words.phrasebook import Lead
from storage.records import RankDirection

_RANKS: dict[RankDirection, str] = {"higher": "上位", "lower": "下位", "same": "同位"}


def other_rank(lead: Lead, who: str, title: str, direction: RankDirection, before: str) -> Phrase:
    """`日本の代表団を率いたのはA（Director）で、第4回会合のBより下位の役職です`."""
    than = f"で、{lead.old}の{before}より{_RANKS[direction]}の役職です"
    return say(_led_by(lead), _linked(f"{who}（{title}）", lead), than)


def nobody(lead: Lead) -> Phrase:
    """`日本の代表団を率いた人物は、今回は示されていません`."""
    whose = _linked(f"{lead.country}の代表団を率いた人物", lead)
    return say(whose, "は、今回は示されていません")


def in_place_of(lead: Lead, new: str, gone: str) -> Phrase:
    """`日本の代表団は、Bに代わってAが率いました`."""
    return say(f"{lead.country}の代表団は、{gone}に代わって", _linked(new, lead), "が率いました")


def beside(lead: Lead, new: str, stayed: str) -> Phrase:
    """`日本の代表団は、Bに加えてAも率いました`."""
    return say(f"{lead.country}の代表団は、{stayed}に加えて", _linked(new, lead), "も率いました")


def no_longer(lead: Lead, gone: str) -> Phrase:
    """`Aは今回、日本の代表団を率いていません`."""
    return say(_linked(gone, lead), f"は今回、{lead.country}の代表団を率いていません")


def then_and_now(country: str, then: Sequence[str], now: Sequence[str], old: str, new: str) -> str:
    """`日本：第4回会合はA、第5回会合はB、C。`."""
    before, after = ("、".join(names) or "記載なし" for names in (then, now))
    return f"{seat(country)}：{old}は{before}、{new}は{after}。"


def not_named() -> str:
    """In place of a name."""
    return "今回の発表文に記載なし"


def not_named_in(old: str) -> str:
    """In place of an earlier name."""
    return f"{old}の発表文に記載なし"


def _led_by(lead: Lead) -> str:
    return f"{lead.country}の代表団を率いたのは"


def _linked(words: str, lead: Lead) -> Phrase:
    return (Words(words, lead.about),)
