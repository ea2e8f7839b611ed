"""Articles with what was judged of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from crawler.judging.features import FeatureKind, kind_of
from crawler.model import Article, Classification, Duplicate, Evidence, TopicMatch
from crawler.store import base_candidates, recent_passages
from crawler.store.base_revisions import note_moved
from crawler.store.bulk import CHUNK, chunks, insert_rows, matching
from crawler.store.facet_version import note_edit
from crawler.store.schema import article_topics, articles, fingerprints


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles to list; empty fields do not restrict."""

    since: datetime | None = None
    topic: str | None = None
    lang: str | None = None
    relevant: bool | None = None
    ids: Sequence[int] | None = None
    limit: int | None = None
    stored_since: datetime | None = None


def ids_of_keys(connection: Connection, url_keys: Sequence[str]) -> dict[str, int]:
    """The articles at several canonical addresses."""
    key = articles.c.url_key
    return dict(matching(connection, (key, articles.c.id), key, url_keys))


class NewArticle(NamedTuple):
    """An article to insert, with all that was decided of it; ``fingerprints`` is how many of its own the index holds."""

    number: int
    article: Article
    reading: Classification
    key: str
    from_page: bool
    duplicate: Duplicate | None = None
    story: int | None = None
    story_why: dict[str, Any] | None = None
    fingerprints: int = 0
    next_check: datetime | None = None


def add(connection: Connection, several: Sequence[NewArticle]) -> None:
    """Insert articles with their verdicts and what is doubtful of them, their topics aside."""
    insert_rows(connection, articles, _COLUMNS, [_row(new) for new in several])
    base_candidates.add(connection, ((new.number, new.reading) for new in several if new.duplicate is None))


_COLUMNS = tuple(column.name for column in articles.c)
_in_order = itemgetter(*_COLUMNS)


def _row(new: NewArticle) -> tuple[Any, ...]:
    article = new.article
    duplicate = new.duplicate
    values = _as_read(article, new.reading)
    values |= {
        "id": new.number, "url": article.url, "url_key": new.key,
        "published": article.published, "author": article.author, "image": article.image, "outlet": article.outlet,
        "source": article.source, "country": article.country, "first_seen": article.first_seen, "when": article.when,
        "from_page": new.from_page, "story_id": new.story, "story_why": new.story_why,
        "duplicate_of": duplicate.original if duplicate else None, "duplicate_why": duplicate.why if duplicate else None,
        "fingerprints": new.fingerprints, "next_check": new.next_check, "version": 1, "listed": article.listed,
        "seed": article.seed,
    }  # fmt: skip
    row: tuple[Any, ...] = _in_order(values)
    return row


def _as_read(article: Article, reading: Classification) -> dict[str, Any]:
    """The columns with an article's words and with what judging found in them."""
    return {
        "title": article.title, "text": article.text, "lang": reading.lang, "text_hash": reading.text_hash,
        "relevant": reading.relevance.relevant, "score": reading.relevance.score,
        "reasons": reading.relevance.reasons, "evidence": _plain(reading.relevance.evidence),
        "countries": reading.countries, "features": sorted(reading.anchors.features), "words": _kept_words(reading),
        "credit": reading.credit, "retracts": reading.retracts,
        "names_edition": any(kind_of(f) is FeatureKind.EDITION for f in reading.anchors.features),
    }  # fmt: skip


def reread(connection: Connection, number: int, article: Article, reading: Classification) -> None:
    """Replace the classification of an article. Its story and its original stay."""
    values = _as_read(article, reading)
    connection.execute(update(articles).where(articles.c.id == number).values(**values))
    connection.execute(delete(article_topics).where(article_topics.c.article_id == number))
    add_topics(connection, [(number, t) for t in reading.topics])
    base_candidates.read_again(connection, number, reading)
    note_moved(connection, [number])
    note_edit(connection)


def make_original(connection: Connection, number: int, old: int, why: str) -> None:
    """Make an article the original of the one that it was a duplicate of, and of all duplicates of that one.

    A source may list the earlier of two articles later.
    """
    # All duplicates point at an original, never at another duplicate: a chain would need a walk at
    # each look.
    mine = (articles.c.id == old) | ((articles.c.duplicate_of == old) & (articles.c.id != number))
    connection.execute(update(articles).where(mine).values(duplicate_of=number, duplicate_why=why))
    connection.execute(update(fingerprints).where(fingerprints.c.article_id == old).values(article_id=number))
    recent_passages.move(connection, old, number)
    # The fingerprints have just moved to the new original, so their number goes with them.
    size = connection.scalar(select(articles.c.fingerprints).where(articles.c.id == old)) or 0
    connection.execute(
        update(articles)
        .where(articles.c.id == number)
        .values(duplicate_of=None, duplicate_why=None, fingerprints=size)
    )


NAMED = "names it as its original"
"""Why an article is a duplicate, where its page says so."""


def no_copy(connection: Connection, number: int, duplicate: Duplicate | None = None) -> None:
    """Record that an article does not repeat its original. ``duplicate`` names another one that it does repeat, if any."""
    original, why = (duplicate.original, duplicate.why) if duplicate else (None, None)
    connection.execute(
        update(articles).where(articles.c.id == number).values(duplicate_of=original, duplicate_why=why)
    )


def by_id(connection: Connection, ids: Iterable[int]) -> dict[int, Row[Any]]:
    """Stored articles by their ids; ids of deleted articles are left out."""
    found: dict[int, Row[Any]] = {}
    for part in chunks(sorted(set(ids)), 500):
        found |= {row.id: row for row in connection.execute(select(articles).where(articles.c.id.in_(part)))}
    return found


def add_topics(connection: Connection, matches: Iterable[tuple[int, TopicMatch]]) -> None:
    """Insert the topics of articles, given as (article, match)."""
    rows = [
        {"article_id": number, "topic": t.name, "score": t.score, "evidence": _plain(t.evidence)}
        for number, t in matches
    ]
    if rows:
        connection.execute(insert(article_topics), rows)


def _plain(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [{"term": e.term, "field": e.field, "start": e.start, "end": e.end} for e in evidence]


def _kept_words(reading: Classification) -> list[str]:
    """The words that story grouping needs. It looks only at news, so other articles keep none."""
    return sorted(reading.anchors.words) if reading.is_news else []


def story_of(connection: Connection, article_id: int) -> int | None:
    """The story that an article belongs to."""
    found = matching(connection, (articles.c.story_id,), articles.c.id, (article_id,))
    return next((story for (story,) in found), None)


def original_of(connection: Connection, article_id: int) -> int:
    """The article that an article repeats; the article itself if it repeats none."""
    return connection.scalar(select(articles.c.duplicate_of).where(articles.c.id == article_id)) or article_id


def sources_of(connection: Connection, numbers: Iterable[int]) -> dict[int, str]:
    """The sources that brought some articles, by their numbers."""
    columns = articles.c.id, articles.c.source
    some = (select(*columns).where(articles.c.id.in_(part)) for part in chunks(dict.fromkeys(numbers)))
    return {row.id: row.source for statement in some for row in connection.execute(statement)}


def stories_of_sources(
    connection: Connection, numbers: Iterable[int], sources: Collection[str]
) -> frozenset[int]:
    """Those of some stories that have a report of one of the sources."""
    if not sources:
        return frozenset()
    wanted = select(articles.c.story_id).where(articles.c.source.in_(sorted(sources))).distinct()
    parts = (wanted.where(articles.c.story_id.in_(part)) for part in chunks(dict.fromkeys(numbers)))
    return frozenset(number for part in parts for number in connection.scalars(part))


def published(connection: Connection, article_id: int) -> datetime | None:
    """When an article says that it was published."""
    return connection.scalar(select(articles.c.published).where(articles.c.id == article_id))


def query(wanted: Filter) -> Select[Any]:
    """The statement that lists articles, newest first."""
    # The id decides among equal moments, so that a limit cuts at the same place each time.
    statement = select(articles).order_by(articles.c.when.desc(), articles.c.id.desc())
    if wanted.stored_since is not None:
        statement = statement.where(articles.c.first_seen >= wanted.stored_since)
    if wanted.since is not None:
        statement = statement.where(articles.c.when >= wanted.since)
    if wanted.lang:
        statement = statement.where(articles.c.lang == wanted.lang)
    if wanted.relevant is not None:
        statement = statement.where(articles.c.relevant == wanted.relevant)
    if wanted.ids is not None:
        statement = statement.where(articles.c.id.in_(wanted.ids))
    if wanted.topic:
        having = select(article_topics.c.article_id).where(article_topics.c.topic == wanted.topic)
        statement = statement.where(articles.c.id.in_(having))
    return statement.limit(wanted.limit) if wanted.limit else statement


def find(connection: Connection, wanted: Filter) -> list[Row[Any]]:
    """The articles that a filter wants, newest first."""
    if wanted.ids is None or len(wanted.ids) <= CHUNK:
        return list(connection.execute(query(wanted)))
    # A statement takes only so many values.
    parts = (query(replace(wanted, ids=part)) for part in chunks(wanted.ids))
    rows = sorted((row for part in parts for row in connection.execute(part)), key=_by_age, reverse=True)
    return rows[: wanted.limit] if wanted.limit else rows


class Headline(NamedTuple):
    """What a list shows of an article."""

    id: int
    when: datetime
    lang: str
    source: str
    title: str
    duplicate_of: int | None


_HEADLINE = tuple(articles.c[name] for name in Headline._fields)


def headlines_of_news(connection: Connection, numbers: Sequence[int]) -> list[Headline]:
    """Those of some articles that are relevant or have a story, newest first; in any number."""
    is_news = articles.c.relevant | articles.c.story_id.is_not(None)
    rows = (
        Headline._make(row)
        for part in chunks(numbers)
        for row in connection.execute(select(*_HEADLINE).where(articles.c.id.in_(part), is_news))
    )
    return sorted(rows, key=_by_age, reverse=True)


_by_age = attrgetter("when", "id")


def topics_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The topics of articles: for each id a list of name, score and evidence, best first."""
    found: dict[int, list[dict[str, Any]]] = {}
    for chunk in chunks(ids):
        statement = select(article_topics).where(article_topics.c.article_id.in_(chunk))
        for row in connection.execute(
            statement.order_by(article_topics.c.score.desc(), article_topics.c.topic)
        ):
            found.setdefault(row.article_id, []).append(
                {"name": row.topic, "score": row.score, "evidence": row.evidence}
            )
    return found


def scores_of(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, float]]:
    """The scores of articles by topic, best first; `topics_of` reads the evidence, too, which is most of the work."""
    found: dict[int, dict[str, float]] = {}
    columns = (article_topics.c.article_id, article_topics.c.topic, article_topics.c.score)
    for chunk in chunks(ids):
        statement = select(*columns).where(article_topics.c.article_id.in_(chunk))
        ordered = statement.order_by(article_topics.c.score.desc(), article_topics.c.topic)
        for article, topic, score in connection.execute(ordered):
            found.setdefault(article, {})[topic] = score
    return found
