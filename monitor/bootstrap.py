"""The one place where the parts meet: settings in, a service out, and the journeys it can make.

Each part is made when it is first used, so that a command pays only for what it needs.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.errors import SettingsError
from monitor.journeys.progress import Each, nobody
from monitor.settings import Settings
from storage.records import Balance, Channel

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.core.allowance import Limits
    from monitor.core.bounces.return_paths import ReturnPath
    from monitor.core.selection import Selection
    from monitor.journeys.bounces import BouncesTaken
    from monitor.journeys.canary import Looked
    from monitor.journeys.finding import Finding
    from monitor.journeys.glance import Glanced
    from monitor.journeys.intake import Taken
    from monitor.journeys.past.rehearsal import Rehearsal
    from monitor.journeys.past.wayback import AskedOfTheArchive
    from monitor.journeys.past.window import Backfilled, Window
    from monitor.journeys.poll import Polled
    from monitor.journeys.readers.tokens import Signer
    from monitor.journeys.reread import Foreseen
    from monitor.journeys.sending.deliver import Delivered
    from monitor.journeys.sending.drafting import Drafts
    from monitor.journeys.verify import Verified
    from monitor.sources.client import PoliteClient
    from monitor.sources.ledger import Ledger
    from monitor.sources.manners import HostMemory
    from monitor.sources.ustr import UstrSite
    from monitor.sources.wayback import InternetArchive
    from notifiers.message import Notifier
    from storage.database import Database


def utc_now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def new_trace(now: datetime) -> str:
    """An id for a piece of work: the time in UTC, so that they sort, and three random bytes."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{os.urandom(3).hex()}"


class Service:
    """The parts of the program, wired by the settings.

    Args:
        settings: the checked settings.
        now: the clock, handed in so that a test or a demonstration can bring its own.
    """

    def __init__(self, settings: Settings, *, now: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.now = now
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"

    def new_trace(self) -> str:
        """An id for a piece of work that begins now."""
        return new_trace(self.now())

    @cached_property
    def database(self) -> Database:
        """The database, its tables in order."""
        from storage.database import Database

        database = Database(self.settings.database_url)
        try:
            database.ensure_schema()
        except BaseException:
            database.close()
            raise
        return database

    @cached_property
    def searchable(self) -> Database:
        """The database, once every release on file can be found by its words."""
        from monitor.journeys.search import index_the_rest

        index_the_rest(self.database)
        return self.database

    @cached_property
    def client(self) -> PoliteClient:
        """The one HTTP client of the process."""
        from monitor.sources.ustr import hosts_of

        hosts = hosts_of(self.settings.source_url)
        return self._client(hosts, self.settings.max_requests_per_second)

    @cached_property
    def site(self) -> UstrSite:
        """The press pages."""
        from monitor.sources.ustr import UstrSite

        return UstrSite(self.settings.source_url, self.client)

    @cached_property
    def wayback_client(self) -> PoliteClient:
        """The client for the Internet Archive, at a rate of its own."""
        from monitor.sources.wayback import ANSWER_SECONDS, hosts_of

        hosts = hosts_of(self.settings.wayback_url)
        return self._client(hosts, self.settings.wayback_per_minute / 60, ANSWER_SECONDS)

    def _client(
        self, hosts: frozenset[str], per_second: float, answer_seconds: float | None = None
    ) -> PoliteClient:
        """A client that remembers, and puts on record, in the database."""
        from monitor.journeys.asking.ledger import StoredLedger
        from monitor.journeys.asking.memory import StoredHostMemory

        return _client(
            self.settings,
            hosts,
            per_second,
            memory=StoredHostMemory(self.database),
            ledger=StoredLedger(self.database),
            now=self.now,
            answer_seconds=answer_seconds,
        )

    @cached_property
    def internet_archive(self) -> InternetArchive:
        """The Internet Archive."""
        from monitor.sources.wayback import InternetArchive

        return InternetArchive(self.settings.wayback_url, self.wayback_client)

    @cached_property
    def notifier(self) -> Notifier:
        """The way out for mail.

        Raises:
            SettingsError: the mail server's address is faulty.
        """
        from notifiers.choice import notifier_for

        try:
            return notifier_for(
                self.settings.smtp_url,
                self.settings.mail_folder,
                connections=self.settings.mail_connections,
            )
        except ValueError as fault:
            raise SettingsError(f"ROUNDWATCH_SMTP_URL: {fault}") from fault

    @cached_property
    def limits(self) -> Limits:
        """What this process may send in a minute."""
        from monitor.core.allowance import Limits

        return Limits(self.settings.mail_per_minute, self.settings.mail_per_minute_per_domain)

    @cached_property
    def secret_key(self) -> str:
        """What links, return paths and webhooks are signed with."""
        from secrets import token_urlsafe

        from monitor.journeys.secret_key import secret_key

        return secret_key(self.database, self.settings, make=token_urlsafe, now=self.now())

    @cached_property
    def signer(self) -> Signer:
        """Makes and reads the tokens of readers' links."""
        from monitor.journeys.readers.tokens import Signer

        return Signer(self.secret_key)

    @cached_property
    def drafts(self) -> Drafts:
        """Makes the messages of what is in the outbox."""
        from monitor.journeys.readers.own_links import OwnLinks
        from monitor.journeys.sending.drafting import Drafts

        site = self.settings.public_url
        links = OwnLinks(self.signer, site, self.settings.unsubscribe_address) if site else None
        return Drafts(self.database, self.settings, links, self.return_path)

    @cached_property
    def return_path(self) -> ReturnPath:
        """Where what cannot be delivered comes back to, and what it proves.

        Raises:
            SettingsError: MAIL_FROM is no mail address.
        """
        from monitor.journeys.bounces import return_path_for

        return return_path_for(self.settings, lambda: self.secret_key)

    def take_bounces(self, mails: Iterable[bytes]) -> BouncesTaken:
        """Take reports of mail that came back in; see `journeys.bounces`."""
        from monitor.journeys.bounces import Marks, take_bounces

        marks = Marks(self.signer, self.return_path)
        return take_bounces(mails, database=self.database, marks=marks, now=self.now())

    def look(
        self, *, each: Each = nobody, glanced: Glanced | None = None, leave: bool = False
    ) -> Polled:
        """Look at the source once; see `journeys.poll`."""
        from monitor.journeys.poll import poll

        return poll(
            database=self.database,
            site=self.site,
            settings=self.settings,
            now=self.now,
            each=each,
            glanced=glanced,
            leave=leave,
        )

    def take_wanted(self, *, each: Each = nobody) -> list[Taken]:
        """Take in what looks found and left; see `journeys.wanted`."""
        from monitor.journeys.wanted import take_wanted

        return take_wanted(
            database=self.database,
            site=self.site,
            settings=self.settings,
            now=self.now,
            each=each,
        )

    def look_for_canaries(self) -> Looked:
        """Look whether the latest rounds on file can still be found; see `journeys.canary`."""
        from monitor.journeys.canary import look_for_canaries

        return look_for_canaries(
            database=self.database, site=self.site, settings=self.settings, now=self.now
        )

    def way_of(self, channel: Channel) -> Notifier:
        """The way out of a channel."""
        if channel == "mail":
            return self.notifier
        from notifiers.channels import notifier_of

        return notifier_of(
            channel,
            key=self.secret_key.encode(),
            allowed=self.settings.webhook_private,
            now=self.now,
        )

    def drain(
        self, *, each: Each = nobody, most: int | None = None, letters_alone: bool = False
    ) -> Delivered:
        """Send what is due, all of it by default; see `journeys.sending.deliver`."""
        from monitor.journeys.sending.deliver import deliver

        return deliver(
            database=self.database,
            way_of=self.way_of,
            drafts=self.drafts,
            settings=self.settings,
            limits=self.limits,
            owner=self.owner,
            now=self.now,
            each=each,
            most=most,
            letters_alone=letters_alone,
        )

    def books(self) -> Balance:
        """How the outbox's books stand."""
        from storage import outbox

        with self.database.reading() as tx:
            return outbox.balance(tx)

    def sound_alarms(self) -> tuple[Finding, ...]:
        """Check, and tell the operator what is new; see `journeys.alarms`."""
        from monitor.journeys.alarms import sound

        return sound(database=self.database, settings=self.settings, now=self.now())

    def keep_house(self, *, each: Each = nobody) -> Mapping[str, int]:
        """Forget what was kept long enough; see `journeys.housekeeping`."""
        from monitor.journeys.housekeeping import keep_house

        return keep_house(database=self.database, now=self.now(), each=each)

    def take_past_in(
        self,
        window: Window | None = None,
        *,
        selection: Selection | None = None,
        section: str | None = None,
        page_read: Each = nobody,
        each: Each = nobody,
    ) -> Backfilled:
        """Take the past in from the live listing, all of it by default; see `journeys.past`."""
        from monitor.core.addresses import SECTION
        from monitor.journeys.past.live import backfill_live
        from monitor.journeys.past.window import Window

        return backfill_live(
            database=self.database,
            site=self.site,
            settings=self.settings,
            window=window or Window(),
            now=self.now,
            selection=selection,
            section=section or SECTION,
            page_read=page_read,
            each=each,
        )

    def go_on_with_the_past(self, *, each: Each = nobody) -> Backfilled | None:
        """Do one piece of a backfill that was left to the service; see `journeys.past`."""
        from monitor.journeys.past.ordered import go_on

        return go_on(
            database=self.database,
            site=self.site,
            settings=self.settings,
            now=self.now,
            each=each,
        )

    def take_captures_in(
        self, asked: AskedOfTheArchive, *, page_read: Each = nobody, each: Each = nobody
    ) -> Backfilled:
        """Take the past in from the Internet Archive; see `journeys.past`."""
        from time import sleep

        from monitor.journeys.past.wayback import backfill_wayback

        return backfill_wayback(
            asked,
            database=self.database,
            site=self.internet_archive,
            settings=self.settings,
            now=self.now,
            sleep=sleep,
            page_read=page_read,
            each=each,
        )

    def rehearse_past(
        self, window: Window, *, selection: Selection, section: str, page_read: Each = nobody
    ) -> Rehearsal:
        """Say what taking the past in would fetch, filing nothing; see `journeys.past`.

        Where there is an archive, its host memory, its turns and its ledger hold for this too.
        """
        from tempfile import TemporaryDirectory

        from monitor.journeys.past.rehearsal import rehearse
        from storage.database import is_there

        on_file = self.database if is_there(self.settings.database_url) else None
        with TemporaryDirectory(prefix="roundwatch-") as folder:
            apart = replace(self.settings, database_url=f"sqlite:///{folder}/rehearsal.db")
            with service(apart, now=self.now) as stage:
                return rehearse(
                    on_file=on_file,
                    scratch=stage.database,
                    site=self.site if on_file else stage.site,
                    settings=self.settings,
                    window=window,
                    selection=selection,
                    section=section,
                    now=self.now,
                    page_read=page_read,
                )

    def take_folder_in(
        self,
        folder: Path,
        window: Window | None = None,
        *,
        everything: bool = False,
        each: Each = nobody,
    ) -> Backfilled:
        """Take a folder of saved pages in; see `journeys.past`."""
        from monitor.journeys.past.folder import backfill_folder
        from monitor.journeys.past.window import Window

        return backfill_folder(
            folder,
            database=self.database,
            settings=self.settings,
            window=window or Window(),
            now=self.now,
            everything=everything,
            each=each,
        )

    def verify(self, path: Path | None = None, *, each: Each = nobody) -> Verified:
        """Compute the hashes of the archive, or of an export, anew; see `journeys.verify`."""
        from monitor.journeys.verify import verify_archive, verify_exported

        if path is not None:
            return verify_exported(path, each=each)
        return verify_archive(database=self.database, now=self.now, each=each)

    def foresee_reread(self, *, each: Each = nobody) -> Iterator[Foreseen]:
        """What reading the stored pages again would change; see `journeys.reread`."""
        from monitor.journeys.reread import foresee

        return foresee(database=self.database, today=self.now(), each=each)

    def reread(self, *, each: Each = nobody) -> list[Taken]:
        """Read the stored pages again; see `journeys.reread`."""
        from monitor.journeys.reread import reread

        return reread(database=self.database, settings=self.settings, now=self.now, each=each)

    def close(self) -> None:
        """Let go of every connection that was made."""
        # The database last: the client puts on record what it has gathered.
        for name in ("client", "wayback_client", "notifier", "database"):
            if name in vars(self):
                getattr(self, name).close()


@contextmanager
def service(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> Iterator[Service]:
    """A service for the length of a block."""
    made = Service(settings, now=now)
    try:
        yield made
    finally:
        made.close()


def glance(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> Glanced | None:
    """Has the listing changed at all? Asked without loading the rest; see `journeys.glance`.

    Returns:
        What was learned; None where that takes more than a glance, and nothing was asked.
    """
    from storage.glance import glance_at

    with glance_at(settings.database_url) as archive:
        if archive is None:
            return None
        from monitor.journeys.asking.at_a_glance import GlanceHostMemory, GlanceLedger
        from monitor.journeys.glance import glance as first_step
        from monitor.sources.ustr import UstrSite, hosts_of

        client = _client(
            settings,
            hosts_of(settings.source_url),
            settings.max_requests_per_second,
            memory=GlanceHostMemory(archive),
            ledger=GlanceLedger(archive),
            now=now,
        )
        try:
            site = UstrSite(settings.source_url, client)
            return first_step(archive, site, settings.source_url, now)
        finally:
            client.close()


def _client(
    settings: Settings,
    hosts: frozenset[str],
    per_second: float,
    *,
    memory: HostMemory,
    ledger: Ledger,
    now: Callable[[], datetime],
    answer_seconds: float | None = None,
) -> PoliteClient:
    from monitor.sources.client import ANSWER_SECONDS, PoliteClient

    return PoliteClient(
        f"Roundwatch/{__version__} ({settings.contact})",
        hosts,
        per_second,
        memory,
        ledger=ledger,
        now=now,
        answer_seconds=answer_seconds or ANSWER_SECONDS,
    )
