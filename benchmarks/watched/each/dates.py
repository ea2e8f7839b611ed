"""Written dates, beside other parsers: `benchmarks.dates`."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from benchmarks.dates import of_dateparser, of_dateutil, of_feed, of_feedparser, verdict
from benchmarks.watched.ratio import Ratio, paired, shares
from benchmarks.watched.turns import turns
from tests.crawler.parsing.dates.forms import READABLE

WAYS = {
    "aseanwatch": of_feed,
    "feedparser": of_feedparser,
    "dateutil": of_dateutil,
    "dateparser": of_dateparser,
}


def ratios() -> Iterator[Ratio]:
    """By the forms that are read right, and beside feedparser, which reads a whole feed too, by time."""
    warnings.simplefilter("ignore")
    right = {
        name: sum(verdict(form, way(form)) == "right" for form in READABLE) / len(READABLE)
        for name, way in WAYS.items()
    }
    yield from shares("written dates", "share that is right", right, "aseanwatch")
    ways = {
        name: lambda way=WAYS[name]: [way(form) for form in READABLE] for name in ("aseanwatch", "feedparser")
    }
    yield from paired("a feed of one item", "processor time", turns(ways, 5, warm=False), "aseanwatch")
