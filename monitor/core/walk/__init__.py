"""The way into the past over a listing: which of its pages to look at next. Pure.

A pager, year pages and month pages may lead there; which of them do is nowhere written down, so a
walk finds it out. `begin` makes a walk, `follow` says where it goes after a page, and a walk can be
put away after every page and taken up again (docs/decisions/0024-walks-into-the-past.md).
"""

from monitor.core.walk.pages import Seen
from monitor.core.walk.periods import Period
from monitor.core.walk.steps import NO_WAY, begin, follow, passed_over, resumed, still_ahead
from monitor.core.walk.value import Place, Trial, Walk, Way

__all__ = [
    "NO_WAY",
    "Period",
    "Place",
    "Seen",
    "Trial",
    "Walk",
    "Way",
    "begin",
    "follow",
    "passed_over",
    "resumed",
    "still_ahead",
]
