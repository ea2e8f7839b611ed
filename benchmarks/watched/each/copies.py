"""Re-published texts found again, beside MinHash LSH: `benchmarks.copies`."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence

from benchmarks.copies import made, minhash, near_miss, ours, republished
from benchmarks.watched.ratio import Ratio, paired, shares
from benchmarks.watched.turns import turns
from crawler.store import Store

TEXTS, ROUNDS = 300, 3
OURS, PEER = "aseanwatch", "MinHash LSH"


def ratios() -> Iterator[Ratio]:
    """By what is found, and by the time that it takes."""
    reports, chance = made(2 * TEXTS), random.Random(5)
    originals, others = reports[:TEXTS], reports[TEXTS:]
    asked = [republished(o, chance) for o in originals]
    asked += [near_miss(o, other) for o, other in zip(originals, others, strict=True)]
    found: dict[str, list[int | None]] = {}

    def by_us() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = Store(f"sqlite:///{folder}/copies.db")
            store.upgrade()
            found[OURS] = ours(originals, asked, store)
            store.close()

    def by_minhash() -> None:
        found[PEER] = minhash(originals, asked)

    rounds = turns({OURS: by_us, PEER: by_minhash}, ROUNDS, warm=False)
    yield from shares("copies and near misses", "F1", {name: _f1(f) for name, f in found.items()}, OURS)
    yield from paired("copies and near misses", "processor time", rounds, OURS)


def _f1(found: Sequence[int | None]) -> float:
    right = sum(f == e for f, e in zip(found[:TEXTS], range(TEXTS), strict=True))
    return 2 * right / (TEXTS + sum(f is not None for f in found))
