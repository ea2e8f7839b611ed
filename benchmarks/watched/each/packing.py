"""The store's size with digests packed, beside unpacked: `benchmarks.packing`."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.packing import packed
from benchmarks.watched.ratio import Ratio

SUBSCRIPTIONS = 30


def ratios() -> Iterator[Ratio]:
    """By what digests take beyond the store without them."""
    found = packed(SUBSCRIPTIONS)
    value = (found.before - found.empty) / (found.after - found.empty)
    yield Ratio("digests in the store", "unpacked", "size", (value,))
