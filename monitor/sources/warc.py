"""WARC files (ISO 28500): pages as a crawler kept them, with their addresses, times and headers.

The only home of warcio. It reads leniently, and some of what it lets pass is named here: a record
that is shorter than it says, bytes that are not those whose hash it states, a file that breaks off.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.utils import BUFF_SIZE, Digester
from warcio.warcwriter import WARCWriter

from monitor.errors import BrokenWarc, DamagedRecord, OddEncoding, SourceError, TooLarge
from monitor.sources.body import CAP_UNPACKED

T = TypeVar("T")

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_SAVED = _PAGES | {"text/plain", "text/markdown"}
_START = 1_000  # bytes of a file that tell whether it is a WARC
_QUOTED = 100  # characters of an error that may quote what stands in the file
_INFO = 10_000  # bytes of a first record: a few lines
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
# What warcio and what it is built on raise over a file that is no whole WARC.
_BREAKS = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    EOFError,
    OSError,
    zlib.error,
    ValueError,
    AttributeError,
    TypeError,
)
# Headers of the answer that do not hold for its body as we have it: unpacked and whole.
_ABOUT_THE_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length"})


@dataclass(frozen=True, slots=True)
class Recorded:
    """A page in a WARC.

    Attributes:
        address: what was asked for; of a saved page, what the file says it was saved from.
        recorded_at: when (UTC).
        status: the status it was answered with; 200 for a page that was saved.
        headers: the answer's headers, names in lower case.
        body: the bytes of the page, unpacked.
    """

    address: str
    recorded_at: datetime
    status: int
    headers: Mapping[str, str]
    body: bytes


def recorded_pages(path: Path, wanted: Callable[[str], bool]) -> Iterator[Recorded | SourceError]:
    """Go through the pages of a WARC that were answered 200, and are wanted by their address.

    Records of other kinds and pages that are not wanted are passed over. What is wrong with one
    page comes in its place. One page at a time is in memory.

    Args:
        path: the file, packed or not.
        wanted: told an address, says whether to read its page.

    Raises:
        BrokenWarc: the file breaks off, or is no WARC. All that stood before it has come.
    """

    def page(record: Any) -> Recorded | SourceError | None:  # noqa: ANN401 - warcio has no types
        if not _is_page(record) or not wanted(_address(record)):
            return None
        try:
            return _recorded(record)
        except SourceError as fault:
            return fault

    return _records(path, page)


def checked_records(path: Path) -> Iterator[tuple[str, bool | SourceError]]:
    """Go through all records of a WARC and hold their bytes against the hashes they state.

    Returns:
        What each is called, and whether it states a hash that is right; False where it states
        none, the error where it is wrong.

    Raises:
        BrokenWarc: as `recorded_pages`.
    """

    def check(record: Any) -> tuple[str, bool | SourceError]:  # noqa: ANN401 - warcio has no types
        _drain(record)
        name = f"{record.rec_type} {_address(record)}".strip()
        try:
            _refuse_damage(record)
        except DamagedRecord as fault:
            return name, fault
        return name, bool(record.digest_checker.passed)

    return _records(path, check)


def software_of(path: Path) -> str:
    """What a WARC says it was made by; empty where it does not say so, or is no WARC."""

    def software(record: Any) -> str:  # noqa: ANN401 - warcio has no types
        if record.rec_type != "warcinfo":
            return ""
        fields = _read(record.raw_stream, _INFO).decode("utf-8", "replace").splitlines()
        named = (line.partition(":") for line in fields)
        return next((value.strip() for name, _, value in named if name == "software"), "")

    try:
        return next(_records(path, software))
    except BrokenWarc:
        return ""


class WarcFile:
    """A WARC 1.1 that is being written; packed record by record where its name ends in .gz.

    Args:
        out: where it goes.
        name: what the file is called.
        info: what stands in its first record.
    """

    def __init__(self, out: BinaryIO, name: str, info: Mapping[str, str]) -> None:
        self._writer = _Sha256Writer(out, gzip=name.endswith(".gz"), warc_version="1.1")
        self._writer.write_record(self._writer.create_warcinfo_record(name, dict(info)))

    def add_response(self, page: Recorded, *, record_id: str, shown_at: str) -> None:
        """Write an answer with its headers; `shown_at` is where these bytes really came from."""
        phrase = HTTPStatus(page.status).phrase if page.status in set(HTTPStatus) else "Unknown"
        headers = [
            (f"X-Original-{name}" if name in _ABOUT_THE_WIRE else name, value)
            for name, value in page.headers.items()
        ]
        headers.append(("Content-Length", str(len(page.body))))
        http = StatusAndHeaders(f"{page.status} {phrase}", headers, protocol="HTTP/1.1")
        self._add("response", page, record_id, shown_at, http_headers=http)

    def add_resource(self, page: Recorded, *, record_id: str, shown_at: str) -> None:
        """Write a page that no server answered with, as a file."""
        content_type = page.headers.get("content-type", "application/octet-stream")
        self._add("resource", page, record_id, shown_at, warc_content_type=content_type)

    def add_metadata(self, body: bytes, *, about: str, now: datetime) -> None:
        """Write what is known of all the pages, as JSON."""
        headers = {"WARC-Date": _stamp(now)}
        record = self._writer.create_warc_record(
            about,
            "metadata",
            payload=BytesIO(body),
            length=len(body),
            warc_content_type="application/json",
            warc_headers_dict=headers,
        )
        self._writer.write_record(record)

    def _add(
        self, kind: str, page: Recorded, record_id: str, shown_at: str, **words: object
    ) -> None:
        headers = {
            "WARC-Record-ID": f"<{record_id}>",
            "WARC-Date": _stamp(page.recorded_at),
            "WARC-Payload-Digest": f"sha256:{hashlib.sha256(page.body).hexdigest()}",
        }
        if shown_at != page.address:
            headers["WARC-Source-URI"] = shown_at
        record = self._writer.create_warc_record(
            page.address,
            kind,
            payload=BytesIO(page.body),
            length=len(page.body),
            warc_headers_dict=headers,
            **words,
        )
        self._writer.write_record(record)


class _Sha256Writer(WARCWriter):  # type: ignore[misc]  # warcio has no types
    """Hashes with SHA-256, as the rest of the archive does, and not with SHA-1."""

    @staticmethod
    def _create_digester() -> Any:  # noqa: ANN401 - warcio has no types
        return Digester("sha256")


class _Unpacking(DecompressingBufferedReader):  # type: ignore[misc]  # warcio has no types
    """Unpacks a file, and raises where its packed bytes break off: warcio prints that, goes on."""

    decompressor: Any
    _fed = False

    @property
    def place(self) -> int:
        """How many unpacked bytes were taken so far."""
        waiting = self.buff_size - self.buff.tell() if self.buff else 0
        return int(self.num_read - waiting)

    def _decompress(self, data: bytes) -> bytes:
        if not self.decompressor or not data:
            return data
        try:
            unpacked: bytes = self.decompressor.decompress(data)
        except zlib.error:
            if self.num_block_read:
                raise
            self.decompressor = None  # not packed at all
            return data
        self._fed = True
        return unpacked

    def _process_read(self, data: bytes) -> None:
        if not data and self.decompressor and self._fed and not self.decompressor.eof:
            raise ArchiveLoadFailed("its packed bytes break off")
        super()._process_read(data)


class _Records(WARCIterator):  # type: ignore[misc]  # warcio has no types
    # A warning that would be printed in the middle of ours; `err_count` says it, too.
    INC_RECORD = ""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, check_digests=True)
        self.reader = _Unpacking(file, block_size=BUFF_SIZE)

    def _next_record(self, next_line: str | None) -> Any:  # noqa: ANN401 - warcio has no types
        """The next record; warcio takes headers that break off for the end of the file."""
        before = self.reader.place
        try:
            return super()._next_record(next_line)
        except EOFError as error:
            if next_line or self.reader.place != before:
                raise ArchiveLoadFailed("a record's headers break off") from error
            raise


def _records(path: Path, made_of: Callable[[Any], T | None]) -> Iterator[T]:
    """What is made of the records of a file, one after the other, where anything is."""
    count = 0
    try:
        with path.open("rb") as file:
            records = _Records(file)
            for record in records:
                _refuse_headless(record)
                made = made_of(record)
                _drain(record)
                records.read_to_end()
                if records.err_count:
                    raise EOFError("a record does not end where it says")
                count += 1
                if made is not None:
                    yield made
    except _BREAKS as error:
        raise _broken(path, count, error) from error
    if not count:
        raise _broken(path, 0, EOFError("it is empty"))


def _refuse_headless(record: Any) -> None:  # noqa: ANN401 - warcio has no types
    """Refuse a record without its length: its headers were cut."""
    length = record.rec_headers.get_header("Content-Length") or ""
    if not (length.isascii() and length.isdigit() and record.rec_type):
        raise EOFError("a record's headers break off, or say what cannot be")


def _drain(record: Any) -> None:  # noqa: ANN401 - warcio has no types
    """Read a record to its end.

    Raises:
        EOFError: it is shorter than it says.
    """
    while record.raw_stream.read(65_536):
        pass
    if record.raw_stream.limit > 0:
        raise EOFError(f"the last record lacks {record.raw_stream.limit} bytes")


def _is_page(record: Any) -> bool:  # noqa: ANN401 - warcio has no types
    if record.rec_type == "resource":
        return _media_type(record.content_type) in _SAVED
    http = record.http_headers
    if record.rec_type != "response" or http is None:
        return False
    is_html = _media_type(http.get_header("content-type")) in _PAGES
    return bool(http.get_statuscode() == "200" and is_html)


def _media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _address(record: Any) -> str:  # noqa: ANN401 - warcio has no types
    return record.rec_headers.get_header("WARC-Target-URI") or ""


def _recorded(record: Any) -> Recorded:  # noqa: ANN401 - warcio has no types
    address = _address(record)
    http = record.http_headers
    headers = {name.lower(): value for name, value in http.headers} if http else {}
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise OddEncoding(
            f"{address} is packed as {encoding!r} in the WARC.",
            evidence={"address": address, "content-encoding": encoding},
            todo="Only gzip and deflate are unpacked.",
        )
    if not http:
        headers["content-type"] = record.content_type
    try:
        body = _read(record.content_stream(), CAP_UNPACKED + 1)
    except (zlib.error, ValueError) as error:
        raise OddEncoding(
            f"{address} says in the WARC that it is packed, and does not unpack ({error}).",
            evidence={"address": address},
        ) from error
    if len(body) > CAP_UNPACKED:
        raise TooLarge(
            f"{address} is larger than {CAP_UNPACKED} bytes in the WARC.",
            evidence={"address": address},
        )
    _drain(record)
    _refuse_damage(record)
    return Recorded(address, _moment(record), 200, headers, body)


def _read(stream: Any, most: int) -> bytes:  # noqa: ANN401 - warcio has no types
    """Up to so many bytes of a stream that may give fewer than it is asked for."""
    body = bytearray()
    while len(body) < most and (piece := stream.read(most - len(body))):
        body += piece
    return bytes(body)


def _moment(record: Any) -> datetime:  # noqa: ANN401 - warcio has no types
    """When a record was made; a date without a zone is in UTC."""
    moment = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _refuse_damage(record: Any) -> None:  # noqa: ANN401 - warcio has no types
    """Refuse a record whose bytes have another hash than it states.

    The hash of a payload that came in chunks is not held against it: crawlers take it before or
    after the chunks are joined.
    """
    http = record.http_headers
    chunked = http is not None and http.get_header("transfer-encoding") is not None
    found = [
        problem
        for problem in record.digest_checker.problems
        if problem.startswith("block digest") or not chunked
    ]
    if found:
        address = _address(record)
        raise DamagedRecord(
            f"{address} is not the page that was kept in the WARC: {found[0]}.",
            evidence={"address": address, "problems": "; ".join(found)},
            todo="Look for another copy of the file.",
        )


def is_warc(path: Path) -> bool:
    """Whether a file begins as a WARC does, packed or not: by its first line."""
    try:
        with path.open("rb") as file:
            packed = file.read(_START)
    except OSError:
        return False
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        start = unpacking.decompress(packed, _START)
    except zlib.error:
        start = packed
    return start.startswith(b"WARC/")


def _quoted(error: Exception) -> str:
    """What an error says; it may quote a file of any kind, and is clipped and made printable."""
    said = "".join(sign if sign.isprintable() else "�" for sign in str(error)[:_QUOTED])
    return said if len(str(error)) <= _QUOTED else f"{said}…"


def _broken(path: Path, count: int, error: Exception) -> BrokenWarc:
    return BrokenWarc(
        f"{path.name} is no whole WARC: {_quoted(error)}; {count} records stand before the break.",
        evidence={"path": str(path), "records": str(count), "cause": type(error).__name__},
        todo="What stands before the break was read; look for another copy of the file.",
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
