"""The day of an article on its page, beside htmldate: `benchmarks.page_dates`."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.page_dates import cases, of_htmldate, ours, verdict
from benchmarks.watched.ratio import Ratio, shares


def ratios() -> Iterator[Ratio]:
    """By the pages whose day is right, from the page alone; ours reads the whole article meanwhile, so time is not compared."""
    every = list(cases())
    right = {
        "aseanwatch": sum(verdict(c, ours(c, known=False)) == "right" for c in every) / len(every),
        "htmldate": sum(verdict(c, of_htmldate(c)) == "right" for c in every) / len(every),
    }
    yield from shares("days of pages", "share that is right", right, "aseanwatch")
