from datetime import UTC, date, datetime

from monitor.core.decide import Decision, Look, correction, decide_readout
from storage.records import FiledReadout, Mention, Readout, Release, SourceOf
from tests.core.builders import mention, readout

TODAY = date(2026, 5, 6)
LOOK = Look(today=TODAY, quiet=False, first=False)


def filed(content: Readout, release_id: int) -> FiledReadout:
    when = datetime(2026, 5, 1, tzinfo=UTC)
    source = SourceOf("https://ustr.gov/a", "https://ustr.gov/a", "live", when, "0" * 64, 1)
    return FiledReadout(
        release_id,
        release_id,
        release_id,
        Release(None, None, "https://ustr.gov/a", ()),
        content,
        source,
    )


KNOWN = (filed(readout(4, mention("Labor")), 4), filed(readout(5, mention("Labor")), 5))


def decide(
    number: int | None,
    release_id: int = 99,
    published: date | None = TODAY,
    look: Look = LOOK,
    known: tuple[FiledReadout, ...] = KNOWN,
    mentions: tuple[Mention, ...] = (mention("Labor"),),
) -> Decision:
    return decide_readout(
        readout(number, *mentions),
        release_id=release_id,
        published=published,
        known=known,
        look=look,
    )


def test_a_round_later_than_every_known_one_is_news() -> None:
    assert decide(6).announce == "news"


def test_a_round_taken_in_by_a_backfill_is_no_news() -> None:
    decision = decide(6, look=Look(TODAY, quiet=True, first=False))
    assert (decision.file, decision.announce) == (True, None)


def test_the_first_look_at_an_empty_archive_announces_nothing() -> None:
    assert decide(6, look=Look(TODAY, quiet=False, first=True), known=()).announce is None


def test_the_first_look_announces_the_next_round_only_if_it_is_not_past() -> None:
    first = Look(TODAY, quiet=False, first=True)
    assert decide(6, look=first).announce == "news"
    assert decide(6, look=first, published=date(2025, 1, 1)).announce is None
    assert decide(6, look=first, published=None).announce is None


def test_a_round_that_fills_a_gap_is_filed_and_not_announced() -> None:
    decision = decide(3)
    assert (decision.file, decision.announce) == (True, None)


def test_the_same_round_at_another_address_is_an_issue_and_no_news() -> None:
    decision = decide(5)
    assert (decision.file, decision.announce, decision.issue) == (
        False,
        None,
        "same-round-elsewhere",
    )


def test_a_revision_is_filed_and_its_correction_depends_on_the_comparison() -> None:
    decision = decide(5, release_id=5)
    assert (decision.file, decision.announce, decision.issue) == (True, None, None)
    assert correction(LOOK, None, None) is None


def test_a_readout_whose_number_is_unknown_is_an_issue_and_mails_nobody() -> None:
    decision = decide(None)
    assert (decision.file, decision.announce, decision.issue) == (False, None, "not-understood")


def test_a_readout_without_topics_is_never_filed_so_it_cannot_take_the_place_of_the_account() -> (
    None
):
    decision = decide(6, mentions=())
    assert (decision.file, decision.announce, decision.issue) == (False, None, "not-understood")
    again = decide(5, release_id=5, mentions=())
    assert (again.file, again.issue) == (False, "not-understood")


def test_a_known_round_without_topics_at_another_address_is_the_same_round_elsewhere() -> None:
    decision = decide(5, mentions=())
    assert (decision.file, decision.issue) == (False, "same-round-elsewhere")
