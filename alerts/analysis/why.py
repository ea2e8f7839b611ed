"""The trail of decisions for a story or article: where it was seen, what it matched, who was told or not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select

from alerts.analysis.doubts import doubts_of
from alerts.selection.history import AlertHistory, history_of
from alerts.selection.raise_alerts import select_for, will_look_at
from alerts.selection.reasons import Reason
from alerts.selection.second_opinions import with_opinions
from alerts.selection.stories import ChangedStory, views_of
from alerts.subscriptions.subscriptions import SubscriptionRecord, load_subscriptions
from crawler.config.settings import Settings
from crawler.model import AseanwatchError, Phrase
from crawler.runtime.clock import now
from crawler.store import bases, entries, stories
from crawler.store.articles import Filter, find
from crawler.store.reports import MatchedTopic, StoryReport, reports_of
from crawler.store.schema import alerts

Trail = dict[str, Any]
Silence = Phrase | tuple[Reason, ...]
"""Why a subscription was not alerted: a sentence, or the reasons that selecting gave."""


def in_full(silence: Silence) -> Phrase:
    """All reasons for a silence in words, each report by its id."""
    if isinstance(silence, Phrase):
        return silence
    # Several reports may have the same reason, which is said once.
    said = list({str(r): r.phrase() for r in silence}.values())
    template = "; ".join(f"%({number})s" for number in range(len(said)))
    return Phrase(template, **{str(number): phrase for number, phrase in enumerate(said)})


def trail(
    connection: Connection,
    settings: Settings,
    story: int | None,
    article: int | None,
    subscription: str | None,
    say: Callable[[Silence], str] = in_full,
    among: Collection[str] | None = None,
) -> Trail:
    """The whole trail, as plain values.

    Args:
        connection: a connection to the store.
        settings: the configuration in force.
        story: a story's id, or None.
        article: an article's id where no story is asked for.
        subscription: only this one; None for all.
        say: says why a subscription was not alerted; by default with each report by its id.
        among: only subscriptions with these names; None: all.

    Raises:
        AseanwatchError: there is no such story, article or subscription.
    """
    everyone = load_subscriptions(connection, settings)
    if among is not None:
        everyone = [k for k in everyone if k.subscription.name in among]
    if subscription is not None:
        everyone = [k for k in everyone if k.subscription.name == subscription]
        if not everyone:
            raise AseanwatchError(f"no subscription has the name {subscription}")
    rows = _rows(connection, story, article)
    of_story = next((r.story_id for r in rows if r.story_id is not None), None)
    sightings = entries.sightings_of(connection, [row.id for row in rows])
    reports = [
        _judged(settings, row, report, sightings.get(row.id, ()))
        for row, report in zip(rows, reports_of(connection, rows), strict=True)
    ]
    withheld = settings.sources_without_assist
    doubts = doubts_of(connection, [r["id"] for r in reports], withheld) if settings.assist.enabled else {}
    for report in reports:
        if report["id"] in doubts:
            report["doubt"] = doubts[report["id"]]
    views = views_of(connection, [of_story], settings.parties.sides) if of_story is not None else []
    read, waiting = with_opinions(connection, settings, views, now())
    changed = next(iter(read or views), None)
    history = history_of(connection, views)
    return {
        "story": of_story,
        "reports": reports,
        "history": stories.history(connection, of_story) if of_story is not None else [],
        "bases": bases.find(connection, [of_story]) if of_story is not None else [],
        "subscriptions": [
            _outcome(connection, settings, one, changed, history, say, waits=bool(waiting))
            for one in everyone
        ],
    }


def _rows(connection: Connection, story: int | None, article: int | None) -> list[Any]:
    if story is not None:
        found = stories.members(connection, [story]).get(story, [])
        if not found:
            successor = stories.successor(connection, story)
            raise AseanwatchError(
                f"no story has the id {story}" + (f"; it was merged into {successor}" if successor else "")
            )
        return found
    found = find(connection, Filter(ids=[article or 0]))
    if not found:
        raise AseanwatchError(f"no stored article has the id {article}")
    return found


def _judged(
    settings: Settings, row: Any, report: StoryReport, sightings: Sequence[entries.Sighting]
) -> Trail:
    """A report with all that was decided of it."""
    seen = [
        {
            "source": e.source,
            "at": e.seen,
            "url": e.url,
            "published": e.published,
            "assumed": e.assumed,
            "date_basis": e.date_basis,
        }
        for e in sightings
    ]
    return report.plain() | {
        "topics": [asdict(topic) | {"as_best": _as_best(settings, topic)} for topic in report.topics],
        "seen": seen,
        "credit": row.credit,
        "duplicate_why": row.duplicate_why,
        "relevant": row.relevant,
        "score": row.score,
        "reasons": row.reasons,
        "joined": row.story_why,
        "version": row.version,
    }


def _as_best(settings: Settings, topic: MatchedTopic) -> bool:
    """Whether a topic matches only because it came nearest, and none reached its threshold."""
    setting = settings.topics.get(topic.name)
    return setting is not None and setting.if_best and topic.score < setting.threshold


IN_NO_STORY = Phrase(
    "the article is in no story: it is not relevant and matches no topic with only_relevant: false"
)
NEXT_ROUND = Phrase("an alert has not been raised yet; the next round will")
WAITS = Phrase("its base is doubtful, and the rounds wait a moment for the second reader's opinion")
PASSED_BY = Phrase(
    "by the present configuration it would be told, but the rounds have looked at it already, and they look again only when "
    "one of its reports is new or has changed"
)


def _outcome(
    connection: Connection,
    settings: Settings,
    one: SubscriptionRecord,
    changed: ChangedStory | None,
    history: AlertHistory,
    say: Callable[[Silence], str],
    *,
    waits: bool,
) -> Trail:
    """What became of a story for one subscription: its alerts, or the exact reason for silence."""
    name = one.subscription.name
    if changed is None:
        return {"name": name, "alerts": [], "silence": IN_NO_STORY}
    mine = (alerts.c.subscription == name) & alerts.c.story_id.in_(changed.stories)
    raised = [
        {
            "about": r.about,
            "kind": r.kind,
            "at": r.at,
            "article": r.article_id,
            "topics": r.topics,
            "digest": r.digest_id,
        }
        for r in connection.execute(select(alerts).where(mine).order_by(alerts.c.id))
    ]
    silence = (
        None if raised else say(WAITS if waits else reasons_of(connection, settings, one, changed, history))
    )
    return {"name": name, "alerts": raised, "silence": silence}


def silence_of(
    connection: Connection,
    settings: Settings,
    one: SubscriptionRecord,
    changed: ChangedStory,
    history: AlertHistory,
) -> str:
    """Why a subscription had no alert of a story, in words; the arguments are those of `reasons_of`."""
    return in_full(reasons_of(connection, settings, one, changed, history))


def reasons_of(
    connection: Connection,
    settings: Settings,
    one: SubscriptionRecord,
    changed: ChangedStory,
    history: AlertHistory,
) -> Silence:
    """Why a subscription had no alert of a story: what the rounds decide, and whether one is still to come.

    Args:
        connection: a connection to the store.
        settings: the configuration in force.
        one: the subscription.
        changed: the story.
        history: the alerts that were raised of the story and its bases.
    """
    # The function by which the rounds decide: `why` promises what they do, and nothing else.
    selection = select_for(one, settings, changed, history)
    if not selection.alerts:
        return tuple(selection.reasons)
    return NEXT_ROUND if will_look_at(connection, changed.view.story) else PASSED_BY
