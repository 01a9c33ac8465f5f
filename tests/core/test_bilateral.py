import pytest

from monitor.core.bilateral import items_of
from tests.core.builders import PARTNERSHIP


@pytest.mark.parametrize(
    ("listed", "items"),
    [
        (" including plywood, mutton, and wool.", ["plywood", "mutton", "wool"]),
        (" including plywood, mutton and wool.", ["plywood", "mutton", "wool"]),
        (" including plywood, mutton as well as wool.", ["plywood", "mutton", "wool"]),
        (" such as plywood, mutton, and more.", ["plywood", "mutton"]),
        (", including, but not limited to, plywood and mutton.", ["plywood", "mutton"]),
        (" with respect to plywood and mutton.", ["plywood", "mutton"]),
        (" related to plywood, mutton, and wool.", ["plywood", "mutton", "wool"]),
        (" including issues related to plywood and mutton.", ["plywood", "mutton"]),
        (
            " including issues related to plywood, mutton, and wool.",
            ["issues related to plywood", "mutton", "wool"],
        ),
        (" on each side, including issues in the areas of plywood and mutton, among others.",
         ["plywood", "mutton"]),
        (": plywood; customs, tea, and rice; and mutton.",
         ["plywood", "customs, tea, and rice", "mutton"]),
        (" including fuels (corn, soy, and wheat), and wool.",
         ["fuels (corn, soy, and wheat)", "wool"]),
        (" including wool, and fuels, including corn, soy, and wheat.",
         ["wool", "fuels, including corn, soy, and wheat"]),
        (" including wool, regulatory transparency and due process.",
         ["wool", "regulatory transparency and due process"]),
        (" including plywood and mutton, and agreed to meet again.", ["plywood", "mutton"]),
        (" including plywood, and mutton, with a view to settling both.", ["plywood", "mutton"]),
        (" including plywood, while Japan raised bilateral concerns such as wool.",
         ["plywood", "wool"]),
        (" of concern to each side.", []),
        (".", []),
    ],
)  # fmt: skip
def test_a_list_is_cut_where_a_reader_would(listed: str, items: list[str]) -> None:
    assert items_of(f"They also discussed bilateral trade issues{listed}", PARTNERSHIP) == items
