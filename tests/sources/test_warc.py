"""WARC files as crawlers write them, and as disks and networks leave them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.errors import BrokenWarc, DamagedRecord, OddEncoding, SourceError, TooLarge
from monitor.sources.body import CAP_UNPACKED
from monitor.sources.warc import Recorded, checked_records, recorded_pages

AT = "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2022/march/a"
PAGE = b"<html><body><h1>A release</h1><p>Its text.</p></body></html>"
HTML = ("Content-Type", "text/html; charset=UTF-8")


def written(path: Path, *records: Callable[[WARCWriter], None]) -> Path:
    """A WARC of some records, packed if its name says so."""
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=path.name.endswith(".gz"))
        for write in records:
            write(writer)
    return path


def response(
    address: str = AT,
    body: bytes = PAGE,
    *headers: tuple[str, str],
    status: str = "200 OK",
    kind: str = "response",
    **about: str,
) -> Callable[[WARCWriter], None]:
    """Writes an answer; `headers` are HTML's alone where none are given."""

    def write(writer: WARCWriter) -> None:
        http = StatusAndHeaders(status, list(headers or (HTML,)), protocol="HTTP/1.1")
        words = {name.replace("_", "-"): value for name, value in about.items()}
        words = {"WARC-Date": "2022-03-02T12:00:00Z"} | words
        writer.write_record(
            writer.create_warc_record(
                address,
                kind,
                payload=BytesIO(body),
                length=len(body),
                http_headers=http if kind == "response" else None,
                warc_headers_dict=words,
            )
        )

    return write


def chunked(body: bytes, size: int = 7) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


def pages(path: Path) -> list[Recorded | SourceError]:
    return list(recorded_pages(path, lambda address: True))


def until_the_break(path: Path) -> tuple[list[Recorded | SourceError], BrokenWarc]:
    """All that stands before a break, and how that is named."""
    found = []
    coming = recorded_pages(path, lambda address: True)
    while True:
        try:
            found.append(next(coming))
        except BrokenWarc as fault:
            return found, fault


def bodies(found: Sequence[Recorded | SourceError]) -> list[bytes]:
    return [one.body for one in found if isinstance(one, Recorded)]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_page_comes_with_its_address_its_time_and_its_headers(tmp_path: Path, name: str) -> None:
    (found,) = pages(written(tmp_path / name, response()))
    assert found == Recorded(
        AT,
        datetime(2022, 3, 2, 12, tzinfo=UTC),
        200,
        {"content-type": "text/html; charset=UTF-8"},
        PAGE,
    )


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (chunked(PAGE), [("Transfer-Encoding", "chunked")]),
        (gzip.compress(PAGE, mtime=0), [("Content-Encoding", "gzip")]),
        (zlib.compress(PAGE), [("Content-Encoding", "deflate")]),
        (
            chunked(gzip.compress(PAGE, mtime=0)),
            [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")],
        ),
        (PAGE, [("Content-Encoding", "gzip")]),  # some crawlers unpack and leave the header
        (PAGE, [("Content-Encoding", "identity")]),
    ],
)
def test_a_body_is_unpacked_however_it_was_sent(
    tmp_path: Path, body: bytes, headers: list[tuple[str, str]]
) -> None:
    found = pages(written(tmp_path / "a.warc.gz", response(AT, body, HTML, *headers)))
    assert bodies(found) == [PAGE]


def test_only_pages_that_were_answered_200_and_are_wanted_come(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.warc",
        response(f"{AT}-1", status="404 Not Found"),
        response(f"{AT}-2", b"{}", ("Content-Type", "application/json")),
        response(f"{AT}-3", status="301 Moved", kind="response"),
        response(f"{AT}-4", b"", kind="request"),
        response(f"{AT}-5"),
        response("https://example.org/"),
    )
    wanted = list(recorded_pages(path, lambda address: address.startswith(AT)))
    assert [one.address for one in wanted if isinstance(one, Recorded)] == [f"{AT}-5"]


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2022-03-02T12:00:00.250Z", datetime(2022, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)),
        ("2022-03-02T12:00:00+02:00", datetime(2022, 3, 2, 10, tzinfo=UTC)),
        ("2022-03-02T12:00:00", datetime(2022, 3, 2, 12, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_each_of_its_forms(tmp_path: Path, date: str, moment: datetime) -> None:
    (found,) = pages(written(tmp_path / "a.warc", response(WARC_Date=date)))
    assert isinstance(found, Recorded)
    assert found.recorded_at == moment


@pytest.mark.parametrize(
    ("write", "kind"),
    [
        (response(AT, b"x" * (CAP_UNPACKED + 1)), TooLarge),
        (
            response(
                AT, gzip.compress(b"x" * (CAP_UNPACKED + 1)), HTML, ("Content-Encoding", "gzip")
            ),
            TooLarge,
        ),
        (response(AT, PAGE, HTML, ("Content-Encoding", "br")), OddEncoding),
        (response(WARC_Payload_Digest="sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), DamagedRecord),
        (response(WARC_Block_Digest="sha256:" + "0" * 64), DamagedRecord),
    ],
)
def test_what_is_wrong_with_one_page_comes_in_its_place(
    tmp_path: Path, write: Callable[[WARCWriter], None], kind: type[SourceError]
) -> None:
    found = pages(written(tmp_path / "a.warc.gz", response(), write, response()))
    assert [type(one) for one in found] == [Recorded, kind, Recorded]
    (fault,) = (one for one in found if isinstance(one, SourceError))
    assert fault.evidence["address"] == AT


def test_a_hash_of_chunks_that_were_joined_is_not_held_against_a_page(tmp_path: Path) -> None:
    other = response(
        AT,
        chunked(PAGE),
        HTML,
        ("Transfer-Encoding", "chunked"),
        WARC_Payload_Digest="sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    )
    assert bodies(pages(written(tmp_path / "a.warc", other))) == [PAGE]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_of_a_file_that_breaks_off_all_before_the_break_comes(tmp_path: Path, name: str) -> None:
    whole = written(tmp_path / name, response(f"{AT}-1"), response(f"{AT}-2"), response(f"{AT}-3"))
    content = whole.read_bytes()
    with whole.open("rb") as file:
        records = ArchiveIterator(file)
        third = [records.get_record_offset() for _ in records][2]
    for length in range(third + 1, len(content) - 4):
        whole.write_bytes(content[:length])
        found, fault = until_the_break(whole)
        assert bodies(found) == [PAGE, PAGE], length
        assert fault.evidence["records"] == "2", length


@given(st.integers(0, 600), st.integers(0, 255))
def test_a_byte_that_was_changed_anywhere_raises_nothing_but_our_errors(at: int, byte: int) -> None:
    with TemporaryDirectory() as folder:
        path = written(Path(folder) / "a.warc.gz", response(f"{AT}-1"), response(f"{AT}-2"))
        content = bytearray(path.read_bytes())
        content[at % len(content)] = byte
        path.write_bytes(content)
        with suppress(BrokenWarc):
            assert set(bodies(pages(path))) <= {PAGE}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"<html><body>No WARC at all</body></html>",
        b"WARC/1.0\r\n",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nHTTP/",
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a/\r\nContent-Length: x\r\n\r\n",
        gzip.compress(b"no WARC", mtime=0),
        gzip.compress(b"WARC/1.0\r\n", mtime=0)[:-9],
    ],
)
def test_what_is_no_warc_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.warc").write_bytes(content)
    with pytest.raises(BrokenWarc, match=r"a\.warc is no whole WARC"):
        pages(tmp_path / "a.warc")
    with pytest.raises(BrokenWarc):
        list(checked_records(tmp_path / "a.warc"))


def test_a_record_longer_than_it_says_is_named_and_nothing_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    content = written(tmp_path / "a.warc", response()).read_bytes()
    (tmp_path / "a.warc").write_bytes(content.rstrip(b"\r\n") + b" and more\r\n\r\n")
    with pytest.raises(BrokenWarc):
        pages(tmp_path / "a.warc")
    assert capfd.readouterr() == ("", "")


def test_records_without_a_hash_are_told_from_those_whose_hash_is_right(tmp_path: Path) -> None:
    bare = (
        b"WARC/1.0\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        b"WARC-Date: 2022-03-02T12:00:00Z\r\nContent-Length: 2\r\n\r\n{}\r\n\r\n"
    )
    path = written(tmp_path / "a.warc", response())
    path.write_bytes(path.read_bytes() + bare)
    assert list(checked_records(path)) == [(f"response {AT}", True), ("metadata", False)]
