"""The reasons of a comparison in Japanese.

They are stored as English sentences, made by `monitor/core/reasons.py`, `matching.py`,
`related.py` and `ranks.py` in a closed set of forms. Each form stands here with its translation;
what the pages say, in quotation marks, stays as it is. A reason of another form (of a later
program, or with odd quotation marks in a label) is not half translated, but not at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from notifiers.words.ja.forms import Form, Kind, form, one_of
from notifiers.words.ja.grammar import STRANDS, country, quoted, rounds

MOST_SENTENCES = 40
"""More than that are no reason of ours."""

_LABEL = r"“(?>(?:[^“”]+|“[^“”]*”)*)”"
_ROUNDS = r"[Rr]ounds? \d+(?: to \d+)?(?:(?:, | and )\d+(?: to \d+)?)*"
_ROUND = r"(?:[Rr]ound \d+|[Tt]he (?:earlier|later) readout|[Aa]n? (?:earlier )?readout)"
_UNNUMBERED = {
    "the earlier readout": "前回の発表文",
    "the later readout": "今回の発表文",
    "an earlier readout": "以前の発表文",
    "a readout": "ある発表文",
}
_STRANDS = {
    "areas of common interest": STRANDS["common-interest"],
    "bilateral issues": STRANDS["bilateral"],
}


def _label(text: str) -> str:
    return quoted(text[1:-1])


def _labels(text: str) -> str:
    return "、".join(_label(found) for found in re.findall(_LABEL, text))


def _round(text: str) -> str:
    name = text[:1].lower() + text[1:]
    return _UNNUMBERED.get(name) or rounds([int(name.removeprefix("round "))])


def _rounds(text: str) -> str:
    numbers: list[int] = []
    for first, last in re.findall(r"(\d+)(?: to (\d+))?", text):
        numbers += range(int(first), int(last or first) + 1)
    return rounds(numbers)


WORDS = {
    "label": Kind(_LABEL, _label),
    "labels": Kind(f"{_LABEL}(?:(?:, | and | nor ){_LABEL})*", _labels),
    "round": Kind(_ROUND, _round),
    "rounds": Kind(_ROUNDS, _rounds),
    "strand": Kind("(?:areas of common interest|bilateral issues)", _STRANDS.__getitem__),
    "name": Kind(r"[^“”]+?", str),
    "number": Kind(r"\d+", str),
    "country": Kind(r"[^;]+?", lambda text: country(text.removeprefix("the "))),
    "office": Kind(r"(?:an?|the) [^,;]+?", lambda text: quoted(text.partition(" ")[2])),
}

PARTS: Mapping[str, Mapping[str, str]] = {
    "stood": {
        "which stood in {them:rounds}": "{them}では挙げられていました",
        "which {old:round} was the first on file to name": "記録上は{old}が最初に挙げました",
        "which {old:round} named": "{old}では挙げられていました",
    },
    "nor": {
        ", nor do {them:rounds}; of {torn:rounds} only a part is on file": (
            "{them}も挙げていません。{torn}は一部のみが記録にあります。"
        ),
        ", nor does {them:rounds}; of {torn:rounds} only a part is on file": (
            "{them}も挙げていません。{torn}は一部のみが記録にあります。"
        ),
        ", nor do {them:rounds}": "{them}も挙げていません。",
        ", nor does {them:rounds}": "{them}も挙げていません。",
        "; of {torn:rounds} only a part is on file": "{torn}は一部のみが記録にあります。",
        "": "",
    },
    "torn": {
        "; of {torn:rounds} only a part is on file": "{torn}は一部のみが記録にあります。",
        "": "",
    },
    "missing": {
        ", or it stood in the part of {old:round} that is missing": (
            "{old}の欠けた部分にあった可能性もあります。"
        ),
        "": "",
    },
    "list": {
        ", the same topic by the reviewed list ({topic:name})": (
            "（確認済みの議題一覧の「{topic}」と同じ議題）"
        ),
        "": "",
    },
    "away": {
        "{old:round} did not": "{old}は挙げていません",
        "{old:round} breaks off before its end, so that it may never have been away": (
            "{old}のページは途中で切れており、一度も外れていない可能性があります"
        ),
    },
    "why": {
        "both labels have {words:labels}": "両方の名称に{words}があります",
        "both texts have {words:labels}": "両方の記述に{words}があります",
        "in {old:round} {words:labels} stood under it": "{old}では{words}がその下にありました",
        "in {new:round} {words:labels} stands under it": "{new}では{words}がその下にあります",
        "in {new:round} {words:labels} came to stand there": ("{new}で{words}がそこに加わりました"),
        "in {old:round} {words:labels} stood there, and left": (
            "{old}では{words}がそこにありましたが、なくなりました"
        ),
    },
    "either": {
        "it was dropped, or goes on as {other:label}": (
            "議題から外れたか、{other}として続いています"
        ),
        "it is new, or {other:label} under another name": (
            "新しい議題か、{other}の名称が変わったものです"
        ),
        "it was dropped, or goes on there": "議題から外れたか、そこで続いています",
        "it is new, or came from there": "新しい議題か、そこから移ったものです",
    },
    "rank": {"the same rank": "同位の", "a higher rank": "上位の", "a lower rank": "下位の"},
    "when": {"in {old:round}": "{old}", "in the round before": "前回会合"},
}
"""Parts of sentences that have forms of their own, by the name of their place."""

SENTENCES: Mapping[str, str] = {
    # monitor/core/matching.py
    "Both rounds name {x:label}.": "両会合とも{x}を挙げています。",
    "The same name but for its style: {x:label}, now {y:label}.": (
        "体裁だけが異なる同じ名称です（{x}、今回は{y}）。"
    ),
    "The same name in another form: {x:label}, now {y:label}.": (
        "語形だけが異なる同じ名称です（{x}、今回は{y}）。"
    ),
    "The same topic under another name, by the reviewed list ({topic:name}): "
    "{x:label}, now {y:label}.": (
        "確認済みの議題一覧の「{topic}」によれば、名称の変わった同じ議題です（{x}、今回は{y}）。"
    ),
    "One label holds the other: {x:label} has all the words of {y:label}; "
    "or else they are two topics.": (
        "一方の名称が他方を含みます。{x}には{y}の語がすべてあります。"
        "ただし、別々の議題である可能性もあります。"
    ),
    "It stood among the {x:strand} and stands among the {y:strand}.": (
        "前回は{x}に、今回は{y}に挙げられています。"
    ),
    "{x:round} names it {times:number} times: {labels}.": (
        "{x}はこれを{times}回挙げています（{labels}）。"
    ),
    # monitor/core/reasons.py: split and merged
    "{x:label} is likely split off from it: in {old:round} {words:labels} stood under {y:label}, "
    "and left it; or else it is a new topic{missing}.": (
        "{x}はここから分かれたとみられます。{old}では{words}が{y}の下にありましたが、"
        "そこからなくなりました。ただし、新しい議題である可能性もあります。{missing}"
    ),
    "{x:label} is likely merged into it: in {new:round} {words:labels} stands under {y:label} "
    "for the first time; or else it was dropped.": (
        "{x}はここに統合されたとみられます。{new}で{words}が初めて{y}の下に入りました。"
        "ただし、議題から外れた可能性もあります。"
    ),
    "{new:round} does not name {x:label}; {parts:labels} are likely what it was split into: "
    "in {old:round} {words:labels} stood under {y:label}; "
    "or else it was dropped and they are new topics.": (
        "{new}は{x}を挙げていません。{parts}に分割されたとみられます。"
        "{old}では{words}が{y}の下にありました。"
        "ただし、{x}が議題から外れ、ほかは新しい議題である可能性もあります。"
    ),
    "{new:round} names neither {parts:labels}; {x:label} is likely what they were merged into: "
    "in {same:round} {words:labels} stand under {y:label}; "
    "or else they were dropped and it is a new topic.": (
        "{new}は{parts}のいずれも挙げていません。{x}に統合されたとみられます。"
        "{same}では{words}が{y}の下にあります。"
        "ただし、いずれも議題から外れ、{x}は新しい議題である可能性もあります。"
    ),
    "{new:round} breaks off before what it says of it.": (
        "{new}のページは、これについての記述の前で切れています。"
    ),
    "{new:round} breaks off after it: what it says of it may go on.": (
        "{new}のページは、この後で切れています。記述に続きがある可能性があります。"
    ),
    # dropped, not seen
    "{new:round} does not name {x:label}, {stood}.": "{new}は{x}を挙げていません。{stood}。",
    "{new:round} names {x:label} no more among the {a:strand}, but among the {b:strand}, "
    "{stood}.": "{new}は{x}を{a}ではなく{b}に挙げています。{stood}。",
    "{x:round}, which lies between, was the last to name it.": (
        "最後に挙げたのは、その間にある{x}です。"
    ),
    "{new:round} breaks off before its end: {x:label} does not stand in what there is of it, "
    "and may stand in the rest.": (
        "{new}のページは途中で切れています。{x}は残っている部分にはなく、"
        "切れた部分にある可能性があります。"
    ),
    # introduced
    "{x:label} does not stand in what there is of {old:round}, whose page breaks off: "
    "it is new, or it stood in the rest{torn}.": (
        "{x}は、ページが途中で切れている{old}の残っている部分にありません。"
        "新しい議題か、切れた部分にあったものです。{torn}"
    ),
    "{old:round} names {x:label} among the {a:strand}, not among the {b:strand}{nor}.": (
        "{old}は{x}を{b}ではなく{a}に挙げています。{nor}"
    ),
    "{old:round} does not name {x:label}{nor}.": "{old}は{x}を挙げていません。{nor}",
    "{them:rounds} do not name it{torn}.": "{them}はこれを挙げていません。{torn}",
    "{them:rounds} does not name it{torn}.": "{them}はこれを挙げていません。{torn}",
    "{x:round}, which lies between, was the first to name it.": (
        "最初に挙げたのは、その間にある{x}です。"
    ),
    # returned
    "{then:round} named {x:label}{list}; {away}.": "{then}が{x}を挙げています{list}。{away}。",
    "Of {x:label} and {y:label} one has all the words of the other: the topic has returned, "
    "or else it is a new one.": (
        "{x}と{y}は、一方の語がすべて他方にあります。"
        "議題が復帰したか、新しい議題である可能性があります。"
    ),
    "It stood in {them:rounds} too.": "{them}でも挙げられていました。",
    # monitor/core/related.py
    "Possibly related to {them:labels}, not sure: {why}; {either}.": (
        "確かではありませんが、{them}と関連している可能性があります。{why}。{either}。"
    ),
    # monitor/core/ranks.py
    "The delegation of {country} was led by {office}, as {when}.": (
        "{country}の代表団を率いたのは、{when}と同じく{office}です。"
    ),
    "The delegation of {country} was led by {office}; {other:office}, {rank}, led it {when}.": (
        "{country}の代表団を率いたのは{office}です。{when}は{rank}{other}が率いました。"
    ),
}
"""Each form of a sentence, as the core says it, and in Japanese."""


@cache
def kinds() -> Mapping[str, Kind]:
    """What can stand at a place of a sentence; made when a reason is first said."""
    return WORDS | {name: one_of(forms, WORDS) for name, forms in PARTS.items()}


@cache
def _forms() -> tuple[Form, ...]:
    return tuple(form(sentence, reads, kinds()) for sentence, reads in SENTENCES.items())


def in_japanese(reason: str) -> str | None:
    """A reason on one line, in Japanese; None where a sentence of it is of no known form."""
    ends = [found.end() for found in re.finditer(r"\.(?= |$)", reason)]
    if not reason or len(ends) > MOST_SENTENCES or ends[-1:] != [len(reason)]:
        return None if reason else ""
    said: dict[int, str] = {0: ""}
    for end in ends:
        for start in [*said]:
            told = _sentence(reason[start:end].removeprefix(" "))
            if told is not None:
                said.setdefault(end, said[start] + told)
    return said.get(len(reason))


def _sentence(text: str) -> str | None:
    return next((said for each in _forms() if (said := each.said(text)) is not None), None)
