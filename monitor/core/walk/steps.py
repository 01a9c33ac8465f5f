"""From a walk and the page it came to, to the walk after it.

Every page is visited once at most: within a list the numbers of the pages rise, and from list to
list the periods fall. A walk ends: at the first day that is asked for, where the pager ends or
repeats itself, or where several periods in a row have no page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from monitor.core.addresses import is_archive_page, numbered, release_key
from monitor.core.walk.pages import (
    Seen,
    days_covered,
    further,
    is_before,
    likeness,
    month_of,
    of_period,
    oldest_period,
    surely_of,
)
from monitor.core.walk.periods import FIRST_YEAR, Period, is_page_of, spellings
from monitor.core.walk.value import Place, Trial, Walk, Way

MISSING = {"years": 3, "months": 12}
"""How many periods in a row without a page are the end of the past."""
NO_WAY = "no way to older releases was found"
"""What is said of a listing that leads nowhere."""
LONGEST_LIST = 10_000
"""Pages of one list; behind them a walk does not go on, whatever is shown."""

# A pager that is shown to end within so many pages is followed without looking for shorter ways.
_SHORT_PAGER = 5
_DAYS_OF: dict[Way, int] = {"years": 365, "months": 31}
# A year's page that names at least so many releases, and none of the first quarter, is cut short.
_MANY = 10
_FIRST_QUARTER = 3


def begin(
    root: str, *, since: date | None = None, until: date | None = None, way: Way | None = None
) -> Walk:
    """A walk that has not begun.

    Args:
        root: the listing's own address, where it was found in the end.
        since: the first day that is asked for; None: all of the past.
        until: the last day that is asked for; None: up to the present.
        way: what worked the last time.
    """
    untried: dict[Way | None, tuple[Way, ...]] = {"pager": (), "months": ("months",)}
    bare = numbered(root, 0)
    return Walk(bare, since, until, Place(bare), untried=untried.get(way, ("years", "months")))


def resumed(walk: Walk) -> Walk:
    """A walk that was put away: it goes on one page before, since the list may have shifted."""
    here, walk = walk.here, replace(walk, failing=False)
    if here is None or here.number == 0 or walk.behind:
        return walk
    before = Place(numbered(here.address, here.number - 1), here.period, here.number - 1)
    return replace(walk, here=before, likenesses=())


def follow(walk: Walk, page: Seen | None) -> Walk:
    """Where a walk goes after the page it came to.

    Args:
        walk: the walk; `here` is the page.
        page: what was found there; None: no such page, or none that names anything.
    """
    here = walk.here
    if here is None:
        return walk
    if here.period is None:
        return _after_listing_page(walk, here, page)
    if page is not None and not is_page_of(page.address, here.period):
        page = None  # a redirect to the listing or to the front page
    if walk.trials:
        return _after_trial(walk, here, here.period, page)
    return _after_period_page(walk, here, here.period, page)


def passed_over(walk: Walk) -> Walk:
    """Where a walk goes on behind a page that cannot be read, however often it is asked for."""
    here = walk.here
    if here is None or here.number == 0 or walk.behind:
        return follow(walk, None)
    number = here.number + 1
    beside = f" of {here.period}" if here.period else " of the listing"
    return replace(
        walk,
        here=Place(numbered(here.address, number), here.period, number),
        gaps=(*walk.gaps, f"page {number}{beside}"),
    )


def still_ahead(walk: Walk) -> int | None:
    """How many pages there are still to come, where that is known."""
    here = walk.here
    if here is None:
        return 0
    if here.period is None:
        return None if walk.last is None else walk.last - here.number + 1
    if walk.way == "years" and not walk.trials and walk.since:
        return max(1, here.period.year - walk.since.year + 1)
    return None


# --- The pager --------------------------------------------------------------------------------


def _after_listing_page(walk: Walk, here: Place, page: Seen | None) -> Walk:
    if walk.behind:
        return _after_last_page(walk, walk.behind, page)
    if page is None:
        return replace(walk, here=None, gaps=(*walk.gaps, f"page {here.number + 1} of the listing"))
    releases = page.listing.releases
    likenesses = _with_likeness(walk, here, page)
    if likenesses is None or is_before(releases, walk.since):
        return replace(walk, here=None)
    ahead = further(page, here.number)
    walk = replace(
        walk,
        back=_next_in(ahead, here),
        last=_last_known(walk, ahead),
        likenesses=likenesses,
        linked=walk.linked or _periods_linked(walk.root, page),
    )
    ways = _ways_worth_trying(walk, here, page)
    return _to_next_trial(replace(walk, trials=_trials(ways, page)))


def _periods_linked(root: str, page: Seen) -> tuple[str, ...]:
    """The year and month pages of this very section that a page links to."""
    ours = f"{release_key(root)}/"
    return tuple(
        a for a in page.listing.older if is_archive_page(a) and release_key(a).startswith(ours)
    )


def _next_in(ahead: Mapping[int, str], here: Place) -> Place | None:
    number = min(ahead, default=LONGEST_LIST)
    return Place(ahead[number], here.period, number) if number < LONGEST_LIST else None


def _last_known(walk: Walk, ahead: Mapping[int, str]) -> int | None:
    """The last page, once more than the next one was linked: a lone "next" tells of no end."""
    if walk.last is None and len(ahead) <= 1:
        return None
    return max([*ahead, walk.last or 0])


def _ways_worth_trying(walk: Walk, here: Place, page: Seen) -> tuple[Way, ...]:
    """The ways not tried yet that would take fewer requests than the pager.

    A page of a period pays where a page of the pager covers less than that.
    """
    if walk.back is None:
        return walk.untried if here.number == 0 else ()
    covered = days_covered(page.listing.releases)
    if covered is None or _is_short(walk, here, page):
        return ()
    return tuple(way for way in walk.untried if covered < _DAYS_OF[way])


def _is_short(walk: Walk, here: Place, page: Seen) -> bool:
    """Whether the pager takes no more pages to its end than year pages would."""
    oldest = oldest_period(page.listing.releases)
    if oldest is None or walk.last is None:
        return False
    years = oldest.year - walk.since.year + 1 if walk.since else _SHORT_PAGER
    return walk.last - here.number <= years


# --- Ways on trial ----------------------------------------------------------------------------


def _trials(ways: Iterable[Way], page: Seen) -> tuple[Trial, ...]:
    """Ways to try, each with what it must name: what is at hand of its period."""
    releases = page.listing.releases
    oldest = oldest_period(releases)
    if oldest is None:
        return ()
    periods = {way: oldest if way == "months" else Period(oldest.year) for way in ways}
    at_hand = {way: tuple(sorted(surely_of(releases, periods[way]))) for way in periods}
    return tuple(
        Trial(way, period, at_hand[way])
        for way, period in periods.items()
        if at_hand[way] and (way == "years" or period.month)
    )


def _to_next_trial(walk: Walk) -> Walk:
    """To the page of the first way on trial; without one, on by the pager."""
    if walk.trials:
        trial = walk.trials[0]
        untried = tuple(way for way in walk.untried if way != trial.way)
        return _to_period(replace(walk, untried=untried), trial.period)
    period = walk.here.period if walk.here else None
    if period and walk.way == "years" and walk.back is None:
        return _to_period_before(walk, Period(period.year))  # cut short, but all there is
    if walk.back is None and walk.last is None:
        walk = replace(walk, gaps=(*walk.gaps, NO_WAY))
    likenesses = () if period else walk.likenesses
    return replace(walk, here=walk.back, way="pager", others=(), likenesses=likenesses)


def _after_trial(walk: Walk, here: Place, period: Period, page: Seen | None) -> Walk:
    trial = walk.trials[0]
    if page is not None:
        named = of_period(page.listing.releases, period)
        goes_on = len(named) > len(trial.must_name) or further(page, here.number)
        if goes_on and named.issuperset(trial.must_name):
            proven = replace(walk, way=trial.way, trials=())
            return _after_period_page(proven, here, period, page)
    if walk.others:
        return _elsewhere(walk, period)
    return _to_next_trial(replace(walk, trials=walk.trials[1:]))


# --- Years and months -------------------------------------------------------------------------


def _after_period_page(walk: Walk, here: Place, period: Period, page: Seen | None) -> Walk:
    named = of_period(page.listing.releases, period) if page else frozenset()
    if page is None or not named:
        return _without_page(walk, here, period)
    months = [month_of(release) for release in page.listing.releases if release.key in named]
    walk = replace(
        walk,
        missing=0,
        form=_form_of(walk, here, period),
        count=walk.count + len(named),
        first_month=min([walk.first_month, *(found.month or 12 for found in months if found)]),
    )
    likenesses = _with_likeness(walk, here, page)
    following = _next_in(further(page, here.number), here)
    if likenesses and following:
        return replace(walk, here=following, likenesses=likenesses, others=())
    if walk.way == "years" and _is_cut_short(walk, period):
        gap = f"{period} is cut short"
        return _to_next_trial(
            replace(walk, gaps=(*walk.gaps, gap), trials=_trials(walk.untried, page))
        )
    return _to_period_before(walk, period)


def _without_page(walk: Walk, here: Place, period: Period) -> Walk:
    if here.number:
        return _to_period_before(walk, period)
    if walk.others:
        return _elsewhere(walk, period)
    walk = replace(walk, missing=walk.missing + 1, gaps=(*walk.gaps, str(period)))
    if walk.missing < MISSING[walk.way] or (walk.known and period.first_day > walk.known):
        return _to_period_before(walk, period)
    last = walk.last or (walk.back.number if walk.back else 0)
    if last and walk.known is None:
        there = Place(numbered(walk.root, last), None, last)
        return replace(walk, here=there, behind=period, others=())
    return _ended(walk)


def _after_last_page(walk: Walk, behind: Period, page: Seen | None) -> Walk:
    """The pager's last page tells whether the past ends where the periods seem to."""
    oldest = oldest_period(page.listing.releases) if page else None
    if oldest is None or oldest.year > _newest_missing(walk):
        return _ended(walk)
    walk = replace(walk, known=oldest.first_day, behind=None, back=None)
    return _to_period_before(walk, behind)


def _ended(walk: Walk) -> Walk:
    """The past begins behind the periods without a page: they are no gaps, if all of them are."""
    lost = walk.known is not None and _newest_missing(walk) >= walk.known.year
    return replace(walk, here=None, gaps=walk.gaps if lost else walk.gaps[: -walk.missing])


def _newest_missing(walk: Walk) -> int:
    """The year of the first of the periods in a row that have no page."""
    return int(walk.gaps[-walk.missing].split()[-1])


def _is_cut_short(walk: Walk, period: Period) -> bool:
    """Whether a year's page names many releases, but none of the months that were asked for."""
    since = walk.since if walk.since and walk.since.year == period.year else None
    first = max(_FIRST_QUARTER, since.month if since else 1)
    return walk.count >= _MANY and walk.first_month > first


def _to_period_before(walk: Walk, period: Period) -> Walk:
    before = period.before()
    if walk.until and walk.until < before.first_day:
        before = before.holding(walk.until)
    if before.year < FIRST_YEAR or (walk.since and before.last_day < walk.since):
        return replace(walk, here=None)
    return _to_period(walk, before)


def _to_period(walk: Walk, period: Period) -> Walk:
    found = spellings(walk.root, period, linked=walk.linked, form=walk.form)
    address, *others = [address for _, address in found]
    return replace(
        walk,
        here=Place(address, period),
        others=tuple(others),
        likenesses=(),
        count=0,
        first_month=12,
    )


def _elsewhere(walk: Walk, period: Period) -> Walk:
    """To the next address under which the page of a period may stand."""
    address, *others = walk.others
    return replace(walk, here=Place(address, period), others=tuple(others))


def _form_of(walk: Walk, here: Place, period: Period) -> int:
    """The form of the address that a period's page was found under."""
    found = spellings(walk.root, period, linked=walk.linked, form=walk.form)
    bare = numbered(here.address, 0)
    return next((form for form, address in found if address == bare), walk.form)


# --- Pages that repeat ------------------------------------------------------------------------


def _with_likeness(walk: Walk, here: Place, page: Seen) -> tuple[str, ...] | None:
    """What is remembered of a list's pages with this one; None if it repeats one of them.

    Remembered are the first page, the one before, and the last whose number is a power of two
    (R. P. Brent's way of finding a cycle), so that every repetition is noticed, at no size.
    """
    this = likeness(page.listing.releases)
    if this in walk.likenesses:
        return None
    first, _, mark = walk.likenesses or (this, this, this)
    return first, this, this if here.number.bit_count() == 1 else mark
