"""A small press office on loopback, what it does day by day, and what was made of it.

Two rounds stand on it: the first was there at the first look, the second was announced. From the
next day on a scenario has its way with the second; each day has one look, with the clock handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from monitor.bootstrap import Service
from monitor.core.addresses import OFFICIAL_ORIGIN
from storage import archive, journal, outbox
from tests.faults.server import Behaviour, MisbehavingServer, Page
from tests.journeys.offices import SERIES, Clock, add_reader, office
from tests.journeys.pages import LISTING, listing, page, path_of

FIRST, SECOND = path_of(1), path_of(2)
TEXT = page(2, "Labor: Talked.", "Seafood: Talked.")

Day = Mapping[str, Behaviour | str]
"""What a day changes: pages by their paths; a text is a page that is well."""


@dataclass(frozen=True)
class Verdict:
    """What must have come of it in the end.

    `texts`: how many texts the second round's release has had. `told`: the kinds of its digests.
    `open`: the kinds of issues that are open at the end; `ever`: those that were open meanwhile and
    are over. `listed`: how many releases are on file. `at`: where the second round's release is.
    """

    texts: int = 1
    told: tuple[str, ...] = ("news",)
    open: tuple[str, ...] = ()
    ever: tuple[str, ...] = ()
    withdrawn: bool = False
    at: str = SECOND
    moved_from: tuple[str, ...] = ()
    also_at: tuple[str, ...] = ()
    listed: int = 2


NOTHING = Verdict()


@dataclass(frozen=True)
class Scenario:
    """What the site does from which day on, until which day it is looked at, and the verdict.

    With `every`, not each day has a look: the first has one, and every so many days from then on.
    """

    name: str
    days: Mapping[int, Day]
    verdict: Verdict = field(default=NOTHING)
    until: int = 4
    every: int = 1


def named(*paths: str) -> Page:
    """A listing that names these, with validators of its own."""
    return Page(listing(*paths), etag=f'"{abs(hash(paths))}"')


def played(scenario: Scenario, database_url: str) -> Verdict:
    """Play a scenario through real looks at a real server, and say what came of it."""
    clock = Clock()
    with (
        MisbehavingServer() as server,
        office(server.base_url, database_url, now=clock) as made,
    ):
        _set(server, {FIRST: page(1, "Labor: Talked."), LISTING: named(FIRST)})
        add_reader(made, "reader@example.org")
        made.look()
        _set(server, {SECOND: TEXT, LISTING: named(SECOND, FIRST)})
        made.look()
        for day in range(1, scenario.until + 1):
            clock.later(days=1)
            _set(server, scenario.days.get(day, {}))
            if (day - 1) % scenario.every == 0:
                made.look()
        return _verdict(made)


def _set(server: MisbehavingServer, day: Day) -> None:
    for path, behaviour in day.items():
        server.set(path, Page(behaviour) if isinstance(behaviour, str) else behaviour)


def _verdict(made: Service) -> Verdict:
    with made.database.reading() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, 2)
        assert filed is not None, "nothing that was on file is lost"
        release = archive.release_by_id(tx, filed.release_id)
        issues = journal.issues(tx, include_closed=True)
        twins = archive.twins_of(tx, filed.release_id)
        assert release is not None
        open_now = tuple(sorted(issue.kind for issue in issues if issue.closed_at is None))
        over = {issue.kind for issue in issues if issue.closed_at is not None}
        return Verdict(
            texts=len(archive.revisions_of(tx, release.id)),
            told=tuple(d.kind for d in reversed(outbox.digests(tx)) if d.round == 2),
            open=open_now,
            ever=tuple(sorted(over)),
            withdrawn=bool(archive.withdrawn_releases(tx, [release.id])),
            at=str(release.address).removeprefix(OFFICIAL_ORIGIN),
            moved_from=_paths(twin.address for twin in twins if not twin.stands),
            also_at=_paths(twin.address for twin in twins if twin.stands),
            listed=len(archive.latest_releases(tx, limit=50)),
        )


def _paths(addresses: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted(str(address).removeprefix(OFFICIAL_ORIGIN) for address in addresses))
