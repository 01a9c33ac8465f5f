"""What a page that has arrived says; no database here."""

from __future__ import annotations

from monitor.core import markup
from monitor.core.classify import is_another
from monitor.core.readout import read_release
from monitor.core.release import Page, read_page, read_saved
from monitor.errors import AnotherPage
from monitor.journeys.intake.arrival import Arrival
from monitor.series import followed
from storage.records import Reading


def understand(arrival: Arrival) -> tuple[Page, Reading]:
    """Read a page that has arrived; pure.

    Raises:
        ReadingError: it is no page, or none that we understand.
    """
    saved = arrival.origin == "folder" and arrival.address is None
    text = markup.decode(arrival.body, None if saved else arrival.headers.get("content-type"))
    read = read_saved if saved else read_page
    page = read(text, address=arrival.address, published=arrival.published)
    reading = read_release(page, followed())
    if arrival.address and reading.verdict != "readout":
        _refuse_another(page, arrival.listed, arrival.address)
    return page, reading


def _refuse_another(page: Page, listed: str | None, address: str) -> None:
    if is_another(page.title, listed=listed, address=address, followed=followed()):
        raise AnotherPage(
            f"this cannot be the page that was asked for: it is called “{page.title or ''}”",
            evidence={"listed": listed or "", "address": address},
            todo="open the address in a browser; the page is asked for again by itself",
        )
