"""Articles matched against a thousand topics, beside other engines: `benchmarks.matching`."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.matching import PEERS
from benchmarks.matching_corpus import articles, topics
from benchmarks.watched.ratio import Ratio, paired
from benchmarks.watched.turns import turns

TOPICS, ROUNDS = 1000, 5
MANY, FEW = 30, 3
"""Articles for ours, and for the others, which are slower."""


def ratios() -> Iterator[Ratio]:
    """Beside each engine, by the time of one article."""
    sets, chosen = topics(TOPICS)
    news = articles(MANY)
    count = {name: MANY if name == "aseanwatch" else FEW for name in PEERS}
    matches = {name: peer(sets, chosen) for name, peer in PEERS.items()}
    ways = {
        name: lambda match=match, n=count[name]: [match(article) for article in news[:n]]
        for name, match in matches.items()
    }
    rounds = [{name: s / count[name] for name, s in row.items()} for row in turns(ways, ROUNDS)]
    yield from paired(f"an article, {TOPICS:,} topics", "processor time", rounds, "aseanwatch")
