"""What deciding who hears of a story costs while subscriptions grow of which as many ask for it as before."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from alerts.selection.raise_alerts import OVERLAP, raise_alerts
from alerts.subscriptions.subscriptions import register
from benchmarks.growing import news
from benchmarks.growing.filling import fill_alerts
from benchmarks.growing.measuring import PORTION, milliseconds
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store.article_writer import ArticleWriter, JudgedArticle
from tests.builders import NOON, new_store, settings, shipped


def told(sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """By copies of one text in a story: what deciding who hears of the next one costs."""
    return _hearing(sizes, news.copy)


def proofs_told(sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """By proofs of one base: what deciding who hears of the next story of it costs."""
    return _hearing(sizes, news.proof)


def _hearing(sizes: Sequence[int], made: Callable[[int], JudgedArticle]) -> Iterator[tuple[int, float]]:
    with tempfile.TemporaryDirectory() as folder:
        store, writer, done = new_store(Path(folder)), ArticleWriter(shipped().stories.window), 0
        configured = settings(*({"name": f"desk{n}", "to": [f"desk{n}@example.org"]} for n in range(3)))
        with store.write() as connection:
            register(connection, configured, NOON - timedelta(days=9))

        def add(count: int) -> None:
            nonlocal done
            with writer.transaction(store) as connection:
                writer.write(connection, [made(n) for n in range(done, done + count)])
            done += count

        for size in sizes:
            while done < size:
                add(min(200, size - done))
            raise_alerts(store, configured, NOON)
            yield (
                size,
                milliseconds(lambda _: raise_alerts(store, configured, NOON), lambda _: add(PORTION)),
            )


def alerted(sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """By alerts that were raised before: what deciding who hears of a story costs."""
    with tempfile.TemporaryDirectory() as folder:
        store, writer, size = new_store(Path(folder)), ArticleWriter(shipped().stories.window), 0
        made = settings(*({"name": f"desk{n}", "to": [f"desk{n}@example.org"]} for n in range(3)))
        with store.write() as connection:
            register(connection, made, NOON - timedelta(days=9))
        written = 0

        def write(_: int) -> None:
            nonlocal written
            with writer.transaction(store) as connection:
                writer.write(connection, [news.event(written + n, NOON) for n in range(PORTION)])
            written += PORTION

        while written < OVERLAP:
            write(0)  # so many are looked at again in each round
        for wanted in sizes:
            fill_alerts(store, size, wanted)
            size = wanted
            yield size, milliseconds(lambda _: raise_alerts(store, made, NOON), write)


def subscriptions(sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """By subscriptions: what a new story costs, of which three of them hear."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            store, writer = new_store(Path(folder)), ArticleWriter(shipped().stories.window)
            # All topics; all but three of a source that tells nothing: with more of them no more ask for a story.
            made = settings(*(
                {"name": f"desk{n}", "to": [f"desk{n}@example.org"], "sources": [f"elsewhere{n}"] if n >= 3 else []} for n in range(size)
            ))  # fmt: skip
            with store.write() as connection:
                register(connection, made, NOON - timedelta(days=9))

            def written(number: int, store: Store = store, writer: ArticleWriter = writer) -> None:
                with writer.transaction(store) as connection:
                    batch = [news.event(PORTION * number + n, NOON) for n in range(PORTION)]
                    writer.write(connection, batch)

            def told(_: int, store: Store = store, made: Settings = made) -> None:
                raise_alerts(store, made, NOON)

            yield size, milliseconds(told, written)
