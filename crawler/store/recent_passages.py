"""Passages of the latest articles, beside their index: one row for each article, until many of them enter the index together.

Each of the hundred passages of a text has another place in the index, so that of a large one an article alone would change a
hundred pages. Thousands of articles change most pages once, all of them together. They enter it in the order of the index,
a part of it with each batch, so that no batch takes long.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, delete, func, select, update

from crawler.store.bulk import insert_rows
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.schema import fingerprints, recent_passages

TOGETHER = 1000
"""Articles whose passages enter the index together: more change each page less often, and are more to look through."""
_PACE = 1.25
"""So many passages enter the index for each new one: a round is over before there are enough articles for the next one."""
LAST, NEXT = "last article whose passages enter the index", "least passage that has not entered the index"
"""The cursors of a round: 0 where there is none, and how far it has come."""
_LAST_BITS = (1 << 20) - 1

_HALF, _LOWER_HALF = np.uint64(32), np.uint64((1 << 32) - 1)
_numbers = np.dtype("<u4")
_INSERT = {
    name: f"INSERT INTO fingerprints (hash, article_id) VALUES ({value}, {value}) ON CONFLICT DO NOTHING"
    for name, value in (("sqlite", "?"), ("postgresql", "%s"))
}


@dataclass(frozen=True, slots=True)
class _Passages:
    """Passages of articles, one article after another; ``ends`` says where those of each end."""

    hashes: np.ndarray[Any, np.dtype[np.uint32]]
    articles: np.ndarray[Any, np.dtype[np.int64]]
    ends: np.ndarray[Any, np.dtype[np.int64]]

    def articles_at(self, places: np.ndarray[Any, np.dtype[np.intp]]) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The articles of the passages at some places."""
        return self.articles[np.searchsorted(self.ends, places, side="right")]

    def pairs(self, places: np.ndarray[Any, np.dtype[np.intp]]) -> list[tuple[int, int]]:
        """The passages at some places, each with its article."""
        return list(zip(self.hashes[places].tolist(), self.articles_at(places).tolist(), strict=True))


class Holders(NamedTuple):
    """Passages, each with an article that holds it."""

    hashes: np.ndarray[Any, np.dtype[np.int64]]
    articles: np.ndarray[Any, np.dtype[np.int64]]

    def and_of(self, other: Holders) -> Holders:
        """These and those of another place."""
        return Holders(*map(np.concatenate, zip(self, other, strict=True)))

    def by_passage(self) -> dict[int, list[int]]:
        """The articles that hold each passage, in order and each once."""
        if not len(self.hashes):
            return {}
        # Both in one number, which is put in order in a fraction of the time: a passage has 32 bits, and no store has four
        # billion articles. What has just entered the index may be in both places.
        both = (self.hashes.astype(np.uint64) << _HALF) | self.articles.astype(np.uint64)
        both.sort()
        both = both[np.concatenate(([True], both[1:] != both[:-1]))]
        hashes, of = both >> _HALF, (both & _LOWER_HALF).tolist()
        begins = np.flatnonzero(np.concatenate(([True], hashes[1:] != hashes[:-1])))
        ends = [*begins[1:].tolist(), len(of)]
        return {
            passage: of[begin:end]
            for passage, begin, end in zip(hashes[begins].tolist(), begins.tolist(), ends, strict=True)
        }


NOBODY = Holders(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def holders(connection: Connection, hashes: Collection[int]) -> Holders:
    """The articles here that hold each of some passages; those that are in the index may be among them."""
    if not hashes:
        return NOBODY
    held = _read(connection)
    if not len(held.hashes):
        return NOBODY
    # A table of the last bits finds the few that may be meant, in a pass over numbers.
    wanted = np.fromiter(hashes, dtype=np.int64, count=len(hashes)).astype(np.uint32)
    may_be = np.zeros(_LAST_BITS + 1, dtype=bool)
    may_be[wanted & _LAST_BITS] = True
    some = np.flatnonzero(may_be[held.hashes & _LAST_BITS])
    wanted.sort()
    meant = held.hashes[some]
    near = np.minimum(np.searchsorted(wanted, meant), len(wanted) - 1)
    some = some[wanted[near] == meant]
    return Holders(held.hashes[some].astype(np.int64), held.articles_at(some))


def add(connection: Connection, new: Mapping[int, Collection[int]]) -> None:
    """Add the passages of new articles, and let as many of the older ones enter the index.

    Args:
        connection: a connection that writes.
        new: by article the passages.
    """
    if connection.dialect.name != "sqlite":
        # A server writes pages when it has time to. What is here was copied from a file.
        enter_all(connection)
        passages = sorted((passage, article) for article, hashes in new.items() for passage in hashes)
        insert_rows(connection, fingerprints, ("hash", "article_id"), passages)
        return
    rows = [(article, _packed(hashes)) for article, hashes in new.items()]
    insert_rows(connection, recent_passages, ("article_id", "hashes"), rows)
    last = get_cursor(connection, LAST)
    if last:
        _catch_up(connection, last, new)
        _enter(connection, last, math.ceil(_PACE * sum(map(len, new.values()))))
    elif (connection.scalar(select(func.count()).select_from(recent_passages)) or 0) >= TOGETHER:
        set_cursor(connection, NEXT, 0)
        set_cursor(connection, LAST, connection.scalar(select(func.max(recent_passages.c.article_id))) or 0)


def enter_all(connection: Connection) -> None:
    """Let the passages of all articles enter the index at once."""
    if last := get_cursor(connection, LAST):
        _enter(connection, last)
    if last := connection.scalar(select(func.max(recent_passages.c.article_id))):
        set_cursor(connection, NEXT, 0)
        _enter(connection, last)


def _catch_up(connection: Connection, last: int, new: Mapping[int, Collection[int]]) -> None:
    """Enter what the round under way has passed by: an article of long before may be new here, which was a copy until now."""
    come = get_cursor(connection, NEXT)
    rows = [
        (passage, article)
        for article, held in new.items()
        if article <= last
        for passage in held
        if passage < come
    ]
    if rows:
        connection.exec_driver_sql(_INSERT[connection.dialect.name], sorted(rows))


def _enter(connection: Connection, last: int, count: int | None = None) -> None:
    """Enter the least passages of a round that have not entered the index yet, some more than ``count`` of them or all."""
    held = _read(connection, last)
    here = np.flatnonzero(held.hashes >= get_cursor(connection, NEXT))
    is_end = count is None or count >= len(here)
    if count is not None and not is_end:
        some = held.hashes[here]
        highest = np.partition(some, count)[count]
        here = here[some <= highest]
        set_cursor(connection, NEXT, int(highest) + 1)
    rows = sorted(held.pairs(here))
    if rows:
        # Those of an article that took another one's place may be there.
        connection.exec_driver_sql(_INSERT[connection.dialect.name], rows)
    if is_end:
        connection.execute(delete(recent_passages).where(recent_passages.c.article_id <= last))
        set_cursor(connection, LAST, 0)


def remove(connection: Connection, gone: Iterable[tuple[int, int]]) -> None:
    """Remove passages of articles; each as passage and article."""
    of: dict[int, set[int]] = defaultdict(set)
    for passage, article in gone:
        of[article].add(passage)
    for article, passages in of.items():
        row = recent_passages.c.article_id == article
        held = connection.scalar(select(recent_passages.c.hashes).where(row))
        if held is not None:
            left = set(np.frombuffer(held, dtype=_numbers).tolist()) - passages
            connection.execute(update(recent_passages).where(row).values(hashes=_packed(left)))


def move(connection: Connection, old: int, number: int) -> None:
    """The passages of an article are those of another one, which has none."""
    row = recent_passages.c.article_id == old
    connection.execute(update(recent_passages).where(row).values(article_id=number))
    if number < old and (last := get_cursor(connection, LAST)):
        _catch_up(connection, last, {number: _of(connection, number)})


def of_article(connection: Connection, article: int) -> frozenset[int]:
    """The passages of an article that are here or in the index."""
    entered = connection.scalars(select(fingerprints.c.hash).where(fingerprints.c.article_id == article))
    return frozenset(entered).union(_of(connection, article))


def forget(connection: Connection, article: int) -> None:
    """Remove all passages of an article, which is an original no more."""
    connection.execute(delete(recent_passages).where(recent_passages.c.article_id == article))
    connection.execute(delete(fingerprints).where(fingerprints.c.article_id == article))


def _of(connection: Connection, article: int) -> list[int]:
    """The passages of an article that are here."""
    row = recent_passages.c.article_id == article
    held = connection.scalar(select(recent_passages.c.hashes).where(row)) or b""
    passages: list[int] = np.frombuffer(held, dtype=_numbers).tolist()
    return passages


def _read(connection: Connection, last: int | None = None) -> _Passages:
    # As the driver gives them: SQLAlchemy takes longer for thousands of rows than the store.
    which = "" if last is None else f" WHERE article_id <= {int(last)}"
    rows = connection.exec_driver_sql(
        f"SELECT article_id, hashes FROM recent_passages{which}"
    ).cursor.fetchall()
    packed = [held for _, held in rows]
    sizes = np.fromiter(map(len, packed), dtype=np.int64, count=len(packed)) // _numbers.itemsize
    numbers = np.fromiter((article for article, _ in rows), dtype=np.int64, count=len(rows))
    return _Passages(np.frombuffer(b"".join(packed), dtype=_numbers), numbers, np.cumsum(sizes))


def _packed(hashes: Iterable[int]) -> bytes:
    return np.array(sorted(hashes), dtype=_numbers).tobytes()
