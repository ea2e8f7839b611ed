"""Builds crawler/data/frequencies.yaml: the share of events of China–ASEAN cooperation with each feature.

It counts the events of our own sample news (``benchmarks/news`` and the tests' newsroom), each once, however many reports it has.
What is held for measuring is left out: figures over it would else be figures over what the judge has learnt from.
Run by `make frequencies`; the result is committed.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import yaml

from crawler.config import load
from crawler.judging.judge import Judge
from crawler.model import Article
from tests.newsroom.news import items

ROOT = Path(__file__).resolve().parent.parent
LEAST = 0.02
COUNTED = "ckthvx"
HELD = ("reports.jsonl", "long.jsonl", "neighbours.jsonl", "not_ours.jsonl", "*bases*.jsonl")
"""Sample news that is held for measuring, as patterns of file names."""


def reports() -> list[tuple[str, Article]]:
    """The sample news as (event, article)."""
    found: list[tuple[str, Article]] = []
    for path in sorted((ROOT / "benchmarks" / "news").glob("*.jsonl")):
        if any(path.match(held) for held in HELD):
            continue
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            moment = datetime.fromisoformat(row["published"]).replace(tzinfo=UTC)
            article = Article(
                row["url"], row["title"], row["text"], row["source"], moment, row["lang"], published=moment
            )
            found.append((row["story"], article))
    for item in items():
        found.append(
            (
                f"room {item.labels['story']}",
                Article("", item.title, item.text, "room", item.at, item.outlet.lang, published=item.at),
            )
        )
    return found


def main() -> None:
    """Count and write."""
    judge = Judge(load(ROOT / "config.yaml").rules())
    events: dict[str, set[str]] = {}
    for event, article in reports():
        reading = judge.classify(article)
        if reading.relevance.relevant:
            events.setdefault(event, set()).update(f for f in reading.anchors.features if f[0] in COUNTED)
    counts = Counter(f for features in events.values() for f in features)
    shares = {f: round(n / len(events), 3) for f, n in sorted(counts.items()) if n / len(events) >= LEAST}
    head = "# The share of events that name an anchor, counted over our sample news by scripts/build_frequencies.py.\n"
    (ROOT / "crawler/data/frequencies.yaml").write_text(
        head + yaml.safe_dump(shares, allow_unicode=True), encoding="utf-8"
    )
    print(f"{len(events)} events, {len(shares)} anchors")


if __name__ == "__main__":
    main()
