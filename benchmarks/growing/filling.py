"""Fills a store with reports in bulk: as the writer leaves them, of events that have nothing to do with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice

from sqlalchemy import Connection, insert

from crawler.store import Store, articles
from crawler.store.article_writer import JudgedArticle
from crawler.store.articles import NewArticle
from crawler.store.bulk import insert_rows, reserve_ids
from crawler.store.duplicate_index import MAX_HOLDERS
from crawler.store.schema import articles as article_table
from crawler.store.schema import fingerprints, stories

TOGETHER = 2_000
"""Reports of one transaction."""


def fill(store: Store, made: Iterable[JudgedArticle]) -> None:
    """Store reports without comparing them with anything; each begins a story of its own."""
    remaining, held = iter(made), Counter[int]()
    while part := list(islice(remaining, TOGETHER)):
        with store.write() as connection:
            _add(connection, part, held)


def _add(connection: Connection, part: list[JudgedArticle], held: Counter[int]) -> None:
    ids = reserve_ids(connection, article_table, len(part))
    spans = [{"first_seen": j.article.when, "last_seen": j.article.when} for j in part]
    begun = connection.scalars(insert(stories).returning(stories.c.id, sort_by_parameter_order=True), spans)
    new, passages = [], []
    for number, story, j in zip(ids, begun, part, strict=True):
        # As the writer does it: what so many hold is boilerplate, and is not indexed again.
        own = [h for h in j.reading.fingerprint if held[h] < MAX_HOLDERS]
        held.update(own)
        passages += [(h, number) for h in own]
        new.append(
            NewArticle(number, j.article, j.reading, j.key, j.from_page, story=story, fingerprints=len(own))
        )
    articles.add(connection, new)
    articles.add_topics(connection, [(n.number, t) for n in new for t in n.reading.topics])
    # In the order of the index, whose pages are then written once for all of them.
    insert_rows(connection, fingerprints, ("hash", "article_id"), sorted(passages))
