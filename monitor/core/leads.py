"""Names and titles told apart, in either order, with all the commas of a title.

A title is told by its words: ranks, organisations and fields of work, which no name is made of.
Where the words leave two readings, or name no person at all, there is no name: an office, or
"officials", is never made one.
"""

from __future__ import annotations

import re
from itertools import islice

from monitor.core.words import spaced
from storage.records import Lead

_RANK = (
    r"(?<!\w)(?i:acting|assistant|associate|deputy|director|vice|minister|ambassador|chief|secretary|"
    r"under-?secretary|senior|head|commissioner|counsell?or|parliamentary|state|president|governor|"
    r"chair(?:man|woman|person)?|attach[ée]|coordinator|envoy|negotiator|administrator|advis[eo]r|"
    r"counsel|representative|officer|chancellor|consul|delegate|dean|general)(?![\w’'])"
)
# Words of titles, organisations and fields of work: a name holds none of them.
_NO_NAME = "|".join(
    """Acting Assistant Associate Deputy Director Vice Minister Ambassador Chief Secretary Under
    Undersecretary Senior Head Commissioner Counselor Counsellor Parliamentary State States
    President Governor Chair Chairman Attaché Coordinator Envoy Negotiator Administrator
    Advisor Adviser Counsel Representative Officer Chancellor Consul Delegate General
    Principal Special Permanent Managing Executive Affairs Trade Bureau Ministry Department
    Office Division Agency Committee Council Section Policy Economic Economics Economy
    International Foreign National Federal Commerce Industry Industrial Digital Labor Labour
    Agriculture Agricultural Services Investment Environment Environmental Natural Resources
    Health Welfare Forestry Fisheries Finance Treasury Customs Protection Enforcement
    Manufacturing Energy Security Technology Innovation Intellectual Property Market Access
    Textiles Multilateral Bilateral Regional Global Strategic Public Cooperation Partnership
    Development Planning Research Legal Commercial Business Administration Government
    Cabinet Commission Delegation Organization Organizations Institute Center Centre Bank
    University United Kingdom Republic U.S USTR USTR’s UK EU WTO APEC Japan Japanese Korea
    Korean China Kenya Kenyan Taiwan India Mexico Canada America American Americas Africa
    African Asia Asian Europe European Pacific Southeast Western Hemisphere
    The Of For Jr Sr""".split()
)
_CAPITAL = "[A-ZÀ-ÖØ-ÞĀČĐĪŁŌŚŠŪŽ]"
_INITIAL = rf"{_CAPITAL}\.(?:\s?{_CAPITAL}\.)?"
_WORD = rf"(?={_CAPITAL})(?!(?:{_NO_NAME})(?![\w’'-]))[\w’'-]{{2,}}(?!\w)"
_PARTICLES = r"(?:(?:de|la|las|los|del|da|dos|di|du|le|van|von|der|den|ter|bin|al|el|y)\s+){1,2}"
_NAME = (
    rf"(?<![\w’'.-])(?={_CAPITAL})(?:(?:The\s+)?Rt\.?\s+Hon\.?\s+)?(?:(?:Dr|Mr|Ms|Mrs|Prof)\.?\s+)?"
    rf"(?:{_INITIAL}|{_WORD})(?:\s+(?:{_INITIAL}|{_WORD}|{_PARTICLES}{_WORD})){{1,4}}"
    rf"(?:,?\s+(?:Jr|Sr)(?:\.|\b))?"
)
_WHOLE_NAME = re.compile(_NAME)
_ONE_WORD = re.compile(
    rf"(?P<title>.*{_RANK})\s+(?P<name>{_WORD})(?:,\s+(?P<behind>.*))?", re.DOTALL
)
_TITLE_SOON = rf",\s+(?:the\s+)?(?:[\w’'.-]+\s+){{0,4}}?{_RANK}"
# Where a new lead may begin: behind a separator, a name with a title, or a title with a name.
_SEPARATOR = re.compile(r"(?:[,;]\s*and|;|,|\s+and)\s+")
_NAME_WITH_TITLE = re.compile(rf"{_NAME}{_TITLE_SOON}")
_TITLE_FIRST = re.compile(rf"(?:the\s+)?(?:[\w’'.-]+\s+){{0,4}}?{_RANK}")
# Behind a title's comma a small letter goes on with the sentence, unless it is a title's too.
_NO_TITLE = re.compile(rf",\s+(?!and\b|of\b|the\b|(?:[\w’'.-]+\s+){{0,4}}?{_RANK})(?=[a-z])")
_OBJECT = re.compile(r"(?:\bfor|\bof|\band|\bto|\bon|,)\s+$")
_LONGEST = 2000  # characters of the words behind "led by": no real ones come near
_MOST_PIECES = 60
_SHORTEST = 2  # words of a name
_LONGEST_SURE = 3  # words behind "for" that can be told apart: one of the title, two of the name


def leads_in(text: str) -> tuple[Lead, ...]:
    """The leads that the words behind "led by" name; none where they name no person."""
    text = spaced(text)[:_LONGEST]
    found: list[Lead] = []
    start, pending = 0, 0
    for separator in islice(_SEPARATOR.finditer(text), _MOST_PIECES):
        if separator.start() < pending:
            continue
        before = _lead(text[start : separator.start()])
        if before and _begins_another(text, separator, before):
            found.append(before)
            start = pending = separator.end()
    last = _lead(text[start:])
    return (*found, last) if last else tuple(found)


def _begins_another(text: str, separator: re.Match[str], before: Lead) -> bool:
    """Whether another lead begins behind a separator; a title's own commas and "and" begin none."""
    rest, sign = text[separator.end() :], separator[0].strip()
    if _NAME_WITH_TITLE.match(rest):
        return True
    if sign == ",":
        return False
    following = _SEPARATOR.split(rest, maxsplit=1)[0]
    name = _WHOLE_NAME.match(rest)
    if name and (before.title is None or ";" in sign):
        return name.end() in {len(following), len(rest)}
    return _TITLE_FIRST.match(rest) is not None and _starts_with_person(rest)


def _starts_with_person(text: str) -> bool:
    """Whether a title stands here with a name behind it, before any other person."""
    name = next((m for m in _WHOLE_NAME.finditer(text)), None)
    if name is None:
        return _ONE_WORD.fullmatch(_SEPARATOR.split(text, maxsplit=1)[0]) is not None
    return _NAME_WITH_TITLE.match(text, name.start()) is None or not _SEPARATOR.search(
        text[: name.start()]
    )


def _lead(text: str) -> Lead | None:
    """One lead: name first, or title first, or both around it."""
    text = _trimmed(text)
    for match in _WHOLE_NAME.finditer(text):
        before, behind = text[: match.start()], text[match.end() :]
        if behind and not behind.startswith((",", " (")):
            continue
        if not before.strip():
            return Lead(match[0], _title_behind(behind))
        if not re.search(_RANK, before):
            continue
        start = _start_of_name(match, before)
        if start is None:
            return Lead(text, None)
        if start >= 0:
            return _titled_first(text, match.start() + start, match.end())
    one = _ONE_WORD.fullmatch(text)
    if one and not _OBJECT.search(text[: one.start("name")]):
        return _titled_first(text, one.start("name"), one.end("name"))
    return None


def _titled_first(text: str, start: int, end: int) -> Lead:
    """A lead with a title before the name, and perhaps more of it behind."""
    behind = text[end:] if re.match(_TITLE_SOON, text[end:]) else ""
    titles = (_trimmed(text[:start]), _title_behind(behind))
    return Lead(text[start:end], ", ".join(title for title in titles if title) or None)


def _title_behind(text: str) -> str | None:
    title = _trimmed(_NO_TITLE.split(text, maxsplit=1)[0])
    in_brackets = re.fullmatch(r"\(([^()]*)\)", title)
    return (in_brackets[1] if in_brackets else title) or None


def _trimmed(text: str) -> str:
    return re.sub(r"^[\s,;]+", "", text).rstrip(" ,;\n\t\u00a0")


def _start_of_name(match: re.Match[str], before: str) -> int | None:
    """Where a name begins among capitalised words behind a title; -1 where they are no name.

    Behind "for" the first word is still the title's: "Director for Rice Ada Bell". None where the
    words can be parted in more than one way.
    """
    words = list(re.finditer(r"\S+", match[0]))
    if not _OBJECT.search(before):
        return 0
    if len(words) <= _SHORTEST:
        return -1
    initials = [i for i, word in enumerate(words) if re.fullmatch(_INITIAL, word[0])]
    if initials and initials[0] > 1:
        return words[initials[0] - 1].start()
    return words[1].start() if len(words) <= _LONGEST_SURE else None
