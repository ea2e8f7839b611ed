"""The numbers that polling depends on, and that could have been chosen otherwise, in frozen tables.

Polling reads the tables that are in use (`weights`). A tool or test puts others into use for a while, in its own thread or
task only:

    with using(scaled(PollingWeights(), "interval.jitter", 0.5)):
        next_due(state, pace, now, chance)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from crawler.runtime.weight_tables import InUse, bound, weight

SHARE = "share, 0..1"

# A weight reads better on two lines than on six.
# fmt: off


@dataclass(frozen=True, slots=True)
class IntervalWeights:
    """When a source that answers is asked next (`crawler.polling.interval`)."""

    boost: timedelta = weight(timedelta(hours=2), "time",
        "for which a source is asked more often after a report worth an alert; more asks for "
        "nothing")
    boost_factor: float = weight(4.0, "times as often",
        "it is asked then; more takes requests from other sources",
        "intervals go with the square root of the rate")
    room: float = weight(0.4, SHARE,
        "of what a feed lists that may come between two polls; more loses entries of sudden days")
    fresh_limit: int = weight(4, "intervals of the operator's",
        "up to which an answer's freshness (RFC 9111) is believed; more waits for wrong caches")
    jitter: float = weight(0.1, "share of the wait",
        "by which polls are spread; more is less punctual, less comes back at once")


@dataclass(frozen=True, slots=True)
class FailureWeights:
    """What failures mean for the next poll (`crawler.polling.failing`)."""

    kinds: dict[str, float] = weight(
        {
            "timeout": 1.0, "dns": 1.0, "refused": 1.0, "unreachable": 1.0, "broken": 1.0, "tls": 1.5, "certificate expired": 1.5, "certificate name": 1.5, "certificate issuer": 1.5,
            "certificate self-signed": 1.5, "certificate pin": 1.5, "encoding": 1.5, "busy": 0.5,
            "http 500": 1.0, "http 502": 1.0, "http 504": 1.0, "http 401": 2.0, "http 403": 2.0, "http 404": 2.0, "http 410": 3.0,
            "not a feed": 2.0, "not a sitemap": 2.0, "empty": 1.0, "selector": 2.0, "too large": 2.0, "too slow": 2.0, "too deep": 2.0, "redirects": 2.0,
            "guard": 4.0, "address": 4.0,
        },
        "failures", "how heavily a kind weighs: what passes by itself weighs less than what somebody must mend; more waits longer",
    )
    other_kind: float = weight(1.0, "failures",
        "how heavily all other kinds weigh; more waits longer")
    free: float = weight(2.0, "failures",
        "that do not lengthen the wait: most pass; more asks dead sources oftener")
    growth: float = weight(2.0, "times",
        "as long is waited for each further failure; more finds repaired sources later",
        "exponential back-off")
    most_doublings: float = bound(12.0, "failures",
        "that lengthen the wait; the operator's slowest interval ends it before")
    given_up: float = weight(12.0, "failures",
        "in a row from which a source is given up; less gives up sources that come back")
    given_up_after: timedelta = weight(timedelta(days=7), "time",
        "that they must last; less gives up sources during a holiday")
    rarely: timedelta = weight(timedelta(days=7), "time",
        "between polls of a source that is given up; more finds repaired sources later")
    gone_answers: int = weight(2, "answers 410",
        "in a row from which a source is gone; more asks for nothing",
        "RFC 9110, 15.5.11: likely permanent; one may be a mistake")
    gone: timedelta = weight(timedelta(days=30), "time",
        "between polls of a source that is gone; more finds repaired sources later")
    jitter: float = weight(0.2, "share of the wait",
        "by which polls of failing sources are spread; more is less punctual, less comes back"
        " at once")


@dataclass(frozen=True, slots=True)
class MoveWeights:
    """When a move to another address is believed (`crawler.polling.moving`)."""

    times: int = weight(3, "polls",
        "in a row that must say so; fewer follows a site that redirects everything to its "
        "front page for an hour")
    after: timedelta = weight(timedelta(days=1), "time",
        "over which they must say so; less follows such a site")


@dataclass(frozen=True, slots=True)
class ObservationWeights:
    """What an answer says about its source (`crawler.polling.observing`)."""

    days: int = bound(35, "days", "for which new entries are counted one by one")
    skew_share: float = weight(0.3, SHARE,
        "of the latest answer in the skew of a clock; more takes one slow answer for a wrong "
        "clock")
    gap_fade: float = weight(0.99, SHARE,
        "of the longest silence that is kept at each new entry; less forgets holidays")
    page_share: float = weight(0.05, SHARE,
        "of the latest page in the share of readable pages; more takes one bad page for a "
        "broken site")
    gap_reach: timedelta = weight(timedelta(days=1), "time",
        "before the last answer from which entries are missed at the earliest; more estimates"
        " more losses")
    doubt_every: timedelta = weight(timedelta(days=1), "time",
        "between checks of answers 304; more finds false ones later")
    doubt_after: timedelta = weight(timedelta(days=7), "time",
        "without a change after which answers 304 are checked; more finds false ones later")


@dataclass(frozen=True, slots=True)
class RhythmWeights:
    """How the rhythm of a source is learned (`crawler.polling.rhythm`)."""

    half_life: timedelta = weight(timedelta(days=28), "time",
        "after which what was seen counts half; more follows a new rhythm later")
    look_back: timedelta = weight(timedelta(days=14), "time",
        "that entries of a first poll say something of; more takes an old archive for a rhythm")
    prior_entries: float = weight(1.0, "entries",
        "believed of a source of which nothing is known; more asks new sources oftener")
    prior_hours: float = weight(12.0, "hours",
        "in which these are believed to come; more asks new sources more rarely")
    evenness: float = weight(24.0, "entries",
        "spread evenly that are mixed into the weekly profile; more learns its shape later")
    day_share: float = weight(0.5, SHARE,
        "of the same hour of all days in an hour of the week; more blurs weekends")
    neighbour_share: float = weight(0.25, SHARE,
        "of each neighbouring hour in an hour; more blurs the hour at which news comes")
    fade_after: timedelta = bound(timedelta(hours=6), "time",
        "from which counts are faded: less is not worth 168 products")
    least_count: float = bound(0.01, "entries", "below which an hour is forgotten")
    quiet: float = weight(10.0, "entries",
        "expected in a silence that is too long; more finds dead sources later, less takes a "
        "quiet week for one",
        "under a Poisson process three would do (chance 5 %); news comes in bursts")
    quiet_gaps: float = weight(2.0, "times",
        "the longest silence so far that a silence must exceed; more finds dead sources later")


@dataclass(frozen=True, slots=True)
class DelayWeights:
    """How delays of entries are counted (`crawler.polling.delays`).

    The buckets are no weight but a format: stored counts would not fit others.
    """

    most: float = weight(7 * 86_400.0, "seconds",
        "after publication in which an entry came late to us; what is older came late to its "
        "source")
    half_life: float = weight(500.0, "entries",
        "after which a count weighs half; more follows a change later")


@dataclass(frozen=True, slots=True)
class CoverageWeights:
    """Which problems of a source are told (`crawler.polling.coverage`)."""

    skewed: float = weight(600.0, "seconds",
        "that a clock must be off: dates then put entries into the wrong hour or day; more "
        "tells fewer clocks")
    few_pages: float = weight(0.5, SHARE,
        "of pages that gave an article, below which extraction is a problem; more tells more "
        "sites")
    many_walls: float = weight(0.3, SHARE,
        "of pages behind consent or payment from which they are a problem; more tells fewer sites")
    recent: int = weight(3, "days",
        "whose volume is held against those before; more finds a change later")
    before: int = weight(21, "days", "that it is held against; more forgets slower what was usual")
    least_before: int = weight(7, "days",
        "of these that must be there; more tells a change of a new source later")
    sure: float = weight(1e-4, "probability",
        "of such a volume by chance below which it is a problem; more tells more false changes")
    fell: float = weight(0.4, SHARE, "of the usual volume below which it fell; more tells weekends")
    rose: float = weight(3.0, "times",
        "the usual volume above which it rose; more misses identities that change at each poll")
    least_risen: int = weight(30, "entries",
        "that it must be then; fewer tells a busy day of a small source")
    counted: int = bound(60, "days", "that are looked back at")
    least_spread: float = bound(0.01, "entries a day",
        "so that a silent source has a variance to be divided by")


@dataclass(frozen=True, slots=True)
class AuditWeights:
    """What is said of a source by what it brought (`crawler.polling.audit`)."""

    dead_after: timedelta = weight(timedelta(days=7), "time",
        "of failures from which a source is dead; less buries sources during a holiday")
    watched: timedelta = weight(timedelta(days=3), "time",
        "that a source must have been watched; less judges it by a weekend")
    duplicated: float = weight(0.9, SHARE,
        "of its items that others list too from which a source is one too many; less removes "
        "sources with items of their own")
    least_entries: int = weight(20, "entries",
        "that it must have listed for that; fewer judges by chance")
    costly: float = weight(1000.0, "requests",
        "for each relevant article from which a source is asked too often; more spares fewer "
        "requests",
        "asked every quarter of an hour, three relevant articles a month")
    late: timedelta = weight(timedelta(hours=12), "time",
        "by which half of its reports follow the first one from which a source is late; less tells "
        "weeklies")
    least_shared: int = weight(5, "stories",
        "that it must share with others for that; fewer judges by chance")


@dataclass(frozen=True, slots=True)
class PollingWeights:
    """The weights of all decisions of polling."""

    interval: IntervalWeights = field(default_factory=IntervalWeights)
    failures: FailureWeights = field(default_factory=FailureWeights)
    moves: MoveWeights = field(default_factory=MoveWeights)
    observation: ObservationWeights = field(default_factory=ObservationWeights)
    rhythm: RhythmWeights = field(default_factory=RhythmWeights)
    delays: DelayWeights = field(default_factory=DelayWeights)
    coverage: CoverageWeights = field(default_factory=CoverageWeights)
    audit: AuditWeights = field(default_factory=AuditWeights)


# fmt: on
_IN_USE = InUse("polling_weights", PollingWeights())
weights = _IN_USE.get
"""Gives the weights in use: the packaged ones, unless `using` has put others in their place."""
using = _IN_USE.using
