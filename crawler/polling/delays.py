"""How long after its publication an entry was stored: counts in buckets that grow by a half, so that they add up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from crawler.polling.weights import weights

_BASE, _FIRST = 1.5, 1.0
"""Buckets grow by a half from one second on. Stored counts depend on this."""


def bucket(seconds: float) -> int:
    """The number of the bucket of a delay."""
    return 0 if seconds <= _FIRST else 1 + int(math.log(seconds / _FIRST, _BASE))


def middle(number: int) -> float:
    """The delay in seconds that stands for a bucket: its geometric middle."""
    return _FIRST / 2 if number == 0 else _FIRST * _BASE ** (number - 0.5)


def counted(delays: Mapping[int, float], seconds: Iterable[float]) -> dict[int, float]:
    """The counts with more delays in them; impossible ones are left out."""
    weigh = weights().delays
    fade = 0.5 ** (1 / weigh.half_life)
    found = dict(delays)
    for value in seconds:
        # Negative: the source's clock is ahead. Very large:
        # an old item that was listed late by its source.
        if 0 <= value <= weigh.most:
            # Faded by each entry, not by time: a source that publishes rarely keeps its few counts.
            found = {k: v * fade for k, v in found.items() if v > 0.01}
            found[bucket(value)] = found.get(bucket(value), 0.0) + 1.0
    return found


def together(several: Iterable[Mapping[int, float]]) -> dict[int, float]:
    """The counts of many sources as one."""
    found: dict[int, float] = {}
    for delays in several:
        for number, count in delays.items():
            found[number] = found.get(number, 0.0) + count
    return found


def quantile(delays: Mapping[int, float], share: float) -> float | None:
    """The delay in seconds that so large a share of the entries does not exceed; None without entries."""
    total = sum(delays.values())
    passed = 0.0
    for number in sorted(delays):
        passed += delays[number]
        # Faded counts are sums of fractions; without the slack rounding can miss the last bucket.
        if passed >= share * total - 1e-9:
            return round(middle(number), 1)
    return None
