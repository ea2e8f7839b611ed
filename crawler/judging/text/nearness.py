"""How hits are placed to one another (how close, which inside which), without looking at every pair of them."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from crawler.judging.text.matching import Findings, Hit


class _Ordered(NamedTuple):
    """The hits of one field in order: where each begins, and which of those up to it reaches furthest."""

    starts: Sequence[int]
    hits: Sequence[Hit]
    furthest: Sequence[Hit]


_EMPTY = _Ordered((), (), ())


class Row:
    """Hits in the order of each field, to find those next to a place."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        fields: dict[str, list[Hit]] = {}
        for hit in hits:
            fields.setdefault(hit.field, []).append(hit)
        self._fields = {name: _in_order(found) for name, found in fields.items()}

    def behind(self, hit: Hit, *, strictly: bool = False) -> Hit | None:
        """The first that begins where ``hit`` does, or behind that; ``strictly`` behind it."""
        field = self._fields.get(hit.field, _EMPTY)
        place = (bisect_right if strictly else bisect_left)(field.starts, hit.start)
        return field.hits[place] if place < len(field.hits) else None

    def before(self, hit: Hit, *, strictly: bool = False) -> Hit | None:
        """Of those that begin no later than ``hit`` the one that reaches furthest; ``strictly`` before it."""
        field = self._fields.get(hit.field, _EMPTY)
        place = (bisect_left if strictly else bisect_right)(field.starts, hit.start)
        return field.furthest[place - 1] if place else None

    def around(self, hit: Hit, count: int) -> Sequence[Hit]:
        """Up to ``count`` that begin before ``hit`` and as many behind."""
        field = self._fields.get(hit.field, _EMPTY)
        place = bisect_left(field.starts, hit.start)
        return field.hits[max(0, place - count) : place + count]


class Nearness:
    """How many words lie between some hits and others, as `Findings.distance` counts them; the words are counted once for each hit.

    Args:
        findings: what the hits were found in.
        hits: some of them.
    """

    def __init__(self, findings: Findings, hits: Iterable[Hit]) -> None:
        self._findings = findings
        self._places: dict[str, list[tuple[int, int, float, float]]] = {}
        for hit in hits:
            before = findings.fields[hit.field].ruler.words_before
            place = hit.start, hit.end, before(hit.start), before(hit.end)
            self._places.setdefault(hit.field, []).append(place)

    def is_within(self, hit: Hit, reach: float) -> bool:
        """Whether one of the hits lies within so many words of another one."""
        places = self._places.get(hit.field)
        if places is None:
            return False
        low, high = hit.start, hit.end
        before = self._findings.fields[hit.field].ruler.words_before
        words_low, words_high = before(low), before(high)
        for start, end, words_start, words_end in places:
            # What stands first is counted from its end; what begins inside it touches it.
            if low <= start:
                if start <= high or words_start - words_high <= reach:
                    return True
            elif low <= end or words_low - words_end <= reach:
                return True
        return False


def _in_order(hits: list[Hit]) -> _Ordered:
    hits.sort(key=itemgetter(2, 3))
    return _Ordered([h.start for h in hits], hits, list(accumulate(hits, _further)))


def _further(one: Hit, other: Hit) -> Hit:
    return one if one.end >= other.end else other


def gaps(
    findings: Findings, first: Sequence[Hit], second: Sequence[Hit], *, ordered: bool = False
) -> dict[Hit, float]:
    """For each hit on either side the words to the nearest of the other side; infinite where its field has none.

    Args:
        findings: what knows the distances.
        first: hits on one side.
        second: hits on the other.
        ordered: count only what stands behind a hit of ``first``, and before one of ``second``.
    """
    left = Row(first)
    right = Row(second)
    found: dict[Hit, float] = {}

    def note(hit: Hit, *others: Hit | None) -> None:
        distances = (findings.distance(hit, other) for other in others if other)
        # The last infinity is for hits without a neighbour: `min` needs two values.
        found[hit] = min(found.get(hit, math.inf), *distances, math.inf)

    for hit in first:
        note(hit, right.behind(hit, strictly=ordered), None if ordered else right.before(hit))
    for hit in second:
        note(hit, left.before(hit, strictly=ordered), None if ordered else left.behind(hit))
    return found


def outermost(hits: Iterable[Hit]) -> list[Hit]:
    """The hits that lie inside no longer one, in the order of their places."""
    found = list(hits)
    if len(found) < 2:
        return found
    kept: list[Hit] = []
    reach: dict[str, int] = {}
    # Of those that begin together the longest comes first, so that it covers the others.
    for hit in sorted(found, key=lambda h: (h.start, -h.end)):
        if hit.end > reach.get(hit.field, 0):
            reach[hit.field] = hit.end
            kept.append(hit)
    return kept
