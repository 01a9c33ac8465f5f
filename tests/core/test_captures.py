"""The Internet Archive's index as JSON, and which captures of a release are asked for."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.captures import (
    FIELDS,
    Capture,
    Frontier,
    Outcome,
    name_of,
    next_capture,
    original_of,
    prefixes,
    read_captures,
    releases_captured,
    timestamp_of,
)
from monitor.errors import UnknownCaptures

OFFICE = "https://ustr.gov/about-us/policy-offices/press-office/press-releases"
ROW = ["20220302120000", f"{OFFICE}/2022/march/a", "text/html", "200", "ABC", "4021"]


def capture(timestamp: str, digest: str = "A", original: str = f"{OFFICE}/2022/march/a") -> Capture:
    return Capture(timestamp, original, "text/html", 200, digest, 4021)


def page(*rows: list[str], head: tuple[str, ...] = FIELDS) -> bytes:
    return json.dumps([list(head), *rows]).encode()


# --- What the index says ----------------------------------------------------------------------


def test_a_page_of_the_index_is_read_field_by_field() -> None:
    read = read_captures(page(ROW))
    assert read.resume_key is None
    (found,) = read.captures
    assert found == Capture(ROW[0], ROW[1], "text/html", 200, "ABC", 4021)
    assert found.taken_at == datetime(2022, 3, 2, 12, tzinfo=UTC)


def test_an_empty_row_and_a_key_say_that_it_goes_on() -> None:
    read = read_captures(page(ROW, [], ["gov,ustr)/a 20220302120000"]))
    assert len(read.captures) == 1
    assert read.resume_key == "gov,ustr)/a 20220302120000"


@pytest.mark.parametrize("body", [b"[]", page()])
def test_an_index_without_captures_has_none(body: bytes) -> None:
    assert read_captures(body).captures == ()


def test_a_dash_stands_for_a_number_that_is_not_known() -> None:
    (found,) = read_captures(page([*ROW[:3], "-", "ABC", "-"])).captures
    assert (found.status, found.length) == (None, None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\xff",
        b"{}",
        b'"no"',
        b"[1]",
        b"[[1]]",
        b"<html>Too many requests</html>",
        page(ROW)[:-20],
        page(ROW, head=FIELDS[::-1]),
        page(ROW[:-1]),
        page([*ROW, "more"]),
        page(["2022", *ROW[1:]]),
        page(["20220230120000", *ROW[1:]]),
        page([ROW[0], "no address", *ROW[2:]]),
        page([*ROW[:3], "ok", *ROW[4:]]),
        page([*ROW[:5], "long"]),
        page(ROW, [], ["two", "keys"]),
        page(ROW, []),
    ],
)
def test_anything_else_is_named_and_not_taken_for_a_short_index(body: bytes) -> None:
    with pytest.raises(UnknownCaptures) as raised:
        read_captures(body)
    assert raised.value.evidence


@given(st.integers(0, len(page(ROW, ROW)) - 1))
def test_an_index_that_was_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises(UnknownCaptures):
        read_captures(page(ROW, ROW)[:length])


# --- Where a walk stands ----------------------------------------------------------------------


def test_the_index_is_asked_for_both_prefixes_with_and_without_index_php() -> None:
    assert prefixes() == (
        "ustr.gov/about-us/policy-offices/press-office/",
        "ustr.gov/index.php/about-us/policy-offices/press-office/",
        "ustr.gov/about/policy-offices/press-office/",
        "ustr.gov/index.php/about/policy-offices/press-office/",
    )


def test_a_frontier_moves_on_page_by_page_and_then_to_the_next_prefix() -> None:
    one = Frontier().behind(read_captures(page(ROW, [], ["k"])), 7)
    assert one == Frontier(0, "k", (7,))
    assert one.behind(read_captures(page(ROW)), 8) == Frontier(1, None, (7, 8))


def test_an_index_that_goes_round_in_circles_is_named() -> None:
    again = read_captures(page(ROW, [], ["k"]))
    with pytest.raises(UnknownCaptures, match="circles"):
        Frontier().behind(again, 1).behind(again, 2)


# --- Which releases ---------------------------------------------------------------------------


def test_the_spellings_of_an_address_are_one_release() -> None:
    captures = [
        capture(
            "20230101000000",
            original="http://www.ustr.gov:80/index.php" + OFFICE[16:] + "/2022/march/a/",
        ),
        capture("20220302120000"),
        capture(
            "20251001000000",
            original="https://ustr.gov/about" + OFFICE[25:] + "/2022/march/A?ref=x",
        ),
        capture("20220401000000", original=OFFICE),  # the listing
        capture("20220401000000", original=f"{OFFICE}/2022"),
    ]
    (found,) = releases_captured(captures)
    assert found.key == "press-releases/2022/march/a"
    assert [each.timestamp[:4] for each in found.captures] == ["2022", "2023", "2025"]
    assert "/about/" in found.original


def test_a_playback_tells_what_was_captured_and_when() -> None:
    address = f"https://web.archive.org/web/20220302120000id_/{OFFICE}/2022/march/a"
    assert original_of(address) == f"{OFFICE}/2022/march/a"
    assert timestamp_of(address) == "20220302120000"
    assert original_of(f"{OFFICE}/2022/march/a") is None
    assert timestamp_of("https://web.archive.org/cdx/search/cdx?url=x") is None


# --- Which captures ---------------------------------------------------------------------------

TIMES = [f"2022030{day}120000" for day in range(1, 8)]
HISTORIES = st.lists(st.sampled_from("ABCD"), min_size=1, max_size=7).map(
    lambda digests: [capture(when, digest) for when, digest in zip(TIMES, digests, strict=False)]
)
FATES = st.lists(st.sampled_from(["good", "good", "gap", "no-page"]), min_size=7, max_size=7)


def asked_for(
    history: list[Capture], fates: list[Outcome], *, every: bool = False
) -> list[tuple[Capture, Outcome]]:
    """All that is asked for, in order, and what came of it; a digest that is a wall stays one."""
    tried: dict[str, Outcome] = {}
    asked = []
    walls = {c.digest for c, fate in zip(history, fates, strict=False) if fate == "no-page"}
    while found := next_capture(history, tried, every=every):
        assert name_of(found) not in tried
        fate = fates[history.index(found)]
        fate = "no-page" if fate == "good" and found.digest in walls else fate
        tried[name_of(found)] = fate
        asked.append((found, fate))
    return asked


@given(HISTORIES, FATES)
def test_no_capture_is_asked_for_twice_and_there_is_an_end(
    history: list[Capture], fates: list[Outcome]
) -> None:
    assert len(asked_for(history, fates)) <= len(history)


@given(HISTORIES)
def test_where_all_are_good_the_first_and_the_last_other_one_are_asked_for(
    history: list[Capture],
) -> None:
    asked = [found for found, _ in asked_for(history, ["good"] * 7)]
    assert asked[0] == history[0]
    assert len(asked) == (1 if history[-1].digest == history[0].digest else 2)
    assert asked[-1].digest == history[-1].digest


@given(HISTORIES, FATES)
def test_the_first_good_one_has_nothing_untried_before_it(
    history: list[Capture], fates: list[Outcome]
) -> None:
    asked = asked_for(history, fates)
    good = [found for found, fate in asked if fate == "good"]
    if not good:
        digests = {found.digest for found, _ in asked}
        assert {each.digest for each in history} == digests
        return
    names = {name_of(found) for found, _ in asked}
    known = {found.digest for found, fate in asked if fate != "gap"}
    before = history[: history.index(min(good, key=lambda each: each.timestamp))]
    assert all(name_of(each) in names or each.digest in known for each in before)


@given(HISTORIES, FATES)
def test_bytes_that_are_known_are_not_asked_for_again(
    history: list[Capture], fates: list[Outcome]
) -> None:
    known: set[str] = set()
    for found, fate in asked_for(history, fates, every=True):
        assert found.digest not in known
        known |= {found.digest} if fate != "gap" else set()


@given(HISTORIES)
def test_every_capture_means_each_distinct_page_in_order(history: list[Capture]) -> None:
    asked = [found for found, _ in asked_for(history, ["good"] * 7, every=True)]
    assert [found.digest for found in asked] == list(dict.fromkeys(c.digest for c in history))
    assert asked == sorted(asked, key=lambda found: found.timestamp)


@given(HISTORIES, FATES, st.integers(0, 7))
def test_what_is_taken_does_not_depend_on_where_a_run_was_cut(
    history: list[Capture], fates: list[Outcome], cut: int
) -> None:
    whole = asked_for(history, fates)
    tried = {name_of(found): fate for found, fate in whole[:cut]}
    following = next_capture(history, tried)
    assert following == (whole[cut][0] if cut < len(whole) else None)
