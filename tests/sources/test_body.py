"""Bodies: never more than the caps, never another packing than the one we asked for."""

from __future__ import annotations

import gzip
import subprocess
import sys
import textwrap
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import OddEncoding, SourceError, TooLarge
from monitor.sources.body import CAP_SENT, CAP_UNPACKED, Gunzip
from monitor.sources.client import PoliteClient
from tests.faults.server import Behaviour, Bomb, Flood, MisbehavingServer, Page
from tests.sources.conftest import Clients

REPOSITORY = Path(__file__).parents[2]


def gzipped(body: bytes) -> Page:
    return Page(body, headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize("announced", [True, False])
def test_fifty_megabytes_are_not_taken(
    server: MisbehavingServer, client: PoliteClient, announced: bool
) -> None:
    server.set("/listing", Flood(megabytes=50, announced=announced))
    with pytest.raises(TooLarge, match="announces" if announced else "sends more") as caught:
        client.get(server.base_url + "/listing")
    assert str(CAP_SENT) in caught.value.summary
    assert caught.value.evidence["status"] == "200"


@pytest.mark.parametrize("past", [0, 1])
@pytest.mark.parametrize("chunked", [True, False])
def test_the_cap_on_what_is_sent_is_exact(
    server: MisbehavingServer, client_for: Clients, chunked: bool, past: int
) -> None:
    server.set("/listing", Page(b"x" * (1000 + past), chunked=chunked))
    client = client_for(server, cap_sent=1000)
    if past:
        with pytest.raises(TooLarge):
            client.get(server.base_url + "/listing")
    else:
        assert len(client.get(server.base_url + "/listing").body) == 1000


@pytest.mark.parametrize("past", [0, 1])
def test_the_cap_on_what_is_unpacked_is_exact(
    server: MisbehavingServer, client_for: Clients, past: int
) -> None:
    server.set("/listing", gzipped(gzip.compress(b"x" * (100_000 + past))))
    client = client_for(server, cap_unpacked=100_000)
    if past:
        with pytest.raises(TooLarge, match="unpacks to more"):
            client.get(server.base_url + "/listing")
    else:
        assert client.get(server.base_url + "/listing").body == b"x" * 100_000


@pytest.mark.parametrize(
    ("bomb", "name"),
    [
        (Bomb(megabytes=200), TooLarge),
        (Bomb(megabytes=200, layers=2, encoding="gzip, gzip"), OddEncoding),
        (Bomb(megabytes=200, layers=2, encoding="gzip,gzip"), OddEncoding),
        (Flood(megabytes=50), TooLarge),
    ],
)
def test_bombs_are_refused_in_little_memory(
    server: MisbehavingServer, bomb: Behaviour, name: type[SourceError]
) -> None:
    server.set("/listing", bomb)
    said, peak = fetched_in_a_process_of_its_own(server)
    assert said == name.__name__
    assert peak < 80_000, "KB at the peak"


def test_a_bomb_within_a_bomb_stays_packed_when_only_one_layer_is_admitted(
    server: MisbehavingServer,
) -> None:
    server.set("/listing", Bomb(megabytes=200, layers=2, encoding="gzip"))
    said, peak = fetched_in_a_process_of_its_own(server)
    assert 0 < int(said) < CAP_UNPACKED
    assert peak < 80_000, "KB at the peak"


def fetched_in_a_process_of_its_own(server: MisbehavingServer) -> tuple[str, int]:
    """What a fetch came to (an error's name, or a size), and the process's peak memory in KB.

    From /proc where there is one: what getrusage calls the peak of a fresh process still counts
    the memory of the one it was forked from.
    """
    script = """
        import resource, sys
        from pathlib import Path
        from monitor.errors import SourceError
        from monitor.sources.client import PoliteClient
        from tests.sources.conftest import AGENT, Notebook

        host = sys.argv[1]
        client = PoliteClient(AGENT, frozenset({host}), 1000.0, Notebook())
        try:
            print(len(client.get(f"http://{host}/listing").body))
        except SourceError as error:
            print(type(error).__name__)
        status = Path("/proc/self/status")
        if status.exists():
            print(status.read_text().split("VmHWM:")[1].split()[0])
        else:
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), server.host],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    said, peak = done.stdout.split()
    return said, int(peak)


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "compress", "gzip, br", "gzip;q=1"])
def test_a_packing_we_did_not_ask_for_is_refused(
    server: MisbehavingServer, client: PoliteClient, encoding: str
) -> None:
    server.set("/listing", Page(b"\x1b\x03", headers={"Content-Encoding": encoding}))
    with pytest.raises(OddEncoding) as caught:
        client.get(server.base_url + "/listing")
    assert caught.value.evidence["content-encoding"] == encoding


@pytest.mark.parametrize("encoding", ["identity", "", "x-gzip", "GZIP", "identity, gzip"])
def test_other_names_for_what_we_asked_for_are_understood(
    server: MisbehavingServer, client: PoliteClient, encoding: str
) -> None:
    body = gzip.compress(b"page") if "zip" in encoding.lower() else b"page"
    server.set("/listing", Page(body, headers={"Content-Encoding": encoding}))
    assert client.get(server.base_url + "/listing").body == b"page"


@pytest.mark.parametrize(
    "body",
    [
        b"<p>not packed at all</p>",
        gzip.compress(b"page")[:-1],
        gzip.compress(b"page" * 1000)[:20],
        gzip.compress(b"page")[:-8] + b"\x00" * 8,
        gzip.compress(b"page") + b"and a tail",
        zlib.compress(b"page"),
    ],
    ids=["plain", "without its last byte", "cut", "wrong checksum", "with a tail", "zlib"],
)
def test_gzip_that_is_broken_is_refused(
    server: MisbehavingServer, client: PoliteClient, body: bytes
) -> None:
    server.set("/listing", gzipped(body))
    with pytest.raises(OddEncoding):
        client.get(server.base_url + "/listing")


def test_nothing_at_all_is_an_empty_page_even_if_called_gzip(
    server: MisbehavingServer, client: PoliteClient
) -> None:
    server.set("/listing", gzipped(b""))
    assert client.get(server.base_url + "/listing").body == b""


@given(
    members=st.lists(st.binary(max_size=300), min_size=1, max_size=4),
    padding=st.integers(0, 20),
    step=st.integers(1, 400),
)
def test_gzip_of_any_members_in_any_pieces_unpacks_to_what_was_packed(
    members: list[bytes], padding: int, step: int
) -> None:
    packed = b"".join(gzip.compress(member) for member in members) + b"\0" * padding
    gunzip, out = Gunzip(), b""
    for start in range(0, len(packed), step):
        out += gunzip.feed(packed[start : start + step], 10_000)
    assert out == b"".join(members)
    assert gunzip.whole


@given(sizes=st.lists(st.integers(0, 5000), min_size=1, max_size=4), room=st.integers(0, 8000))
def test_gunzip_never_gives_more_than_one_byte_past_its_room(sizes: list[int], room: int) -> None:
    packed = b"".join(gzip.compress(b"\0" * size) for size in sizes)
    assert len(Gunzip().feed(packed, room)) == min(sum(sizes), room + 1)
