"""What is news for whom, and why the rest is not. Pure: stories and subscriptions in, decisions out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from alerts.model import AlertKey, AlertKind
from alerts.selection.reasons import (
    ArticleAlerted,
    BaseAlerted,
    CameWithArchive,
    HeldBack,
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
    StoryAlerted,
    TooOld,
)  # fmt: skip
from alerts.selection.views import ReportView, StoryView
from crawler.config.settings import Subscription, TopicSetting
from crawler.judging.places.concerned import names_one_of


class Decision(NamedTuple):
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


class FilterKind(Enum):
    """The filter of a subscription that rules a report out."""

    LANGUAGE = auto()
    SOURCE = auto()
    TOPIC = auto()
    SCORE = auto()
    COUNTRY = auto()


# Looking a member of an enumeration up takes Python 3.11 some 100 ns, and a round asks hundreds of thousands of times.
_LANGUAGE, _SOURCE, _TOPIC, _SCORE, _COUNTRY = (
    FilterKind.LANGUAGE,
    FilterKind.SOURCE,
    FilterKind.TOPIC,
    FilterKind.SCORE,
    FilterKind.COUNTRY,
)


def matching_topics(
    subscription: Subscription, topics: Collection[str], report: ReportView
) -> tuple[str, ...] | FilterKind:
    """The topics by which a report is for a subscription, or the filter that rules it out.

    Topics that only stored judgements know do not count: they were renamed or removed, or another package made them up.
    """
    if subscription.languages and report.lang not in subscription.languages:
        return _LANGUAGE
    if subscription.sources and report.source not in subscription.sources:
        return _SOURCE
    scores, least = report.topics, subscription.least_score
    wanted = _wanted(subscription, scores)
    found = tuple([t for t in wanted if t in scores and t in topics and scores[t] >= least])
    if not found:
        return _SCORE if any(t in scores and t in topics for t in wanted) else _TOPIC
    if subscription.countries and not _in_countries(subscription, report):
        return _COUNTRY
    return found


def _wanted(subscription: Subscription, matched: Collection[str]) -> Collection[str]:
    """The topics that a subscription asks for: without any, all that matched; never those that it leaves out."""
    wanted = subscription.topics or matched
    if not subscription.except_topics:
        return wanted
    return [t for t in wanted if t not in subscription.except_topics]


def _rejection(
    by: FilterKind, subscription: Subscription, topics: Collection[str], report: ReportView
) -> Rejection:
    """What a filter that ruled a report out found there, and what it asks for."""
    if by is _LANGUAGE:
        return OtherLanguage(report.article, report.lang, subscription.languages)
    if by is _SOURCE:
        return OtherSource(report.article, report.source, subscription.sources)
    if by is _COUNTRY:
        return OtherCountry(report.article, sorted(report.countries), subscription.countries)
    matched = [t for t in report.topics if t in topics]
    if by is _TOPIC:
        removed = [t for t in report.topics if t not in topics]
        return NoTopic(report.article, matched, removed, subscription.topics, subscription.except_topics)
    wanted = [t for t in _wanted(subscription, matched) if t in matched]
    return LowScore(report.article, max(report.topics[t] for t in wanted), subscription.least_score)


def _in_countries(subscription: Subscription, report: ReportView) -> bool:
    """Whether a report, or its story as a whole, is about a country that a subscription asks for."""
    wanted = subscription.countries
    return names_one_of(wanted, report.countries) or (
        subscription.asean_wide and not report.also.isdisjoint(wanted)
    )


def _passes_filters(subscription: Subscription, report: ReportView) -> bool:
    """Whether a report passes all filters but the least score, by the topics it had when it was judged."""
    return (
        bool(report.topics)
        and (not subscription.languages or report.lang in subscription.languages)
        and (not subscription.sources or report.source in subscription.sources)
        and not report.topics.keys().isdisjoint(_wanted(subscription, report.topics))
        and (not subscription.countries or _in_countries(subscription, report))
    )


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
    # The whole story, whatever is reported of it later: a subscription gets what is first seen
    # after it began, and no follow-ups to what was known before.
    if story.first_seen < since:
        return Selection((), (KnownBefore(story.first_seen, since),))
    matches: list[Match] = []
    rejected: list[tuple[ReportView, FilterKind]] = []
    for report in story.reports:
        found = matching_topics(subscription, topics, report)
        if isinstance(found, tuple):
            matches.append(Match(report, found))
        else:
            rejected.append((report, found))
    # Before anything is ruled out: whoever had a false alert gets the correction,
    # however the topics or the subscription have changed since then.
    corrections = _corrections(subscription, story, matches, raised)
    if not matches:
        return _selection(
            corrections, (_rejection(by, subscription, topics, report) for report, by in rejected)
        )
    # What came with an archive is history, also where it is of yesterday.
    polled = [m for m in matches if not m.report.is_imported]
    news = polled if fresh is None else [m for m in polled if m.report.age <= fresh]
    if not news:
        alerts = _old(subscription, story, polled, raised) + corrections
        return _selection(alerts, (*_archived(matches), *_stale(polled, fresh)))
    by_mode = _by_mode(topics, news)
    outcomes: list[Decision | Reason] = []
    if by_mode["new_base"] or by_mode["story"]:
        outcomes.append(_story_outcome(subscription.name, story, by_mode, raised))
    outcomes += [_article_outcome(subscription.name, story, match, raised) for match in by_mode["article"]]
    alerts = [one for one in outcomes if isinstance(one, Decision)] + corrections
    reasons = [one for one in outcomes if not isinstance(one, Decision)]
    return _selection(alerts, (*reasons, *_archived(matches), *_stale(polled, fresh)))


def _selection(alerts: Sequence[Decision], reasons: Iterable[Reason]) -> Selection:
    """The alerts or, if there are none, the reasons. Reasons are made only then: most of them nobody asks for."""
    return Selection(tuple(alerts)) if alerts else Selection((), tuple(reasons))


def _archived(matches: Iterable[Match]) -> Iterator[CameWithArchive]:
    """Which reports came with archives."""
    return (CameWithArchive(m.report.article) for m in matches if m.report.is_imported)


def _stale(matches: Iterable[Match], fresh: timedelta | None) -> Iterator[TooOld]:
    """Which reports are too old to be news."""
    for match in matches:
        if fresh is not None and match.report.age > fresh:
            yield TooOld(match.report.article, match.report.age, fresh)


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
            modes[mode].append(match if len(of_mode) == 1 else Match(match.report, tuple(names)))
    return modes


def _old(
    subscription: Subscription, story: StoryView, matches: Sequence[Match], raised: Collection[AlertKey]
) -> list[Decision]:
    """The alert of a story without a fresh report, for subscriptions that also want old news."""
    key = AlertKey.old_story(story.story)
    if not matches or not subscription.also_old or key in raised or _had_alerts(story, raised):
        return []
    return [_decision(subscription.name, key, story, _first(matches))]


def _corrections(
    subscription: Subscription, story: StoryView, matches: Sequence[Match], raised: Collection[AlertKey]
) -> list[Decision]:
    """The corrections for a subscription that had an alert of the story: one for each version that corrects.

    They come also if no report matches any more, because a topic was removed or a higher score is
    asked for now.
    """
    if not story.corrections or not raised or not _had_alerts(story, raised):
        return []
    if not matches and not any(_passes_filters(subscription, report) for report in story.reports):
        return []
    # Each topic once, in order: a set would give another order in each process.
    topics = tuple(dict.fromkeys(topic for match in matches for topic in match.topics))
    keys = {AlertKey.correction(c.article, c.version): c.article for c in story.corrections}
    return [
        Decision(subscription.name, key, story.story, article, topics)
        for key, article in keys.items()
        if key not in raised
    ]


def _had_alerts(story: StoryView, raised: Collection[AlertKey]) -> bool:
    """Whether a subscription had an alert of the story, of one of its articles, or of a base."""
    own = {story.key, *(AlertKey.article(r.article) for r in story.reports)}
    return not own.isdisjoint(raised) or any(key.base is not None for key in raised)


def _story_outcome(
    name: str, story: StoryView, by_mode: Mapping[str, Sequence[Match]], raised: Collection[AlertKey]
) -> Decision | Reason:
    """The one alert of a story: as news of a base where there is any, else as a story; never both."""
    of_bases, of_stories = by_mode["new_base"], by_mode["story"]
    if story.key in raised:
        return StoryAlerted(story.story)
    if story.bases or story.updates:
        of_base = _base_alert(name, story, by_mode, raised)
        if of_base is not None:
            return of_base
    # A known base's story raised its alert as the base. Without that
    # it is an ordinary story for these topics.
    if of_stories and not (story.bases and _is_base_known(story, raised)):
        return _decision(name, story.key, story, _first(of_stories))
    if story.bases or story.updates:
        return _base_alerted(story, raised)
    if story.held:
        return HeldBack(*story.held[0])
    return NoNewBase(sorted({topic for match in of_bases for topic in match.topics}))


def _base_alert(
    name: str, story: StoryView, by_mode: Mapping[str, Sequence[Match]], raised: Collection[AlertKey]
) -> Decision | None:
    """The alert of a base that is new or reached another stage; None if there is none, or it was raised."""
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
    # One alert, also where several bases begin: it counts
    # for all of them (`AlertHistory.keys_for`).
    return Decision(name, AlertKey.new_base(story.bases[0]), story.story, first.report.article, topics)


def _is_base_known(story: StoryView, raised: Collection[AlertKey]) -> bool:
    """Whether the subscription had an alert of a base that begins with the story."""
    return any(AlertKey.new_base(base) in raised for base in story.bases)


def _base_alerted(story: StoryView, raised: Collection[AlertKey]) -> BaseAlerted:
    updates = {AlertKey.update(u.base, u.stage) for u in story.updates}
    return BaseAlerted(sorted(key for key in raised if key.kind == AlertKind.NEW_BASE or key in updates))


def _article_outcome(
    name: str, story: StoryView, match: Match, raised: Collection[AlertKey]
) -> Decision | Reason:
    """The alert of a report that is no copy."""
    report = match.report
    if report.is_duplicate:
        return IsCopy(report.article, report.duplicate_of)
    key = AlertKey.article(report.article)
    return ArticleAlerted(report.article) if key in raised else _decision(name, key, story, match)


def _decision(name: str, key: AlertKey, story: StoryView, match: Match) -> Decision:
    return Decision(name, key, story.story, match.report.article, match.topics)


def _first(matches: Sequence[Match]) -> Match:
    """The report that is told: no copy, and the earliest; reports come in the order of their publication."""
    if len(matches) == 1:
        return matches[0]
    return min(matches, key=lambda match: (match.report.is_duplicate, match.report.first_seen))
