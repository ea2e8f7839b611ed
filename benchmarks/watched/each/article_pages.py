"""Text and headlines of article pages, beside other readers: `benchmarks.article_pages`."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from statistics import mean

from benchmarks.article_pages import READERS, made, scores_of
from benchmarks.watched.ratio import Missing, Ratio, paired, shares

PACKAGES = {"newspaper4k": "newspaper", "readability-lxml": "readability", "ours": "crawler"}
PAGES, ROUNDS = 40, 3


def ratios() -> Iterator[Ratio | Missing]:
    """By the text that is found, by right headlines, and by the time of a page."""
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    samples = made(False, 1)
    samples = samples[:: max(1, len(samples) // PAGES)]
    readers = {}
    for name, read in READERS.items():
        if find_spec(PACKAGES.get(name, name)) is None:
            yield Missing(name, "not installed: make bench-all installs it")
        else:
            readers[name] = read
    for read in readers.values():
        scores_of(read, samples[:1])
    rounds = [{name: scores_of(read, samples) for name, read in readers.items()} for _ in range(ROUNDS)]
    scores = rounds[0]
    yield from shares("text of a page", "F1", {name: mean(s.text) for name, s in scores.items()}, "ours")
    titles = {name: mean(s.titles) for name, s in scores.items() if s.titles}
    yield from shares("headlines", "share that is right", titles, "ours")
    spent = [{name: sum(s.seconds) for name, s in row.items()} for row in rounds]
    yield from paired("a page", "processor time", spent, "ours")
