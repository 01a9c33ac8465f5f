"""How long comparing takes: a round against the one before, with a history of 50 rounds.

Every round has 20 topics, half of them under another label or gone from one round to the next, so
that each step of the cascade and the history have work to do. A comparison is computed from
values: no page is read, no database asked.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import date, timedelta

from monitor.core.compare import compare
from monitor.core.topics import Series
from monitor.core.words import label_form, parts
from monitor.series import followed
from storage.records import Mention, Readout, Span

_ROUNDS = 50
_TOPICS = 20
_TIMES = 40
SUBJECTS = (
    "wood paper glass steel rice beef ports roads rail data cables chips drugs toys boats wine tea "
    "salt wool silk copper nickel cobalt solar wind grid banks tax visas permits labels tests seeds"
).split()
_SAID = (
    "heard from crews about rules on and for the of new old plans to meet again next year".split()
)


def main() -> None:
    """Print what comparing takes, in milliseconds of CPU, and fail if it takes 50 or more."""
    series = followed()[0]
    chance = random.Random(7)
    rounds = [round_of(number, series, chance) for number in range(1, _ROUNDS + 2)]
    compare(rounds[-2], rounds[-1], series, rounds)
    cold = statistics.median(_once(rounds, series, cold=True) for _ in range(_TIMES))
    warm = statistics.median(_once(rounds, series, cold=False) for _ in range(_TIMES))
    print(f"a round of {_TOPICS} topics, with a history of {_ROUNDS} rounds of {_TOPICS}:")
    print(f"  first comparison of a process  {cold:6.1f} ms CPU, median of {_TIMES}")
    print(f"  each further one               {warm:6.1f} ms CPU, median of {_TIMES}")
    if cold >= 50:
        raise SystemExit("it should take less than 50 ms")


def words(chance: random.Random) -> str:
    """A sentence of fifty words."""
    return " ".join(chance.choices(_SAID + SUBJECTS, k=50)).capitalize() + "."


def _once(rounds: list[Readout], series: Series, *, cold: bool) -> float:
    if cold:
        label_form.cache_clear()
        parts.cache_clear()
    started = time.process_time()
    compare(rounds[-2], rounds[-1], series, rounds)
    return (time.process_time() - started) * 1000


def round_of(number: int, series: Series, chance: random.Random) -> Readout:
    """A round of twenty topics, each with a text of fifty words."""
    day = date(2000, 1, 1) + timedelta(days=90 * number)
    return Readout(
        series=series.slug,
        round=number,
        held=Span(f"{day:%B %d, %Y}", day, day, "day"),
        held_elsewhere=(),
        city="Washington",
        delegations=(),
        mentions=tuple(_mention(place, series, chance) for place in range(_TOPICS)),
        next_round=None,
        complete=True,
    )


def _mention(place: int, series: Series, chance: random.Random) -> Mention:
    named = f"{SUBJECTS[place].title()} and {chance.choice(SUBJECTS)}"
    label = named if place % 2 else series.topics[place // 2].name
    text = words(chance)
    strand = "bilateral" if place % 4 == 3 else "common-interest"
    return Mention(strand, series.topic_slug(label), label, text)


if __name__ == "__main__":
    main()
