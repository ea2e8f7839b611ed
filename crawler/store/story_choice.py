"""Which stories somebody chose, how many each further choice would leave, and a page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from crawler.store import search
from crawler.store.bitmaps import of_mask, positions_in
from crawler.store.bulk import chunks
from crawler.store.overview import Cursor, StoryPage, StoryRow, with_details
from crawler.store.schema import stories
from crawler.store.story_facets import StoryFacets
from crawler.store.story_marks import PersonMarks, reading_of

FIRST, LAST, STORED = range(3)
"""The columns of `StoryFacets.spans`."""
BY_DATE, BY_RELEVANCE = "date", "relevance"


@dataclass(frozen=True, slots=True)
class StoryChoice:
    """Which stories are wanted; what is empty does not restrict.

    Attributes:
        values: for facets the values of which a story has one.
        since: reported at this moment or later.
        began, ended: first reported at ``began`` or later, and before ``ended``.
        saved_by: a person of the console who saved them.
        unread_by: a person who has not read them.
        search: words in any language.
        sort: `BY_DATE`, or `BY_RELEVANCE` to the words.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: datetime | None = None
    began: datetime | None = None
    ended: datetime | None = None
    saved_by: str = ""
    unread_by: str = ""
    search: str = ""
    sort: str = BY_DATE


class ChosenStories:
    """The stories of a choice.

    Args:
        wanted: the choice.
        facets: all stories with their values.
        parts: the set that each part of the choice leaves, by its name: a facet, or another filter.
        fits: how well stories fit the words that were looked for.
    """

    def __init__(
        self, wanted: StoryChoice, facets: StoryFacets, parts: Mapping[str, int], fits: Mapping[int, float]
    ) -> None:
        self.wanted = wanted
        self.facets = facets
        self._parts = parts
        self._fits = fits

    def part(self, name: str) -> int:
        """The stories that one part of the choice leaves, all others aside; none where it has no such part."""
        return self._parts.get(name, 0)

    def within(self, *without: str) -> int:
        """The stories of the choice, or of the choice without some of its parts."""
        found = self.facets.all
        for name, bits in self._parts.items():
            if name not in without:
                found &= bits
        return found

    @cached_property
    def chosen(self) -> int:
        """The stories of the choice."""
        return self.within()

    def __len__(self) -> int:
        return self.chosen.bit_count()

    def counts(self, facet: str) -> dict[str, int]:
        """For each value of a facet the number of stories that have it, beside all other parts of the choice."""
        others = self.within(facet)
        found = {value: (bits & others).bit_count() for value, bits in self.facets.values[facet].items()}
        return {value: number for value, number in found.items() if number}

    def count_of(self, name: str, bits: int) -> int:
        """How many stories of a set there are beside all parts of the choice but one."""
        return (self.within(name) & bits).bit_count()

    def seen_since(self, moment: datetime) -> int:
        """The set of the stories that were reported at a moment or later."""
        return of_mask(self.facets.spans[:, LAST] >= moment.timestamp())

    def first_seen(self, bits: int) -> Any:
        """When the stories of a set were reported first, in seconds since 1970."""
        return self.facets.spans[positions_in(bits, len(self.facets.ids)), FIRST]

    def ids(self, after: Cursor | None = None) -> list[int]:
        """The stories of the choice, the latest first, or the best where they are sorted by relevance.

        Args:
            after: where the page before ended, of stories by date.
        """
        places = positions_in(self.chosen, len(self.facets.ids))
        ids, seen = self.facets.ids[places], self.facets.spans[places, LAST]
        if after is not None:
            # Pages go on behind a story, not behind a number
            # of stories: new ones shift nothing meanwhile.
            moment = after.seen.timestamp()
            later = (seen < moment) | ((seen == moment) & (ids < after.story))
            ids, seen = ids[later], seen[later]
        keys = [-ids, -seen]
        if self.wanted.sort == BY_RELEVANCE and self._fits:
            keys.append(-np.array([self._fits.get(i, 0.0) for i in ids.tolist()], np.float64))
        found: list[int] = ids[np.lexsort(keys)].tolist()
        return found


def choose(facets: StoryFacets, connection: Connection, wanted: StoryChoice) -> ChosenStories:
    """The stories of a choice.

    Args:
        facets: all stories with their values.
        connection: a connection that reads.
        wanted: the choice.
    """
    parts = {name: _with_any(facets, name, values) for name, values in wanted.values.items() if values}
    spans = facets.spans
    if wanted.since is not None:
        parts["period"] = of_mask(spans[:, LAST] >= wanted.since.timestamp())
    if wanted.began is not None:
        parts["began"] = of_mask(spans[:, FIRST] >= wanted.began.timestamp())
    if wanted.ended is not None:
        parts["ended"] = of_mask(spans[:, FIRST] < wanted.ended.timestamp())
    if wanted.saved_by:
        parts["saved"] = facets.stories_in(reading_of(connection, wanted.saved_by).saved)
    if wanted.unread_by:
        parts["unread"] = unread_stories(facets, reading_of(connection, wanted.unread_by))
    fits: dict[int, float] = {}
    if wanted.search.strip():
        is_ranked = wanted.sort == BY_RELEVANCE
        for report, fit in search.matching_reports(connection, wanted.search, ranked=is_ranked).items():
            story = facets.story_of.get(report)
            if story is not None:
                # A story fits as well as its best report.
                fits[story] = max(fits.get(story, fit), fit)
        parts["search"] = facets.stories_in(fits)
    return ChosenStories(wanted, facets, parts, fits)


def _with_any(facets: StoryFacets, name: str, values: Sequence[str]) -> int:
    found = 0
    for value in values:
        found |= facets.values[name].get(value, 0)
    return found


def unread_stories(facets: StoryFacets, reading: PersonMarks) -> int:
    """The set of the stories that a person has not read, by the same rule as `crawler.store.story_marks.is_unread`."""
    stored = facets.spans[:, STORED]
    at = np.zeros(len(facets.ids))
    of_story = facets.places.get
    here = [
        (place, moment) for story, moment in reading.opened.items() if (place := of_story(story)) is not None
    ]
    if here:
        places, moments = zip(*here, strict=True)
        at[list(places)] = moments
    is_new = at < stored
    if reading.until is not None:
        is_new &= stored > reading.until
    return of_mask(is_new) | facets.stories_in(reading.unread)


def page_of(
    connection: Connection,
    found: ChosenStories,
    after: Cursor | None = None,
    limit: int = 40,
    languages: Sequence[str] = ("en",),
) -> StoryPage:
    """A page of the stories of a choice, the latest first.

    Args:
        connection: a connection.
        found: the choice.
        after: where the page before ended.
        limit: stories of a page.
        languages: what the reader reads, best first; the headlines are in the first of them that a story has.
    """
    ids = found.ids(after)
    rows = rows_of(connection, ids[:limit], languages)
    has_more = len(ids) > limit and bool(rows)
    return StoryPage(rows, Cursor(rows[-1].last_seen, rows[-1].id) if has_more else None)


def rows_of(connection: Connection, ids: Sequence[int], languages: Sequence[str]) -> list[StoryRow]:
    """Stories with what a list shows of them, in the order of their ids; those that are gone are left out."""
    found: dict[int, StoryRow] = {}
    for part in chunks(ids):
        rows = connection.execute(select(stories).where(stories.c.id.in_(part))).all()
        listed = with_details(
            connection, [StoryRow(r.id, r.first_seen, r.last_seen) for r in rows], languages
        )
        found |= {row.id: row for row in listed}
    return [found[i] for i in ids if i in found]
