import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.ranks import direction, rank_changes, rank_of
from storage.records import Delegation, Lead, RankChange, Readout
from tests.core.builders import readout

ASSISTANT = "Assistant United States Trade Representative for Japan, Korea, and APEC Affairs"
DIRECTOR = "Director for Japan Affairs"


def led(number: int | None, *titles: str | None, country: str = "United States") -> Readout:
    made = readout(number)
    leads = tuple(Lead(f"Lead {i}", title) for i, title in enumerate(titles))
    delegations = (Delegation(country, leads),) if titles else ()
    return Readout(
        made.series,
        made.round,
        made.held,
        (),
        made.city,
        delegations,
        (),
        None,
        complete=True,
    )


def way(before: str, after: str) -> str | None:
    found = rank_changes(led(4, before), led(5, after))
    return found[0].direction if found else None


def test_a_director_after_an_assistant_trade_representative_is_a_lower_rank_and_says_so() -> None:
    assert rank_changes(led(4, ASSISTANT), led(5, DIRECTOR)) == (
        RankChange(
            "United States",
            ASSISTANT,
            DIRECTOR,
            "lower",
            "The delegation of the United States was led by a Director; an Assistant United States "
            "Trade Representative, a higher rank, led it in round 4.",
        ),
    )


def test_the_same_rank_is_told_as_the_same() -> None:
    (change,) = rank_changes(led(None, DIRECTOR), led(5, "Director for Korea"))
    assert change.direction == "same"
    assert change.reason.endswith("was led by a Director, as in the round before.")


def test_one_office_in_two_spellings_is_the_same_rank() -> None:
    (change,) = rank_changes(led(1, "Assistant U.S. Trade Representative"), led(2, ASSISTANT))
    assert change.direction == "same"
    assert "; an Assistant U.S. Trade Representative, the same rank, led it" in change.reason


@pytest.mark.parametrize(
    "ladder",
    [
        (
            DIRECTOR,
            "Deputy Assistant United States Trade Representative",
            "Assistant U.S. Trade Representative for Africa",
            "Deputy United States Trade Representative",
            "U.S. Trade Representative",
        ),
        (
            "Director, Second North America Division, Ministry of Foreign Affairs",
            "Deputy Director-General, Trade Policy Bureau",
            "Director General, Economic Affairs Bureau, Ministry of Foreign Affairs",
            "Vice-Minister for International Affairs",
            "Minister of Economy, Trade, and Industry",
        ),
        ("Deputy Assistant Secretary", "Assistant Secretary for Trade", "Under Secretary"),
        ("Principal Secretary for Trade", "Cabinet Secretary for Trade"),
        ("Director General", "Minister of State for Trade Policy", "Secretary of State for Trade"),
    ],
)
def test_each_office_of_a_ladder_is_above_those_before_it(ladder: tuple[str, ...]) -> None:
    for low, lower in enumerate(ladder):
        for higher in ladder[low + 1 :]:
            assert way(lower, higher) == "higher"
            assert way(higher, lower) == "lower"


def test_one_who_acts_counts_as_of_the_rank_and_is_told_as_acting() -> None:
    (change,) = rank_changes(
        led(4, "Acting Deputy United States Trade Representative"), led(5, DIRECTOR)
    )
    assert change.direction == "lower"
    assert "; an acting Deputy United States Trade Representative, a higher rank," in change.reason
    assert way("Acting " + ASSISTANT, ASSISTANT) == "same"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Director General, Trade Policy Bureau", ASSISTANT),
        ("Director, Office of Japan, Department of Commerce", ASSISTANT),
        ("Deputy Minister for Trade", "Vice-Minister for Trade"),
        ("Minister-Counselor", "Minister"),
        ("Secretary General", "Director General"),
        ("Chief Negotiator", ASSISTANT),
        ("Former Director", ASSISTANT),
        ("Ambassador", ASSISTANT),
        ("Staff of the Director", DIRECTOR),
        ("", DIRECTOR),
    ],
)
def test_titles_that_are_on_no_common_scale_say_nothing(before: str, after: str) -> None:
    assert way(before, after) is None
    assert way(after, before) is None


def test_several_leads_or_none_or_no_title_say_nothing() -> None:
    one = led(4, ASSISTANT)
    assert rank_changes(one, led(5)) == rank_changes(led(3), one) == ()
    assert rank_changes(one, led(5, DIRECTOR, ASSISTANT)) == ()
    assert rank_changes(one, led(5, None)) == ()


def test_the_lead_of_one_country_is_not_held_against_that_of_another() -> None:
    assert rank_changes(led(4, "Director General", country="Japan"), led(5, DIRECTOR)) == ()


TITLES = st.sampled_from(
    [ASSISTANT, DIRECTOR, "Minister", "Director General", "Secretary", "Acting Director"]
) | st.text(max_size=40)


@given(TITLES, TITLES)
def test_whatever_the_titles_the_mirror_image_is_the_other_way(one: str, other: str) -> None:
    mirrored = {"higher": "lower", "lower": "higher", "same": "same", None: None}
    assert way(other, one) == mirrored[way(one, other)]


@given(TITLES)
def test_a_rank_is_that_of_the_title_itself(title: str) -> None:
    rank = rank_of(title)
    if rank is not None:
        assert rank.words in " ".join(title.split())
        assert direction(rank, rank) == "same"
