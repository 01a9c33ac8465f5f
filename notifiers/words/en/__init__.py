"""English."""

from __future__ import annotations

from notifiers.words.en import (
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

ENGLISH = Phrasebook(
    language="en",
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
"""Plain statements; what is not certain is called likely, or perhaps so."""
