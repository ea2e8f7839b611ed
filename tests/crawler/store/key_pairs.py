"""Counts over reports of bases: do those of one base share a key, and do different bases of one place have their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class KeyedReport:
    """One report of a base.

    Args:
        bases: the bases that it reports, each by whatever tells it from all others.
        grounds: where they are: cities, or else countries; only bases that share some could be mistaken for each other.
        keys: the keys under which the report was entered; none where no base was found in it.
    """

    bases: frozenset[str]
    grounds: frozenset[str]
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeyPairs:
    """Pairs of reports: of one base, those of them that share a key; of different bases in one place, those that do."""

    same: int = 0
    together: int = 0
    different: int = 0
    confused: int = 0

    @property
    def recall(self) -> float:
        """The share of the pairs of one base that share a key; 1 where there are none."""
        return self.together / self.same if self.same else 1.0

    @property
    def confusion(self) -> float:
        """The share of the pairs of different bases in one place that share a key; 0 where there are none."""
        return self.confused / self.different if self.different else 0.0

    @property
    def precision(self) -> float:
        """The share of the pairs under one key that are of one base; 1 where there are none."""
        under_one = self.together + self.confused
        return self.together / under_one if under_one else 1.0


def key_pairs(reports: Sequence[KeyedReport]) -> KeyPairs:
    """Compare all pairs of reports in which bases were found; what was not found is the measure of new bases."""
    found = [r for r in reports if r.keys]
    same = together = different = confused = 0
    for one, other in combinations(found, 2):
        shares_key = not one.keys.isdisjoint(other.keys)
        if not one.bases.isdisjoint(other.bases):
            same += 1
            together += shares_key
        elif not one.grounds.isdisjoint(other.grounds):
            different += 1
            confused += shares_key
    return KeyPairs(same, together, different, confused)
