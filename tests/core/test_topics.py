from monitor.core.topics import with_topics
from tests.core.builders import PARTNERSHIP, mention, readout

LINKED = PARTNERSHIP.with_aliases(
    [
        ("Harbors", "ports", "Ports"),
        ("Piers", "ports", "Ports"),
        ("Fish", "seafood", "trade in seafood"),
        ("Labor", "seafood", "trade in seafood"),
    ]
)


def test_a_linked_label_is_its_topic_in_any_form_of_it() -> None:
    assert {LINKED.topic_slug(label) for label in ("harbor", "PIERS", "ports")} == {"ports"}
    assert LINKED.topic_name("ports") == "Ports"
    assert LINKED.topic_slug("fish") == LINKED.topic_slug("trade in seafood") == "seafood"


def test_what_the_reviewed_list_says_of_a_label_stands() -> None:
    assert LINKED.topic_slug("Labor") == "labor"


def test_a_series_is_left_as_it_is() -> None:
    assert PARTNERSHIP.with_aliases([]) is PARTNERSHIP
    assert PARTNERSHIP.topic_of("Harbors") is None
    places = [topic.slug for topic in LINKED.topics]
    assert places[: len(PARTNERSHIP.topics)] == [topic.slug for topic in PARTNERSHIP.topics]


def test_a_readout_takes_on_the_topics_of_a_series() -> None:
    read = readout(1, mention("Harbors"), mention("Labor"))
    assert [m.topic for m in with_topics(read, LINKED).mentions] == ["ports", "labor"]
