"""`roundwatch series`: which series there are, and a file that describes one, checked and tried."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.entrypoints.user import ROOT, User

FERRIES = """
slug = "us-norway-ferry-dialogue"
name = "U.S.-Norway Ferry Dialogue"
publisher = "Harbor Office"
names = ["Ferry Dialogue"]
events = ["session"]
title_hints = ["ferry dialogue"]
[[lists]]
shape = "sentence"
opens = ["went through"]
[[parties]]
country = "United States"
names = ["United States", "U.S."]
of = ["U.S."]
[[parties]]
country = "Norway"
names = ["Norway"]
of = ["Norwegian"]
[[topics]]
slug = "piers"
name = "piers"
"""
SESSION = (
    "OSLO – The United States and Norway held the third session of the U.S.-Norway Ferry Dialogue "
    "on June 3, 2025. They went through piers; timetables, by day and night; and fares."
)


def described(user: User, text: str = FERRIES) -> Path:
    file = user.home / "ferries.toml"
    file.write_text(text, "utf-8")
    return file


def saved(user: User, **pages: str) -> Path:
    folder = user.home / "pages"
    folder.mkdir()
    for name, text in pages.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder


def a_user(tmp_path: Path) -> User:
    home = tmp_path / "home"
    home.mkdir()
    return User(home)


def test_the_followed_series_are_listed_with_the_default_first(tmp_path: Path) -> None:
    ended = a_user(tmp_path).runs("series", "list")
    slugs = [line.split("\t")[0] for line in ended.said.splitlines()]
    assert slugs[0] == "us-japan-partnership-on-trade"
    assert len(slugs) >= 5


def test_every_file_that_ships_has_no_fault(tmp_path: Path) -> None:
    user = a_user(tmp_path)
    for file in (ROOT / "monitor" / "series").glob("*.toml"):
        ended = user.runs("series", "check", str(file))
        assert (ended.code, ended.complained) == (0, "")


def test_a_new_series_is_tried_on_saved_pages_without_any_code(tmp_path: Path) -> None:
    user = a_user(tmp_path)
    folder = saved(user, third=SESSION, other="OSLO – The Ferry Dialogue is praised by all.")
    ended = user.runs("series", "check", str(described(user)), folder.name)
    assert ended.code == 0
    assert "third.txt: readout" in ended.said
    assert "round 3, held June 3, 2025" in ended.said
    assert "not in the list of topics: timetables, by day and night" in ended.said
    assert "not in the list of topics: piers" not in ended.said
    assert "other.txt: related" in ended.said
    assert "1 of 2 pages report a round" in ended.said


def test_a_folder_without_a_round_of_the_series_fails_the_check(tmp_path: Path) -> None:
    user = a_user(tmp_path)
    ended = user.runs("series", "check", str(described(user)), str(saved(user, a="Nothing here.")))
    assert (ended.code, "0 of 1 pages" in ended.said) == (1, True)


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    user = a_user(tmp_path)
    faulty = FERRIES.replace('slug = "us-', 'slug = "US ').replace('shape = "sentence"', "")
    ended = user.runs("series", "check", str(described(user, faulty + "\ncolor = 1\n")))
    assert ended.code == 1
    assert "has other signs than small letters" in ended.said
    assert "[[lists]] number 1 lacks “shape”" in ended.said
    assert "has no field “color”" in ended.said


def test_a_shape_that_nobody_knows_and_a_label_given_twice_are_faults(tmp_path: Path) -> None:
    user = a_user(tmp_path)
    odd = described(user, FERRIES.replace('"sentence"', '"spiral"'))
    assert "the shape “spiral” is none of" in user.runs("series", "check", str(odd)).said
    twice = described(user, f'{FERRIES}\n[[topics]]\nslug = "quays"\nname = "Piers"\n')
    assert (
        "is given to two topics: piers and quays" in user.runs("series", "check", str(twice)).said
    )


def test_what_is_no_toml_or_no_file_is_said_plainly(tmp_path: Path) -> None:
    user = a_user(tmp_path)
    broken = user.runs("series", "check", str(described(user, "slug = ")))
    assert (broken.code, "it is no TOML" in broken.said) == (1, True)
    missing = user.runs("series", "check", "nowhere.toml")
    assert (missing.code, "cannot be read" in missing.complained) == (2, True)


def test_an_empty_folder_is_wrong_usage(tmp_path: Path) -> None:
    user = a_user(tmp_path)
    empty = saved(user)
    ended = user.runs("series", "check", str(described(user)), str(empty))
    assert (ended.code, "holds no saved page" in ended.complained) == (2, True)
    shutil.rmtree(empty)
