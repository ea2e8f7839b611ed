"""Fills a store with reports in bulk: as the writer leaves them, of events that have nothing to do with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice

from sqlalchemy import Connection, insert, select

from alerts.model import AlertKey
from crawler.store import Store, articles, recent_passages
from crawler.store.article_writer import JudgedArticle
from crawler.store.articles import NewArticle
from crawler.store.base_proofs import add_proof, create_base
from crawler.store.base_register import refresh_base
from crawler.store.bulk import insert_rows, reserve_ids
from crawler.store.duplicate_index import MAX_HOLDERS
from crawler.store.schema import alerts, fingerprints, stories
from crawler.store.schema import articles as article_table
from tests.builders import NOON

TOGETHER = 2_000
"""Reports of one transaction."""


def fill(store: Store, made: Iterable[JudgedArticle]) -> None:
    """Store reports without comparing them with anything; each begins a story of its own."""
    remaining, held = iter(made), Counter[int]()
    latest: dict[int, list[int]] = {}
    with store.write() as connection:
        recent_passages.enter_all(connection)
    while part := list(islice(remaining, TOGETHER)):
        with store.write() as connection:
            latest |= _add(connection, part, held)
            # In the order of the index, whose pages are then written once for all of them.
            older = list(latest)[: -recent_passages.TOGETHER]
            passages = sorted((passage, number) for number in older for passage in latest.pop(number))
            insert_rows(connection, fingerprints, ("hash", "article_id"), passages)
    # The writer's next batch begins to let these enter the index, as it would be doing most of the time.
    with store.write() as connection:
        recent_passages.add(connection, latest)


def fill_register(store: Store, made: Sequence[JudgedArticle]) -> None:
    """Store reports, each with the base that it tells of, without comparing it with those that are there."""
    fill(store, made)
    numbers = select(article_table.c.id, article_table.c.story_id).order_by(article_table.c.id.desc())
    with store.write() as connection:
        stored = connection.execute(numbers.limit(len(made))).all()[::-1]
        for (number, story), judged in zip(stored, made, strict=True):
            article = judged.article
            for mention in judged.reading.bases:
                base = create_base(connection, mention, story, article.first_seen)
                add_proof(connection, base, number, story, judged.reading.lang, article.when, mention)
                refresh_base(connection, base)


def fill_alerts(store: Store, begin: int, end: int) -> None:
    """Note alerts of stories of long ago, as if three subscriptions had heard of each; a tenth are of bases."""
    old = NOON - timedelta(days=400)
    for start in range(begin, end, 3 * TOGETHER):
        numbers = range(start, min(end, start + 3 * TOGETHER))
        with store.write() as connection:
            spans = [{"first_seen": old, "last_seen": old}] * -(-len(numbers) // 3)
            found = connection.scalars(
                insert(stories).returning(stories.c.id, sort_by_parameter_order=True), spans
            )
            of = list(found)
            connection.execute(
                insert(alerts),
                [
                    {
                        **(AlertKey.new_base(f"base-{n // 3}") if n % 30 < 3 else AlertKey.story(of[place // 3])).columns(),
                        "subscription": f"desk{n % 3}", "story_id": of[place // 3], "article_id": 1, "topics": [], "at": old, "digest_id": None,
                    }
                    for place, n in enumerate(numbers)
                ],
            )  # fmt: skip


def _add(connection: Connection, part: list[JudgedArticle], held: Counter[int]) -> dict[int, list[int]]:
    """Add reports. Returns the passages of each."""
    ids = reserve_ids(connection, article_table, len(part))
    spans = [{"first_seen": j.article.when, "last_seen": j.article.when} for j in part]
    begun = connection.scalars(insert(stories).returning(stories.c.id, sort_by_parameter_order=True), spans)
    new, passages = [], {}
    for number, story, j in zip(ids, begun, part, strict=True):
        # As the writer does it: what so many hold is boilerplate, and is not indexed again.
        own = [h for h in j.reading.fingerprint if held[h] < MAX_HOLDERS]
        held.update(own)
        passages[number] = own
        new.append(
            NewArticle(number, j.article, j.reading, j.key, j.from_page, story=story, fingerprints=len(own))
        )
    articles.add(connection, new)
    articles.add_topics(connection, [(n.number, t) for n in new for t in n.reading.topics])
    return passages
