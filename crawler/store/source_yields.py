"""What each source brought over a time, counted from the store for its audit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from crawler.polling.audit import SourceYield
from crawler.store.schema import alerts, article_topics, articles, entries, polls, stories


@dataclass(slots=True)
class _Items:
    """The items of a source, each address once."""

    count: int = 0
    elsewhere: int = 0
    overlaps: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Stories:
    """The stories that a source reported."""

    count: int = 0
    shared: int = 0
    firsts: int = 0
    lags: list[float] = field(default_factory=list)


def source_yields(connection: Connection, names: Iterable[str], since: datetime) -> list[SourceYield]:
    """What sources brought since a moment, those without anything too, in the order of their names.

    Args:
        connection: to the store.
        names: the sources.
        since: entries seen, articles stored and requests made from then on count.
    """
    items = _items(connection, since)
    reported = _stories(connection, since)
    made = {r.source: r for r in connection.execute(_articles(since))}
    copied = dict(_pairs(connection, _copies(since)))
    alerted = dict(_pairs(connection, _alerts(since)))
    polled = dict(_pairs(connection, _polls(since)))
    topics: dict[str, set[str]] = defaultdict(set)
    for source, topic in _pairs(connection, _topics(since)):
        topics[source].add(topic)
    nothing: Any = None
    found = []
    for name in names:
        own = items.get(name, _Items())
        fared = reported.get(name, _Stories())
        article = made.get(name, nothing)
        found.append(
            SourceYield(
                name,
                entries=own.count,
                elsewhere=own.elsewhere,
                articles=article.count if article else 0,
                relevant=int(article.relevant or 0) if article else 0,
                copies=copied.get(name, 0),
                stories=fared.count,
                shared=fared.shared,
                firsts=fared.firsts,
                lags=tuple(fared.lags),
                topics=tuple(sorted(topics[name])) if name in topics else (),
                alerts=alerted.get(name, 0),
                requests=polled.get(name, 0) + (int(article.pages or 0) if article else 0),
                overlaps=dict(own.overlaps),
            )
        )
    return found


def _pairs(connection: Connection, statement: Any) -> list[tuple[str, Any]]:
    return [(row[0], row[1]) for row in connection.execute(statement)]


def _articles(since: datetime) -> Any:
    count = func.count().label("count")
    relevant = func.count().filter(articles.c.relevant).label("relevant")
    pages = func.count().filter(articles.c.from_page).label("pages")
    wanted = articles.c.first_seen >= since
    return select(articles.c.source, count, relevant, pages).where(wanted).group_by(articles.c.source)


def _copies(since: datetime) -> Any:
    """How many articles of a source repeat one that another source brought."""
    original = articles.alias("original")
    joined = articles.join(original, articles.c.duplicate_of == original.c.id)
    wanted = (articles.c.first_seen >= since) & (original.c.source != articles.c.source)
    return (
        select(articles.c.source, func.count()).select_from(joined).where(wanted).group_by(articles.c.source)
    )


def _topics(since: datetime) -> Any:
    joined = article_topics.join(articles, articles.c.id == article_topics.c.article_id)
    wanted = articles.c.first_seen >= since
    return select(articles.c.source, article_topics.c.topic).select_from(joined).where(wanted).distinct()


def _alerts(since: datetime) -> Any:
    joined = alerts.join(articles, articles.c.id == alerts.c.article_id)
    counted = select(articles.c.source, func.count()).select_from(joined).where(alerts.c.at >= since)
    return counted.group_by(articles.c.source)


def _polls(since: datetime) -> Any:
    return select(polls.c.source, func.count()).where(polls.c.at >= since).group_by(polls.c.source)


def _items(connection: Connection, since: datetime) -> dict[str, _Items]:
    """The items of each source; who listed an address first, and who else did."""
    listed: dict[str, list[str]] = {}
    rows = connection.execute(
        select(entries.c.source, entries.c.url_key)
        .where((entries.c.id >= _first_entry(connection, since)) & (entries.c.seen >= since))
        .order_by(entries.c.id)
    )
    for source, key in rows:
        sources = listed.setdefault(key, [])
        if source not in sources:
            sources.append(source)
    found: dict[str, _Items] = defaultdict(_Items)
    for sources in listed.values():
        for place, source in enumerate(sources):
            own = found[source]
            own.count += 1
            own.elsewhere += place > 0
            own.overlaps.update(s for s in sources if s != source)
    return found


def _first_entry(connection: Connection, since: datetime) -> int:
    """The number of the first entry that was seen since a moment, give or take those of one batch.

    Numbers grow with time, so that it is found by halving; an index by time would cost each write.
    """
    low, high = 0, connection.scalar(select(func.max(entries.c.id))) or 0
    while low < high:
        middle = (low + high) // 2
        seen = connection.scalar(
            select(entries.c.seen).where(entries.c.id >= middle).order_by(entries.c.id).limit(1)
        )
        if seen is None or seen >= since:
            high = middle
        else:
            low = middle + 1
    # Processes that write side by side number their entries in turn.
    return max(0, low - 1000)


def _stories(connection: Connection, since: datetime) -> dict[str, _Stories]:
    """How each source fared in the stories that began since a moment: what it reported, and how long after the first report."""
    recent = select(stories.c.id).where(stories.c.first_seen >= since)
    rows = connection.execute(
        select(articles.c.story_id, articles.c.source, func.min(articles.c.when), func.min(articles.c.id))
        .where(articles.c.story_id.in_(recent))
        .group_by(articles.c.story_id, articles.c.source)
    )
    reports: dict[int, list[tuple[datetime, int, str]]] = defaultdict(list)
    for story, source, when, number in rows:
        reports[story].append((when, number, source))
    found: dict[str, _Stories] = defaultdict(_Stories)
    for own in reports.values():
        first = min(own)
        for when, _, source in own:
            fared = found[source]
            fared.count += 1
            fared.firsts += source == first[2]
            if len(own) > 1:
                fared.shared += 1
                fared.lags.append((when - first[0]).total_seconds())
    return found
