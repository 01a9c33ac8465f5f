"""The press pages for a soak: rounds come out and are corrected, and the site has its moods."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

from bench.week import published
from monitor.pressroom.content import Bullets, PressRelease, releases
from monitor.pressroom.site import PREFIXES, Moved, Site
from tests.faults.server import (
    Behaviour,
    Cut,
    HangUp,
    MisbehavingServer,
    Page,
    Seen,
    Stage,
    busy,
    redirect,
)

ORDINALS = (
    *("sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth"),
    *("fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
)
"""Of the rounds that may come: the fifth is out."""

TODAY = date(2024, 8, 27)
_SLOW = 4.0
"""Seconds that a slow answer takes."""

_TALKS = ("Digital Economy", "Labor", "Seafood", "Critical Minerals", "Transparency", "Standards")
_WALL = "<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1></body></html>"

Turn = Callable[[Behaviour], Behaviour]


@dataclass(frozen=True)
class Late:
    """An answer that takes its time."""

    behaviour: Behaviour

    def play(self, stage: Stage) -> bool:
        """Wait, then answer."""
        return stage.wait(_SLOW) and self.behaviour.play(stage)


def _cut(behaviour: Behaviour) -> Behaviour:
    if not isinstance(behaviour, Page):
        return behaviour
    body = behaviour.body if isinstance(behaviour.body, bytes) else behaviour.body.encode()
    return Cut(body, len(body) // 2)


MOODS: Mapping[str, Turn] = {
    "failing": lambda _: Page("", status=503),
    "walled": lambda _: Page(_WALL, status=403),
    "walled, and says 200": lambda _: Page(_WALL),
    "slow": Late,
    "hanging up": lambda _: HangUp(reset=True),
    "busy": lambda _: busy("60"),
    "cutting pages short": _cut,
}
"""What the site makes of an answer that would be right."""


class Newsroom(MisbehavingServer):
    """A press site that publishes, corrects, and misbehaves; see `MOODS`."""

    def __init__(self) -> None:
        super().__init__()
        self._everything = list(published(30))
        self._pages = Lock()
        self._site = self._built()
        self._like = next(each for each in releases() if each.round == 5)
        self._turn: Turn | None = None
        self.rounds = 5

    def be(self, mood: str | None) -> None:
        """Misbehave from now on; None: be well."""
        self._turn = MOODS[mood] if mood else None

    def publish(self) -> int:
        """Have the next round come out; return its number."""
        self.rounds += 1
        with self._pages:
            self._everything.insert(0, self._round(self.rounds))
            self._site = self._built()
        return self.rounds

    def correct(self, word: str) -> None:
        """Change what the latest round says of a topic."""
        with self._pages:
            first = self._everything[0]
            if first.round != self.rounds:
                return
            said = first.body[2]
            assert isinstance(said, Bullets)
            changed = Bullets((f"{said.items[0]} {word}.", *said.items[1:]))
            body = (*first.body[:2], changed, *first.body[3:])
            self._everything[0] = replace(first, body=body)
            self._site = self._built()

    def play(self, connection: socket.socket, seen: Seen) -> bool:
        """Answer one request in the mood of the moment."""
        with self._pages:
            answer = self._site.answer(seen.path)
        turn = self._turn
        if isinstance(answer, Moved):
            right: Behaviour = redirect(answer.location, status=301)
        else:
            right = Page(
                answer.body,
                status=answer.status,
                content_type=answer.content_type,
                etag=answer.etag,
            )
        return (turn(right) if turn else right).play(Stage(connection, seen, self._closing))

    def _built(self) -> Site:
        return Site(tuple(self._everything), TODAY, PREFIXES[0])

    def _round(self, number: int) -> PressRelease:
        ordinal = ORDINALS[number - 6]
        talked = [_TALKS[(number + step) % len(_TALKS)] for step in range(4)]
        return replace(
            self._like,
            title=self._like.title.replace("Fifth", ordinal.title()),
            published=TODAY,
            address=self._like.address.replace("fifth", ordinal).replace("july", "august"),
            round=number,
            body=(
                f"WASHINGTON – The United States and Japan held the {ordinal} round of meetings "
                f"under the U.S.-Japan Partnership on Trade on August {number}, 2024.",
                "In areas where they work together, they took up several topics, including:",
                Bullets(tuple(f"{each}: Talked in round {number}." for each in talked)),
                "Both look forward to the next round.",
                "###",
            ),
        )
