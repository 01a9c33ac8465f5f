"""The vocabulary: what Roundwatch knows, as plain frozen values.

Standard library only, so that every part of the program can speak it. The first half are the
records that others build on: their fields are, name for name, those of the published JSON
(`readout.schema.json`, `comparison.schema.json`). The second half is what storage adds when it
keeps them. Terms are explained in `docs/glossary.md`.

Times are aware datetimes in UTC; dates are calendar dates as the page means them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Verdict = Literal["readout", "related", "unrelated", "not-a-release"]
Role = Literal[
    "opening",
    "delegation",
    "purpose",
    "list-intro",
    "mention",
    "bilateral",
    "closing",
    "end-mark",
    "other",
]
Strand = Literal["common-interest", "bilateral"]
Precision = Literal["day", "week", "month", "season", "year", "unstated"]
Presence = Literal["continued", "introduced", "returned", "dropped", "not-seen", "split", "merged"]
TextChange = Literal["same", "style", "shortened", "extended", "reworded", "replaced"]
Moved = Literal["order", "strand"]
RankDirection = Literal["higher", "lower", "same"]
Certainty = Literal["certain", "likely", "unsure"]
Op = Literal["keep", "delete", "insert"]
Origin = Literal["live", "wayback", "folder"]
ReleaseState = Literal["wanted", "passed", "read"]
DeliveryState = Literal[
    "queued", "sending", "uncertain", "sent", "suppressed", "failed", "abandoned"
]
DigestKind = Literal["news", "correction", "welcome", "withdrawal"]
LetterKind = Literal["confirm", "address", "alarm", "test"]
SubscriberState = Literal["pending", "confirmed", "unsubscribed", "suppressed"]
Channel = Literal["mail", "webhook", "apprise"]
Language = Literal["en", "ja"]
MailFormat = Literal["both", "text"]
DigestRhythm = Literal["at-once", "daily", "weekly"]
BounceClass = Literal["hard", "soft", "complaint", "ignored"]
PollOutcome = Literal["unchanged", "read", "failed"]
Task = Literal[
    "letters",
    "digests",
    "poll",
    "intake",
    "past",
    "check",
    "bounces",
    "canary",
    "housekeep",
    "rescue",
]
Fate = Literal["went", "came", "split", "merged"]


# --- What a page says -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a release's body, verbatim, with the part it plays."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Release:
    """One press release. `url` is its canonical address; unknown fields are None."""

    title: str | None
    published: date | None
    url: str | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days in the words of the page, and as far as they can be read, as dates."""

    text: str
    start: date | None
    end: date | None
    precision: Precision
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """Who led a delegation: the name, and the whole title as written."""

    name: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Delegation:
    """One country's side of the table."""

    country: str
    leads: tuple[Lead, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A topic in one readout: label and text verbatim, `topic` the canonical slug."""

    strand: Strand
    topic: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Readout:
    """The official account of one round."""

    series: str
    round: int | None
    held: Span
    held_elsewhere: tuple[Span, ...]
    city: str | None
    delegations: tuple[Delegation, ...]
    mentions: tuple[Mention, ...]
    next_round: Span | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one page came to: the verdict, why, and what stands in it."""

    verdict: Verdict
    evidence: tuple[str, ...]
    release: Release | None
    readouts: tuple[Readout, ...]


# --- What changed between two rounds ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a redline."""

    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One topic (or bilateral issue) across two rounds: separate facts, never one flat status."""

    change: Presence
    before: tuple[str, ...]
    after: tuple[str, ...]
    topic: str
    label_changed: bool
    text_change: TextChange | None
    moved: Moved | None
    words_gone: tuple[str, ...]
    words_new: tuple[str, ...]
    certainty: Certainty
    reason: str
    last_seen_round: int | None
    redline: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class DelegationChange:
    """Who led, by country: names before and after. Empty means not named, not absent."""

    country: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankChange:
    """The rank of the one who led a country's delegation, against the earlier round.

    Computed from two readouts, never part of a comparison. `before` and `after` are the whole
    titles, verbatim; `direction` is how the later rank stands to the earlier; `reason` is one
    whole sentence for a reader, with the titles' words for the ranks.
    """

    country: str
    before: str
    after: str
    direction: RankDirection
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two rounds of one series, topic by topic."""

    series: str
    before_round: int | None
    after_round: int | None
    missing_rounds: tuple[int, ...]
    topics: tuple[Change, ...]
    bilateral_issues: tuple[Change, ...]
    delegations: tuple[DelegationChange, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Those of both strands."""
        return (*self.topics, *self.bilateral_issues)


# --- What the other rounds add to a comparison ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Absence:
    """A topic that an earlier round named, and none since.

    `last_round` named it last; `round` is the one without it whose comparison says so, for the
    reason and with the certainty given here.
    """

    strand: Strand
    topic: str
    label: str
    last_round: int
    round: int
    certainty: Certainty
    reason: str


@dataclass(frozen=True, slots=True)
class Count:
    """To how many topics or issues something happened: now, and in each earlier comparison.

    `certainty` is that of the least sure of those now.
    """

    strand: Strand
    fate: Fate
    now: int
    earlier: tuple[int, ...]
    certainty: Certainty = "certain"


@dataclass(frozen=True, slots=True)
class Background:
    """What a series' own past says about one of its comparisons.

    `rounds` are the earlier ones on file, `torn` those whose page breaks off. By topic:
    `times_stood`, for what was dropped, in how many rounds one after the other it had stood;
    `earlier_labels`, for what returned, what the round that last named it called it. `counts` is
    empty where the comparison cannot be measured by others: a page breaks off, or rounds between
    are missing.
    """

    rounds: tuple[int, ...] = ()
    torn: tuple[int, ...] = ()
    times_stood: Mapping[str, int] = field(default_factory=dict)
    earlier_labels: Mapping[str, str] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()
    counts: tuple[Count, ...] = ()
    ranks: tuple[RankChange, ...] = ()


# --- What it comes to -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a line of news rests on: a change, by strand and topic, and the reason given for it.

    `round` is the later round of the comparison that has the change. Strand and topic are None
    where the line is about a delegation, or about the pages themselves.
    """

    round: int | None
    strand: Strand | None
    topic: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One sentence of news, as sure as the least sure change it rests on."""

    text: str
    certainty: Certainty
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class News:
    """A round in sum: a headline, at most five lines, and how unusual the change is."""

    headline: str
    lines: tuple[NewsLine, ...]
    unusual: str


# --- What the archive adds --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """A release as a listing names it, before anyone has read its page."""

    key: str
    address: str
    title: str | None
    published: date | None


@dataclass(frozen=True, slots=True)
class OrderedBackfill:
    """A backfill that was left to the service: what is wished for, and how far it is.

    `wish` is a document that whoever does it can read; `until` how far the walk reached.
    """

    id: int
    source: str
    wish: object
    ordered_at: datetime
    until: date | None
    pages: int
    named: int
    left_out: int
    requests: int
    walked_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class BackfillMonth:
    """A month of an ordered backfill: the ids of the releases chosen, and how many were read."""

    month: date
    chosen: tuple[int, ...]
    read: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a walk into the past has come, for whoever goes on with it.

    `source` and `scope` say what is walked, `frontier` is a document that whoever walks can read:
    what to look at next. `way` is what leads into the past there, once it is known.
    """

    id: int
    source: str
    scope: str
    way: str | None
    frontier: object
    pages: int
    named: int
    requests: int
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class FetchState:
    """What is remembered of the last fetch of one address, for a conditional GET.

    `reader` is the version of the reader that understood the page: validators are worth sending
    only while the same reader is asking. `sha256` is of the raw body.
    """

    address: str
    etag: str | None
    last_modified: str | None
    checked_at: datetime
    sha256: str | None
    reader: str


@dataclass(frozen=True, slots=True)
class StoredManners:
    """How a host wants to be treated: its robots.txt, and when it may be asked again.

    And how it has fared: its failures in a row, and until when it is left alone for them.
    """

    robots_text: str | None
    robots_status: int | None
    robots_at: datetime | None
    not_before: datetime | None
    failures: int = 0
    rests_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RequestMade:
    """One request that was sent to a host, whatever came of it.

    Attributes:
        asked_at: when it was sent (UTC).
        host: as `name` or `name:port`.
        address: what was asked for.
        status: the answer's status; None where none came.
        fault: the kind of error it ended in; None where it was of use.
        size: bytes of the answer's body as they came, packed or not.
        milliseconds: from the sending to the last byte, or to the fault.
    """

    asked_at: datetime
    host: str
    address: str
    status: int | None
    fault: str | None
    size: int
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """The requests to one host in sum; `unchanged` were answered 304, `failed` ended in a fault."""

    host: str
    requests: int
    unchanged: int
    failed: int
    size: int
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The bytes of one page at one moment, as stored (the body is fetched apart)."""

    id: int
    address: str
    origin: Origin
    fetched_at: datetime
    status: int
    headers: Mapping[str, str]
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """A snapshot that shows a release, and the number of the revision that it shows."""

    snapshot: Snapshot
    revision: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a release was seen: from which origin, at first and last."""

    origin: Origin
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """A text of a release, with the snapshot it was read from and the reader that read it."""

    id: int
    release_id: int
    number: int
    fingerprint: str
    snapshot_id: int
    title: str | None
    published: date | None
    paragraphs: tuple[Paragraph, ...]
    filed_at: datetime
    reader: str | None


@dataclass(frozen=True, slots=True)
class FiledRelease:
    """A release as the archive knows it.

    `key` identifies it whatever the spelling of its address (for a saved page without an address,
    it is built from the fingerprint). State `wanted`: to be fetched, from
    `next_try_at` on: named by a listing, and not read yet (no verdict), or read and looked at
    again, since it may be corrected; `passed`: judged by title and address alone, never fetched;
    `read`: its page was read, and is left alone.
    """

    id: int
    key: str
    address: str | None
    title: str | None
    published: date | None
    state: ReleaseState
    verdict: Verdict | None
    fingerprint: str | None
    named_at: datetime
    attempts: int
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A release whose page is missing: by what kind of evidence, since when, on how many days.

    `evidence` has a sentence for each day; `said_at` is None until it was said that the release
    was withdrawn, `ended_at` until its page was seen again.
    """

    id: int
    release_id: int
    kind: str
    evidence: Mapping[str, str]
    first_at: datetime
    last_at: datetime
    days: int
    said_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Twin:
    """Another address of a release, as a row of its own, and since when it is known.

    `stands`: its page was seen beside the release's own; else the release has moved from there.
    """

    id: int
    key: str
    address: str | None
    found_at: datetime
    stands: bool


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """That a release was withdrawn, as it is told: since when, and missed on how many days."""

    first_missed: datetime
    last_looked: datetime
    days: int
    said_at: datetime


@dataclass(frozen=True, slots=True)
class OtherAddress:
    """Another address of a release, and since when that is known."""

    address: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a release's page is, beside its address: withdrawn, moved, or at other ones too.

    `seen` is where it was seen so far, by origin.
    """

    withdrawn: Withdrawn | None = None
    moved_from: tuple[OtherAddress, ...] = ()
    also_at: tuple[OtherAddress, ...] = ()
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceOf:
    """Where a readout comes from, down to the stored page."""

    address: str | None
    fetched_from: str
    origin: Origin
    fetched_at: datetime
    sha256: str
    snapshot_id: int


@dataclass(frozen=True, slots=True)
class FiledReadout:
    """A readout in the archive, with the release that reports it and the page it was read from."""

    id: int
    release_id: int
    revision_id: int
    release: Release
    readout: Readout
    source: SourceOf


@dataclass(frozen=True, slots=True)
class Summary:
    """The latest round, for people and programs alike: one truth, several renderings."""

    release: Release
    readout: Readout
    comparison: Comparison | None
    source: SourceOf


@dataclass(frozen=True, slots=True)
class TopicLink:
    """A label that a person has linked to a topic: an alias beside those of the reviewed list.

    `topic` is the topic's slug and `name` what it was called when the link was made.
    """

    series: str
    label: str
    topic: str
    name: str
    linked_at: datetime


# --- What was told to whom --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a reader wants to be told.

    `weekday` counts from Monday, 0, and matters for a weekly rhythm alone; `hour` is one of the
    clock in `zone`, an IANA name, and matters for daily and weekly ones. Until the day
    `paused_until` begins there, nothing is sent, whatever the rhythm; None: no pause.
    """

    language: Language = "en"
    format: MailFormat = "both"
    rhythm: DigestRhythm = "at-once"
    weekday: int = 0
    hour: int = 8
    zone: str = "UTC"
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A series that a reader follows; of its topics those chosen, by slug, or all (empty)."""

    id: int
    series: str
    topics: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A reader: the address (of mail, or of another channel), and what was asked for.

    `domain` is what receives: the mail domain, or the host of another channel. `generation` counts
    the addresses the reader has had: links in mail to an earlier one do not count any more.
    `letters` were sent to it while it was not confirmed, the last at `letter_at`. `bounces` is the
    score of soft bounces, as it stood at `bounced_at`. `reason` says why nothing is sent any more.
    """

    id: int
    address: str
    channel: Channel
    domain: str
    state: SubscriberState
    created_at: datetime
    confirmed_at: datetime | None = None
    reason: str | None = None
    generation: int = 0
    letters: int = 0
    letter_at: datetime | None = None
    bounces: float = 0.0
    bounced_at: datetime | None = None
    preferences: Preferences = field(default_factory=Preferences)
    subscriptions: tuple[Subscription, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader's choice of topics does to a round: names for people, and changes left out."""

    topics: tuple[str, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Telling:
    """A round as a digest tells it: its facts as they stood when they became news.

    `corrected` is, for a correction, what the digest before it told; `chosen` is None where
    everything is told; `whereabouts` is given for a withdrawal alone.
    """

    kind: DigestKind
    series_name: str
    summary: Summary
    background: Background
    before: FiledReadout | None
    made_at: datetime
    corrected: Summary | None = None
    chosen: Choice | None = None
    whereabouts: Whereabouts | None = None


@dataclass(frozen=True, slots=True)
class Rendering:
    """A mail's words, rendered once for all readers of one variant."""

    subject: str
    text: str
    html: str | None


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail server, or a reader through it, told us about a mail we sent.

    `status` is the enhanced status code (RFC 3463), `2.0.0` to `5.7.999`, or None; `message_id`
    that of our mail, where the report names it.
    """

    kind: BounceClass
    address: str
    status: str | None
    message_id: str | None
    words: str


@dataclass(frozen=True, slots=True)
class FiledDigest:
    """A digest in the outbox: the readout it tells of, the revision that caused it, the facts.

    `candidates` is how many subscriptions it was meant for when it was addressed. `telling` is None
    for one that an earlier version of the program had sent as finished words. `forgotten` says how
    deliveries ended that were on file long enough.
    """

    id: int
    series: str
    round: int | None
    kind: DigestKind
    readout_id: int
    revision_id: int
    subject: str
    candidates: int
    created_at: datetime
    telling: Telling | None
    trace: str | None = None
    forgotten: Mapping[DeliveryState, int] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subscription that a digest may be meant for."""

    subscription_id: int
    subscriber_id: int
    topics: tuple[str, ...]
    domain: str
    state: SubscriberState
    preferences: Preferences


@dataclass(frozen=True, slots=True)
class Addressed:
    """What becomes of a digest for one candidate.

    `due_at` is when it may be sent, None where it is suppressed, for the `reason` given. One that
    is `gathered` goes out in one mail with what else waits for that reader.
    """

    candidate: Candidate
    due_at: datetime | None
    reason: str | None = None
    gathered: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is no digest, to one address: what it is about, and from when."""

    id: int
    kind: LetterKind
    subscriber_id: int | None
    language: Language
    facts: Mapping[str, str]
    created_at: datetime
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a delivery goes to, and how; for a letter to nobody on file, with the defaults."""

    address: str
    channel: Channel = "mail"
    domain: str = ""
    subscriber_id: int | None = None
    generation: int = 0
    language: Language = "en"
    format: MailFormat = "both"


@dataclass(frozen=True, slots=True)
class Part:
    """One digest in a mail, and the topics the reader chose of it (empty: all)."""

    digest_id: int
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail to one reader, claimed for sending: a letter, or a digest, or several gathered."""

    id: int
    message_id: str
    attempts: int
    recipient: Recipient
    parts: tuple[Part, ...] = ()
    letter: Letter | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended, and what the delivery becomes by it.

    `due_at` is when it is tried again, None where it is at an end. `tried` is False where this was
    no attempt, since nothing at all could be sent.
    """

    delivery_id: int
    state: DeliveryState
    due_at: datetime | None = None
    error: str | None = None
    tried: bool = True


@dataclass(frozen=True, slots=True)
class Balance:
    """The outbox's books: every delivery is in exactly one of these.

    `candidates` is counted apart, when digests and letters are addressed: if it is not the sum of
    the others, deliveries were lost or made up.
    """

    candidates: int
    queued: int
    sending: int
    uncertain: int
    sent: int
    suppressed: int
    failed: int
    abandoned: int

    @property
    def deliveries(self) -> int:
        """How many deliveries there are, whatever became of them."""
        ended = self.sent + self.suppressed + self.failed + self.abandoned
        return self.queued + self.sending + self.uncertain + ended

    @property
    def balanced(self) -> bool:
        """Whether every candidate has one delivery."""
        return self.candidates == self.deliveries

    @property
    def done(self) -> bool:
        """Whether nothing waits, and nothing is uncertain."""
        return not (self.queued or self.sending or self.uncertain)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something the operator is told of: once, when it changes, and when it is over.

    `says` is what was told last, at `told_at`; `well_since` is None unless it seems to be over.
    """

    name: str
    says: str
    raised_at: datetime
    told_at: datetime
    well_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """One look at the source; `newest` is the latest day that the listing named.

    `trace` is the id by which what it led to can be followed.
    """

    id: int
    source: str
    started_at: datetime
    finished_at: datetime | None
    outcome: PollOutcome | None
    requests: int
    named: int
    announced: int
    problem: str | None
    newest: date | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """Something not understood; open until a person closes it or the cause is seen to be over."""

    id: int
    kind: str
    address: str | None
    summary: str
    evidence: Mapping[str, str] = field(default_factory=dict)
    snapshot_id: int | None = None
    opened_at: datetime | None = None
    last_seen_at: datetime | None = None
    times: int = 1
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Connections:
    """How many clients a database server has, and how many it may have."""

    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class Server:
    """What a database is, in a few words; of a server its clients, and its time."""

    says: str
    connections: Connections | None
    now: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is on file: of each thing by its state, series, verdict or kind.

    A release without a verdict is one that was not read yet. `size` is that of the database, in
    bytes. `backfills` are those not at their end; SQLite has no `connections`.
    """

    readers: Mapping[SubscriberState, int]
    rounds: Mapping[str, int]
    releases: Mapping[Verdict | None, int]
    digests: Mapping[DigestKind, int]
    issues: Mapping[str, int]
    size: int
    backfills: int
    resting_hosts: int
    connections: Connections | None


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes free where a database is, and bytes that it takes."""

    free: int
    size: int


JobsByState = dict[Literal["todo", "doing", "failed"], int]
"""How many jobs may be done now, are being done, and have failed; none, no entry."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the queue of work stands.

    `jobs` are by queue; `hands` is how many hands of workers show signs of life; `waiting_since` is
    when the job that waits longest could first have been done; `failed` has for each task how many
    jobs failed, and when the last did.
    """

    jobs: Mapping[str, JobsByState]
    hands: int
    waiting_since: datetime | None
    failed: Mapping[str, tuple[int, datetime]]

    def count(self, state: Literal["todo", "doing", "failed"]) -> int:
        """How many jobs of all queues stand so."""
        return sum(jobs.get(state, 0) for jobs in self.jobs.values())
