"""What is news for whom. Pure: stories and subscriptions in, decisions out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.config.settings import Subscription, TopicSetting
from crawler.judging.places.gazetteer import MEMBERS


@dataclass(frozen=True, slots=True)
class ReportView:
    """What selection looks at in one article. ``age`` is how old it was when a source first listed it."""

    article: int
    source: str
    lang: str
    countries: frozenset[str]
    topics: Mapping[str, float]
    first_seen: datetime
    is_duplicate: bool
    age: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story with its reports in the order of publication, when the first was seen, and what it is to the register.

    ``bases`` are the keys of the bases that begin with it, ``updates`` those that it brought to a later stage, as (key, stage),
    ``corrections`` its reports that take something back, as (article, version).
    """

    story: int
    reports: tuple[ReportView, ...]
    bases: tuple[str, ...] = ()
    updates: tuple[tuple[str, str], ...] = ()
    corrections: tuple[tuple[int, int], ...] = ()
    first_seen: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "first_seen", min((r.first_seen for r in self.reports), default=None))


@dataclass(frozen=True, slots=True)
class Decision:
    """One alert to raise: ``about`` is what it is raised only once for.

    ``kind`` is new_base, update (a known base reached another stage), story, article, correction (what was told was wrong) or
    old (no news, but new to us).
    """

    subscription: str
    about: str
    kind: str
    story: int
    article: int
    topics: tuple[str, ...]


class Audience:
    """Who may want a report, found for all subscriptions at once.

    Every value of every filter has a number whose bits are the subscriptions that ask for it or do not care; the bits
    left after AND are the candidates. So the work for a report hardly grows with the number of subscriptions.
    """

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        self._languages = _Filter(s.languages for s in subscriptions)
        self._sources = _Filter(s.sources for s in subscriptions)
        self._countries = _Filter(s.countries for s in subscriptions)
        self._topics = _Filter(s.topics for s in subscriptions)

    def of(self, story: StoryView) -> list[int]:
        """The places of the subscriptions that at least one report passes the filters of, but for their least score."""
        bits = 0
        for report in story.reports:
            if report.topics:
                countries = (*report.countries, "ASEAN") if MEMBERS & report.countries else report.countries
                found = self._languages.asking((report.lang,)) & self._sources.asking((report.source,))
                bits |= found & self._topics.asking(report.topics) & self._countries.asking(countries)
        return _places(bits)


class _Filter:
    def __init__(self, wanted: Iterable[Sequence[str]]) -> None:
        self._indifferent = 0
        self._asking: dict[str, int] = {}
        for place, values in enumerate(wanted):
            if not values:
                self._indifferent |= 1 << place
            for value in values:
                self._asking[value] = self._asking.get(value, 0) | 1 << place

    def asking(self, values: Iterable[str]) -> int:
        bits = self._indifferent
        for value in values:
            bits |= self._asking.get(value, 0)
        return bits


def _places(bits: int) -> list[int]:
    """The places of the bits that are set."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


def wants(subscription: Subscription, report: ReportView) -> tuple[str, ...]:
    """The topics by which a report is for a subscription; none where language, country, source or score rules it out."""
    if subscription.languages and report.lang not in subscription.languages:
        return ()
    if subscription.sources and report.source not in subscription.sources:
        return ()
    if subscription.countries and not _in_countries(subscription.countries, report.countries):
        return ()
    wanted = subscription.topics or tuple(report.topics)
    scores, least = report.topics, subscription.least_score
    return tuple([t for t in wanted if t in scores and scores[t] >= least])


def wants_known(subscription: Subscription, topics: Collection[str], report: ReportView) -> tuple[str, ...]:
    """The same, without topics that only stored verdicts know: they were renamed or removed, or another package made them up."""
    return tuple([t for t in wants(subscription, report) if t in topics])


def _in_countries(wanted: Sequence[str], named: frozenset[str]) -> bool:
    return not named.isdisjoint(wanted) or ("ASEAN" in wanted and not MEMBERS.isdisjoint(named))


def select(
    subscription: Subscription,
    topics: Mapping[str, TopicSetting],
    story: StoryView,
    since: datetime,
    raised: Collection[str],
    fresh: timedelta | None = None,
) -> list[Decision]:
    """The alerts that a story is worth to a subscription.

    Args:
        subscription: who.
        topics: the configuration's topics, which say what raises an alert.
        story: what happened.
        since: when the subscription began; a story that was known before is old news.
        raised: the ``about`` of all alerts that this subscription had, for this story or its bases.
        fresh: how old a report may be to be news; None: as old as can be.
    """
    if story.first_seen is None or story.first_seen < since:
        return []
    fitting = [(r, found) for r in story.reports if (found := wants_known(subscription, topics, r))]
    news = [(r, found) for r, found in fitting if fresh is None or r.age <= fresh]
    if not news:
        return _old(subscription, story, fitting, raised) + _corrections(subscription.name, story, fitting, raised)
    ways: dict[str, list[tuple[ReportView, tuple[str, ...]]]] = {"new_base": [], "story": [], "article": []}
    for report, found in news:
        if len(found) == 1:
            ways[topics[found[0]].alert].append((report, found))
            continue
        kinds = [topics[t].alert for t in found]
        for way in dict.fromkeys(kinds):
            ways[way].append((report, tuple(t for t, kind in zip(found, kinds, strict=True) if kind == way)))
    decisions = _once(subscription.name, story, ways, raised)
    for report, found in ways["article"]:
        about = f"article:{report.article}"
        if not report.is_duplicate and about not in raised:
            decisions.append(Decision(subscription.name, about, "article", story.story, report.article, found))
    return decisions + _corrections(subscription.name, story, fitting, raised)


def _old(
    subscription: Subscription,
    story: StoryView,
    fitting: Sequence[tuple[ReportView, tuple[str, ...]]],
    raised: Collection[str],
) -> list[Decision]:
    """A story of which no report is fresh, for those who want to hear of what is new to us all the same."""
    about = f"old:{story.story}"
    if not fitting or not subscription.also_old or about in raised or _was_told(story, raised):
        return []
    report, found = _first(fitting)
    return [Decision(subscription.name, about, "old", story.story, report.article, found)]


def _corrections(
    name: str, story: StoryView, fitting: Sequence[tuple[ReportView, tuple[str, ...]]], raised: Collection[str]
) -> list[Decision]:
    """Who was told of a story is told, once for each, what takes it back or changes it."""
    if not story.corrections or not _was_told(story, raised):
        return []
    topics = tuple(dict.fromkeys(t for _, found in fitting for t in found))
    abouts = {f"correction:{article}:{version}": article for article, version in story.corrections}
    return [
        Decision(name, about, "correction", story.story, article, topics)
        for about, article in abouts.items()
        if about not in raised
    ]


def _was_told(story: StoryView, raised: Collection[str]) -> bool:
    own = {f"story:{story.story}", *(f"article:{r.article}" for r in story.reports)}
    return not own.isdisjoint(raised) or any(r.startswith("base:") for r in raised)


def _once(
    name: str,
    story: StoryView,
    ways: Mapping[str, Sequence[tuple[ReportView, tuple[str, ...]]]],
    raised: Collection[str],
) -> list[Decision]:
    """The one alert of a story: as news of a base where there is any, else as a story; never both."""
    if f"story:{story.story}" in raised:
        return []
    fitting = ways["new_base"] or ways["story"]
    if not fitting:
        return []
    for key, stage in story.updates:
        about = f"base:{key}:{stage}"
        if about not in raised:
            report, found = _first(fitting)
            return [Decision(name, about, "update", story.story, report.article, found)]
    known = any(f"base:{b}" in raised for b in story.bases)
    if story.bases and not known:
        report, found = _first(fitting)
        also = tuple(t for _, more in ways["story"] for t in more)
        return [
            Decision(
                name,
                f"base:{story.bases[0]}",
                "new_base",
                story.story,
                report.article,
                tuple(dict.fromkeys(found + also)),
            )
        ]
    if ways["story"] and not known:
        report, found = _first(ways["story"])
        return [Decision(name, f"story:{story.story}", "story", story.story, report.article, found)]
    return []


def _first(fitting: Sequence[tuple[ReportView, tuple[str, ...]]]) -> tuple[ReportView, tuple[str, ...]]:
    """The report that is told: no copy, and the earliest; reports come in the order of their publication."""
    return min(fitting, key=lambda pair: (pair[0].is_duplicate, pair[0].first_seen))
