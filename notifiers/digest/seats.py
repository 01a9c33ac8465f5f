"""Who sat at the head of each delegation, then and now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notifiers.words.phrasebook import Phrasebook
from notifiers.words.wording import brief
from storage.records import Comparison, Delegation, RankChange, Readout

MOST_SEATS = 12
LEADS = "leads"
"""The name of the delegations' place on a page."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who led one delegation. `before` is None where there is no earlier round.

    `rank` is a sentence on how the lead's rank stands to that of the earlier round, if it changed.
    """

    country: str
    before: str | None
    after: str
    rank: str = ""


def seats_of(readout: Readout, words: Phrasebook) -> tuple[Seat, ...]:
    """The leads of a round that has no earlier one."""
    titled, nobody = _titled(readout.delegations), words.leads.not_named()
    return tuple(
        Seat(words.grammar.seat(brief(side.country)), None, _people(names, titled, nobody))
        for side in readout.delegations[:MOST_SEATS]
        for names in ([lead.name for lead in side.leads],)
    )


def seats_across(
    readout: Readout,
    comparison: Comparison,
    before: Readout | None,
    ranks: Sequence[RankChange],
    words: Phrasebook,
) -> tuple[Seat, ...]:
    """The leads of two rounds; `before` is the earlier one, if it is at hand, for their titles.

    A lead who is told with the same words in both is told once.
    """
    now = _titled(readout.delegations)
    then = _titled(before.delegations if before else ())
    ranked = {each.country: each.reason for each in ranks if each.direction != "same"}
    reasons = {country: words.cards.rank(reason) for country, reason in ranked.items()}
    nobody_then = words.leads.not_named_in(words.grammar.before(comparison.before_round))
    return tuple(
        Seat(
            words.grammar.seat(brief(change.country)),
            earlier if earlier != later else None,
            later,
            brief(reasons.get(change.country, "")),
        )
        for change in comparison.delegations[:MOST_SEATS]
        for earlier in (_people(change.before, then, nobody_then),)
        for later in (_people(change.after, now, words.leads.not_named()),)
    )


def _titled(delegations: Sequence[Delegation]) -> dict[str, str]:
    leads = [lead for side in delegations for lead in side.leads]
    return {lead.name: f"{lead.name}, {lead.title}" for lead in leads if lead.title}


def _people(names: Sequence[str], titled: Mapping[str, str], nobody: str) -> str:
    return "; ".join(brief(titled.get(name, name)) for name in names[:MOST_SEATS]) or nobody
