"""What an entry costs while the store grows: sources are polled that list thirty entries, of which one is new."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path

from benchmarks.feeds import item, wrapped
from benchmarks.growing.measuring import PORTION, milliseconds
from crawler.config.settings import Source
from crawler.documents.kinds import Answer
from crawler.ingest.judging_process import judge_all
from crawler.ingest.messages import PollAnswered
from crawler.store import Store
from tests.builders import NOON, new_store, settings, shipped_judge
from tests.ingesting import OneProcess

SOURCES, LISTED = 2000, 30
TEXT = "The city council voted on Tuesday to widen the ring road before the school year begins. " * 3


def stored(sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """By entries stored: what a new one costs with the poll that brings it."""
    sources = [
        Source.model_validate({"name": f"feed-{n}", "url": f"http://127.0.0.1/{n}", "pages": "never"})
        for n in range(SOURCES)
    ]
    made = settings().model_copy(update={"sources": tuple(sources)})
    turn, size = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder))
        ingestor = OneProcess(made, store, lambda: NOON + timedelta(minutes=turn))

        def answer(source: Source, number: int) -> PollAnswered:
            rows = "".join(item(number, n, relevant=0.0) for n in range(turn, turn + LISTED))
            now = ingestor.clock()
            return PollAnswered(
                source,
                source.address,
                now,
                Answer(source.address, wrapped(number, rows), "application/rss+xml", now),
            )

        def poll(number: int) -> None:
            first = number * PORTION
            batch = ingestor.prepare(
                [answer(s, first + n) for n, s in enumerate(sources[first : first + PORTION])]
            )
            ingestor.commit(batch, judge_all(shipped_judge(), [r.request for r in batch.requests]))

        milliseconds(poll)  # their first polls, by which all that they list is new
        for wanted in sizes:
            fill(store, wanted - size)
            turn, size = turn + 1, wanted
            yield wanted, milliseconds(poll)


def fill(store: Store, count: int) -> None:
    """Add so many entries and their articles."""
    connection = sqlite3.connect(str(store.url.database))
    start = 1 + max(
        connection.execute(f"SELECT coalesce(max(id), 0) FROM {t}").fetchone()[0]
        for t in ("entries", "articles")
    )
    end = start + count
    columns = {
        "entries": "id, source, guid, url, url_key, title, summary, content, seen, categories, enclosures",
        "articles": 'id, url, url_key, title, text, lang, source, first_seen, "when", from_page, text_hash, relevant, score, reasons, evidence, '
        "countries, features, words, fingerprints, retracts, version",
        "article_entries": "entry_id, article_id",
    }
    seen = "2025-11-01 00:00:00.000000"

    def rows(table: str):  # type: ignore[no-untyped-def]
        for n in range(start, end):
            source, url = f"feed-{n % SOURCES}", f"https://old.example/{n}"
            key = url.removeprefix("https://")
            if table == "entries":
                yield n, source, f"old-{n}", url, key, f"Ring road {n}", TEXT, "", seen, "[]", "[]"
            elif table == "articles":
                yield (
                    n, url, key, f"Ring road {n}", TEXT, "en", source, seen, seen, 0, f"hash-{n}", 0, 0.0, "[]", "[]", "[]", "[]", "[]", 0, 0, 1,
                )  # fmt: skip
            else:
                yield n, n

    with connection:
        for table, names in columns.items():
            marks = ", ".join("?" * (names.count(",") + 1))
            made = rows(table)
            while part := list(islice(made, 50_000)):
                connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", part)
    connection.close()
