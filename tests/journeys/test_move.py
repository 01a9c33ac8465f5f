"""A change of address: asked for at the old one, confirmed at the new one."""

from __future__ import annotations

import pytest

from monitor.bootstrap import Service
from monitor.errors import AddressTaken, ReportedAsSpam, TokenExpired, TokenSuperseded, UsageError
from monitor.journeys.readers.move import ask_to_move, move
from monitor.journeys.readers.preferences import erase
from storage import subscribers
from storage.records import Subscriber
from tests.journeys.offices import Clock
from tests.journeys.readers import (
    READER,
    asks,
    confirms,
    file_round,
    holder,
    mails,
    on_file,
    own_token,
    post,
)

NEW = "new@example.org"


@pytest.fixture
def reader(talks: Service) -> Service:
    """A service with one reader."""
    asks(talks)
    confirms(talks)
    return talks


def wants(made: Service, address: str = NEW) -> None:
    ask_to_move(
        own_token(made),
        address,
        database=made.database,
        signer=made.signer,
        settings=made.settings,
        now=made.now(),
    )


def moves(made: Service, token: str | None = None) -> Subscriber:
    found = token or made.signer.address(holder(made), NEW, now=made.now())
    return move(found, database=made.database, signer=made.signer, now=made.now())


def asked(made: Service) -> list[str]:
    return [letter.address for letter in post(made) if letter.kind == "address"]


def test_the_letter_goes_to_the_new_address_and_nothing_changes_yet(reader: Service) -> None:
    before = on_file(reader)
    wants(reader, "New@EXAMPLE.org")
    assert asked(reader) == ["New@example.org"]
    assert on_file(reader) == before


def test_whoever_reads_the_new_mailbox_moves_the_reader(reader: Service) -> None:
    wants(reader)
    moved = moves(reader)
    assert (moved.address, moved.generation, moved.state) == (NEW, 1, "confirmed")
    with reader.database.reading() as tx:
        assert subscribers.find(tx, READER) is None
    assert [mail[2] for mail in mails(reader)] == ["queued"]


def test_moving_twice_is_as_moving_once(reader: Service) -> None:
    token = reader.signer.address(holder(reader), NEW, now=reader.now())
    assert moves(reader, token) == moves(reader, token)


def test_links_to_the_old_address_do_not_count_any_more(reader: Service) -> None:
    old = own_token(reader)
    other = reader.signer.address(holder(reader), "third@example.org", now=reader.now())
    moves(reader)
    with pytest.raises(TokenSuperseded, match="has been changed"):
        erase(old, database=reader.database, signer=reader.signer, now=reader.now())
    with pytest.raises(TokenSuperseded, match="has been changed"):
        moves(reader, other)


def test_the_next_digest_goes_to_the_new_address(reader: Service) -> None:
    moves(reader)
    file_round(reader, 2, "Labor: Spoke.", quiet=False)
    assert [mail[2] for mail in mails(reader)] == ["queued", "queued"]


def test_a_link_counts_for_three_days(reader: Service, clock: Clock) -> None:
    token = reader.signer.address(holder(reader), NEW, now=clock())
    clock.later(days=3)
    with pytest.raises(TokenExpired):
        moves(reader, token)
    assert on_file(reader).address == READER


def test_no_letter_goes_to_one_who_is_a_reader_and_nobody_takes_the_address(
    reader: Service,
) -> None:
    asks(reader, NEW)
    confirms(reader, NEW)
    wants(reader)
    assert asked(reader) == []
    with pytest.raises(AddressTaken):
        moves(reader)
    assert on_file(reader).address == READER


def test_one_who_waits_at_the_new_address_gives_way(reader: Service, clock: Clock) -> None:
    asks(reader, NEW)
    clock.later(hours=1)
    wants(reader)
    assert asked(reader) == [NEW]
    assert moves(reader).state == "confirmed"
    with reader.database.reading() as tx:
        assert len(list(subscribers.subscribers(tx))) == 1


def test_an_address_that_complained_is_written_to_by_nobody(reader: Service) -> None:
    asks(reader, NEW)
    with reader.database.transaction() as tx:
        subscribers.suppress(tx, on_file(reader, NEW).id, "complaint: abuse", reader.now())
    wants(reader)
    assert asked(reader) == []
    with pytest.raises(ReportedAsSpam):
        moves(reader)


def test_a_reader_causes_a_letter_an_hour_and_three_in_all(reader: Service, clock: Clock) -> None:
    for number in range(60):
        wants(reader, f"{number}@example.org")
        clock.later(minutes=10)
    assert len(asked(reader)) == 3


def test_a_letter_to_one_who_waits_there_counts_with_those_of_the_form(
    reader: Service, clock: Clock
) -> None:
    asks(reader, NEW)
    wants(reader)
    assert asked(reader) == []
    clock.later(hours=1)
    wants(reader)
    assert asked(reader) == [NEW]
    asks(reader, NEW)
    assert len(post(reader)) == 3


def test_what_is_no_address_is_refused(reader: Service) -> None:
    with pytest.raises(UsageError):
        wants(reader, "new@example.org\nBcc: other@example.org")
    assert asked(reader) == []


def test_the_same_address_in_other_letters_is_moved_to_like_another(reader: Service) -> None:
    wants(reader, "READER@example.org")
    assert asked(reader) == ["READER@example.org"]
    token = reader.signer.address(holder(reader), "READER@example.org", now=reader.now())
    assert moves(reader, token).address == "READER@example.org"
