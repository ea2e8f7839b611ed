"""A report of a story as it is shown: by commands, the API, the console and `why` alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from crawler.store.articles import topics_of


@dataclass(frozen=True, slots=True)
class MatchedTopic:
    """A topic that a report matches, how well, and by which terms."""

    name: str
    score: float
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoryReport:
    """One report of a story.

    Attributes:
        id: the article's id.
        title: its headline.
        lang: its language.
        url: where it stands.
        outlet: who reported: what the feed says, else the source.
        source: the source that brought it.
        when: when it was published or, where that is not known, first seen.
        published: when it was published, where that is known.
        first_seen: when a source first listed it.
        topics: what it matches.
        duplicate_of: the article that it repeats.
        why: what it repeats, or what tied it to the story.
    """

    id: int
    title: str
    lang: str
    url: str
    outlet: str
    source: str
    when: datetime
    published: datetime | None
    first_seen: datetime
    topics: tuple[MatchedTopic, ...]
    duplicate_of: int | None
    why: Any

    def plain(self) -> dict[str, Any]:
        """The report as plain values, its topics by name."""
        return asdict(self) | {"topics": [topic.name for topic in self.topics]}


def reports_of(connection: Connection, rows: Sequence[Any]) -> list[StoryReport]:
    """Rows of the articles table as reports, in their order."""
    topics = topics_of(connection, [row.id for row in rows])
    return [_report(row, topics.get(row.id, ())) for row in rows]


def _report(row: Any, topics: Sequence[Mapping[str, Any]]) -> StoryReport:
    return StoryReport(
        id=row.id,
        title=row.title,
        lang=row.lang,
        url=row.url,
        outlet=row.outlet or row.source,
        source=row.source,
        when=row.when,
        published=row.published,
        first_seen=row.first_seen,
        topics=tuple(
            MatchedTopic(t["name"], t["score"], tuple(e["term"] for e in t["evidence"])) for t in topics
        ),
        duplicate_of=row.duplicate_of,
        why=row.duplicate_why or row.story_why,
    )
