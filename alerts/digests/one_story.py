"""One story as a digest of its own, for whoever has a link to it: as a digest would tell it, without whom it was told."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection

from alerts.digests.build import build, facts_of
from alerts.digests.digest import Digest
from alerts.digests.machine_made import helped
from alerts.model import AlertKey
from crawler.config.settings import Settings, Subscription
from crawler.judging.bases.stages import STAGES
from crawler.store import bases, stories


def one_story(
    connection: Connection, settings: Settings, story: int, language: str, now: datetime
) -> Digest | None:
    """A story as it is now, or the one that it was merged into; None if it is kept no longer.

    Args:
        connection: a connection that reads.
        settings: the configuration.
        story: its number.
        language: what its reader reads.
        now: the present moment.
    """
    members = stories.members(connection, [story], ("id",)).get(story, [])
    if not members:
        successor = stories.successor(connection, story)
        return one_story(connection, settings, successor, language, now) if successor is not None else None
    key = _key(connection, story)
    alert: Any = SimpleNamespace(
        **key.columns(), id=0, story_id=story, article_id=members[0].id, topics=[], at=now
    )
    # Not anybody's subscription: nothing of it is shown.
    reader = Subscription(name="shared", language=language)
    facts = facts_of(connection, [alert], helped=helped(settings, [reader]))
    digest = build(facts, settings, reader, [alert], now, now)
    return digest if digest.stories else None


def _key(connection: Connection, story: int) -> AlertKey:
    """What the story tells: a base that is new, the furthest stage that it brought one to, or only itself."""
    found = bases.of_stories(connection, [story]).get(story, [])
    steps = [b for b in found if b.step is not None]
    if steps:
        furthest = max(steps, key=lambda b: STAGES.index(b.step or ""))
        return AlertKey.update(furthest.key, str(furthest.step))
    return AlertKey.new_base(found[0].key) if found else AlertKey.story(story)
