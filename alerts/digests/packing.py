"""Keeps digests small that were sent: several are compressed together once nothing of them waits to be sent.

The digests of many subscriptions at one moment are nearly the same, so together they take a small
part of the space. Each can be rebuilt byte for byte. They are not rendered again, because templates
and translations change.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.schema import deliveries, digest_packs, digests

KINDS = ("digest", "catch-up", "personal", "test")
"""What is packed: news. Notes to a person are small, and are found where a person wants to be forgotten."""
TOGETHER = 25
"""Digests in one pack, as many as are made at once: opening one takes some ten milliseconds."""
AGE = timedelta(hours=1)
"""Digests are packed at this age.

A worker of an earlier version cannot open packs, and does not need these any more.
"""
MOST = 1_000
"""Digests that are packed at a time."""
_FAST = 1
"""The compression's preset. Higher ones take ten times as long for a tenth less."""


@dataclass(frozen=True, slots=True)
class Body:
    """What was sent: both forms, and the plain values behind them as JSON."""

    html: str
    text: str
    content: str | None


def bodies_of(connection: Connection, rows: Iterable[Any]) -> dict[int, Body]:
    """The bodies of digests (rows of the digests table), by number.

    Those that are kept no longer are left out.
    """
    rows = list(rows)
    packs = _packs(connection, {row.pack for row in rows if row.pack is not None})
    found = {}
    for row in rows:
        if row.pack is not None:
            body = packs.get(row.pack, {}).get(row.id)
        else:
            body = Body(row.html, row.text, row.content) if row.html or row.text or row.content else None
        if body is not None:
            found[row.id] = body
    return found


def body_of(connection: Connection, row: Any) -> Body:
    """What one digest says.

    Raises:
        AseanwatchError: it is older than storage.keep.
    """
    found = bodies_of(connection, [row]).get(row.id)
    if found is None:
        raise AseanwatchError(f"what digest {row.id} said is kept no longer; storage.keep says how long")
    return found


def _packs(connection: Connection, numbers: Collection[int]) -> dict[int, Mapping[int, Body]]:
    if not numbers:
        return {}
    rows = connection.execute(select(digest_packs).where(digest_packs.c.id.in_(sorted(numbers))))
    return {row.id: opened(bytes(row.body)) for row in rows}


@lru_cache(maxsize=8)
def opened(packed: bytes) -> Mapping[int, Body]:
    """The digests of a pack, by their numbers."""
    return {int(number): Body(*parts) for number, parts in json.loads(lzma.decompress(packed)).items()}


def packed(found: Mapping[int, Body]) -> bytes:
    """Digests as a pack."""
    plain = json.dumps({number: astuple(body) for number, body in found.items()}, ensure_ascii=False)
    return lzma.compress(plain.encode("utf-8", "surrogatepass"), preset=_FAST)


def pack_sent(store: Store, now: datetime, most: int = MOST) -> int:
    """Pack digests of which nothing waits to be sent; gives how many.

    Args:
        store: where they are.
        now: the present moment.
        most: how many at most; the rest is packed the next time.
    """
    count = 0
    while count < most:
        # One pack a transaction: the round is interrupted
        # anywhere without loss, and locks are short.
        with store.write(exclusive=False) as connection:
            rows = _sent_digests(connection, now)
            if not rows:
                return count
            _pack(connection, rows)
            count += len(rows)
    return count


def _sent_digests(connection: Connection, now: datetime) -> Sequence[Any]:
    waits = exists().where((deliveries.c.digest_id == digests.c.id) & (deliveries.c.status == "pending"))
    # Digests older than storage.keep have no text any more, and nothing to pack.
    plain = digests.c.pack.is_(None) & (digests.c.html != "")
    wanted = select(digests).where(plain & digests.c.kind.in_(KINDS) & (digests.c.made < now - AGE) & ~waits)
    order = wanted.order_by(digests.c.id).limit(TOGETHER)
    return connection.execute(
        order.with_for_update(skip_locked=True)
    ).all()  # the last is PostgreSQL's; SQLite has one writer


def _pack(connection: Connection, rows: Sequence[Any]) -> None:
    body = packed({row.id: Body(row.html, row.text, row.content) for row in rows})
    (number,) = connection.execute(insert(digest_packs).returning(digest_packs.c.id), [{"body": body}]).one()
    mine = digests.c.id.in_([row.id for row in rows])
    connection.execute(update(digests).where(mine).values(html="", text="", content=None, pack=number))


def unpack(connection: Connection, numbers: Collection[int]) -> None:
    """Store the digests of packs as plain text again, so that they can be changed.

    They are packed again later.
    """
    for pack, found in _packs(connection, numbers).items():
        for number, body in found.items():
            plain = {"html": body.html, "text": body.text, "content": body.content, "pack": None}
            connection.execute(
                update(digests).where((digests.c.id == number) & (digests.c.pack == pack)).values(**plain)
            )
        connection.execute(delete(digest_packs).where(digest_packs.c.id == pack))


def packs_with(connection: Connection, words: Collection[str]) -> list[int]:
    """The packs in which any of some words stands, in whatever case."""
    wanted = {word.lower() for word in words}
    found = []
    for row in connection.execute(select(digest_packs)).all():
        plain = lzma.decompress(bytes(row.body)).decode("utf-8", "surrogatepass").lower()
        if any(word in plain for word in wanted):
            found.append(row.id)
    return found
