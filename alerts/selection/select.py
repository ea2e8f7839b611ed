"""What is news for whom, and why the rest is not. Pure: stories and subscriptions in, decisions out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.model import AlertKey, AlertKind
from alerts.selection.reasons import (
    ArticleTold,
    BaseTold,
    IsCopy,
    KnownBefore,
    LowScore,
    NoNewBase,
    NoReports,
    NoTopic,
    OtherCountry,
    OtherLanguage,
    OtherSource,
    Reason,
    Rejection,
    StoryTold,
    TooOld,
)  # fmt: skip
from crawler.config.settings import Subscription, TopicSetting
from crawler.judging.places.gazetteer import MEMBERS


@dataclass(frozen=True, slots=True)
class ReportView:
    """What selection looks at in one article.

    Attributes:
        article: its id.
        source: the source that brought it.
        lang: its language.
        countries: the parties that it names.
        topics: the score of each topic that it matches.
        first_seen: when it was first seen.
        is_duplicate: whether it repeats another article.
        age: how old it was when a source first listed it.
        duplicate_of: the article that it repeats, where that is known.
    """

    article: int
    source: str
    lang: str
    countries: frozenset[str]
    topics: Mapping[str, float]
    first_seen: datetime
    is_duplicate: bool
    age: timedelta = timedelta(0)
    duplicate_of: int | None = None


class BaseUpdate(NamedTuple):
    """A story brought a base to a later stage."""

    base: str
    stage: str


class Correction(NamedTuple):
    """A version of an article takes back or changes what was told."""

    article: int
    version: int


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story with its reports, and what it is to the register.

    Attributes:
        story: its id.
        reports: its articles in the order of publication.
        bases: the keys of the bases that begin with it.
        updates: the bases that it brought to a later stage.
        corrections: what takes back or changes an earlier report.
        first_seen: when its first report was seen; None if it has none.
    """

    story: int
    reports: tuple[ReportView, ...]
    bases: tuple[str, ...] = ()
    updates: tuple[BaseUpdate, ...] = ()
    corrections: tuple[Correction, ...] = ()
    first_seen: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "first_seen", min((r.first_seen for r in self.reports), default=None))


@dataclass(frozen=True, slots=True)
class Decision:
    """One alert to raise; ``key`` is what it is raised only once for."""

    subscription: str
    key: AlertKey
    story: int
    article: int
    topics: tuple[str, ...]

    @property
    def kind(self) -> AlertKind:
        """What the alert tells."""
        return self.key.kind


class Selection(NamedTuple):
    """What a story is worth to a subscription: the alerts to raise or, where there are none, every reason."""

    alerts: tuple[Decision, ...]
    reasons: tuple[Reason, ...] = ()


class Match(NamedTuple):
    """A report that is for a subscription, and the topics by which it is."""

    report: ReportView
    topics: tuple[str, ...]


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

    def candidates(self, story: StoryView) -> list[int]:
        """The positions of the subscriptions that a report may be for; the least score is not looked at."""
        bits = 0
        for report in story.reports:
            if report.topics:
                countries = (*report.countries, "ASEAN") if MEMBERS & report.countries else report.countries
                found = self._languages.asking((report.lang,)) & self._sources.asking((report.source,))
                bits |= found & self._topics.asking(report.topics) & self._countries.asking(countries)
        return _positions(bits)


class _Filter:
    def __init__(self, wanted: Iterable[Sequence[str]]) -> None:
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
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


def matching_topics(subscription: Subscription, topics: Collection[str], report: ReportView) -> tuple[str, ...] | Rejection:
    """The topics by which a report is for a subscription, or why it is not for it.

    Topics that only stored judgements know do not count: they were renamed or removed, or another package made them up.
    """
    if subscription.languages and report.lang not in subscription.languages:
        return OtherLanguage(report.article, report.lang, subscription.languages)
    if subscription.sources and report.source not in subscription.sources:
        return OtherSource(report.article, report.source, subscription.sources)
    scores, least = report.topics, subscription.least_score
    wanted = [t for t in subscription.topics or scores if t in scores and t in topics]
    if not wanted:
        matched = [t for t in scores if t in topics]
        removed = [t for t in scores if t not in topics]
        return NoTopic(report.article, matched, removed, subscription.topics)
    found = tuple([t for t in wanted if scores[t] >= least])
    if not found:
        return LowScore(report.article, max(scores[t] for t in wanted), least)
    if subscription.countries and not _in_countries(subscription.countries, report.countries):
        return OtherCountry(report.article, sorted(report.countries), subscription.countries)
    return found


def _passes_filters(subscription: Subscription, report: ReportView) -> bool:
    """Whether a report passes all filters but the least score, by the topics it had when it was judged."""
    return (
        bool(report.topics)
        and (not subscription.languages or report.lang in subscription.languages)
        and (not subscription.sources or report.source in subscription.sources)
        and (not subscription.topics or not report.topics.keys().isdisjoint(subscription.topics))
        and (not subscription.countries or _in_countries(subscription.countries, report.countries))
    )


def _in_countries(wanted: Sequence[str], named: frozenset[str]) -> bool:
    return not named.isdisjoint(wanted) or ("ASEAN" in wanted and not MEMBERS.isdisjoint(named))


def select(
    subscription: Subscription,
    topics: Mapping[str, TopicSetting],
    story: StoryView,
    since: datetime,
    raised: Collection[AlertKey],
    fresh: timedelta | None = None,
) -> Selection:
    """The alerts that a story is worth to a subscription, or why it is worth none.

    Args:
        subscription: who.
        topics: the configuration's topics, which say what raises an alert.
        story: what happened.
        since: when the subscription began; a story that was known before is old news.
        raised: the keys of all alerts that this subscription had, for this story or its bases.
        fresh: how old a report may be to be news; None: as old as can be.
    """
    if story.first_seen is None:
        return Selection((), (NoReports(),))
    if story.first_seen < since:
        return Selection((), (KnownBefore(story.first_seen, since),))
    matches: list[Match] = []
    rejections: list[Rejection] = []
    for report in story.reports:
        found = matching_topics(subscription, topics, report)
        if isinstance(found, tuple):
            matches.append(Match(report, found))
        else:
            rejections.append(found)
    if not matches:
        # What was told is corrected also where no topic is left to say why: one was removed, or scores too little now.
        is_asked_for = story.corrections and any(_passes_filters(subscription, r) for r in story.reports)
        return _selection(_corrections(subscription.name, story, matches, raised) if is_asked_for else [], rejections)
    news = matches if fresh is None else [m for m in matches if m.report.age <= fresh]
    stale = [] if fresh is None else [TooOld(m.report.article, m.report.age, fresh) for m in matches if m.report.age > fresh]
    if not news:
        alerts = _old(subscription, story, matches, raised) + _corrections(subscription.name, story, matches, raised)
        return _selection(alerts, stale)
    by_mode = _by_mode(topics, news)
    of_story = _story_alert(subscription.name, story, by_mode, raised)
    of_articles = _article_alerts(subscription.name, story, by_mode["article"], raised)
    alerts = [*of_story.alerts, *of_articles.alerts, *_corrections(subscription.name, story, matches, raised)]
    return _selection(alerts, [*of_story.reasons, *of_articles.reasons, *stale])


def _selection(alerts: Sequence[Decision], reasons: Iterable[Reason]) -> Selection:
    """Alerts without reasons, or reasons, each once."""
    return Selection(tuple(alerts)) if alerts else Selection((), tuple(reasons))


def _by_mode(topics: Mapping[str, TopicSetting], news: Iterable[Match]) -> dict[str, list[Match]]:
    """Matches by what their topics say raises an alert: ``new_base``, ``story`` or ``article``."""
    modes: dict[str, list[Match]] = {"new_base": [], "story": [], "article": []}
    for match in news:
        if len(match.topics) == 1:
            modes[topics[match.topics[0]].alert].append(match)
            continue
        of_mode: dict[str, list[str]] = {}
        for topic in match.topics:
            of_mode.setdefault(topics[topic].alert, []).append(topic)
        for mode, names in of_mode.items():
            modes[mode].append(Match(match.report, tuple(names)))
    return modes


def _old(subscription: Subscription, story: StoryView, matches: Sequence[Match], raised: Collection[AlertKey]) -> list[Decision]:
    """A story of which no report is fresh, for those who want to hear of what is new to us all the same."""
    key = AlertKey.old_story(story.story)
    if not subscription.also_old or key in raised or _had_alerts(story, raised):
        return []
    return [_decision(subscription.name, key, story, _first(matches))]


def _corrections(name: str, story: StoryView, matches: Sequence[Match], raised: Collection[AlertKey]) -> list[Decision]:
    """Who had an alert of a story gets one, once, for each version that takes it back or changes it."""
    if not story.corrections or not _had_alerts(story, raised):
        return []
    topics = tuple(dict.fromkeys(topic for match in matches for topic in match.topics))
    keys = {AlertKey.correction(c.article, c.version): c.article for c in story.corrections}
    return [Decision(name, key, story.story, article, topics) for key, article in keys.items() if key not in raised]


def _had_alerts(story: StoryView, raised: Collection[AlertKey]) -> bool:
    """Whether a subscription had an alert of the story, of one of its articles, or of a base."""
    own = {AlertKey.story(story.story), *(AlertKey.article(r.article) for r in story.reports)}
    return not own.isdisjoint(raised) or any(key.base is not None for key in raised)


def _story_alert(name: str, story: StoryView, by_mode: Mapping[str, Sequence[Match]], raised: Collection[AlertKey]) -> Selection:
    """The one alert of a story: as news of a base where there is any, else as a story; never both."""
    of_bases, of_stories = by_mode["new_base"], by_mode["story"]
    matches = of_bases or of_stories
    if not matches:
        return Selection(())
    if AlertKey.story(story.story) in raised:
        return Selection((), (StoryTold(story.story),))
    of_base = _base_alert(name, story, by_mode, raised)
    if of_base is not None:
        return Selection((of_base,))
    if of_stories and not _is_base_known(story, raised):
        return Selection((_decision(name, AlertKey.story(story.story), story, _first(of_stories)),))
    if story.bases or story.updates:
        return Selection((), (_base_told(story, raised),))
    return Selection((), (NoNewBase(sorted({topic for match in of_bases for topic in match.topics})),))


def _base_alert(
    name: str, story: StoryView, by_mode: Mapping[str, Sequence[Match]], raised: Collection[AlertKey]
) -> Decision | None:
    """The alert of a base that reached another stage or is new; None where the subscription had it, or there is no base."""
    of_bases, of_stories = by_mode["new_base"], by_mode["story"]
    first = _first(of_bases or of_stories)
    for update in story.updates:
        key = AlertKey.update(update.base, update.stage)
        if key not in raised:
            return _decision(name, key, story, first)
    if not story.bases or _is_base_known(story, raised):
        return None
    also = tuple(topic for match in of_stories for topic in match.topics)
    topics = tuple(dict.fromkeys(first.topics + also))
    return Decision(name, AlertKey.new_base(story.bases[0]), story.story, first.report.article, topics)


def _is_base_known(story: StoryView, raised: Collection[AlertKey]) -> bool:
    """Whether the subscription had an alert of a base that begins with the story."""
    return any(AlertKey.new_base(base) in raised for base in story.bases)


def _base_told(story: StoryView, raised: Collection[AlertKey]) -> BaseTold:
    updates = {AlertKey.update(u.base, u.stage) for u in story.updates}
    return BaseTold(sorted(key for key in raised if key.kind == AlertKind.NEW_BASE or key in updates))


def _article_alerts(name: str, story: StoryView, matches: Sequence[Match], raised: Collection[AlertKey]) -> Selection:
    """An alert for each report that is no copy."""
    alerts: list[Decision] = []
    reasons: list[Reason] = []
    for match in matches:
        report = match.report
        key = AlertKey.article(report.article)
        if report.is_duplicate:
            reasons.append(IsCopy(report.article, report.duplicate_of))
        elif key in raised:
            reasons.append(ArticleTold(report.article))
        else:
            alerts.append(_decision(name, key, story, match))
    return Selection(tuple(alerts), tuple(reasons))


def _decision(name: str, key: AlertKey, story: StoryView, match: Match) -> Decision:
    return Decision(name, key, story.story, match.report.article, match.topics)


def _first(matches: Sequence[Match]) -> Match:
    """The report that is told: no copy, and the earliest; reports come in the order of their publication."""
    return min(matches, key=lambda match: (match.report.is_duplicate, match.report.first_seen))
