"""Faulty feeds, beside other parsers: `benchmarks.feed_forms`."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from benchmarks.feed_corpus import cases
from benchmarks.feed_forms import PEERS, ours, problems
from benchmarks.watched.ratio import Ratio, paired, shares
from benchmarks.watched.turns import forgiving, turns

EVERY, ROUNDS = 3, 5
"""One feed in so many is read for the time."""


def ratios() -> Iterator[Ratio]:
    """By the share that is read right, and by the time of a feed."""
    logging.disable(logging.WARNING)
    corpus = [case for case in cases() if case.peers]
    parsers = {"aseanwatch": ours, **PEERS}
    right = {
        name: 1 - len(problems(parser, corpus, everything=name == "aseanwatch")) / len(corpus)
        for name, parser in parsers.items()
    }
    yield from shares("faulty feeds", "share that is right", right, "aseanwatch")
    part: list[tuple[object, ...]] = [(case,) for case in corpus[::EVERY]]
    ways = {name: forgiving(parser, part) for name, parser in parsers.items()}
    yield from paired("a faulty feed", "processor time", turns(ways, ROUNDS, warm=False), "aseanwatch")
