"""The Dockerfile, read as far as the tests need it: its stages, and what each step says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
WORDS = "ARG|CMD|COPY|ENV|EXPOSE|FROM|LABEL|RUN|USER|WORKDIR"


@dataclass(frozen=True)
class Step:
    """One instruction, its lines joined; `stage` is the name of its stage, "" for the last."""

    stage: str
    word: str
    rest: str


def steps(text: str = DOCKERFILE) -> Iterator[Step]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    stage = ""
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if not line.strip():
            continue
        word, _, rest = line.partition(" ")
        if word == "FROM":
            stage = rest.partition(" AS ")[2]
        yield Step(stage, word, rest)


def said(word: str, text: str = DOCKERFILE) -> list[str]:
    """What the steps of one kind say."""
    return [step.rest for step in steps(text) if step.word == word]


def copied(text: str = DOCKERFILE) -> list[str]:
    """The files of the project that the image is made of."""
    ours = [rest.split() for rest in said("COPY", text) if not rest.startswith("--from")]
    return [file for words in ours for file in words[:-1]]
