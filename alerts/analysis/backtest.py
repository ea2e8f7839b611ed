"""Which alerts a change of the configuration would have added and spared on the stored history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from alerts.model import AlertKind
from alerts.selection.freshness import age_when_listed
from alerts.selection.select import Decision, select
from alerts.selection.views import ReportView, StoryView
from crawler.analysis.backtest import Trial
from crawler.analysis.history import PastArticle
from crawler.config.settings import Settings, Subscription
from crawler.judging.places.concerned import concerned
from crawler.judging.places.event_places import CONCERNS_ALL
from crawler.model import Classification


@dataclass(frozen=True, slots=True)
class AlertChange:
    """One alert that only the old or only the new configuration raises; ``past`` is the report that raises it."""

    subscription: str
    kind: str
    past: PastArticle


@dataclass(slots=True)
class AlertChanges:
    """How many alerts each configuration raises, and the differences."""

    before: int = 0
    after: int = 0
    gained: list[AlertChange] = field(default_factory=list)
    lost: list[AlertChange] = field(default_factory=list)


def compare_alerts(
    trials: Sequence[Trial], old: Settings, new: Settings, added: Sequence[Subscription] = ()
) -> AlertChanges:
    """The alerts of both configurations over the events of a history, as if every subscription had been there all along.

    Args:
        trials: the history as both judge it.
        old: the configuration in force.
        new: the one to try.
        added: subscriptions by command, which belong to both.
    """
    events: dict[str, list[Trial]] = {}
    for trial in trials:
        events.setdefault(trial.past.event, []).append(trial)
    found = AlertChanges()
    for number, of_event in enumerate(events.values(), 1):
        pasts = {t.past.id: t.past for t in of_event}
        before = _decisions(number, [(t.past, t.old) for t in of_event], old, added)
        after = _decisions(number, [(t.past, t.new) for t in of_event], new, added)
        found.before += len(before)
        found.after += len(after)
        found.gained += [_change(d, pasts) for key, d in after.items() if key not in before]
        found.lost += [_change(d, pasts) for key, d in before.items() if key not in after]
    return found


def _change(decision: Decision, pasts: dict[int, PastArticle]) -> AlertChange:
    return AlertChange(decision.subscription, decision.kind, pasts[decision.article])


def _decisions(
    number: int,
    reports: Iterable[tuple[PastArticle, Classification]],
    settings: Settings,
    added: Sequence[Subscription],
) -> dict[tuple[str, str], Decision]:
    """The alerts of one event, by subscription and what each is about; one event is one story here."""
    relevant = [(past, reading) for past, reading in reports if reading.topics]
    if not relevant:
        return {}
    as_a_whole = any(not CONCERNS_ALL.isdisjoint(reading.anchors.features) for _, reading in relevant)
    named = (frozenset(reading.countries) for _, reading in relevant)
    also = concerned(named, settings.parties.sides, as_a_whole=as_a_whole)
    view = StoryView(
        number,
        tuple(_view(past, reading, also) for past, reading in relevant),
        tuple(f"event-{number}" for _, reading in relevant[:1] if any(r.bases for _, r in relevant)),
    )
    # Every subscription began before the first report: a new one would otherwise gain nothing.
    since = min(past.article.first_seen for past, _ in relevant)
    return {key: d for s in (*settings.subscriptions, *added) for key, d in _of(s, settings, view, since)}


def _of(
    subscription: Subscription, settings: Settings, view: StoryView, since: datetime
) -> Iterable[tuple[tuple[str, str], Decision]]:
    for decision in select(
        subscription, settings.topics, view, since, (), settings.fresh_for(subscription)
    ).alerts:
        # A story that becomes news of a base is the same
        # alert in another form, neither gained nor lost.
        about = str(decision.key) if decision.kind == AlertKind.ARTICLE else "event"
        yield (subscription.name, about), decision


def _view(past: PastArticle, reading: Classification, also: AbstractSet[str]) -> ReportView:
    topics = {t.name: t.score for t in reading.topics}
    article = past.article
    age = age_when_listed(article.published, article.listed or article.first_seen, seed=article.seed)
    return ReportView(
        article=past.id,
        source=article.source,
        lang=reading.lang,
        countries=frozenset(reading.countries),
        topics=topics,
        first_seen=article.first_seen,
        is_duplicate=past.is_duplicate,
        age=age,
        also=also,
    )
