"""Twins: a release's text at another address, which is therefore no release of its own.

A release is one row, however many addresses it has or had. Each other address is a row too, so that
its key is known and a listing that names it causes nothing; a twin says whose text it is. In state
`read` its page was seen to stand beside the release's own; in state `passed` the release has left
that address for the one it has now.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from storage.archive.releases import ORIGINAL, change_release, release_by_id, release_by_key
from storage.records import FiledRelease, Twin
from storage.schema import releases, twins
from storage.upsert import insert

_ORIGINAL_OF = select(twins.c.twin_of).where(twins.c.release_id == bindparam("of"))
_OF_TEXT = (
    select(releases.c.id)
    .where(releases.c.fingerprint == bindparam("text"), ORIGINAL)
    .order_by(releases.c.id)
    .limit(1)
)
_LEFT_ALONE = {"attempts": 0, "next_try_at": None}


def original_of(tx: Connection, release_id: int) -> FiledRelease | None:
    """Return the release whose twin this one is; None if it is none."""
    original = tx.scalar(_ORIGINAL_OF, {"of": release_id})
    return release_by_id(tx, original) if original is not None else None


def release_of_text(tx: Connection, fingerprint: str) -> FiledRelease | None:
    """Return the release, known longest, that says this text now."""
    found = tx.scalar(_OF_TEXT, {"text": fingerprint})
    return release_by_id(tx, found) if found is not None else None


def twins_of(tx: Connection, release_id: int) -> tuple[Twin, ...]:
    """Return a release's other addresses, in the order they were found."""
    query = (
        select(
            releases.c.id, releases.c.key, releases.c.address, releases.c.state, twins.c.found_at
        )
        .join(twins, twins.c.release_id == releases.c.id)
        .where(twins.c.twin_of == release_id)
        .order_by(twins.c.found_at, releases.c.id)
    )
    return tuple(
        Twin(row.id, row.key, row.address, row.found_at, stands=row.state == "read")
        for row in tx.execute(query)
    )


def file_twin(
    tx: Connection, *, key: str, address: str, twin_of: int, stands: bool, now: datetime
) -> None:
    """File an address as one more of a release.

    Args:
        tx: a writing transaction.
        key: the address's key; a release that was only named under it becomes the twin.
        address: the address.
        twin_of: the release.
        stands: whether its page was seen to stand; else the release has left it.
        now: the time, aware.
    """
    state = {"state": "read" if stands else "passed", **_LEFT_ALONE}
    row = insert(tx, releases).values(key=key, address=address, named_at=now, **state)
    filed = row.on_conflict_do_update(index_elements=["key"], set_=state)
    twin_id = tx.scalar(filed.returning(releases.c.id))
    _link(tx, twin_id, twin_of, now)


def move_release(
    tx: Connection, release: FiledRelease, *, key: str, address: str, now: datetime
) -> None:
    """Have a release stand at another address; the one it had becomes a twin that it has left.

    Args:
        tx: a writing transaction.
        release: the release, which keeps its id.
        key: the new address's key: of no release, of one only named, or of a twin of this one.
        address: the new address.
        now: the time, aware.
    """
    there = release_by_key(tx, key)
    left = {"key": release.key, "address": release.address, "state": "passed", **_LEFT_ALONE}
    if there is not None:
        change_release(tx, there.id, key=f"moving:{there.id}")
    change_release(tx, release.id, key=key, address=address)
    if there is not None:
        change_release(tx, there.id, **left)
        _link(tx, there.id, release.id, now)
    elif release.address is not None:
        named = insert(tx, releases).values(named_at=release.named_at, **left)
        _link(tx, tx.scalar(named.returning(releases.c.id)), release.id, now)


def _link(tx: Connection, twin_id: int | None, twin_of: int, now: datetime) -> None:
    row = {"release_id": twin_id, "twin_of": twin_of, "found_at": now}
    again = {"twin_of": twin_of, "found_at": now}
    new = insert(tx, twins).values(row)
    tx.execute(new.on_conflict_do_update(index_elements=["release_id"], set_=again))
