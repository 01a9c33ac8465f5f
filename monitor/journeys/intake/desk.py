"""The desk: all that follows from a page that was understood, filed in one commit."""

from __future__ import annotations

from datetime import datetime

from monitor.core.addresses import release_key
from monitor.core.decide import Decision, correction, decide_readout, same_release
from monitor.core.look import Look
from monitor.core.readout import doubts, withheld
from monitor.core.release import Page, fingerprint
from monitor.core.schedule import next_check, next_look_for_missing
from monitor.journeys import moves
from monitor.journeys.comparisons import refresh_comparisons
from monitor.journeys.intake.arrival import Arrival, RoundOf, Taken
from monitor.journeys.links import reading_as_linked, series_as_linked
from monitor.journeys.missing import find
from monitor.journeys.problems import DOUBTS_OF_A_PAGE, FAULTS_OF_A_PAGE
from monitor.journeys.search import index
from monitor.journeys.sending.announce import announce
from monitor.series import edition
from monitor.settings import Settings
from storage import archive, fetches, journal, outbox
from storage.archive import FiledReading
from storage.database import Transaction
from storage.records import (
    Comparison,
    DigestKind,
    FetchState,
    FiledReadout,
    Reading,
    Readout,
    Verdict,
)

_ABOUT_THE_PAGE = FAULTS_OF_A_PAGE | DOUBTS_OF_A_PAGE
_WATCHED = frozenset({"readout", "related"})


class Desk:
    """Files one page inside one transaction."""

    def __init__(
        self, tx: Transaction, arrival: Arrival, look: Look, settings: Settings, now: datetime
    ) -> None:
        self._tx = tx
        self._arrival = arrival
        self._look = look
        self._settings = settings
        self._now = now

    def file(self, page: Page, reading: Reading, snapshot_id: int, sha256: str) -> Taken:
        """File all that follows from a page."""
        reading = reading_as_linked(self._tx, reading)
        known = self._known(reading.readouts)
        self._remember(sha256)
        filed = self._placed(page, reading, known, snapshot_id)
        # What a release says now may be another page's to say, at its address or in its time.
        if filed is None or not filed.is_current:
            return Taken(page.url or self._arrival.name, reading.verdict)
        if not filed.is_first:
            self._find(filed.release_id)
        index(self._tx, filed.release_id)
        known = self._known(reading.readouts)
        unclear = withheld(reading)
        decisions = [(r, self._decided(r, filed, page, known, unclear)) for r in reading.readouts]
        said = self._doubts(page, reading, decisions, filed)
        self._say(said, page, reading, filed, snapshot_id)
        if said or reading.verdict in _WATCHED:
            self._watch(filed.release_id, reading.verdict)
        told = self._file_rounds(decisions, filed, clear=not unclear)
        rounds = tuple(RoundOf(r.series, r.round) for r, decision in decisions if decision.file)
        return Taken(page.url or self._arrival.name, reading.verdict, rounds, told)

    def _known(self, readouts: tuple[Readout, ...]) -> tuple[FiledReadout, ...]:
        series = dict.fromkeys(readout.series for readout in readouts)
        return tuple(f for slug in series for f in archive.current_readouts(self._tx, slug))

    def _placed(
        self, page: Page, reading: Reading, known: tuple[FiledReadout, ...], snapshot_id: int
    ) -> FiledReading | None:
        """File what the page says under its release; None if it is no release's own page."""
        if not self._followed():
            return None
        text = fingerprint(page)
        key = release_key(page.url) if page.url else f"saved:{text[:32]}"
        own = archive.release_by_key(self._tx, key)
        original = archive.original_of(self._tx, own.id) if own else None
        if original is None and (own is None or own.verdict is None):
            elsewhere = moves.text_on_file(self._tx, page, reading, text, known)
            if elsewhere and elsewhere.address and page.url:
                moves.stands_elsewhere(
                    self._tx,
                    elsewhere,
                    page.url,
                    snapshot_id,
                    is_live=self._arrival.origin == "live",
                    now=self._now,
                )
                return None
            if elsewhere and page.url:  # a saved copy learns its address
                archive.adopt_address(self._tx, elsewhere.id, key, page.url)
                own = elsewhere
        if own is None and (twin := same_release(known, reading, addressed=page.url is not None)):
            key = self._key_of_twin(twin, page, key)
        return self._reading(page, reading, original.key if original else key, text, snapshot_id)

    def _followed(self) -> bool:
        """Whether the page is that of the release that was asked for, or leads to."""
        left, here = self._arrival.asked, self._arrival.name
        if left is None or moves.followed(self._tx, left, here, self._now):
            return True
        journal.open_issue(
            self._tx,
            kind="leads-elsewhere",
            address=left,
            summary=f"it leads to {here}, which is another release on file",
            evidence={},
            snapshot_id=None,
            now=self._now,
        )
        if release := archive.release_by_key(self._tx, release_key(left)):
            self._watch(release.id, release.verdict)
        return False

    def _reading(
        self, page: Page, reading: Reading, key: str, text: str, snapshot_id: int
    ) -> FiledReading:
        is_own = page.url is not None and release_key(page.url) == key
        return archive.file_reading(
            self._tx,
            release_key=key,
            address=page.url if is_own else None,
            reading=reading,
            fingerprint=text,
            snapshot_id=snapshot_id,
            reader=edition(),
            now=self._now,
        )

    def _key_of_twin(self, twin: FiledReadout, page: Page, key: str) -> str:
        """Make one release of two copies: the saved one learns its address, or is put under it."""
        if page.url:
            archive.adopt_address(self._tx, twin.release_id, key, page.url)
            return key
        release = archive.release_by_id(self._tx, twin.release_id)
        return release.key if release else key

    def _decided(
        self,
        readout: Readout,
        filed: FiledReading,
        page: Page,
        known: tuple[FiledReadout, ...],
        unclear: tuple[str, ...],
    ) -> Decision:
        return decide_readout(
            readout,
            release_id=filed.release_id,
            published=page.published,
            known=tuple(f for f in known if f.readout.series == readout.series),
            look=self._look,
            unclear=unclear,
        )

    def _file_rounds(
        self, decisions: list[tuple[Readout, Decision]], filed: FiledReading, *, clear: bool
    ) -> tuple[str, ...]:
        accepted = [(readout, decision) for readout, decision in decisions if decision.file]
        if not accepted:
            return ()
        before = {r.series: self._comparison_of(r, filed.release_id) for r, _ in accepted}
        ids = archive.file_readouts(
            self._tx,
            release_id=filed.release_id,
            revision_id=filed.revision_id,
            readouts=[readout for readout, _ in accepted],
            now=self._now,
        )
        slugs = sorted({readout.series for readout, _ in accepted})
        linked = [series_as_linked(self._tx, slug) for slug in slugs]
        refresh_comparisons(self._tx, linked, self._now)
        told = []
        for (readout, decision), readout_id in zip(accepted, ids, strict=True):
            after = archive.comparison_for(self._tx, readout_id)
            kind = decision.announce or self._correction(
                readout, before[readout.series], after, filed
            )
            if kind and clear:
                told.append(self._announce(readout, kind))
        return tuple(told)

    def _comparison_of(self, readout: Readout, release_id: int) -> tuple[bool, Comparison | None]:
        """Whether this release's account of the round is on file, and its comparison."""
        for filed in archive.current_readouts(self._tx, readout.series):
            if filed.release_id == release_id and filed.readout.round == readout.round:
                return True, archive.comparison_for(self._tx, filed.id)
        return False, None

    def _correction(
        self,
        readout: Readout,
        before: tuple[bool, Comparison | None],
        after: Comparison | None,
        filed: FiledReading,
    ) -> DigestKind | None:
        on_file, comparison = before
        if not on_file or not filed.is_new_revision:
            return None
        if not outbox.last_told(self._tx, readout.series, readout.round):
            return None  # nobody has heard what there would be to correct
        return correction(self._look, comparison, after)

    def _announce(self, readout: Readout, kind: DigestKind) -> str:
        series = series_as_linked(self._tx, readout.series)
        subject, _ = announce(
            self._tx, series, readout.round, kind=kind, settings=self._settings, now=self._now
        )
        return subject

    def _remember(self, sha256: str) -> None:
        """Keep the validators of a live page, unless they are older than those on file."""
        arrival = self._arrival
        known = fetches.fetch_state(self._tx, arrival.fetched_from)
        later = known is not None and known.checked_at > arrival.fetched_at
        if arrival.origin != "live" or (known and later and known.sha256 != sha256):
            return
        validators = FetchState(
            address=arrival.fetched_from,
            etag=arrival.headers.get("etag"),
            last_modified=arrival.headers.get("last-modified"),
            checked_at=known.checked_at if known and later else arrival.fetched_at,
            sha256=sha256,
            reader=edition(),
        )
        fetches.remember_fetch(self._tx, validators)

    def _doubts(
        self,
        page: Page,
        reading: Reading,
        decisions: list[tuple[Readout, Decision]],
        filed: FiledReading,
    ) -> dict[str, str]:
        """What a person should look at, by the kind of issue it is."""
        said = {decision.issue: decision.why for _, decision in decisions if decision.issue}
        if unclear := doubts(reading):
            said["doubt"] = "; ".join(unclear)
        if page.moved_to and not self._stands_at(page.moved_to, filed.release_id):
            said["moved-address"] = f"the page calls itself {page.moved_to}"
        if not (reading.readouts or filed.is_first) and self._was_readout(filed.release_id):
            said["no-longer-a-readout"] = (
                "its text no longer reports the round; the earlier account is kept"
            )
        return said

    def _stands_at(self, declared: str, release_id: int) -> bool:
        """Whether the address that the page declares to be its own is known to be one of its."""
        return moves.prefers_twin(self._tx, release_id, declared, self._now)

    def _say(
        self,
        said: dict[str, str],
        page: Page,
        reading: Reading,
        filed: FiledReading,
        snapshot_id: int,
    ) -> None:
        """Close what is over. Open what is said, unless the very same was closed for this text."""
        here = self._arrival.name
        for name in {here, page.url or here, self._arrival.asked or here}:
            over = _ABOUT_THE_PAGE - (said.keys() if name == here else set())
            journal.close_issues(self._tx, address=name, now=self._now, kinds=over)
        for kind, why in said.items():
            settled = journal.is_settled(self._tx, kind=kind, address=here, summary=why)
            if settled and not filed.is_new_revision:
                continue
            journal.open_issue(
                self._tx,
                kind=kind,
                address=here,
                summary=why,
                evidence={str(i): line for i, line in enumerate(reading.evidence, 1)},
                snapshot_id=snapshot_id,
                now=self._now,
            )

    def _find(self, release_id: int) -> None:
        """A live page that is understood stands: its release is not missing."""
        if self._arrival.origin == "live":
            find(self._tx, release_id, self._arrival.address, self._arrival.fetched_at)

    def _watch(self, release_id: int, verdict: Verdict | None) -> None:
        """Have the release looked at again, as long as it may be corrected or come back."""
        release = archive.release_by_id(self._tx, release_id)
        if not release or not release.address:
            return
        if missing := archive.missing_release(self._tx, release_id):
            at: datetime | None = next_look_for_missing(self._now, missing.said_at)
        elif not archive.was_seen_live(self._tx, release_id):
            at = self._now  # what a capture or a saved copy says is held against the live page
        else:
            at = next_check(
                self._now,
                published=release.published,
                named_at=release.named_at,
                verdict=verdict,
            )
        archive.read_again(self._tx, release_id, at)

    def _was_readout(self, release_id: int) -> bool:
        return any(
            filed.release_id == release_id
            for series in archive.series_known(self._tx)
            for filed in archive.current_readouts(self._tx, series)
        )
