from dataclasses import replace

import pytest

from monitor.core.delegations import delegations_in
from monitor.core.topics import Party
from tests.core.builders import PARTNERSHIP

US = "United States"
KENYA = replace(
    PARTNERSHIP, parties=(PARTNERSHIP.parties[0], Party("Kenya", ("Kenya",), ("Kenyan",)))
)
AFFAIRS = "Assistant U.S. Trade Representative for Japan, Korea and APEC Affairs"


def led(sentence: str, series: object = PARTNERSHIP) -> list[tuple[str, str, str | None]]:
    assert isinstance(series, type(PARTNERSHIP))
    return [
        (told.country, lead.name, lead.title)
        for told in delegations_in(sentence, series)
        for lead in told.leads
    ]


@pytest.mark.parametrize(
    ("sentence", "name", "title"),
    [
        (f"The U.S. delegation was led by Ada Bell, {AFFAIRS}.", "Ada Bell", AFFAIRS),
        (f"The U.S. delegation was led by {AFFAIRS} Ada Bell.", "Ada Bell", AFFAIRS),
        ("Ada Bell, Director for Tea, led the U.S. delegation.", "Ada Bell", "Director for Tea"),
        (
            "Director for Tea Ada Bell led the delegation of the United States.",
            "Ada Bell",
            "Director for Tea",
        ),
        ("The U.S. team, headed by Ada Bell, Director, met.", "Ada Bell", "Director"),
        ("Ada Bell, Director, served as head of the U.S. delegation.", "Ada Bell", "Director"),
        ("Director Ada Bell served as the lead USTR official.", "Ada Bell", "Director"),
        (
            "In the dialogue, chaired for the U.S. by Acting Director (AD) for Labor Ada Bell, "
            "agencies spoke.",
            "Ada Bell",
            "Acting Director (AD) for Labor",
        ),
        (
            "The U.S. delegation was led by Ambassador Ada Bell, Deputy Director, and included more.",
            "Ada Bell",
            "Ambassador, Deputy Director",
        ),
        ("The US side was led by Ada Bell (Director for Tea).", "Ada Bell", "Director for Tea"),
        ("The U.S. delegation was led by Ada Bell.", "Ada Bell", None),
        ("The U.S. delegation was led by Ambassador Bell.", "Bell", "Ambassador"),
        (
            "The U.S. delegation was led by Ada Bell, Director General and Deputy Minister, Tea.",
            "Ada Bell",
            "Director General and Deputy Minister, Tea",
        ),
    ],
)
def test_a_lead_is_read_from_any_order_of_the_sentence(
    sentence: str, name: str, title: str | None
) -> None:
    assert led(sentence) == [(US, name, title)]


@pytest.mark.parametrize(
    "name",
    [
        "Ono Keiichi",
        "KASHIWABARA Kyoko",
        "Alfred K’Ombudo",
        "María L. Pagán",
        "John W. Smith Jr.",
        "Jean-Pierre de la Cruz",
        "Terry McCartin",
        "Dr. Liam Fox MP",
    ],
)
def test_names_of_many_shapes_are_names_before_and_behind_a_title(name: str) -> None:
    title = "Deputy Minister for Trade"
    assert led(f"The U.S. delegation was led by {name}, {title}.") == [(US, name, title)]
    assert led(f"The U.S. delegation was led by {title} {name}.") == [(US, name, title)]
    assert led(f"{title} {name} led the U.S. delegation.") == [(US, name, title)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Leading the U.S. delegation was Director Ada Bell, while the Kenyan side was represented by "
        "Secretary Bo Cho.",
        "The United States, led by Director Ada Bell, and Kenya, led by Secretary Bo Cho, met.",
        "The delegations were led by Ada Bell, Director, for the United States and Bo Cho, "
        "Secretary, for Kenya.",
        "The U.S. and Kenyan delegations were led by Director Ada Bell and Secretary Bo Cho, "
        "respectively.",
        "Ada Bell, Director, led the U.S. delegation, and Bo Cho, Secretary, led the Kenyan side.",
        "The U.S. delegation was led by Director Ada Bell, and the Kenyan delegation by Secretary "
        "Bo Cho.",
    ],
)
def test_each_side_gets_its_own_lead(sentence: str) -> None:
    assert led(sentence, KENYA) == [
        (US, "Ada Bell", "Director"),
        ("Kenya", "Bo Cho", "Secretary"),
    ]


def test_several_leads_are_parted_at_names_and_titles_and_not_at_commas() -> None:
    one = ("Ono Keiichi", "Director General, Economic Affairs Bureau, Ministry of Foreign Affairs")
    other = ("Bo Cho", "Deputy Director, Ministry of Economy, Trade, and Industry")
    for joint in (", and ", "; and ", "; "):
        told = f"Japan’s delegation was led by {', '.join(one)}{joint}{', '.join(other)}."
        assert led(told) == [("Japan", *one), ("Japan", *other)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The U.S. delegation was led by the Office of the United States Trade Representative (USTR).",
        "The U.S. delegation was led by officials from the Department of Commerce.",
    ],
)
def test_an_office_is_no_person(sentence: str) -> None:
    assert [(d.country, d.leads) for d in delegations_in(sentence, PARTNERSHIP)] == [(US, ())]


@pytest.mark.parametrize(
    "sentence",
    [
        "The meeting was co-chaired by Ada Bell, Director, and Bo Cho, Director General.",
        "The United States and Japan, led by Ada Bell, Director, met.",
        "The delegations were led by officials from both capitals.",
    ],
)
def test_a_country_that_is_not_named_is_not_guessed(sentence: str) -> None:
    assert led(sentence) == []


def test_a_title_that_cannot_be_told_from_the_name_is_left_with_it() -> None:
    words = "Director for Green Growth Ada Bell"
    assert led(f"The U.S. delegation was led by {words}.") == [(US, words, None)]
