"""Stories as a list shows them: one row a story, filtered, in pages."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, String, and_, cast, exists, func, or_, select

from crawler.store.base_proofs import names_in
from crawler.store.bulk import chunks, looked_up, several
from crawler.store.leading import COLUMNS as LEADING
from crawler.store.leading import leading
from crawler.store.schema import article_topics, articles, base_articles, bases, stories
from crawler.store.search import stories_with
from crawler.store.stories import members
from crawler.store.story_marks import is_saved, is_unread, read_until

COLUMNS = ("id", "story_id", "title", "text", "lang", "country", "countries", "source", "outlet", "url", "when", "first_seen", "duplicate_of", "evidence")  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoryFilter:
    """Which stories to list; empty fields do not restrict. ``base``: only those that bring news of a base.

    ``saved_by`` and ``unread_by`` are people of the console. ``within`` are topics of which a story must have one; without any of
    them there is no story, and None does not restrict. ``until`` is the moment before which a story was last seen.
    """

    topic: str | None = None
    lang: str | None = None
    country: str | None = None
    source: str | None = None
    base: bool = False
    since: datetime | None = None
    search: str = ""
    saved_by: str = ""
    unread_by: str = ""
    until: datetime | None = None
    within: Collection[str] | None = None


class Cursor(NamedTuple):
    """Where a page of stories ended."""

    seen: datetime
    story: int


class BaseNews(NamedTuple):
    """A base that a story reports on."""

    key: str
    name: str
    stage: str


@dataclass(slots=True)
class StoryRow:
    """One story, and how many reports there are, by whom, where and in which languages.

    Attributes:
        stored: when its latest report was stored.
        lead: the report under whose headline the story is shown.
        first: the earliest report.
    """

    id: int
    first_seen: datetime
    last_seen: datetime
    stored: datetime | None = None
    lead: Any = None
    first: Any = None
    reports: int = 0
    copies: int = 0
    outlets: dict[str, None] = field(default_factory=dict)
    languages: dict[str, None] = field(default_factory=dict)
    countries: dict[str, None] = field(default_factory=dict)
    moments: list[datetime] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    bases: list[BaseNews] = field(default_factory=list)


class StoryPage(NamedTuple):
    """Some stories, and where the next page begins (None: this was the last)."""

    rows: list[StoryRow]
    next: Cursor | None


def page(
    connection: Connection,
    wanted: StoryFilter,
    after: Cursor | None = None,
    limit: int = 40,
    languages: Sequence[str] = ("en",),
) -> StoryPage:
    """A page of the stories that a filter wants, the latest first.

    Args:
        connection: a connection.
        wanted: the filter.
        after: where the page before ended.
        limit: stories of a page.
        languages: what the reader reads, best first; the headlines are in the first of them that a story has.
    """
    # One more than is shown says whether there is another page, without counting all stories.
    statement = select(stories).order_by(stories.c.last_seen.desc(), stories.c.id.desc()).limit(limit + 1)
    for condition in _conditions(connection, wanted):
        statement = statement.where(condition)
    if after is not None:
        # Pages go on behind a story, not behind a number
        # of stories: new ones shift nothing meanwhile.
        later = (stories.c.last_seen < after.seen) | (
            (stories.c.last_seen == after.seen) & (stories.c.id < after.story)
        )
        statement = statement.where(later)
    found = connection.execute(statement).all()
    rows = with_details(
        connection, [StoryRow(r.id, r.first_seen, r.last_seen) for r in found[:limit]], languages
    )
    last = found[limit - 1] if len(found) > limit else None
    return StoryPage(rows, Cursor(last.last_seen, last.id) if last else None)


def _conditions(connection: Connection, wanted: StoryFilter) -> list[ColumnElement[bool]]:
    mine = articles.c.story_id == stories.c.id
    found: list[ColumnElement[bool]] = []
    reports = _of_reports(wanted)
    if reports:
        found.append(exists().where(mine, and_(*reports)))
    for names in ([wanted.topic] if wanted.topic else None, wanted.within):
        if names is not None:
            found.append(
                exists().where(
                    mine, articles.c.id == article_topics.c.article_id, article_topics.c.topic.in_(names)
                )
            )
    if wanted.base:
        found.append(exists().where(mine, articles.c.id == base_articles.c.article_id))
    if wanted.since is not None:
        found.append(stories.c.last_seen >= wanted.since)
    if wanted.until is not None:
        found.append(stories.c.last_seen < wanted.until)
    if wanted.saved_by:
        found.append(is_saved(wanted.saved_by))
    if wanted.unread_by:
        found.append(is_unread(wanted.unread_by, read_until(connection, wanted.unread_by)))
    if wanted.search.strip():
        found.append(stories.c.id.in_(stories_with(connection, wanted.search)))
    return found


def _of_reports(wanted: StoryFilter) -> list[ColumnElement[bool]]:
    """What one report of the story must fulfil."""
    reports: list[ColumnElement[bool]] = []
    if wanted.lang:
        reports.append(articles.c.lang == wanted.lang)
    if wanted.source:
        reports.append(articles.c.source == wanted.source)
    if wanted.country:
        reports.append(
            or_(
                articles.c.country == wanted.country,
                # JSON text: the quotes keep a code from matching inside a longer
                # word. An index holds the column (`ix_articles_story_shown`).
                cast(articles.c.countries, String).contains(f'"{wanted.country}"'),
            )
        )
    return reports


def with_details(
    connection: Connection, rows: Sequence[StoryRow], languages: Sequence[str] = ("en",)
) -> list[StoryRow]:
    """Stories with what their reports say; those without reports are left out.

    Args:
        connection: a connection.
        rows: the stories; their reports are added to them.
        languages: what the reader reads, best first.
    """
    by_id = {r.id: r for r in rows}
    of_article: dict[int, StoryRow] = {}
    reports: dict[int, list[Any]] = {}
    for one in _reports_of(connection, by_id):
        row = by_id[one.story_id]
        of_article[one.id] = row
        reports.setdefault(row.id, []).append(one)
        row.reports += 1
        row.copies += one.duplicate_of is not None
        row.outlets.setdefault(one.outlet or one.source)
        row.languages.setdefault(one.lang)
        if one.country:
            row.countries.setdefault(one.country)
        row.moments.append(one.when)
    for story, ones in reports.items():
        by_id[story].first, by_id[story].lead = ones[0], leading(ones, languages)
        by_id[story].stored = max(one.first_seen for one in ones)
    for name, article in _topics(connection, list(of_article)):
        if name not in of_article[article].topics:
            of_article[article].topics.append(name)
    _add_bases(connection, by_id, languages[0] if languages else "en")
    return [r for r in rows if r.lead is not None]


_ListedReport: Any = namedtuple("_ListedReport", COLUMNS)  # type: ignore[misc]  # mypy wants the names written out


@cache
def _reports_statement(size: int) -> Select[Any]:
    wanted = select(*(articles.c[name] for name in COLUMNS))
    return wanted.where(articles.c.story_id.in_(several(articles.c.story_id, size)))


def _reports_of(connection: Connection, ids: Iterable[int]) -> list[Any]:
    """The reports of stories, in the order of publication."""
    found = [_ListedReport._make(row) for row in looked_up(connection, _reports_statement, ids)]
    return sorted(found, key=attrgetter("when", "id"))


@cache
def _topics_statement(size: int) -> Select[Any]:
    wanted = select(article_topics.c.topic, article_topics.c.article_id)
    of_some = wanted.where(article_topics.c.article_id.in_(several(article_topics.c.article_id, size)))
    return of_some.order_by(article_topics.c.score.desc())


def _topics(connection: Connection, ids: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    return looked_up(connection, _topics_statement, ids)


def _add_bases(connection: Connection, by_id: dict[int, StoryRow], lang: str) -> None:
    """The bases of stories, by their names in the reader's language where they have one."""
    rows = list(looked_up(connection, _bases_statement, by_id))
    named = names_in(connection, lang, sorted({base for _, base, *_ in rows})) if lang != "en" else {}
    for story, base, key, name, stage in rows:
        by_id[story].bases.append(BaseNews(key, named.get(base, name), stage))


@cache
def _bases_statement(size: int) -> Select[Any]:
    return (
        select(articles.c.story_id, bases.c.id, bases.c.key, bases.c.name, bases.c.stage)
        .join(base_articles, base_articles.c.article_id == articles.c.id)
        .join(bases, bases.c.id == base_articles.c.base_id)
        .where(articles.c.story_id.in_(several(articles.c.story_id, size)))
        .distinct()
    )


def find(
    connection: Connection,
    since: datetime | None = None,
    limit: int | None = None,
    languages: Sequence[str] = ("en",),
) -> list[dict[str, Any]]:
    """Stories, the latest first, each with its counts and the headline under which it is shown.

    Args:
        connection: a connection.
        since: only stories that were reported at that moment or later.
        limit: how many at most; None: all.
        languages: what the reader reads, best first; the headline is in the first of them that the story has.
    """
    statement = select(stories).order_by(stories.c.last_seen.desc(), stories.c.id.desc())
    if since is not None:
        statement = statement.where(stories.c.last_seen >= since)
    rows = connection.execute(statement.limit(limit) if limit else statement).all()
    found = []
    for chunk in chunks(rows):
        reports = members(connection, [r.id for r in chunk], (*LEADING, "source", "outlet"))
        found += [_listed(row, reports[row.id], languages) for row in chunk if row.id in reports]
    return found


def _listed(story: Row[Any], reports: Sequence[Row[Any]], languages: Sequence[str]) -> dict[str, Any]:
    lead = leading(reports, languages)
    counts = {
        "reports": len(reports),
        "languages": len({r.lang for r in reports}),
        # One source of an aggregator lists many outlets.
        "outlets": len({r.outlet or r.source for r in reports}),
    }
    return {**story._mapping, **counts, "title": lead.title, "lang": lead.lang}


def counts_by_day(connection: Connection, since: datetime) -> list[tuple[str, int]]:
    """How many stories began on each day (UTC) since then."""
    day = func.substr(cast(stories.c.first_seen, String), 1, 10)
    statement = select(day, func.count()).where(stories.c.first_seen >= since).group_by(day).order_by(day)
    return [(r[0], r[1]) for r in connection.execute(statement)]
