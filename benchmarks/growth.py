"""The cost of a poll while the store grows to a million entries: ``python -m benchmarks.growth``.

Fills the store with a synthetic history of 2,000 sources. Then it ingests polls that bring nothing (304), that list only known entries
in other bytes, and that bring one new entry in thirty, and prints the milliseconds of each kind.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import tempfile
from datetime import timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter

from benchmarks.feeds import item, wrapped
from crawler.config.settings import Source
from crawler.documents.kinds import Answer
from crawler.ingest.judges import judge_all
from crawler.ingest.messages import PollAnswered, PollNotModified, PollResult
from crawler.judging.judge import Judge
from crawler.store import Store
from tests.builders import NOON, new_store, settings, shipped
from tests.ingesting import OneProcess

SOURCES, LISTED, PORTION = 2000, 30, 20
TEXT = "The city council voted on Tuesday to widen the ring road before the school year begins. " * 3


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


def milliseconds(ingestor: OneProcess, judge: Judge, sources: list[Source], kind: str, turn: int) -> float:
    """The median cost of one poll, over several batches."""
    found = []
    for start in range(0, 200, PORTION):
        polls: list[PollResult] = []
        for number in range(start, start + PORTION):
            source, now = sources[number], ingestor.clock()
            newest = LISTED + (turn if kind == "one new" else 0)
            rows = "".join(item(number, n, relevant=0.0) for n in range(newest - LISTED, newest))
            body = wrapped(number, rows + f"<!-- {turn} -->" + "<item></item>")
            answer = Answer(source.address, body, "application/rss+xml", now)
            answered = PollAnswered(source, source.address, now, answer)
            polls.append(PollNotModified(source, source.address, now) if kind == "304" else answered)
        begun = perf_counter()
        batch = ingestor.prepare(polls)
        ingestor.commit(batch, judge_all(judge, [r.request for r in batch.requests]))
        found.append((perf_counter() - begun) / PORTION * 1000)
    return statistics.median(found)


def main() -> None:
    """Grow and measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="*", default=[0, 100_000, 300_000, 1_000_000])
    options.add_argument("--write", type=Path, help="a JSON file for the pictures")
    given = options.parse_args()
    judge = Judge(shipped().rules())
    sources = [
        Source.model_validate({"name": f"feed-{n}", "url": f"http://127.0.0.1/{n}", "pages": "never"})
        for n in range(SOURCES)
    ]
    made, rows, turn, size = settings().model_copy(update={"sources": tuple(sources)}), [], 1, 0
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder))
        ingestor = OneProcess(made, store, lambda: NOON + timedelta(minutes=turn))
        milliseconds(ingestor, judge, sources, "one new", 0)
        print(
            f"{'entries stored':>14} {'nothing new (304)':>18} {'all known':>10} {'one new':>8}  milliseconds a poll"
        )
        for wanted in given.sizes:
            fill(store, wanted - size)
            size = wanted
            row = {"entries": wanted}
            for kind in ("304", "all known", "one new"):
                turn += 1
                row[kind] = milliseconds(ingestor, judge, sources, kind, turn)
            rows.append(row)
            print(
                f"{wanted:>14} {row['304']:>18.2f} {row['all known']:>10.2f} {row['one new']:>8.2f}",
                flush=True,
            )
    if given.write:
        given.write.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
