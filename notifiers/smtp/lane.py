"""A lane to a mail server: parcels handed over one after the other, each settled before the next.

The envelope of a parcel may go out along with the end of the one before it; its own end never goes
out before that one was settled. So whatever happens to this process, at most one message of a lane
was handed over and is not on record.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from notifiers.mail.parcel import Parcel
from notifiers.message import NothingCanBeSent, SendError, Settle, Take
from notifiers.smtp.address import SmtpAddress
from notifiers.smtp.answers import refusal
from notifiers.smtp.talk import Lost, Refused, Talk

_TRIES = 2
"""Connections on which a message is tried that nothing was handed over of."""


class Lane:
    """One connection at a time, opened at the first parcel and again when it is lost.

    Args:
        server: who is talked to, for errors.
        connect: opens a connection; raises NothingCanBeSent.
        take: gives parcels, see `notifiers.message`.
        settle: is told what became of them.
    """

    def __init__(
        self, server: SmtpAddress, connect: Callable[[], Talk], take: Take, settle: Settle
    ) -> None:
        self._server = server
        self._connect = connect
        self._take = take
        self._settle = settle
        self._talk: Talk | None = None
        self._coming: Parcel | None = None

    def run(self) -> None:
        """Carry until there is no more. What `take` and `settle` raise breaks off."""
        try:
            while parcel := self._next():
                self._settle(parcel, self._fault_of(parcel))
        except BaseException:
            self._break_off()
            raise
        if self._talk is not None:
            self._talk.end()

    def _next(self) -> Parcel | None:
        parcel, self._coming = self._coming, None
        return parcel or self._take(True)

    def _fault_of(self, parcel: Parcel) -> SendError | None:
        try:
            self._send(parcel)
        except Refused as no:
            if self._talk is not None and self._talk.is_over:
                self._break_off()
            return refusal(self._server, no.step, no.reply.code, no.reply.words)
        except SendError as fault:
            return fault
        return None

    def _send(self, parcel: Parcel) -> None:
        """Hand over one parcel; on a new connection if the old one is lost before its end.

        That a kept connection was closed since the last message is usual, and is no try.
        """
        tries = 0
        while True:
            talk = self._talk = self._talk or self._connect()
            try:
                return self._over(talk, parcel)
            except Lost as lost:
                self._break_off()
                tries += not (talk.used and lost.step == "MAIL")
                if lost.given or lost.slow or tries == _TRIES:
                    self._give_up(lost)

    def _over(self, talk: Talk, parcel: Parcel) -> None:
        talk.announce(parcel)
        talk.wait_for_go()
        if self._coming is None:
            self._coming = self._take(False)
        talk.hand_over(parcel.content, self._coming)

    def _break_off(self) -> None:
        talk, self._talk = self._talk, None
        if talk is not None:
            talk.break_off()

    def _give_up(self, lost: Lost) -> NoReturn:
        what = f"The connection to {self._server} was lost ({self._server.said(str(lost))})"
        if lost.given:
            raise SendError(
                f"{what} after the message was handed over; it may have arrived.",
                False,
                todo="It is tried again under the same Message-ID.",
                uncertain=True,
            ) from lost
        if lost.step == "MAIL":
            raise NothingCanBeSent(
                f"{what} before anything was said of a message.",
                todo="See the mail server's own log, then deliver again.",
            ) from lost
        raise SendError(
            f"{what} before the message was handed over.", False, reach="domain"
        ) from lost
