"""Words as a reader takes them: when two spellings are the same, and which words have meaning."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256

_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"'})
_WORD = re.compile(r"[\w]+(?:[-'./&][\w]+)*")
_BRACKET = re.compile(
    r"\s*\([\"“”‘’']*((?:[A-Z][A-Z&./-]*[A-Z]|[A-Z][a-z]?[A-Z]\w*)s?)[\"“”‘’']*\)\s*"
)
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")
_POSSESSIVE = re.compile(r"'s\b|(?<=s)'(?!\w)")
_SPOKEN = re.compile(r"\w+(?:[-‐‑'’./&]\w+)*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:U\.S|U\.K|D\.C|E\.U|U\.N|a\.m|p\.m|Mr|Mrs|Ms|Dr|No|Sen|Rep|Gov|St|Jr|Sr|Inc|Co|vs|etc|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\b[A-Z])\.$"
)
_LAST_WORD = 12  # characters before a full stop that hold any abbreviation
_END = re.compile(r"(?<![.!?])[.!?]++[”’\"')\]]*+\s++(?=[“\"(‘]?[A-Z0-9])")
# After "U.S." a capital opens a sentence only where such a word follows.
_OPENERS = re.compile(
    r"(?:The|This|These|That|It|Its|In|On|At|During|Both|Following|For|As|They|We|Over|Among|Officials)\b"
)

# Words that carry no topic by themselves: grammar, and the house style of readouts.
STOP_WORDS = frozenset(
    """a about above across after all also amid among an and any are as at be been being between
    both but by can certain could did do each for from further had has have how in including into
    is issue issues it its made many may more of off on one or other others our out over related
    several shall should since so some such than that the their them there these they this those
    through to toward towards under up upon various was well were what when where which while who
    will with within would""".split()
)


def folded(text: str) -> str:
    """A text without the differences that no reader calls one: case, dashes, quotes, spaces."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)
    return " ".join(_DASHES.sub("-", text).casefold().split())


def spaced(text: str) -> str:
    """A text with one plain space wherever it has white space, no-break spaces included."""
    return " ".join(text.split())


def letters_only(text: str) -> str:
    """A folded text without its punctuation, to tell a change of style from one of words.

    Signs that change what is said ("$5", "50%") are none.
    """
    return " ".join(re.sub(r"[^\w\s$%€£¥°+<>=]", " ", folded(text)).split())


@lru_cache(maxsize=8192)  # every round of a history names nearly the same labels
def label_form(label: str) -> str:
    """The form in which two labels are the same name: folded, no bracketed acronym, no plural.

    An "&" is an "and", "U.S." is "US", and a possessive is the word itself.
    """
    bare = _DOTTED.sub(lambda found: found[0].replace(".", ""), folded(without_acronym(label)))
    bare = _POSSESSIVE.sub("", bare.replace("&", " and "))
    return " ".join(singular(word) for word in letters_only(bare).split())


def without_acronym(label: str) -> str:
    """A label without a bracketed acronym of its own words; other brackets tell labels apart."""
    return _BRACKET.sub(
        lambda found: " " if _abbreviates(found[1], found.string[: found.start()]) else found[0],
        unicodedata.normalize("NFKC", label),
    )


def _abbreviates(acronym: str, words: str) -> bool:
    """Whether the letters of a word in capitals stand in the words before it, in this order."""
    letters = iter(words.casefold())
    return all(letter.casefold() in letters for letter in acronym if letter.isupper())


def singular(word: str) -> str:
    """A word without the ending of a regular English plural."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")) and len(word) > 4:
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def content_words(text: str) -> list[str]:
    """The words of a text that carry meaning, folded, in order, with repeats."""
    return [word for word in _WORD.findall(folded(text)) if word not in STOP_WORDS]


def stems(text: str) -> frozenset[str]:
    """The content words of a text, singular, compounds taken apart: what a match can rest on.

    A "non-market" policy is none of the market: such a compound stays whole.
    """
    return frozenset(part for word in content_words(text) for part in parts(word))


@lru_cache(maxsize=8192)
def parts(word: str) -> frozenset[str]:
    """The stems of one folded word; empty for one that carries no meaning."""
    word = word.removesuffix("'s").removesuffix("'")
    if word.startswith(("non-", "anti-")):
        return frozenset((singular(word.replace("-", "")),))
    return frozenset(singular(part) for part in word.split("-") if part not in STOP_WORDS)


def spoken(text: str, wanted: frozenset[str]) -> tuple[str, ...]:
    """The words of a text, verbatim, that hold any of some stems; each once, in order."""
    found = {folded(word): word for word in reversed(_SPOKEN.findall(text))}
    return tuple(
        w for key, w in reversed(found.items()) if key not in STOP_WORDS and parts(key) & wanted
    )


def slug(label: str) -> str:
    """A label as part of an address: letters, digits and hyphens.

    Letters that an address cannot hold leave a short hash, so that no two labels fall together.
    """
    plain = unicodedata.normalize("NFKD", folded(without_acronym(label)))
    made = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:80].rstrip("-")
    if any(sign.isalnum() and not sign.isascii() for sign in plain):
        mark = sha256(folded(label).encode("utf-8", "replace")).hexdigest()[:8]
        made = f"{made[:71].rstrip('-')}-{mark}".strip("-")
    return made or "unnamed"


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph; abbreviations such as "U.S." end none.

    Joined by single spaces they are the paragraph again.
    """
    found, start = [], 0
    for end in _END.finditer(text):
        # Only the last word counts: a paragraph of abbreviations alone would take hours otherwise.
        word = text[max(start, end.start() - _LAST_WORD) : end.end()].rstrip()
        if _ABBREVIATION.search(word) and not (
            re.search(r"\b[A-Z]\.[A-Z]\.$", word) and _OPENERS.match(text, end.end())
        ):
            continue
        found.append(text[start : end.end()].rstrip())
        start = end.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def clipped(text: str, longest: int = 160) -> str:
    """At most so many characters of a quotation, ended at a word and marked where it was cut."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
