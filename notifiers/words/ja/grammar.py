"""How Japanese joins words, and what it calls rounds, labels and countries."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from notifiers.words.phrase import Phrase, say, text_of
from storage.records import Certainty, Strand

STRANDS: dict[Strand, str] = {
    "common-interest": "共通の関心分野",
    "bilateral": "二国間の個別課題",
}

DOUBT: dict[Certainty, str] = {"certain": "", "likely": "とみられる", "unsure": "可能性のある"}
"""Behind a plain verb, before the noun it is about."""

_COUNTRIES = {
    "Australia": "オーストラリア",
    "Brazil": "ブラジル",
    "Canada": "カナダ",
    "China": "中国",
    "European Union": "EU",
    "India": "インド",
    "Japan": "日本",
    "Kenya": "ケニア",
    "Korea": "韓国",
    "Mexico": "メキシコ",
    "Republic of Korea": "韓国",
    "Switzerland": "スイス",
    "Taiwan": "台湾",
    "United Kingdom": "英国",
    "United States": "米国",
}


def longest_line() -> int:
    """Three lines of a mail: Japanese takes two columns for a character."""
    return 200


def quoted(words: str) -> str:
    """`「words」`."""
    return f"「{words}」"


def label(shown: str) -> str:
    """In quotation marks, as every foreign expression that is quoted."""
    return quoted(shown)


def enumerated(items: Sequence[Phrase]) -> Phrase:
    """`a、b、c`."""
    return say(*(say("、" if number else "", item) for number, item in enumerate(items)))


def running(clauses: Sequence[Phrase]) -> Phrase:
    """Each clause is a sentence."""
    return joined(clauses)


def joined(clauses: Sequence[Phrase]) -> Phrase:
    """`a。b。c`."""
    return say(*(say("。" if number else "", each) for number, each in enumerate(clauses)))


def some(items: Sequence[Phrase], most: int) -> Phrase:
    """`a、bほか3件`."""
    left = len(items) - most
    return say(enumerated(items[:most]), f"ほか{left}件" if left > 0 else "")


def sentence(phrase: Phrase) -> Phrase:
    """A full stop behind it."""
    return say(phrase, "" if text_of(phrase).endswith("。") else "。")


def people(names: Sequence[str]) -> str:
    """`a、b`."""
    return "、".join(names)


def country(name: str) -> str:
    """`米国`; one that has no entry stays as published."""
    return _COUNTRIES.get(name, name)


def seat(country: str) -> str:
    """The same as in a sentence."""
    return _COUNTRIES.get(country, country)


def before(number: int | None) -> str:
    """`第4回会合`, or what it is called without a number."""
    return "前回会合" if number is None else rounds([number])


def this(number: int | None) -> str:
    """`第5回会合`, or what it is called without a number."""
    return "今回の会合" if number is None else rounds([number])


def rounds(numbers: Collection[int]) -> str:
    """`第3回会合`, `第2回、第4回会合`, `第2～4回、第6回会合`."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(name for run in runs for name in _run(run)) + "会合"


def so(certain: str, plain: str, sure: Certainty) -> str:
    """A statement in the polite form, or how sure its plain form is."""
    if sure == "certain":
        return certain
    return f"{plain}とみられます" if sure == "likely" else f"{plain}可能性があります"


def _run(run: Sequence[int]) -> list[str]:
    return [f"第{run[0]}～{run[-1]}回"] if len(run) > 2 else [f"第{number}回" for number in run]
