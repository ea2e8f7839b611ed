"""Which reports have a name: an index from anchors and words to reports, by which the likeliest of a window are found."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar, cast

import numpy as np

_S = TypeVar("_S", bound=str)
_GONE = -1
"""Stands at a place that no report has."""


class NameIndex:
    """The reports that have each name.

    A report has a place, a small number. A name that one report has, as most are, holds its place alone; others hold an array
    of places, so that numpy adds up votes of thousands of reports in the time that Python takes for some hundred.
    """

    def __init__(self) -> None:
        self._of: dict[str, int | array[int]] = {}
        self._places: dict[int, int] = {}
        self._articles = array("q")
        self._free: list[int] = []

    def add(self, article: int, names: Iterable[str]) -> None:
        """Add a report that is not there yet."""
        if self._free:
            place = self._free.pop()
            self._articles[place] = article
        else:
            place = len(self._articles)
            self._articles.append(article)
        self._places[article] = place
        of = self._of
        for name in names:
            held = of.setdefault(name, place)
            if held is place:  # nobody had it
                continue
            if type(held) is int:
                of[name] = array("i", (held, place))
            else:
                cast("array[int]", held).append(place)

    def remove(self, article: int, names: Iterable[str]) -> None:
        """Remove a report with all its names."""
        place = self._leave(article)
        for name in names:
            self._keep(name, _without(self._of[name], place))

    def forget(self, articles: Iterable[int]) -> None:
        """Remove many reports at once, in one walk through all names."""
        gone = np.array([self._leave(article) for article in articles], dtype=np.int32)
        if not len(gone):
            return
        is_gone = np.zeros(len(self._articles), dtype=bool)
        is_gone[gone] = True
        for name, held in list(self._of.items()):
            if isinstance(held, int):
                if is_gone[held]:
                    del self._of[name]
            else:
                places = np.frombuffer(held, dtype=np.int32)
                if (going := is_gone[places]).any():
                    self._keep(name, places[~going])

    def holders(self) -> dict[str, set[int]]:
        """The reports that have each name."""
        numbers = self._articles
        return {
            name: {numbers[place] for place in ((held,) if isinstance(held, int) else held)}
            for name, held in self._of.items()
        }

    def rarest(self, names: Iterable[_S], most: int) -> list[_S]:
        """Names by how many reports have them, the rarest first, for as long as those are together not more than ``most``.

        Of equals the first by their letters, so that every process finds the same: the order of a set is by chance.
        """
        of = self._of
        counted = []
        for name in names:
            held = of.get(name)
            counted.append(
                (0 if held is None else 1 if type(held) is int else len(cast("array[int]", held)), name)
            )
        counted.sort()
        found = []
        for count, name in counted:
            most -= count
            if most < 0:
                break
            found.append(name)
        return found

    def highest(self, votes: Mapping[_S, float], count: int) -> list[int]:
        """The reports whose names have most votes together, so many at most, the first ones of equals first.

        Args:
            votes: what each name gives to the reports that have it, more than nothing; those of a report are added in this order.
            count: how many.
        """
        places: list[Sequence[int] | np.ndarray] = []
        given, sizes = [], []
        for name, vote in votes.items():
            held = self._of.get(name)
            if held is None:
                continue
            if isinstance(held, int):
                places.append((held,))
                sizes.append(1)
            else:
                places.append(np.frombuffer(held, dtype=np.int32))
                sizes.append(len(held))
            given.append(vote)
        if not places:
            return []
        totals = np.bincount(np.concatenate(places), np.repeat(given, sizes))
        voted = np.flatnonzero(totals > 0)  # ten times as fast as looking for what is not 0
        if len(voted) > count:
            # The least vote that counts is found first: few are left to be put in order.
            some = totals[voted]
            voted = voted[some >= np.partition(some, len(some) - count)[len(some) - count]]
        articles = np.frombuffer(self._articles, dtype=np.int64)[voted]
        order = np.lexsort((articles, -totals[voted]))[:count]
        found: list[int] = articles[order].tolist()
        return found

    def _leave(self, article: int) -> int:
        place = self._places.pop(article)
        self._articles[place] = _GONE
        self._free.append(place)
        return place

    def _keep(self, name: str, places: Collection[int]) -> None:
        if len(places) > 1:
            self._of[name] = array("i", np.asarray(places, dtype=np.int32).tobytes())
        elif len(places):
            self._of[name] = int(next(iter(places)))
        else:
            del self._of[name]


def _without(held: int | array[int], place: int) -> Collection[int]:
    if isinstance(held, int):
        return ()
    places = np.frombuffer(held, dtype=np.int32)
    left: Collection[int] = places[places != place]
    return left
