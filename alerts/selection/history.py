"""The alerts that subscriptions had so far of some stories and their bases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, select

from alerts.model import BASE_KINDS, AlertKey, AlertKind
from alerts.selection.stories import ChangedStory
from alerts.selection.views import BaseUpdate
from crawler.judging.bases.stages import STAGES
from crawler.store.bulk import chunks
from crawler.store.schema import alerts


@dataclass(frozen=True, slots=True)
class PastAlert:
    """An alert that was raised: its key, and its story."""

    key: AlertKey
    story: int


@dataclass(slots=True)
class _SubscriptionHistory:
    """The alerts that one subscription had, by story and by the key of their base."""

    stories: dict[int, list[PastAlert]] = field(default_factory=dict)
    bases: dict[str, list[PastAlert]] = field(default_factory=dict)


_NONE: AbstractSet[AlertKey] = frozenset()


class AlertHistory:
    """The alerts that were raised so far, by subscription."""

    def __init__(self, found: Iterable[tuple[str, PastAlert]] = ()) -> None:
        self._of: dict[str, _SubscriptionHistory] = {}
        for subscription, alert in found:
            mine = self._of.setdefault(subscription, _SubscriptionHistory())
            mine.stories.setdefault(alert.story, []).append(alert)
            if alert.key.base is not None:
                mine.bases.setdefault(alert.key.base, []).append(alert)

    def keys_for(self, subscription: str, changed: ChangedStory) -> AbstractSet[AlertKey]:
        """The keys of the alerts that a subscription had of a story or of its bases.

        An alert of any kind but one of a single article counts as the story's own, and an alert of a new base under any of its
        keys counts under all that the story has.
        """
        mine = self._of.get(subscription)
        if mine is None:
            return _NONE
        view = changed.view
        of_story = [a for story in changed.stories for a in mine.stories.get(story, ())]
        of_bases = [a for base in changed.base_keys for a in mine.bases.get(base, ())]
        keys = {a.key for a in (*of_story, *of_bases)}
        # A story that was merged or split may have raised its alert under another
        # number, or as a base. A fresh report of what was only new to us is still
        # news, so OLD does not count.
        if any(a.key.kind not in (AlertKind.ARTICLE, AlertKind.CORRECTION, AlertKind.OLD) for a in of_story):
            keys.add(view.key)
        # Bases merge too: whoever heard of one under its former key hears of no new base again.
        if any(a.key.kind == AlertKind.NEW_BASE for a in of_bases):
            keys |= {AlertKey.new_base(base) for base in view.bases}
        keys |= {AlertKey.update(u.base, u.stage) for u in view.updates if _was_alerted(u, changed, of_bases)}
        return keys


def _was_alerted(update: BaseUpdate, changed: ChangedStory, of_bases: Iterable[PastAlert]) -> bool:
    """Whether an alert of the base told this stage, or a later one, by another story.

    An older report that comes in afterwards makes an update of what had been the base's first report.
    """
    reached = changed.reached.get(update.base, {})
    stages = (reached[alert.story] for alert in of_bases if alert.story in reached)
    return any(STAGES.index(stage) >= STAGES.index(update.stage) for stage in stages)


def history_of(connection: Connection, changed: Sequence[ChangedStory]) -> AlertHistory:
    """The alerts that were raised of stories, of those they were split from, or of their bases."""
    found: dict[int, tuple[str, PastAlert]] = {}
    columns = (
        alerts.c.id,
        alerts.c.subscription,
        alerts.c.about,
        alerts.c.kind,
        alerts.c.subject,
        alerts.c.stage,
        alerts.c.version,
        alerts.c.story_id,
    )
    for part in chunks(changed, 200):
        conditions: list[ColumnElement[bool]] = [alerts.c.story_id.in_([s for t in part for s in t.stories])]
        if bases_of_part := sorted({k for t in part for k in t.base_keys}):
            conditions.append(alerts.c.subject.in_(bases_of_part) & alerts.c.kind.in_(BASE_KINDS))
        # One after the other: for either or both SQLite would read all alerts there ever were.
        for condition in conditions:
            for row in connection.execute(select(*columns).where(condition)).all():
                found[row.id] = row.subscription, PastAlert(AlertKey.of_row(row), row.story_id)
    return AlertHistory(found[number] for number in sorted(found))
