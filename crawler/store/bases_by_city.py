"""Bases by the cities that they lie in, so that those that may lie in some city are found without looking at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from crawler.judging.places.event_places import meet


class BasesByCity:
    """The numbers of bases by the cities that they lie in."""

    def __init__(self) -> None:
        self._of: dict[str, set[int]] = {}
        self._anywhere: set[int] = set()
        self._near: dict[str, set[str]] = {}
        """By each city that was asked for the cities of bases that are near it."""

    def add(self, number: int, cities: Sequence[str]) -> None:
        """Take in a base."""
        if not cities:
            self._anywhere.add(number)
        for city in cities:
            if city not in self._of:
                self._of[city] = set()
                for asked, near in self._near.items():
                    if meet([asked], [city]):
                        near.add(city)
            self._of[city].add(number)

    def remove(self, number: int, cities: Sequence[str]) -> None:
        """Take out a base, which was added with these cities."""
        self._anywhere.discard(number)
        for city in cities:
            # A city stays known: others may come to lie in it.
            self._of[city].discard(number)

    def near(self, cities: Collection[str]) -> set[int]:
        """The bases that lie in a city or near it, and those of which it is not known where they lie; all without a city."""
        if not cities:
            return self._anywhere.union(*self._of.values())
        found = set(self._anywhere)
        for city in cities:
            if city not in self._near:
                self._near[city] = {known for known in self._of if meet([city], [known])}
            for known in self._near[city]:
                found |= self._of[known]
        return found
