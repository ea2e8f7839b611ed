"""Which stories concern their side as a whole, ASEAN as shipped, and so every country of it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, String, cast, or_, select

from crawler.judging.places.event_places import CONCERNS_ALL
from crawler.store.bulk import chunks
from crawler.store.schema import articles


def concerning_all(connection: Connection, story_ids: Sequence[int]) -> frozenset[int]:
    """Which of some stories concern ASEAN as a whole, by what one of their reports is about."""
    # As text: decoding the features of a whole archive would take its memory.
    features = cast(articles.c.features, String)
    about = or_(*(features.contains(json.dumps(feature)) for feature in sorted(CONCERNS_ALL)))
    found: set[int] = set()
    for chunk in chunks(story_ids):
        part = select(articles.c.story_id).where(articles.c.story_id.in_(chunk) & about)
        found |= set(connection.scalars(part.distinct()))
    return frozenset(found)
