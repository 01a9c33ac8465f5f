"""Lanes against servers that refuse, put off, hang up and mumble, with PIPELINING and without."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.mail.parcel import Parcel
from notifiers.message import NothingCanBeSent, SendError
from notifiers.smtp.address import read_address
from notifiers.smtp.notifier import SmtpNotifier
from notifiers.smtp.wire import LONGEST_LINE, MOST_LINES, Limits, Session
from tests.notifiers.carrying import Outcomes, carried
from tests.notifiers.mail_servers import LOOPBACK, scripted_server
from tests.servers.counting_smtp import CountingServer, counting_server

HELLO = ["220 here", "250-here\r\n250-SIZE 1000000\r\n250 PIPELINING"]
PLAIN_HELLO = ["220 here", "250 here"]
TAKEN = ["250 sender", "250 reader", "354 go", "250 taken"]
QUICK = Limits(command=5, data=5, block=5, end=5)


def parcel(number: int, domain: str = "plain.example") -> Parcel:
    message_id = f"<digest-1.{number}@example.org>"
    return Parcel(
        delivery_id=number,
        sender="watch@example.org",
        recipient=f"reader{number}@{domain}",
        message_id=message_id,
        content=f"Message-ID: {message_id}\r\nSubject: Round 5\r\n\r\n.\r\nend\r\n".encode(),
    )


def handed(port: int, *parcels: Parcel, limits: Limits = QUICK) -> Outcomes:
    return carried(notifier(port, limits), *parcels)


def notifier(port: int, limits: Limits = QUICK) -> SmtpNotifier:
    return SmtpNotifier(read_address(f"smtp://{LOOPBACK}:{port}"), lanes=10, limits=limits)


def faults(outcomes: Outcomes) -> list[SendError | None]:
    return [fault for _, fault in outcomes]


def fault_by(port: int, limits: Limits = QUICK) -> SendError:
    (fault,) = faults(handed(port, parcel(1), limits=limits))
    assert fault is not None
    return fault


@pytest.fixture(params=[True, False], ids=["pipelined", "one by one"])
def server(request: pytest.FixtureRequest) -> Iterator[CountingServer]:
    with counting_server(pipelining=request.param, minute=0.1) as running:
        yield running


# --- What servers answer ----------------------------------------------------------------------


def test_every_parcel_arrives_once_and_is_settled_in_order(server: CountingServer) -> None:
    parcels = [parcel(number) for number in range(30)]
    assert handed(server.port, *parcels) == [(each, None) for each in parcels]
    assert server.accepted == [(each.message_id, each.recipient) for each in parcels]
    assert server.connections == 1


@pytest.mark.parametrize(
    ("domain", "permanent", "reach", "status"),
    [
        ("greylist", False, "message", "4.2.0"),
        ("421", False, "domain", None),
        ("421-432-at-data", False, "domain", "4.3.2"),
        ("421-432-at-end", False, "domain", "4.3.2"),
        ("451-430", False, "domain", "4.3.0"),
        ("451-471-at-end", False, "message", "4.7.1"),
        ("452-422", False, "address", "4.2.2"),
        ("452-453", False, "domain", "4.5.3"),
        ("552-534-at-end", True, "message", "5.3.4"),
        ("552-522", False, "address", "5.2.2"),
        ("550-511", True, "address", "5.1.1"),
        ("550-571", True, "message", "5.7.1"),
        ("550-571-at-data", True, "message", "5.7.1"),
        ("554-561-at-end", True, "message", "5.6.1"),
    ],
)
def test_a_no_is_understood_and_the_next_message_goes_out(
    server: CountingServer, domain: str, permanent: bool, reach: str, status: str | None
) -> None:
    parcels = [parcel(1), parcel(2, f"{domain}.example"), parcel(3), parcel(4)]
    first, fault, *others = faults(handed(server.port, *parcels))
    assert fault is not None
    assert (fault.permanent, fault.reach, fault.status) == (permanent, reach, status)
    assert not fault.uncertain
    assert domain in fault.summary
    assert [first, *others] == [None, None, None]
    assert [each.recipient for each in parcels if each.delivery_id != 2] == [
        recipient for _, recipient in server.accepted
    ]


def test_two_refusals_in_a_row_leave_the_connection_clean(server: CountingServer) -> None:
    parcels = [parcel(1, "550-511.example"), parcel(2, "450-420.example"), parcel(3)]
    assert [bool(fault) for fault in faults(handed(server.port, *parcels))] == [True, True, False]
    assert server.connections == 1


def test_a_slow_server_is_waited_for(server: CountingServer) -> None:
    assert faults(handed(server.port, parcel(1, "slow.example"), parcel(2))) == [None, None]


def test_who_is_slower_than_the_limits_has_perhaps_taken_the_message(
    server: CountingServer,
) -> None:
    server.minute = 0.4
    impatient = replace(QUICK, end=0.1)
    slow, other = faults(
        handed(server.port, parcel(1, "slow.example"), parcel(2), limits=impatient)
    )
    assert slow is not None
    assert slow.uncertain
    assert other is None


# --- Connections that end ---------------------------------------------------------------------


def test_a_server_that_closes_after_some_messages_is_called_again(server: CountingServer) -> None:
    server.per_connection = 4
    parcels = [parcel(number) for number in range(10)]
    assert faults(handed(server.port, *parcels)) == [None] * 10
    assert [message_id for message_id, _ in server.accepted] == [p.message_id for p in parcels]
    assert server.connections == 3


def test_a_connection_that_ends_before_the_message_is_tried_once_more(
    server: CountingServer,
) -> None:
    parcels = [parcel(1), parcel(2, "drop-before.example"), parcel(3)]
    first, fault, third = faults(handed(server.port, *parcels))
    assert first is third is None
    assert fault is None or fault.uncertain  # whether we hear of it before our end is chance
    assert len(server.accepted) == 2 + (fault is None)
    assert len(server.accepted) == len(set(server.accepted))


def test_a_connection_that_ends_at_data_twice_is_the_domains_fault() -> None:
    hello = [*HELLO, "250 sender", "250 reader", "<"]
    with scripted_server(hello, hello, [*HELLO, *TAKEN, "221 bye"]) as port:
        first, second = faults(handed(port, parcel(1), parcel(2)))
    assert first is not None
    assert (first.reach, first.permanent, first.uncertain) == ("domain", False, False)
    assert second is None


def test_a_connection_that_ends_at_data_once_costs_nothing() -> None:
    with scripted_server(
        [*HELLO, "250 sender", "250 reader", "<"], [*HELLO, *TAKEN, "221 bye"]
    ) as port:
        assert faults(handed(port, parcel(1))) == [None]


def test_a_connection_that_breaks_in_the_middle_of_a_message_costs_nothing() -> None:
    large = replace(parcel(1), content=(b"x" * 990 + b"\r\n") * 20_000)
    with scripted_server([*HELLO, *TAKEN[:3]], [*HELLO, *TAKEN, "221 bye"]) as port:
        assert faults(handed(port, large)) == [None]


@pytest.mark.parametrize("how", ["drop-after", "drop-lost"])
def test_after_the_end_nobody_knows_and_the_next_message_is_not_affected(
    server: CountingServer, how: str
) -> None:
    parcels = [parcel(1), parcel(2, f"{how}.example"), parcel(3), parcel(4)]
    first, fault, *others = faults(handed(server.port, *parcels))
    assert fault is not None
    assert fault.uncertain
    assert not fault.permanent
    assert "may have arrived" in fault.summary
    assert [first, *others] == [None, None, None]
    assert len(server.accepted) == (4 if how == "drop-after" else 3)
    assert max(server.tries.values()) == 1


@pytest.mark.parametrize(
    "script",
    [
        ["421 too busy"],
        ["554 go away"],
        ["220 here", "421 too busy"],
        ["220 here", "<"],
        [*HELLO, "421 too busy"],
        [*PLAIN_HELLO, "421 too busy"],
        [*HELLO, "451 4.3.0 not now"],
        [*HELLO, "550 5.7.1 not your sender"],
    ],
)
def test_a_server_that_shuts_its_door_stops_everything_but_ends_nothing(script: list[str]) -> None:
    with scripted_server(script) as port:
        fault = fault_by(port)
    assert isinstance(fault, NothingCanBeSent)
    assert fault.reach == "all"
    assert not fault.permanent
    assert fault.todo


def test_a_refused_sender_is_our_fault_and_not_the_readers() -> None:
    with scripted_server([*PLAIN_HELLO, "553 5.7.1 not yours", "250 reset", "221 bye"]) as port:
        fault = fault_by(port)
    assert isinstance(fault, NothingCanBeSent)
    assert "MAIL_FROM" in fault.todo


def test_who_hangs_up_on_every_mail_shuts_the_door() -> None:
    with scripted_server([*HELLO, "<"], [*HELLO, "<"]) as port:
        assert isinstance(fault_by(port), NothingCanBeSent)


def test_a_kept_connection_that_answers_421_is_opened_again() -> None:
    with scripted_server(
        [*HELLO, *TAKEN, "421 enough for today"], [*HELLO, *TAKEN, "221 bye"]
    ) as port:
        assert faults(handed(port, parcel(1), parcel(2))) == [None, None]


def test_a_kept_connection_that_was_closed_in_silence_is_opened_again() -> None:
    with scripted_server([*HELLO, *TAKEN, "<"], [*HELLO, *TAKEN, "221 bye"]) as port:
        assert faults(handed(port, parcel(1), parcel(2))) == [None, None]


# --- Answers of every shape -------------------------------------------------------------------


def test_a_server_that_wants_a_message_for_nobody_gets_an_empty_one() -> None:
    script = [*HELLO, "250 sender", "550 5.1.1 nobody", "354 go", "554 no recipients"]
    with scripted_server([*script, "250 reset", *TAKEN, "221 bye"]) as port:
        nobody, taken = faults(handed(port, parcel(1), parcel(2)))
    assert nobody is not None
    assert nobody.status == "5.1.1"
    assert taken is None


@pytest.mark.parametrize(
    "strange",
    [
        ["250 sender", "250 reader", "250 and another"],
        ["250 sender", "250 reader\r\n250 reader", "354 go"],
        ["250 sender", "250 reader", "354 go\r\n250 taken before it was given"],
        ["250 sender", "354 go", "354 go"],
        ["sure, why not", "250 reader", "354 go"],
        ["250 sender", "99 reader", "354 go"],
    ],
)
def test_answers_that_make_no_sense_never_count_as_a_yes(strange: list[str]) -> None:
    with scripted_server([*HELLO, *strange, "<"], [*HELLO, *strange, "<"]) as port:
        fault = fault_by(port)
    assert not fault.permanent
    assert not fault.uncertain


def test_an_odd_answer_to_the_end_leaves_it_open_whether_the_message_arrived() -> None:
    with scripted_server([*HELLO, *TAKEN[:3], "no code at all"]) as port:
        assert fault_by(port).uncertain


REPLIES = st.lists(
    st.tuples(st.integers(200, 599), st.lists(st.text("ab c-5.", max_size=8), min_size=1)),
    min_size=1,
    max_size=5,
)


@settings(deadline=None)
@given(REPLIES, st.data())
def test_answers_are_the_same_however_they_are_cut(
    replies: list[tuple[int, list[str]]], data: st.DataObject
) -> None:
    stream = b"".join(written(code, lines) for code, lines in replies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    with heard(pieces) as session:
        found = [session.answer(5) for _ in replies]
    assert [(each.code, each.words) for each in found] == [
        (code, "\n".join(line.strip() for line in lines).encode()) for code, lines in replies
    ]


def written(code: int, lines: list[str]) -> bytes:
    marks = ["-"] * (len(lines) - 1) + [" "]
    return "".join(f"{code}{m}{line}\r\n" for m, line in zip(marks, lines, strict=True)).encode()


@contextlib.contextmanager
def heard(pieces: list[bytes]) -> Iterator[Session]:
    """A session on a pair of sockets; the other end says these pieces, one send for each."""
    session = Session()
    session.sock, other = socket.socketpair()
    speaker = threading.Thread(target=say, args=(other, pieces), daemon=True)
    speaker.start()
    with other, contextlib.closing(session):
        yield session
    speaker.join(5)


def say(speaker: socket.socket, pieces: list[bytes]) -> None:
    with contextlib.suppress(OSError):  # the other end has heard enough
        for piece in pieces:
            speaker.sendall(piece)
            time.sleep(0)


def test_what_was_said_before_tls_is_not_believed_after_it() -> None:
    """As smtplib begins TLS: it lets go of the file that it read from."""
    with heard([b"220 ready\r\n250 slipped in by another\r\n"]) as session:
        assert session.answer(5).code == 220
        session.file = None
        with pytest.raises(OSError, match=r"timed out|closed"):
            session.answer(0.1)


@pytest.mark.parametrize(
    "endless", [b"250-more\r\n" * (MOST_LINES + 1), b"2" * (2 * LONGEST_LINE + 1)]
)
def test_an_answer_without_end_is_not_heard_to_its_end(endless: bytes) -> None:
    with heard([endless]) as session, pytest.raises(OSError, match="does not end"):
        session.answer(5)


def test_an_answer_that_drips_is_not_waited_for_longer_than_the_limit() -> None:
    with heard([b"2", b"5"]) as session, pytest.raises(TimeoutError):
        session.answer(0.1)


# --- One round trip, and no end before its time -----------------------------------------------


def test_a_message_and_the_envelope_of_the_next_go_out_together() -> None:
    """This server answers only once it has heard the commands of the next message."""
    with held_back_server(messages=5) as port:
        assert faults(handed(port, *(parcel(number) for number in range(5)))) == [None] * 5


@contextlib.contextmanager
def held_back_server(messages: int) -> Iterator[int]:
    """Answers the end of a message only after the DATA of the next one."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        thread = threading.Thread(target=hold_back, args=(listener, messages), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def hold_back(listener: socket.socket, messages: int) -> None:
    peer, _ = listener.accept()
    with peer, peer.makefile("rb") as stream:
        peer.sendall(f"{HELLO[0]}\r\n".encode())
        stream.readline()
        peer.sendall(f"{HELLO[1]}\r\n".encode())
        hear_until(stream, b"DATA\r\n")
        peer.sendall(b"250 sender\r\n250 reader\r\n354 go\r\n")
        for _ in range(messages - 1):
            hear_until(stream, b".\r\n")
            hear_until(stream, b"DATA\r\n")
            peer.sendall(b"250 taken\r\n250 sender\r\n250 reader\r\n354 go\r\n")
        hear_until(stream, b".\r\n")
        peer.sendall(b"250 taken\r\n")
        stream.readline()


def hear_until(stream: BinaryIO, line: bytes) -> None:
    while (heard_line := stream.readline()) and heard_line != line:
        pass


def test_no_message_is_ended_before_the_one_before_it_was_settled(server: CountingServer) -> None:
    waiting = deque(parcel(number) for number in range(5))
    arrived: list[int] = []

    def settle(settled: Parcel, fault: SendError | None) -> None:
        time.sleep(0.05)  # long enough for an end sent too early to arrive
        arrived.append(len(server.accepted))

    notifier(server.port).carry(giving(waiting), settle)
    assert arrived == [1, 2, 3, 4, 5]


def giving(waiting: deque[Parcel]) -> Callable[[bool], Parcel | None]:
    return lambda wait: waiting.popleft() if waiting else None


def test_when_settling_fails_nothing_more_is_handed_over(server: CountingServer) -> None:
    waiting = deque(parcel(number) for number in range(5))

    def settle(settled: Parcel, fault: SendError | None) -> None:
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError, match="database"):
        notifier(server.port).carry(giving(waiting), settle)
    time.sleep(0.1)
    assert len(server.accepted) == 1
    assert handed(server.port, parcel(9)) == [(parcel(9), None)]


def test_several_lanes_share_the_work(server: CountingServer) -> None:
    waiting = deque(parcel(number) for number in range(200))
    settled: list[int] = []
    out = notifier(server.port)
    lanes = [
        threading.Thread(
            target=out.carry,
            args=(giving(waiting), lambda each, fault: settled.append(each.delivery_id)),
        )
        for _ in range(out.lanes)
    ]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    assert sorted(settled) == list(range(200))
    assert len(set(server.accepted)) == len(server.accepted) == 200
    assert server.most_open == out.lanes == 10
