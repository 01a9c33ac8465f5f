from monitor.entrypoints.counting import counted


def test_one_thing_is_one_and_any_other_number_is_several() -> None:
    assert counted(1, "listing page") == "1 listing page"
    assert counted(2, "request") == "2 requests"
    assert counted(0, "release") == "0 releases"
