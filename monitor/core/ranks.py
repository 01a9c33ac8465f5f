"""The rank of a delegation's lead: is it higher or lower than last time?

A rank is the office that a title begins with. It stands on one or more scales, each ordered from
the lowest office to the highest; two titles are comparable where one scale holds both. Whatever is
on no scale has no rank here: a title alone is never guessed to be above another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from storage.records import Lead, RankChange, RankDirection, Readout

_USTR = r"(?:(?:U\.?\s?S\.?|United\s+States)\s+Trade\s+Representative|USTR)"
_GENERAL = r"Director[-\s]+General"

_OFFICES = {
    "deputy director": r"Deputy\s+Director",
    "director": r"Director",
    "senior director": r"Senior\s+Director",
    "deputy assistant ustr": rf"Deputy\s+Assistant\s+{_USTR}",
    "assistant ustr": rf"Assistant\s+{_USTR}",
    "deputy ustr": rf"Deputy\s+{_USTR}",
    "ustr": _USTR,
    "deputy director general": rf"Deputy\s+{_GENERAL}",
    "director general": _GENERAL,
    "deputy minister": r"Deputy\s+Minister",
    "vice-minister": r"Vice[-\s]+Minister",
    "state minister": r"(?:State\s+Minister|Minister\s+of\s+State)",
    "minister": r"Minister(?!\s+of\s+State\b)",
    "deputy assistant secretary": r"Deputy\s+Assistant\s+Secretary",
    "assistant secretary": r"Assistant\s+Secretary",
    "under secretary": r"Under[-\s]*secretary",
    "deputy secretary": r"Deputy\s+Secretary",
    "joint secretary": r"Joint\s+Secretary",
    "additional secretary": r"Additional\s+Secretary",
    "principal secretary": r"Principal\s+Secretary",
    "permanent secretary": r"Permanent\s+Secretary",
    "cabinet secretary": r"Cabinet\s+Secretary",
    "secretary": r"Secretary(?:\s+of\s+State)?",
}
"""The offices as titles word them. An office is one only where nothing of a longer one follows."""

_SCALES = (
    # The Office of the U.S. Trade Representative (19 U.S.C. 2171; its own staff lists).
    (
        "director",
        "senior director",
        "deputy assistant ustr",
        "assistant ustr",
        "deputy ustr",
        "ustr",
    ),
    # Departments of the United States.
    (
        "deputy assistant secretary",
        "assistant secretary",
        "under secretary",
        "deputy secretary",
        "secretary",
    ),
    # Ministries, as in Japan; a vice-minister and a deputy minister have no order between them.
    (
        "deputy director",
        "director",
        "deputy director general",
        "director general",
        "vice-minister",
        "state minister",
        "minister",
    ),
    ("deputy director general", "director general", "deputy minister", "minister"),
    # The United Kingdom; Kenya; India.
    ("director", "director general", "permanent secretary", "state minister", "secretary"),
    ("director", "principal secretary", "cabinet secretary"),
    ("joint secretary", "additional secretary", "secretary"),
)

_TITLE = re.compile(
    r"(?:(?P<acting>Acting)\s+)?(?:Ambassador,?\s+)?(?:"
    + "|".join(f"(?P<o{i}>{words})" for i, words in enumerate(_OFFICES.values()))
    + r")(?=\s*(?:$|[,;(])|\s+(?:and|at|for|in|of|on|to|with|without)\b)",
    re.IGNORECASE,
)
_ACTING = re.compile(r"\bacting\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:agency|bureau|commission|council|department|embassy|ministry)\b", re.IGNORECASE
)
"""Makes a director none of the U.S. Trade Representative's."""


@dataclass(frozen=True, slots=True)
class Rank:
    """The office of a title.

    `office` is its name on the scales; `words` are those of the title; `elsewhere` says that the
    title names a house other than the U.S. Trade Representative's.
    """

    office: str
    words: str
    acting: bool
    elsewhere: bool

    @property
    def told(self) -> str:
        """The office with its article: "an acting Director"."""
        words = f"acting {self.words}" if self.acting else self.words
        if self.office == "ustr":
            return f"the {words}"
        vowel = re.match(r"[aeio]|under", words, re.IGNORECASE)
        return f"{'an' if vowel else 'a'} {words}"


def rank_of(title: str | None) -> Rank | None:
    """The rank that a title names, None where it begins with no office of the scales."""
    flat = " ".join((title or "").split())
    found = _TITLE.match(flat)
    if found is None:
        return None
    group = next(name for name, words in found.groupdict().items() if words and name != "acting")
    office = list(_OFFICES)[int(group[1:])]
    acting = _ACTING.search(flat) is not None
    return Rank(office, found[group], acting, _ELSEWHERE.search(flat) is not None)


def direction(before: Rank, after: Rank) -> RankDirection | None:
    """How the later rank stands to the earlier, None where no scale holds both.

    One who acts in an office counts as of its rank.
    """
    for scale in _SCALES:
        if before.office in scale and after.office in scale and _one_house(scale, before, after):
            then, now = scale.index(before.office), scale.index(after.office)
            return "same" if then == now else "higher" if now > then else "lower"
    return None


def rank_changes(before: Readout, after: Readout) -> tuple[RankChange, ...]:
    """How the rank of each delegation's lead stands to that of the earlier round.

    Args:
        before: the earlier round.
        after: the later round.

    Returns:
        One for each country of which both rounds name one lead whose titles are on one scale, in
        the order of the later readout; "same" where the rank did not change. For the others
        nothing is said: several leads have no one rank, and no lead named is not none.
    """
    countries = dict.fromkeys(side.country for side in after.delegations)
    return tuple(change for country in countries for change in _of_country(country, before, after))


def _of_country(country: str, before: Readout, after: Readout) -> Iterator[RankChange]:
    old, new = _title(before, country), _title(after, country)
    then, now = rank_of(old), rank_of(new)
    if old is None or new is None or then is None or now is None:
        return
    way = direction(then, now)
    if way is None:
        return
    yield RankChange(country, old, new, way, _reason(country, then, now, way, before))


def _title(readout: Readout, country: str) -> str | None:
    """The title of the one lead of a country's delegation."""
    leads: list[Lead] = [
        lead for side in readout.delegations if side.country == country for lead in side.leads
    ]
    return leads[0].title if len(leads) == 1 else None


def _one_house(scale: tuple[str, ...], before: Rank, after: Rank) -> bool:
    """A director of some department is not on the scale of the U.S. Trade Representative."""
    return scale[-1] != "ustr" or not (before.elsewhere or after.elsewhere)


def _reason(country: str, then: Rank, now: Rank, way: RankDirection, before: Readout) -> str:
    led = f"The delegation of {_the(country)} was led by {now.told}"
    when = f"in round {before.round}" if before.round is not None else "in the round before"
    if way == "same" and then.told.casefold() == now.told.casefold():
        return f"{led}, as {when}."
    rank = "the same rank" if way == "same" else f"a {'higher' if way == 'lower' else 'lower'} rank"
    return f"{led}; {then.told}, {rank}, led it {when}."


def _the(country: str) -> str:
    return f"the {country}" if country.startswith("United ") else country
