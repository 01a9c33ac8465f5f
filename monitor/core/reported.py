"""The events of a series that a sentence reports as held: by its main clause, not by a mention.

"The United States and Japan held EVENT", "EVENT was held", and what is joined to it: "held EVENT on
May 6, and the second meeting of another series on May 7"; "the fourth and fifth rounds".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.core.ordinals import SEVERAL, numbers_in
from monitor.core.topics import Series

_HELD = (
    r"(?:held|completed|concluded|convened|conducted|finished|wrapped\s+up|hosted|(?:co-)?chaired|"
    r"participated\s+in|engaged\s+in|took\s+part\s+in|joined|attended|"
    r"(?:met|gathered|came\s+together|joined)(?:\s+[\w,.’-]+){0,8}?\s+for)"
)
_WAS_HELD = (
    r"(?:(?:was|were)\s+(?:successfully\s+)?(?:held|completed|concluded|convened|hosted)|"
    r"took\s+place|concluded|wrapped\s+up|ended|came\s+to\s+a\s+close)"
)
_MANNER = (
    r"(?:,?\s+(?:virtually|online|successfully|jointly|today|yesterday|recently|also|"
    r"this\s+week|last\s+week|"
    r"in\s+person|in\s+[A-Z][\w.]+(?:\s+[A-Z][\w.]+)?(?:,\s+D\.?C\.?)?),?)"
)
_SPAN = r"(?:(?:two|three|four|five|several|\d{1,2})\s+days\s+of\s+)?"
_VERB = re.compile(rf"\b(?:have\s+|has\s+)?{_HELD}{_MANNER}*\s+{_SPAN}", re.IGNORECASE)
_PASSIVE = re.compile(rf"[^.;]{{0,120}}?\s(?P<verb>{_WAS_HELD})\b", re.IGNORECASE)
# Another event, of whatever series, before the one that is joined to it by "and".
_JOINED = re.compile(
    r"(?:(?:the|an?|its|their)\s+)?(?:[\w-]+\s+){0,4}?(?:round|meeting|session|dialogue)s?\b[^;]*?"
    r",?\s+(?:and|as\s+well\s+as)\s+(?:also\s+)?$",
    re.IGNORECASE,
)
# "its fourth round on May 6 and its fifth round on June 3": of the same series.
_AGAIN = re.compile(
    rf"\b(?:and|as\s+well\s+as)\s+(?:its|the|their)\s+(?P<ordinal>{SEVERAL})\s+"
    r"(?:round|meeting|session)s?\b(?!\s+(?:of|under|for)\s)",
    re.IGNORECASE,
)
# USTR's own announcement that something was held reports it too.
_ANNOUNCED = re.compile(
    r"^(?:The\s+)?(?:Office\s+of\s+the\s+)?(?:United\s+States|U\.S\.)\s+Trade\s+Representative[^,;]{0,60}?"
    r"\s+(?:today\s+)?announced(?:\s+today)?\s+that\s+",
    re.IGNORECASE,
)
_APPOSITION = re.compile(r",\s+(?:which|who|led\s+by|represented\s+by)\b[^,;]*,(?=\s)")
# A verb of its own, or a word that hangs the clause on another: what follows is a mention.
_HANGS = re.compile(
    r"\b(?:that|which|who|when|while|after|before|since|as|if|because|where|whether|not|never|"
    r"unless|until|once|without|progress|following)\b|(?<!-)\b(?!United\b|led\b)\w{2,}ed\b",
    re.IGNORECASE,
)
_SIDES = re.compile(
    r"\b(?:two|both)\s+(?:countries|sides|governments|partners|parties|economies|delegations)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:Ambassador|Minister|Secretary|President|he|she)\b|"
    r"\bRepresentative\s+(?!Office\b)(?=[A-Z])"
)
_LONGEST_LEAD_IN = 150  # characters of "Today, ..." or "In line with ..., " before the subject
LONGEST = 1500
"""Characters of a first sentence that are looked at: no real one comes near."""


def reported_in(
    sentence: str, series: Series, *, by_persons: bool
) -> list[tuple[int | None, str, str]]:
    """The rounds of a series that a sentence reports.

    Args:
        sentence: the release's first.
        series: the series.
        by_persons: whether persons may be said to have held a round, in place of their countries:
            only where the title or the shape of the page bears it out.

    Returns:
        For each round: its number, if it is written; the stretch of the sentence that tells of it,
        from the event to the next one; and the words that report it.
    """
    plain = _APPOSITION.sub(" ", _ANNOUNCED.sub("", sentence[:LONGEST]))
    events = list(series.event.finditer(plain))
    ends = [*(event.start() for event in events[1:]), len(plain)]
    found: list[tuple[int | None, str, str]] = []
    for event, end in zip(events, ends, strict=False):  # no event, no end
        words = _words_that_report(plain, event, series, by_persons=by_persons)
        if words:
            found += _numbered(plain[event.start() : end], event, words)
    return found


def _numbered(
    stretch: str, event: re.Match[str], words: str
) -> Iterator[tuple[int | None, str, str]]:
    """A reported event, once for each of its numbers, and what is joined to it without a name."""
    again = _AGAIN.search(stretch, len(event[0]))
    own = stretch[: again.start()] if again else stretch
    number_words = event["ordinal"] or event["count"] or ""
    for number in numbers_in(number_words) or (None,):
        yield number, own, words
    if again:
        for number in numbers_in(again["ordinal"]):
            yield number, stretch[again.start() :], again[0]


def _words_that_report(
    plain: str, event: re.Match[str], series: Series, *, by_persons: bool
) -> str | None:
    """The words of the main clause that report an event, None where it is only mentioned."""
    before, behind = plain[: event.start()], plain[event.end() :]
    for verb in _VERB.finditer(before):
        between = before[verb.end() :]
        joined = _JOINED.match(between) and not _HANGS.search(between)
        if (not between or joined) and _is_held_by(
            before[: verb.start()], behind, series, by_persons
        ):
            return plain[verb.start() : event.end()].strip()
    passive = _PASSIVE.match(behind)
    if passive and _starts_clause(before) and not _HANGS.search(behind[: passive.start("verb")]):
        return plain[event.start() : event.end() + passive.end()]
    return None


def _starts_clause(before: str) -> bool:
    """Whether nothing but a lead-in and its comma stands before."""
    return not before.strip() or (len(before) <= _LONGEST_LEAD_IN and before.rstrip().endswith(","))


def _is_held_by(before: str, behind: str, series: Series, by_persons: bool) -> bool:
    """Whether a subject that may hold a round stands before the verb, at once or behind a comma."""
    commas = [m.end() for m in re.finditer(r",\s+", before[:_LONGEST_LEAD_IN])]
    return any(
        _subject_is_parties(before[start:], behind, series, by_persons) for start in [0, *commas]
    )


def _subject_is_parties(subject: str, behind: str, series: Series, by_persons: bool) -> bool:
    """Both parties, or the sides without a name, and no verb before: a person holds no round.

    One party may stand behind the event: "hosted the fourth round ... with Japan".
    """
    if _HANGS.search(subject) or not subject.strip():
        return False
    if _PERSON.search(subject) and not by_persons:
        return False
    flags = re.IGNORECASE if subject.isupper() else 0
    named = [
        bool(re.search(party.named.pattern, subject, flags))
        or bool(
            re.match(rf"[^.;]{{0,60}}\bwith\s+(?:[\w’'-]+\s+){{0,4}}?{party.name_pattern}", behind)
        )
        for party in series.parties
    ]
    return all(named) or bool(_SIDES.search(subject))
