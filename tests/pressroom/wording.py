"""Whether words of ours stand in someone else's text: runs of eight words, names set aside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

RUN = 8

# What two accounts of the same fact must share, and what therefore proves nothing: the form of
# the opening sentence, names, offices, and the labels that the public record has verbatim.
FORMULAS = (
    r"The United States and Japan (?:held|completed) the \w+ round of meetings "
    r"(?:of|under) the United States-Japan Partnership on Trade",
    r"The U\.S\. delegation was led by",
    r"and Japan’s delegation was led by",
    r"February 28 \(March 1, Japan time\)",
    r"Michael Beeman",
    r"Assistant (?:U\.S\.|United States) Trade Representative for Japan, Korea,? and APEC Affairs",
    r"Ono Keiichi, Director General, Economic Affairs Bureau, Ministry of Foreign Affairs",
    r"Matsuo Takehiko, Director General, Trade Policy Bureau, "
    r"Ministry of Economy, Trade, and Industry",
    r"Director General, Economic Affairs Bureau, Ministry of Foreign Affairs",
    r"Office of the United States Trade Representative",
    r"Task Force on the Promotion of Human Rights "
    r"and International Labor Standards in Supply Chains",
    r"regulatory transparency(?: and due process)?",
    r"ensuring a level playing field for certain products and services",
    r"trade in seafood",
    r"areas for cooperation to increase the globally available supply of sustainable aviation "
    r"fuels and feedstocks, including those that are ethanol-based",
)
_FORMULA = re.compile("|".join(FORMULAS))
_WORD = re.compile(r"[\w$%.’'-]*\w")


def shared_runs(ours: str, theirs: Iterable[str], titles: Iterable[str] = ()) -> list[str]:
    """The runs of eight words that stand in `ours` and in `theirs`, as words of ours."""
    known = {run for text in theirs for run in _runs(_flat(text))}
    text = _flat(ours)
    for title in titles:
        text = text.replace(_flat(title), "\n")
    return sorted(
        {run for piece in _FORMULA.sub("\n", text).split("\n") for run in _runs(piece)} & known
    )


def _runs(text: str) -> Iterator[str]:
    words = [word.lower() for word in _WORD.findall(text)]
    return (" ".join(words[n : n + RUN]) for n in range(len(words) - RUN + 1))


def _flat(text: str) -> str:
    return " ".join(text.replace("'", "’").split())
