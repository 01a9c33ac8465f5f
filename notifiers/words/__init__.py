"""The words of a digest: one phrasebook for each language, all by the same plan.

What is told, and in which order, is decided by code that knows no language (`notifiers.digest`: its
news, cards, seats and sheet). It asks a phrasebook to say it. The titles and notices around it,
which need no grammar, stand in `en.toml` and `ja.toml` beside the phrasebooks.
"""

from __future__ import annotations

from notifiers.words.en import ENGLISH
from notifiers.words.ja import JAPANESE
from notifiers.words.phrasebook import Phrasebook
from storage.records import Language

_PHRASEBOOKS: dict[Language, Phrasebook] = {"en": ENGLISH, "ja": JAPANESE}


def words_of(language: Language) -> Phrasebook:
    """All that a digest can say in a language."""
    return _PHRASEBOOKS[language]
