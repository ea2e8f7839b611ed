"""Who may want a report: an index over the filters of all subscriptions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from alerts.selection.views import StoryView
from alerts.subscriptions.subscriptions import SubscriptionRecord
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
        self.sources = frozenset(name for s in subscriptions for name in s.sources)
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


class _Indexed(NamedTuple):
    everyone: Sequence[SubscriptionRecord]
    over: SubscriptionIndex


_LATEST: list[_Indexed] = []


def index_of(everyone: Sequence[SubscriptionRecord]) -> SubscriptionIndex:
    """The index over some subscriptions: that of the last time, if they ask for the very same."""
    for known in _LATEST:
        if known.everyone is everyone and isinstance(everyone, tuple):
            return known.over
        # By identity: those of the configuration, and those that were added, are read once and never changed.
        same = (k.subscription is one.subscription for k, one in zip(known.everyone, everyone, strict=False))
        if len(known.everyone) == len(everyone) and all(same):
            _LATEST[:] = [_Indexed(everyone, known.over)]
            return known.over
    index = SubscriptionIndex([one.subscription for one in everyone])
    _LATEST[:] = [_Indexed(everyone, index)]
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
