"""Stories that may tell of the same event as another: near in time, with the same names, places or undertakings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from crawler.judging.features import FeatureKind, kind_of
from crawler.store.leading import COLUMNS, leading
from crawler.store.schema import articles
from crawler.store.stories import members

REACH = timedelta(days=14)
"""Reports of one event lie no further apart, but for few."""
MOST_READ = 1_500
"""Reports that are looked through, the nearest in time first."""
_TELLING = {
    FeatureKind.ENTITY: 2.0, FeatureKind.EDITION: 4.0, FeatureKind.TOWN: 3.0, FeatureKind.INSTITUTION: 3.0,
    FeatureKind.BASE_CITY: 3.0, FeatureKind.PLACE: 1.0, FeatureKind.NUMBER: 1.0, FeatureKind.DAY: 1.0,
    FeatureKind.CONCEPT: 0.5, FeatureKind.PARTY: 0.25,
}  # fmt: skip
"""How much it tells that two stories share a feature. Only the order counts: it puts suggestions in a list for people."""
_LEAST = 1.0
"""Of two stories on pandas between China and Malaysia, in two scripts: a concept and both parties are all that they share."""


_OTHERS = (
    select(articles.c.story_id, articles.c.features)
    .where(articles.c.when.between(bindparam("begin"), bindparam("end")))
    .where(articles.c.story_id.is_not(None), articles.c.story_id != bindparam("own"))
    .where(articles.c.duplicate_of.is_(None))
    .order_by(articles.c.when.desc())
    .limit(MOST_READ)
)


class Neighbour(NamedTuple):
    """A story beside another: the report that stands for it, and how many it has."""

    story: int
    lead: Any
    reports: int


def neighbours(
    connection: Connection, story: int, languages: Sequence[str] = ("en",), limit: int = 5
) -> list[Neighbour]:
    """The stories that most probably tell of the same event, the likeliest first.

    Args:
        connection: a connection.
        story: the story.
        languages: what the reader reads, best first.
        limit: how many at most.
    """
    own = members(connection, [story], ("when", "features")).get(story, [])
    if not own:
        return []
    telling = {f: _TELLING.get(kind_of(f), 0.0) for report in own for f in report.features}
    ours = frozenset(telling)
    within = {"begin": own[0].when - REACH, "end": own[-1].when + REACH, "own": story}
    weights: Counter[int] = Counter()
    # All at once: a result that is walked through asks the driver for each row.
    for other, features in connection.execute(_OTHERS, within).all():
        if shared := ours.intersection(features):
            weight = sum(map(telling.__getitem__, shared))
            weights[other] = max(weights[other], weight)  # type: ignore[assignment]
    chosen = [number for number, weight in weights.most_common(limit) if weight >= _LEAST]
    reports = members(connection, chosen, (*COLUMNS, "source"))
    return [Neighbour(n, leading(reports[n], languages), len(reports[n])) for n in chosen]
