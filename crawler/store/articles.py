"""Articles with what was judged of them, and the index that finds duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from crawler.judging.duplicates import LEAST, nearest
from crawler.judging.stories import features_of
from crawler.model import Article, Duplicate, Reading
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


def id_of_key(connection: Connection, url_key: str) -> int | None:
    """The article at a canonical address, if there is one."""
    return connection.scalar(select(articles.c.id).where(articles.c.url_key == url_key))


def ids_of_keys(connection: Connection, url_keys: Sequence[str]) -> dict[str, int]:
    """The articles at several canonical addresses."""
    found: dict[str, int] = {}
    for start in range(0, len(url_keys), 500):
        rows = connection.execute(
            select(articles.c.url_key, articles.c.id).where(articles.c.url_key.in_(url_keys[start : start + 500]))
        )
        found |= {row.url_key: row.id for row in rows}
    return found


def find_duplicate(connection: Connection, reading: Reading) -> Duplicate | None:
    """The stored article whose words this one repeats, wholly or nearly; an original, never a duplicate itself."""
    where = (articles.c.text_hash == reading.text_hash) & articles.c.duplicate_of.is_(None)
    same = connection.scalar(select(func.min(articles.c.id)).where(where))
    if same is not None:
        return Duplicate(same, "the same words")
    if len(reading.fingerprint) < LEAST:
        return None
    shared = _sharing(connection, reading.fingerprint)
    rows = connection.execute(
        select(articles.c.id, articles.c.fingerprints, articles.c.duplicate_of).where(articles.c.id.in_(list(shared)))
    ).all()
    best = nearest(reading.fingerprint, shared, {r.id: r.fingerprints for r in rows})
    if best is None:
        return None
    original = next(r.duplicate_of or r.id for r in rows if r.id == best.article)
    return Duplicate(original, f"{best.containment:.0%} of the shorter text stands in the other")


def _sharing(connection: Connection, own: Iterable[int]) -> dict[int, int]:
    hashes = sorted(own)
    shared: dict[int, int] = {}
    for start in range(0, len(hashes), 500):
        counted = (
            select(fingerprints.c.article_id, func.count().label("n"))
            .where(fingerprints.c.hash.in_(hashes[start : start + 500]))
            .group_by(fingerprints.c.article_id)
        )
        for row in connection.execute(counted):
            shared[row.article_id] = shared.get(row.article_id, 0) + row.n
    likeliest = sorted(shared, key=lambda a: (-shared[a], a))[:50]
    return {a: shared[a] for a in likeliest}


def add(
    connection: Connection,
    article: Article,
    reading: Reading,
    url_key: str,
    duplicate: Duplicate | None,
    *,
    from_page: bool,
) -> int:
    """Insert an article with its verdicts (its story is set later); gives its id."""
    values = {
        "url": article.url, "url_key": url_key, "title": article.title, "text": article.text, "lang": reading.lang,
        "published": article.published, "author": article.author, "image": article.image, "outlet": article.outlet,
        "source": article.source, "country": article.country, "first_seen": article.first_seen, "when": article.when,
        "from_page": from_page, "text_hash": reading.text_hash, "relevant": reading.relevance.relevant,
        "score": reading.relevance.score, "reasons": list(map(list, reading.relevance.reasons)),
        "evidence": [asdict(e) for e in reading.relevance.evidence], "countries": list(reading.countries),
        "duplicate_of": duplicate.original if duplicate else None, "duplicate_why": duplicate.why if duplicate else None,
        "features": sorted(features_of(reading.anchors)), "words": _kept_words(reading), "fingerprints": len(reading.fingerprint),
    }  # fmt: skip
    number: int = connection.scalars(insert(articles).returning(articles.c.id), [values]).one()
    if reading.topics:
        connection.execute(
            insert(article_topics),
            [
                {
                    "article_id": number,
                    "topic": t.name,
                    "score": t.score,
                    "evidence": [asdict(e) for e in t.evidence],
                }
                for t in reading.topics
            ],
        )
    if reading.relevance.score > 0 and duplicate is None and reading.fingerprint:
        # Only what names both parties can ever be told to anybody, so only that is worth the index.
        connection.execute(insert(fingerprints), [{"hash": h, "article_id": number} for h in sorted(reading.fingerprint)])
    return number


def _kept_words(reading: Reading) -> list[str]:
    """Words are kept for story grouping, which looks at relevant articles only."""
    return sorted(reading.anchors.words) if reading.relevance.relevant else []


def set_story(connection: Connection, article_id: int, story_id: int, why: dict[str, Any] | None) -> None:
    """Put an article into a story, with what tied it to it."""
    connection.execute(articles.update().where(articles.c.id == article_id).values(story_id=story_id, story_why=why))


def query(wanted: Filter) -> Select[Any]:
    """The statement that lists articles, newest first."""
    statement = select(articles).order_by(articles.c.when.desc(), articles.c.id.desc())
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
    return list(connection.execute(query(wanted)))


def topics_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The topics of articles: for each id a list of name, score and evidence, best first."""
    found: dict[int, list[dict[str, Any]]] = {}
    for start in range(0, len(ids), 500):
        statement = select(article_topics).where(article_topics.c.article_id.in_(ids[start : start + 500]))
        for row in connection.execute(statement.order_by(article_topics.c.score.desc(), article_topics.c.topic)):
            found.setdefault(row.article_id, []).append({"name": row.topic, "score": row.score, "evidence": row.evidence})
    return found
