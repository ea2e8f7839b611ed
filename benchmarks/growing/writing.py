"""What writing a judged article costs while the window, a base or a copied text grows; judging it costs the same whatever is stored."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.growing import news
from benchmarks.growing.filling import fill, fill_register
from benchmarks.growing.measuring import BATCHES, PORTION, milliseconds
from crawler.store.article_writer import ArticleWriter, JudgedArticle
from crawler.store.recent_passages import TOGETHER
from tests.builders import NOON, new_store, shipped

_OLDER = 1_000_000
"""The number of the first report from before the window."""
_DAYS = 4
"""The news of the window lies within so many days, less than stories can grow."""


def window(sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """By relevant reports in the window: what the next one costs, which has an event of its own."""
    when = _moments(sizes)
    with tempfile.TemporaryDirectory() as folder:
        store, done = new_store(Path(folder)), 0
        for size in sizes:
            # Those that only have to be there are stored in bulk: none of them is another report of an event.
            events = (news.event(n, when(n)) for n in range(done, size))
            fill(store, chain(() if done else _older(), events))
            writer, done = ArticleWriter(shipped().stories.window), size + PORTION * (BATCHES + 1)
            batches = [
                [news.event(n, when(n)) for n in range(start, start + PORTION)]
                for start in range(size, done, PORTION)
            ]

            def write(number: int, batches: Sequence[Any] = batches, writer: ArticleWriter = writer) -> None:
                with writer.transaction(store) as connection:
                    writer.write(connection, batches[number])

            yield size, milliseconds(write)


def _older() -> Iterator[JudgedArticle]:
    """News from long before the window: what passages cost when they enter their index belongs to a window of any size."""
    long_ago = NOON - timedelta(days=60)
    return (news.event(_OLDER + n, long_ago - timedelta(minutes=n)) for n in range(2 * TOGETHER))


def reports(sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """By reports of a few events: what the next one costs, which joins one of them."""
    when = _moments(sizes)
    return _grown(sizes, lambda n: news.report(n, when(n)))


def _moments(sizes: Sequence[int]) -> Callable[[int], datetime]:
    """When reports of the window were published, in no order of time: each day has some when the first size is reached."""
    span = timedelta(days=_DAYS) / (sizes[-1] + BATCHES * PORTION * len(sizes))
    return lambda n: NOON - timedelta(days=_DAYS) + span * (n * 7_919 % (sizes[-1] + 1))


def proofs(sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """By reports of one base: what the next one costs."""
    return _grown(sizes, news.proof)


def names(sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """By names that reports give one base: what the next one costs, which gives it another."""
    return _grown(sizes, news.renamed)


def bases(sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """By bases of the register, all alike: what a report of one more costs."""
    return _registered(sizes, news.base)


def ordinary_bases(sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """By bases of the register as they are in the news: what a report of one more costs."""
    return _registered(sizes, news.ordinary_base)


def _registered(sizes: Sequence[int], made: Callable[..., JudgedArticle]) -> Iterator[tuple[int, float]]:
    with tempfile.TemporaryDirectory() as folder:
        store, done = new_store(Path(folder)), 0
        # The phrases that all reports share are in the store in any case: what they cost is not the register's.
        long_ago = NOON - timedelta(days=60)
        fill(store, (made(_OLDER + n, long_ago - timedelta(minutes=n)) for n in range(2 * TOGETHER)))
        for size in sizes:
            fill_register(store, [made(n) for n in range(done, size)])
            writer, done = ArticleWriter(shipped().stories.window), size + PORTION * (BATCHES + 1)
            batches = [
                [made(n) for n in range(start, start + PORTION)] for start in range(size, done, PORTION)
            ]

            def write(number: int, batches: Sequence[Any] = batches, writer: ArticleWriter = writer) -> None:
                with writer.transaction(store) as connection:
                    writer.write(connection, batches[number])

            yield size, milliseconds(write)


def copies(sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """By outlets that printed one text: what the next one costs."""
    return _grown(sizes, news.copy)


def _grown(sizes: Sequence[int], made: Callable[[int], JudgedArticle]) -> Iterator[tuple[int, float]]:
    with tempfile.TemporaryDirectory() as folder:
        store, writer, done = new_store(Path(folder)), ArticleWriter(shipped().stories.window), 0

        def write(batch: Sequence[JudgedArticle]) -> None:
            with writer.transaction(store) as connection:
                writer.write(connection, batch)

        for size in sizes:
            while done < size:
                portion = min(100, size - done)
                write([made(n) for n in range(done, done + portion)])
                done += portion
            batches = [[made(done + PORTION * b + n) for n in range(PORTION)] for b in range(BATCHES + 1)]
            yield size, milliseconds(lambda number, batches=batches: write(batches[number]))  # type: ignore[misc]
            done += PORTION * (BATCHES + 1)
