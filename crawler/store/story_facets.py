"""What stories can be filtered and counted by: topic, country, language, outlet, source, stage of a base.

Counting in the database would read all reports for each choice of each filter. Here every value has the set of its stories in
memory (`crawler.store.bitmaps`), so that a page with a hundred counts takes a few milliseconds. The sets follow the store: the
stories that changed since the last look are read again, and all of them where articles were changed in place.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Connection, String, cast, func, select

from crawler.store.bitmaps import of_mask, of_positions
from crawler.store.bulk import chunks
from crawler.store.database import Store
from crawler.store.facet_version import FacetVersion, changed_stories, version_of
from crawler.store.schema import article_topics, articles, base_articles, bases, stories

OF_REPORTS = ("topic", "country", "lang", "outlet", "source")
FACETS = (*OF_REPORTS, "stage", "base")
"""By what stories have values; ``base`` has the one value ``1`` for stories that bring news of a base."""

FacetSets = dict[str, dict[str, int]]
"""For each facet the set of the stories that have a value."""


@dataclass(frozen=True, slots=True)
class StoryFacets:
    """The stories of a store with their values, as they were at one version.

    Attributes:
        version: of the store.
        places: the position of each story.
        ids: the story at each position.
        spans: at each position when the story was seen first, when last, and when its latest report was stored, in seconds since
            1970; all zero where a story is gone.
        values: for each facet the set of each value.
        story_of: the story of each report.
        all: the stories that there are.
        made: when all were read, on the clock of `time.monotonic`.
    """

    version: FacetVersion
    places: dict[int, int]
    ids: Any
    spans: Any
    values: FacetSets
    story_of: dict[int, int]
    all: int
    made: float = 0.0

    def stories_in(self, ids: Iterable[int]) -> int:
        """The set of some stories; those that are not there are left out."""
        return _set_of(self.places, ids, len(self.ids))


_EMPTY = StoryFacets(
    FacetVersion(0, 0, (0, 0), -1, 0),
    {},
    np.zeros(0, np.int64),
    np.zeros((0, 3)),
    {f: {} for f in FACETS},
    {},
    0,
)
EDITS_WAIT = 60.0
"""Seconds for which edits of articles are left aside: pages of news are edited all day long, and reading all stories anew for each
edit would cost more than an outdated count does harm."""
_known: WeakKeyDictionary[Store, StoryFacets] = WeakKeyDictionary()
_lock = threading.Lock()


def story_facets(store: Store, connection: Connection) -> StoryFacets:
    """The stories with their values, as the store has them now.

    Args:
        store: the store.
        connection: a connection to it that reads.
    """
    version = version_of(connection)
    # One thread reads what changed; the others would only read the same.
    with _lock:
        known = _known.get(store, _EMPTY)
        if monotonic() < known.made + EDITS_WAIT:
            version = version._replace(edits=known.version.edits)
        if known.version != version:
            known = _known[store] = _renewed(connection, known, version)
    return known


def _renewed(connection: Connection, known: StoryFacets, version: FacetVersion) -> StoryFacets:
    # A reader whose transaction began earlier than that of the one before him sees less, and begins anew.
    is_later = version.article >= known.version.article and version.story_change >= known.version.story_change
    changed = None
    made = known.made
    if is_later and version[-2:] == known.version[-2:]:
        changed = changed_stories(connection, known.version)
    else:
        known, made = _EMPTY, monotonic()
    places, ids, spans = _placed(connection, known, changed)
    values: FacetSets = {facet: dict(known.values[facet]) for facet in OF_REPORTS}
    if changed:
        kept = ~_set_of(places, changed, len(ids))
        values = {facet: {v: bits & kept for v, bits in of.items()} for facet, of in values.items()}
    said, story_of = _of_reports(connection, places, changed)
    for facet, of in said.items():
        for value, some in of.items():
            values[facet][value] = values[facet].get(value, 0) | of_positions(some, len(ids))
    values |= _of_bases(connection, places, len(ids))
    story_of = known.story_of | story_of
    return StoryFacets(version, places, ids, spans, values, story_of, of_mask(spans[:, 2] > 0), made)


def _set_of(places: Mapping[int, int], ids: Iterable[int], length: int) -> int:
    return of_positions([places[story] for story in ids if story in places], length)


def _placed(
    connection: Connection, known: StoryFacets, changed: Collection[int] | None
) -> tuple[dict[int, int], Any, Any]:
    """The positions of stories, the stories at them, and their spans: those that are known, and those that changed."""
    found: dict[int, tuple[float, float, float]] = dict.fromkeys(changed or (), (0.0, 0.0, 0.0))
    reported = select(articles.c.story_id, func.max(articles.c.first_seen)).group_by(articles.c.story_id)
    rows = select(stories.c.id, stories.c.first_seen, stories.c.last_seen).order_by(stories.c.id)
    for part in _parts(changed):
        only = articles.c.story_id.is_not(None) if part is None else articles.c.story_id.in_(part)
        stored = {story: at.timestamp() for story, at in connection.execute(reported.where(only))}
        some = rows if part is None else rows.where(stories.c.id.in_(part))
        for story, first, last in connection.execute(some):
            if story in stored:
                found[story] = (first.timestamp(), last.timestamp(), stored[story])
    places = dict(known.places)
    new = [story for story in found if story not in places]
    places |= {story: place for place, story in enumerate(new, len(places))}
    ids = np.concatenate([known.ids, np.array(new, np.int64)])
    spans = np.concatenate([known.spans, np.zeros((len(new), 3))])
    if found:
        spans[[places[story] for story in found]] = list(found.values())
    return places, ids, spans


def _parts(changed: Collection[int] | None) -> Iterator[Collection[int] | None]:
    """Some stories in portions that one statement can name; None for all of them."""
    if changed is None:
        yield None
    else:
        yield from chunks(sorted(changed))


def _of_reports(
    connection: Connection, places: Mapping[int, int], changed: Collection[int] | None
) -> tuple[dict[str, dict[str, list[int]]], dict[int, int]]:
    """The positions of the stories whose reports say something, by what they say; and the story of each report."""
    found: dict[str, dict[str, list[int]]] = {f: defaultdict(list) for f in OF_REPORTS}
    of_lang, of_source, of_outlet, of_country, of_topic = (
        found[f] for f in ("lang", "source", "outlet", "country", "topic")
    )
    # As text: most stories have one of a few lists, and each is read once.
    countries = cast(articles.c.countries, String)
    columns = (articles.c.id, articles.c.story_id, articles.c.lang, articles.c.country, articles.c.source, articles.c.outlet, countries)  # fmt: skip
    lists: dict[str, list[str]] = {}
    story_of: dict[int, int] = {}
    for part in _parts(changed):
        only = articles.c.story_id.is_not(None) if part is None else articles.c.story_id.in_(part)
        numbers: list[int] = []
        for number, story, lang, country, source, outlet, named in connection.execute(
            select(*columns).where(only)
        ):
            if story not in places:
                continue  # stored while this was read; the next look finds it
            place = places[story]
            story_of[number] = story
            numbers.append(number)
            of_lang[lang].append(place)
            of_source[source].append(place)
            of_outlet[outlet or source].append(place)
            if country:
                of_country[country].append(place)
            if named not in lists:
                lists[named] = _codes(named)
            for code in lists[named]:
                of_country[code].append(place)
        for number, topic in _topics(connection, None if part is None else numbers):
            if number in story_of:
                of_topic[topic].append(places[story_of[number]])
    return found, story_of


def _codes(text: str) -> list[str]:
    """The codes in a JSON list."""
    return [code for part in text.strip("[]").split(",") if (code := part.strip(' "'))]


def _topics(connection: Connection, numbers: Collection[int] | None) -> Iterator[Any]:
    """Articles with their topics: some, or all."""
    wanted = select(article_topics.c.article_id, article_topics.c.topic)
    for part in _parts(numbers):
        yield from connection.execute(
            wanted if part is None else wanted.where(article_topics.c.article_id.in_(part))
        )


def _of_bases(connection: Connection, places: Mapping[int, int], length: int) -> FacetSets:
    """The stories that bring news of bases, by the stage that those have reached. They are few, and always read anew."""
    reported = (
        select(articles.c.story_id, bases.c.stage)
        .join(base_articles, base_articles.c.article_id == articles.c.id)
        .join(bases, bases.c.id == base_articles.c.base_id)
        .where(articles.c.story_id.is_not(None))
        .distinct()
    )
    by_stage: dict[str, list[int]] = defaultdict(list)
    for story, stage in connection.execute(reported):
        by_stage[stage].append(story)
    stages = {stage: _set_of(places, ids, length) for stage, ids in by_stage.items()}
    any_stage = 0
    for bits in stages.values():
        any_stage |= bits
    return {"stage": stages, "base": {"1": any_stage}}
