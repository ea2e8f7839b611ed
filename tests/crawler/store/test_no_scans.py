"""What storing news and telling of it asks of the store is found by an index: nothing grows with what is stored already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from alerts.delivery.dispatch import make_due
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import load_subscriptions, register
from crawler.config.settings import Source
from crawler.documents.kinds import Answer
from crawler.ingest.judging_process import judge_all
from crawler.ingest.messages import PollAnswered
from crawler.parsing.urls import url_key
from crawler.store import Store
from crawler.store.article_writer import ArticleWriter, JudgedArticle
from tests.builders import NOON, article, later, new_store, settings, shipped, shipped_judge
from tests.ingesting import OneProcess

GROWING = (
    "articles", "entries", "article_entries", "article_topics", "article_versions", "stories", "story_changes", "fingerprints", "boilerplate",
    "base_articles", "alerts", "digests", "deliveries", "subscriptions", "polls", "imported_articles", "staged_articles",
)  # fmt: skip
"""The tables whose rows become many."""
_ALL = re.compile(r"^SCAN (\w+)|^SEARCH (\w+)$")
"""How SQLite says that it looks through a table; a search without an index is that of a least or greatest value."""
LABORATORY = (
    "China and Laos opened a joint rice laboratory in Vientiane on Friday, and will train 300 farmers there."
)


@contextmanager
def looked_at(store: Store) -> Iterator[set[str]]:
    """The statements of a block that look through all of a table that grows."""
    found: set[str] = set()

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")):
            return
        raw = connection.connection.driver_connection
        for row in raw.execute(
            f"EXPLAIN QUERY PLAN {statement}", parameters[0] if isinstance(parameters, list) else parameters
        ):
            whole = _ALL.match(row[3])
            # The greatest id of a table is that of its last row.
            if whole and (whole[1] or whole[2]) in GROWING and f"max({whole[2]}.id)" not in statement:
                found.add(f"{row[3]}: {' '.join(statement.split())[:300]}")

    event.listen(store.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(store.engine, "before_cursor_execute", explain)


def judged(number: int, title: str, text: str = LABORATORY, **more: Any) -> JudgedArticle:
    one = article(title, text, url=f"https://o{number}.example/{number}", source=f"o{number}", **more)
    return JudgedArticle(one, shipped_judge().classify(one), url_key(one.url))


def test_storing_and_telling_looks_through_no_table(tmp_path: Path) -> None:
    store, writer = new_store(tmp_path), ArticleWriter(shipped().stories.window)
    desk = {"name": "desk", "to": ["desk@example.org"]}
    made = settings(desk, {**desk, "name": "asia", "when": "hourly"})
    with store.write() as connection:
        register(connection, made, NOON - timedelta(days=1))
    with store.read() as connection:
        load_subscriptions(connection, made)  # what a process reads once and keeps
    headline = "China and Laos open a rice laboratory in Vientiane"
    batches = [
        [judged(1, headline, published=later(hours=2)), judged(2, "Council widens ring road", "The city council voted on Tuesday. " * 9)],
        # A copy, and one that was published before the first, which takes its place.
        [judged(3, headline, published=later(hours=3)), judged(4, headline, published=NOON)],
        # Another report of the base, and one of another outlet that retracts.
        [judged(5, "Rice laboratory of China and Laos trains farmers in Vientiane", f"{LABORATORY} It has trained 40 farmers since.", published=later(hours=9))],
        [judged(6, "Correction: China-Laos rice laboratory", f"Correction: an earlier report was wrong. {LABORATORY}", published=later(hours=10))],
    ]  # fmt: skip
    with looked_at(store) as found:
        for number, batch in enumerate(batches):
            with writer.transaction(store) as connection:
                writer.write(connection, batch)
            raise_alerts(store, made, later(hours=11, minutes=number))
            make_due(store, made, later(hours=11, minutes=number))
        with writer.transaction(store) as connection:
            again = judged(1, headline, f"{LABORATORY} It cost 20 million yuan.", published=later(hours=2))
            writer.revise(connection, 1, again.article, again.reading, later(hours=12))
    assert found == set()


def test_a_poll_looks_through_no_table(tmp_path: Path) -> None:
    source = Source.model_validate({"name": "outlet", "url": "https://o.example/feed", "pages": "never"})
    store = new_store(tmp_path)
    ingestor = OneProcess(settings().model_copy(update={"sources": (source,)}), store, lambda: NOON)
    rows = "".join(f"<item><title>{t}</title><link>https://o.example/{n}</link><description>{LABORATORY}</description></item>" for n, t in enumerate(("China and Laos open a rice laboratory", "Ring road widened")))  # fmt: skip
    body = f"<rss version='2.0'><channel><title>O</title>{rows}</channel></rss>".encode()
    with looked_at(store) as found:
        for _ in range(2):
            answer = Answer(source.address, body, "application/rss+xml", NOON)
            batch = ingestor.prepare([PollAnswered(source, source.address, NOON, answer)])
            ingestor.commit(batch, judge_all(shipped_judge(), [r.request for r in batch.requests]))
    assert found == set()
