import pytest

from monitor.core.sentences import listed, quoted_list, rounds_listed


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([3], "round 3"),
        ([2, 1, 1], "rounds 1 and 2"),
        ([1, 2, 3, 4], "rounds 1 to 4"),
        ([7, 1, 3, 2], "rounds 1 to 3 and 7"),
        ([1, 3, 5], "rounds 1, 3 and 5"),
        ([1, 2, 4, 5, 6, 9], "rounds 1, 2, 4 to 6 and 9"),
    ],
)
def test_rounds_are_listed_as_a_person_would(numbers: list[int], told: str) -> None:
    assert rounds_listed(numbers) == told


def test_several_things_are_joined_by_commas_and_an_and() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_of_many_words_a_few_are_quoted() -> None:
    assert quoted_list(["ports", "piers"]) == "“ports” and “piers”"
    assert quoted_list([f"word{n}" for n in range(9)]).count("“") == 4
