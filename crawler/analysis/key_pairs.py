"""Measures the keys of bases over labelled news: do reports of one base share a key, and do different bases have their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any


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


def keyed_reports(
    labelled: Iterable[Mapping[str, Any]], predicted: Mapping[str, Mapping[str, Any]]
) -> list[KeyedReport]:
    """The reports of new bases among labelled rows, each with the keys of its prediction.

    Args:
        labelled: rows as `evaluate` reads them; reports of one story, or with one English name of a base, are of one base.
        predicted: predictions as `classify` writes them, by the row's id.
    """
    rows = [row for row in labelled if row.get("new_base") and row.get("bases")]
    base_of = _bases_of(rows)
    return [
        KeyedReport(
            bases=frozenset({base_of[row["id"]]}),
            grounds=_grounds(row),
            keys=frozenset(b["key"] for b in predicted.get(row["id"], {}).get("bases") or () if b.get("key")),
        )
        for row in rows
    ]


def _bases_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """For each row a name of the base that it reports; rows that share a story or an English name have one."""
    named: dict[str, str] = {}
    found: dict[str, str] = {}
    for row in rows:
        says = [f"story {row['story']}"] if row.get("story") else []
        says += [f"name {b['name_en'].casefold()}" for b in row["bases"] if b.get("name_en")]
        own = next((named[s] for s in says if s in named), says[0] if says else f"row {row['id']}")
        gone = {named[s] for s in says if s in named} - {own}
        # Two groups meet in this row: all that was of one is of the other now.
        named |= {s: own for s, base in named.items() if base in gone} | dict.fromkeys(says, own)
        found |= {number: own for number, base in found.items() if base in gone} | {row["id"]: own}
    return found


def _grounds(row: Mapping[str, Any]) -> frozenset[str]:
    cities = {c for base in row["bases"] for c in base.get("cities") or ()}
    return frozenset(cities or row.get("countries") or ())
