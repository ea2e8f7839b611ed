"""The index that finds what an article repeats: by its exact words, else by fingerprints. Read once for each batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select

from crawler.judging.duplicates import LEAST, nearest
from crawler.model import Duplicate, Reading
from crawler.store.rows import insert_rows
from crawler.store.schema import articles, fingerprints

MOST_HOLDERS = 64
"""A passage that so many originals share is boilerplate: it tells nothing more, and is looked at and kept no more."""
_LIKELIEST = 50
T = TypeVar("T")


class Copies:
    """Finds the originals of a batch of articles, those before them in the batch included.

    Args:
        connection: a connection that writes.
        readings: the batch.
    """

    def __init__(self, connection: Connection, readings: Sequence[Reading]) -> None:
        self._connection = connection
        self._same_words = _by_words(connection, {r.text_hash for r in readings})
        self._holders = _holders(connection, {h for r in readings for h in r.fingerprint})
        self._sizes = _sizes(connection, {a for held in self._holders.values() for a in held})
        self._new: list[tuple[int, int]] = []

    def find(self, reading: Reading) -> Duplicate | None:
        """The stored article whose words a reading's article repeats, wholly or nearly; always an original."""
        same = self._same_words.get(reading.text_hash)
        if same is not None:
            return Duplicate(same, "the same words")
        own = self.telling(reading)
        if len(own) < LEAST:
            return None
        shared = Counter(article for h in own for article in self._holders.get(h, ()))
        likeliest = sorted(shared, key=lambda a: (-shared[a], a))[:_LIKELIEST]
        best = nearest(own, {a: shared[a] for a in likeliest}, self._sizes)
        if best is None:
            return None
        return Duplicate(best.article, f"{best.containment:.0%} of the shorter text stands in the other")

    def telling(self, reading: Reading) -> frozenset[int]:
        """The fingerprints of a reading that are no boilerplate."""
        return frozenset(h for h in reading.fingerprint if len(self._holders.get(h, ())) < MOST_HOLDERS)

    def add(self, number: int, reading: Reading, telling: frozenset[int]) -> None:
        """Take an original in, so that later ones are held against it."""
        self._same_words.setdefault(reading.text_hash, number)
        if not worth_the_index(reading):
            return
        self._sizes[number] = len(telling)
        for h in telling:
            self._holders.setdefault(h, []).append(number)
        self._new += [(h, number) for h in sorted(telling)]

    def renamed(self, old: int, new: int) -> None:
        """What ``old`` was the original of, ``new`` is from now on."""
        for held in self._holders.values():
            held[:] = [new if article == old else article for article in held]
        self._sizes[new] = self._sizes.pop(old, 0)
        self._same_words = {h: new if article == old else article for h, article in self._same_words.items()}

    def write(self) -> None:
        """Write what the batch added to the index so far."""
        if self._new:
            insert_rows(self._connection, fingerprints, ("hash", "article_id"), self._new)
            self._new = []


def worth_the_index(reading: Reading) -> bool:
    """Only what names both parties, or matches a topic, can ever be told to anybody, so only that is worth the index."""
    return reading.relevance.score > 0 or reading.is_news


def _parts(values: Iterable[T], size: int = 1000) -> Iterator[list[T]]:
    left = iter(values)
    while part := list(islice(left, size)):
        yield part


def _by_words(connection: Connection, hashes: Iterable[str]) -> dict[str, int]:
    """The earliest original of each hash of words."""
    found: dict[str, int] = {}
    for part in _parts(sorted(hashes)):
        originals = articles.c.text_hash.in_(part) & articles.c.duplicate_of.is_(None)
        statement = (
            select(articles.c.text_hash, func.min(articles.c.id).label("id")).where(originals).group_by(articles.c.text_hash)
        )
        found |= {row.text_hash: row.id for row in connection.execute(statement)}
    return found


def _holders(connection: Connection, hashes: Iterable[int]) -> dict[int, list[int]]:
    """The originals that hold each fingerprint."""
    found: dict[int, list[int]] = {}
    for part in _parts(sorted(hashes)):
        statement = select(fingerprints.c.hash, fingerprints.c.article_id).where(fingerprints.c.hash.in_(part))
        rows: Any = connection.execute(statement)
        for h, article in rows:
            found.setdefault(h, []).append(article)
    return found


def _sizes(connection: Connection, ids: Iterable[int]) -> dict[int, int]:
    """How many fingerprints each original has in the index."""
    found: dict[int, int] = {}
    for part in _parts(sorted(ids)):
        rows = connection.execute(select(articles.c.id, articles.c.fingerprints).where(articles.c.id.in_(part)))
        found |= {row.id: row.fingerprints for row in rows}
    return found
