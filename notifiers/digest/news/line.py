"""A line of news: one sentence, with all that it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from notifiers.words.phrase import Phrase, text_of
from storage.records import Certainty, Evidence, NewsLine

_LEAST_SURE_LAST: tuple[Certainty, ...] = ("certain", "likely", "unsure")


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of news, with all that it rests on, named in it or not."""

    phrase: Phrase
    certainty: Certainty
    evidence: tuple[Evidence, ...]

    @property
    def text(self) -> str:
        """The sentence."""
        return text_of(self.phrase)

    def record(self) -> NewsLine:
        """The line for programs."""
        return NewsLine(self.text, self.certainty, self.evidence)


def line(sentence: Phrase, evidence: Iterable[Evidence], certainties: Iterable[Certainty]) -> Line:
    """A line, as sure as the least sure of what it rests on."""
    certain: Certainty = "certain"
    worst = max(certainties, key=_LEAST_SURE_LAST.index, default=certain)
    return Line(sentence, worst, tuple(evidence))
