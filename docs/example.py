"""Write example-digest.md anew: what the program says of the bundled rounds, each against the last.

    make docs

Nothing is fetched but the bundled pages, over loopback, and nothing of the user's is touched.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from monitor.bootstrap import service
from monitor.journeys.latest import Account, of_round
from monitor.journeys.sending.announce import telling_of
from monitor.pressroom import PressRoom, rounds
from monitor.series import followed
from monitor.settings import Settings
from notifiers.digest.render import render

PAGE = Path(__file__).with_name("example-digest.md")

INTRODUCTION = """\
# The digests of rounds 2 to 5

What the program says of every change between adjacent rounds of the bundled press pages: each
topic, bilateral issue and lead with its redline, the reason for the match and how sure it is, to be
checked against the page it names. The facts (dates, names, labels) are those of the public record;
the wording of the bundled pages is ours, not USTR's.

`[-gone-]` and `{+new+}` mark the words that left and that came. What each word means stands in
[comparing](comparing.md), how the news is made in [digests](digests.md#the-news). `make docs`
writes this page anew, and a test holds it to what the program says.
"""


def example() -> str:
    """The page: the text of four digests, up to the source that each rests on."""
    parts = [INTRODUCTION]
    parts += [f"## {_heading(account)}\n\n```\n{_digest(account)}\n```\n" for account in accounts()]
    return "\n".join(parts)


def accounts() -> list[Account]:
    """Rounds 2 to 5 with what changed, from an archive that is thrown away."""
    published, series = rounds(), followed()[0]
    with tempfile.TemporaryDirectory() as scratch, PressRoom(through=published[5]) as room:
        settings = Settings(
            database_url=f"sqlite:///{scratch}/example.db",
            source_url=room.base_url,
            max_requests_per_second=1000,
        )
        with service(settings) as office:
            office.take_past_in()
            with office.database.reading() as tx:
                return [of_round(tx, series, number) for number in sorted(published)[1:]]


def _heading(account: Account) -> str:
    before = account.before.readout.round if account.before else "none"
    return f"Round {account.summary.readout.round} against round {before}"


def _digest(account: Account) -> str:
    """The text of the digest; when the page was fetched, and by whom it is sent, is left out."""
    telling = telling_of(account, "news", datetime(2024, 7, 31, tzinfo=UTC))
    digest = render([telling], language="en", public_url=None)
    said, _, _ = digest.text.partition("\n\nSOURCE\n")
    pages = [account.summary.release.url, account.before.release.url if account.before else None]
    named = zip(("Official page", "Earlier readout"), pages, strict=True)
    source = "\n".join(f"{name}:\n{address or 'no address known'}" for name, address in named)
    return f"Subject: {digest.subject}\n\n{said.rstrip()}\n\n\nSOURCE\n\n{source}"


if __name__ == "__main__":
    PAGE.write_text(example(), "utf-8")
