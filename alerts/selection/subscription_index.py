"""Who may want a report: an index over the filters of all subscriptions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import is_

from alerts.selection.views import StoryView
from crawler.config.settings import Subscription
from crawler.judging.territories import countries_of, is_grouped


class SubscriptionIndex:
    """Who may want a report, found for all subscriptions at once.

    Every value of every filter has a number whose bits are the subscriptions that ask for it or do not care; the bits
    left after AND are the candidates. So the work for a report hardly grows with the number of subscriptions.
    """

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        self._languages = _Filter(s.languages for s in subscriptions)
        self._sources = _Filter(s.sources for s in subscriptions)
        self._countries = _Filter(s.countries for s in subscriptions)
        self._topics = _Filter(s.topics for s in subscriptions)
        # Who asks for a group asks for any of its countries.
        wholes = {code for s in subscriptions for code in s.countries if is_grouped(code)}
        self._wholes = {code: countries_of(code) for code in sorted(wholes)}

    def candidates(self, story: StoryView) -> list[int]:
        """The positions of the subscriptions that a report may be for; the least score is not looked at."""
        bits = 0
        for report in story.reports:
            if report.topics:
                # Everybody whom `select` may find concerned: whoever is left out here hears nothing.
                countries = report.countries | report.also
                countries |= {code for code, held in self._wholes.items() if not held.isdisjoint(countries)}
                found = self._languages.asking((report.lang,)) & self._sources.asking((report.source,))
                bits |= found & self._topics.asking(report.topics) & self._countries.asking(countries)
        return _positions(bits)


_LATEST: list[tuple[Sequence[Subscription], SubscriptionIndex]] = []


def index_of(subscriptions: Sequence[Subscription]) -> SubscriptionIndex:
    """The index over some subscriptions: that of the last time, if they are the very same."""
    for known, index in _LATEST:
        # By identity: those of the configuration, and those that were added, are read once and never changed.
        if len(known) == len(subscriptions) and all(map(is_, known, subscriptions)):
            return index
    index = SubscriptionIndex(subscriptions)
    _LATEST[:] = [(subscriptions, index)]
    return index


class _Filter:
    def __init__(self, wanted: Iterable[Sequence[str]]) -> None:
        # Integers of any length as bit sets: a thousand subscriptions are compared by one AND.
        self._indifferent = 0
        self._asking: dict[str, int] = {}
        for position, values in enumerate(wanted):
            if not values:
                self._indifferent |= 1 << position
            for value in values:
                self._asking[value] = self._asking.get(value, 0) | 1 << position

    def asking(self, values: Iterable[str]) -> int:
        bits = self._indifferent
        for value in values:
            bits |= self._asking.get(value, 0)
        return bits


def _positions(bits: int) -> list[int]:
    """The positions of the bits that are set."""
    found = []
    while bits:
        # Steps from one set bit to the next: the time goes
        # with those who match, not with all there are.
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found
