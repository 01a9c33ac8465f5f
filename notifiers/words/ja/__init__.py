"""Japanese."""

from __future__ import annotations

from notifiers.words.ja import (
    came,
    cards,
    dates,
    frame,
    grammar,
    headline,
    leads,
    shapes,
    stillness,
    texts,
    unusual,
    went,
)
from notifiers.words.phrasebook import Phrasebook

JAPANESE = Phrasebook(
    language="ja",
    grammar=grammar,
    dates=dates,
    went=went,
    came=came,
    shapes=shapes,
    texts=texts,
    leads=leads,
    stillness=stillness,
    headline=headline,
    unusual=unusual,
    cards=cards,
    frame=frame,
)
"""Sentences in the polite form (です・ます), headlines and marks in as few words as a newspaper's.

What is likely is told with とみられる (in a headline か), what is unsure with 可能性がある.
The terms are those of the Japanese ministries: 第5回会合, 共通の関心分野, 二国間の個別課題, 代表団.
"""
