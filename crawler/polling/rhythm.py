"""The rhythm of a source: how often something new comes, by hour of the week. Learned from its entries, forgotten slowly.

A Poisson process with a weekly profile: entries per hour are counted in 168 bins, which fade with a half-life, and are
smoothed over neighbouring hours and over the same hour of all days, so that a few days of news already have a shape.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from crawler.polling.weights import weights
from crawler.runtime.frozen import changed

WEEK = 168
"""Hours of a week."""


class WeekProfile(NamedTuple):
    """How entries spread over the hours of a week.

    Attributes:
        shape: how much more than on average comes in each hour; the mean is 1.
        roots: the square roots of the shape.
        mean_root: their mean.
        total: the sum of the shape.
    """

    shape: Sequence[float]
    roots: Sequence[float]
    mean_root: float
    total: float


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What was learned.

    ``bins`` maps an hour of the week (UTC, Monday first) to faded counts, ``hours`` is for how long the source was watched,
    faded alike; ``at`` is when both were last faded.
    """

    bins: Mapping[int, float] = field(default_factory=dict)
    hours: float = 0.0
    at: datetime | None = None

    @property
    def entries(self) -> float:
        """The faded count of entries."""
        return sum(self.bins.values())

    @property
    def rate(self) -> float:
        """Entries an hour, all hours of the week alike."""
        weigh = weights().rhythm
        # The prior keeps a new source from a rate of zero, for which it would never be asked.
        return (self.entries + weigh.prior_entries) / (self.hours + weigh.prior_hours)

    @property
    def profile(self) -> WeekProfile:
        """How its entries spread over the hours of a week."""
        weigh = weights().rhythm
        return _profile(
            tuple(sorted(self.bins.items())), weigh.evenness, weigh.day_share, weigh.neighbour_share
        )

    def hourly(self) -> list[float]:
        """Entries an hour, for each hour of the week."""
        rate = self.rate
        return [rate * share for share in self.profile.shape]


@lru_cache(maxsize=2048)
def _profile(
    bins: tuple[tuple[int, float], ...], evenness: float, of_days: float, of_neighbours: float
) -> WeekProfile:
    """Remembered: most polls bring nothing new and leave the bins."""
    counts = [0.0] * WEEK
    for hour, count in bins:
        counts[hour] = count
    total = sum(counts)
    # A new source has a few entries in 168 bins; the same
    # hour of other days is the best guess for the rest.
    daily = [sum(counts[hour::24]) / 7 for hour in range(24)]
    of_hours = 1 - of_days
    mixed = [count * of_hours + day * of_days for count, day in zip(counts, daily * 7, strict=True)]
    own = 1 - 2 * of_neighbours
    around = zip(mixed[-1:] + mixed[:-1], mixed, mixed[1:] + mixed[:1], strict=True)
    smooth = [before * of_neighbours + this * own + after * of_neighbours for before, this, after in around]
    # Floats of four bytes: two profiles of 168 numbers are kept for each of up to 2,048 sources.
    shape = array("f", [(value * WEEK + evenness) / (total + evenness) for value in smooth])
    roots = array("f", map(math.sqrt, shape))
    return WeekProfile(shape, roots, sum(roots) / WEEK, sum(shape))


def hour_of_week(moment: datetime) -> int:
    """0 for Monday 00:00 to 00:59 UTC, up to 167."""
    return moment.weekday() * 24 + moment.hour


def faded(rhythm: Rhythm, now: datetime) -> Rhythm:
    """The rhythm with its past weighing less, and the time since counted as watched."""
    if rhythm.at is None:
        return changed(rhythm, at=now)
    passed = now - rhythm.at
    # The clock may have been set back.
    if passed <= timedelta(0):
        return rhythm
    weigh = weights().rhythm
    factor = 0.5 ** (passed / weigh.half_life)
    if passed < weigh.fade_after:  # fading by less than one in a hundred is not worth 168 products
        return changed(rhythm, hours=rhythm.hours + passed / timedelta(hours=1), at=now)
    bins = {hour: count * factor for hour, count in rhythm.bins.items() if count * factor > weigh.least_count}
    return Rhythm(bins, rhythm.hours * factor + passed / timedelta(hours=1), now)


def learned(rhythm: Rhythm, moments: Iterable[datetime], now: datetime) -> Rhythm:
    """The rhythm after a poll at ``now`` that brought entries of those moments (published, else seen).

    A source's first poll shows its past: what it lists of the last fortnight is taken as watched from the oldest on.
    """
    earliest = now - weights().rhythm.look_back
    recent = [m for m in moments if earliest <= m <= now]
    # The hours before the oldest item are not counted as watched: the feed may just list no more.
    if rhythm.at is None and recent:
        rhythm = changed(rhythm, hours=(now - min(recent)) / timedelta(hours=1), at=now)
    rhythm = faded(rhythm, now)
    if not recent:
        return rhythm
    bins = dict(rhythm.bins)
    for moment in recent:
        bins[hour_of_week(moment)] = bins.get(hour_of_week(moment), 0.0) + 1.0
    return changed(rhythm, bins=bins)


def expected(rhythm: Rhythm, start: datetime, end: datetime) -> float:
    """How many entries are to be expected from ``start`` to ``end``."""
    if end <= start:
        return 0.0
    # Whole weeks are all alike; of the rest the first hour and the last one are parts of an hour.
    weeks, rest = divmod((end - start) / timedelta(hours=1), WEEK)
    hour = hour_of_week(start)
    first = min(rest, 1 - (start.minute * 60 + start.second) / 3600)
    whole, last = divmod(rest - first, 1)
    # Only the hours that count: mostly they are few, and this is asked with each poll.
    rate, profile = rhythm.rate, rhythm.profile
    shape = profile.shape
    end_hour = hour + 1 + int(whole)
    between = sum(rate * shape[h % WEEK] for h in range(hour + 1, end_hour))
    of_weeks = weeks * rate * profile.total
    return of_weeks + rate * shape[hour] * first + between + rate * shape[end_hour % WEEK] * last


def until(hourly: Sequence[float], start: datetime, amount: float, longest: timedelta) -> timedelta:
    """How long it takes from ``start`` until the sum of ``hourly`` values reaches ``amount``; ``longest`` at most."""
    gone = 0.0
    place = start
    limit = longest / timedelta(hours=1)
    passed = 0.0
    while passed < limit:
        # Never nothing: at the very end of an hour rounding would make the loop stand still.
        whole = max(1e-6, 1 - (place.minute * 60 + place.second + place.microsecond / 1e6) / 3600)
        value = hourly[hour_of_week(place)]
        if value > 0 and gone + value * whole >= amount:
            return min(longest, timedelta(hours=passed + (amount - gone) / value))
        gone += value * whole
        passed += whole
        place += timedelta(hours=whole)
    return longest


def too_quiet(rhythm: Rhythm, since: datetime, now: datetime, longest_gap: timedelta) -> bool:
    """Whether a source has been quiet for longer than its rhythm explains.

    Under a Poisson process silence has the chance exp(-expected); news comes in bursts, so that more entries must have been
    expected than chance asks for, and the silence must be longer than the longest one that was seen before.
    """
    weigh = weights().rhythm
    if now - since <= weigh.quiet_gaps * longest_gap:
        return False
    return expected(rhythm, since, now) >= weigh.quiet and math.isfinite(rhythm.rate)
