"""Words as a reader takes them: when two spellings are the same, and which words have meaning."""

from __future__ import annotations

import re
import unicodedata

_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"'})
_WORD = re.compile(r"[\w]+(?:[-'./&][\w]+)*")
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


def letters_only(text: str) -> str:
    """A folded text without its punctuation, to tell a change of style from one of words.

    Signs that change what is said ("$5", "50%") are none.
    """
    return " ".join(re.sub(r"[^\w\s$%€£¥°+<>=]", " ", folded(text)).split())


def label_form(label: str) -> str:
    """The form in which two labels are the same name: folded, no bracketed acronym, no plural."""
    bare = re.sub(r"\s*\([^()]*\)\s*", " ", folded(label))
    return " ".join(singular(word) for word in letters_only(bare).split())


def singular(word: str) -> str:
    """A word without the ending of a regular English plural."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def content_words(text: str) -> list[str]:
    """The words of a text that carry meaning, folded, in order, with repeats."""
    return [word for word in _WORD.findall(folded(text)) if word not in STOP_WORDS]


def stems(text: str) -> frozenset[str]:
    """The content words of a text with their parts, singular: what a match can rest on."""
    parts = {part for word in content_words(text) for part in (word, *word.split("-"))}
    return frozenset(singular(part.removesuffix("'s")) for part in parts - STOP_WORDS)


def slug(label: str) -> str:
    """A label as part of an address: letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", folded(re.sub(r"\([^()]*\)", " ", label)))
    return (
        re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:80].rstrip("-") or "unnamed"
    )


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
