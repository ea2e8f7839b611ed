"""Boilerplate: what an outlet prints under several of its news, such as teasers, paywalls and footers.

It counts for nothing in the search for duplicates. A passage is known by its fingerprint, a whole text by its hash of words.
Both are kept once for each outlet and leave the index of duplicates, so that a footer costs a few rows, however much an
outlet publishes.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, bindparam, delete, update

from crawler.parsing.urls import host_of
from crawler.store import recent_passages
from crawler.store.bulk import chunks, matching
from crawler.store.schema import articles, boilerplate, fingerprints
from crawler.store.upserts import upsert

UNKNOWN = 0
"""Stands for an outlet that nobody knows; two such articles have no outlet in common."""


def outlet_key(outlet: str | None, url: str, source: str) -> int:
    """Who published an article, as a number: whom an aggregator names, else the site, else the source.

    Args:
        outlet: the name that an aggregator gave.
        url: the article's address.
        source: the source that brought it.
    """
    try:
        host = host_of(url)
    except ValueError:  # an address that is none, as some feeds give it
        host = ""
    return _key_of(outlet, host, source)


@lru_cache(maxsize=4096)
def _key_of(outlet: str | None, host: str, source: str) -> int:
    name = outlet or (f"{source} {host}" if host else "") or (source if source != "unknown" else "")
    if not name:
        return UNKNOWN
    return int.from_bytes(
        # Seven bytes: the column is a signed 64-bit integer, and 0 stands for nobody.
        hashlib.blake2b(name.casefold().encode("utf-8", "surrogatepass"), digest_size=7).digest(),
        "big",
    )


def text_fingerprint(text_hash: str) -> int:
    """The number under which a whole text is kept: larger than any fingerprint, which has 32 bits."""
    # Fifteen hex digits are 60 bits; the bit above them keeps the number apart from every
    # fingerprint.
    return int(text_hash[:15], 16) | 1 << 60


class Boilerplate:
    """The boilerplate among a batch's passages, and what the batch adds to it.

    Args:
        connection: a connection that writes.
        hashes: all fingerprints and whole texts of the batch.
    """

    def __init__(self, connection: Connection, hashes: Iterable[int]) -> None:
        self._connection = connection
        self._known: dict[int, set[int]] = defaultdict(set)
        self._new: set[tuple[int, int]] = set()
        self._gone: set[tuple[int, int]] = set()
        columns = (boilerplate.c.outlet, boilerplate.c.hash)
        for outlet, repeated in matching(connection, columns, boilerplate.c.hash, sorted(hashes)):
            self._known[outlet].add(repeated)

    def __bool__(self) -> bool:
        """Whether any outlet is known to repeat any passage of the batch."""
        return bool(self._known)

    def of(self, outlet: int) -> set[int]:
        """The passages of the batch that an outlet repeats."""
        return self._known.get(outlet, set())

    def learn(self, outlet: int, hashes: Iterable[int], holders: Mapping[int, Iterable[int]]) -> None:
        """Learn passages that an outlet prints under different news.

        Args:
            outlet: the outlet.
            hashes: the passages.
            holders: for each indexed article of the outlet the passages that leave the index.
        """
        new = set(hashes) - self.of(outlet)
        self._known[outlet] |= new
        self._new |= {(h, outlet) for h in new}
        self._gone |= {(h, article) for article, held in holders.items() for h in held}

    def write(self, at: datetime) -> None:
        """Store what was learned, and take it out of the index."""
        rows = [{"hash": h, "outlet": outlet, "at": at} for h, outlet in sorted(self._new)]
        for chunk in chunks(rows):
            part = chunk
            self._connection.execute(upsert(self._connection, boilerplate, None, ["hash", "outlet"]), part)
        self._forget_passages()
        self._new = set()
        self._gone = set()

    def _forget_passages(self) -> None:
        if not self._gone:
            return
        lost: dict[int, int] = defaultdict(int)
        for _, article in self._gone:
            lost[article] += 1
        this = (fingerprints.c.hash == bindparam("passage")) & (
            fingerprints.c.article_id == bindparam("article")
        )
        rows = [{"passage": h, "article": article} for h, article in sorted(self._gone)]
        self._connection.execute(delete(fingerprints).where(this), rows)
        recent_passages.remove(self._connection, self._gone)
        # `articles.fingerprints` must be what the index holds: shares of a text are computed from
        # it.
        smaller = update(articles).where(articles.c.id == bindparam("article"))
        values = smaller.values(fingerprints=articles.c.fingerprints - bindparam("lost"))
        self._connection.execute(values, [{"article": a, "lost": count} for a, count in sorted(lost.items())])
