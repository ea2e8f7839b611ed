"""Which stories concern their side as a whole, ASEAN as shipped, and so every country of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import Connection, String, cast, or_, select

from crawler.judging.places.event_places import CONCERNS_ALL
from crawler.store.bulk import chunks
from crawler.store.schema import articles


def concerning_all(
    connection: Connection, story_ids: Sequence[int], some: Mapping[int, Sequence[int]] = MappingProxyType({})
) -> frozenset[int]:
    """Which of some stories concern ASEAN as a whole, by what one of their reports is about.

    Args:
        connection: a connection.
        story_ids: the stories.
        some: of which stories only some articles are looked at.
    """
    # As text: decoding the features of a whole archive would take its memory.
    features = cast(articles.c.features, String)
    about = or_(*(features.contains(json.dumps(feature)) for feature in sorted(CONCERNS_ALL)))
    found: set[int] = set()
    whole = [articles.c.story_id.in_(chunk) for chunk in chunks(s for s in story_ids if s not in some)]
    parts = [articles.c.id.in_(chunk) for numbers in some.values() for chunk in chunks(numbers)]
    for part in (*whole, *parts):
        found |= set(connection.scalars(select(articles.c.story_id).where(part & about).distinct()))
    return frozenset(found)
