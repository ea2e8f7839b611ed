"""The store that the console's pages are timed over: articles in stories, sources with their states, bases, deliveries, readers' marks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, text

from alerts.identity.operators import LOCAL
from alerts.selection.raise_alerts import ARTICLES_CURSOR
from benchmarks.feeds import language, sentences
from crawler.polling.state import SourceState
from crawler.store import Store, search
from crawler.store.cursors import set_cursor
from crawler.store.schema import (
    alerts,
    article_topics,
    articles,
    audit,
    base_articles,
    bases,
    config_versions,
    deliveries,
    digests,
    entries,
    stories,
    story_marks,
    subscriptions,
)
from crawler.store.sources import save_states

END = datetime(2025, 12, 1, tzinfo=UTC)
COUNTRIES = ("CN", "VN", "ID", "MY", "TH", "LA", "KH", "MM", "PH", "SG")
CITIES = ("Shenzhen", "Nanning", "Kuala Lumpur", "Vientiane", "Jakarta", "Hanoi", "Bangkok", "Phnom Penh")
SOURCES, BASES, DIGESTS, MESSAGES, ALERTS, READ, CHANGES = 400, 300, 500, 5_000, 20_000, 2_000, 200
STAGES = ("proposed", "signed", "launched", "operating")
PORTION = 5_000


def filled(store: Store, count: int, grouped: int, topics: list[str]) -> None:
    """Fill a store.

    Args:
        store: a new one.
        count: articles, each a minute after the one before; the last is at `END`.
        grouped: stories.
        topics: the names of the topics that relevant articles match.
    """
    chance = random.Random(5)
    with store.write() as connection:
        _stories(connection, count, grouped)
        _articles(connection, count, grouped, topics, chance)
        _entries(connection, count)
        _bases(connection, count, grouped, chance)
        _mail(connection, count, grouped)
        _people(connection, grouped)
        save_states(connection, [_state(n) for n in range(SOURCES)])
        while search.catch_up(connection):
            pass
        connection.execute(text("ANALYZE"))


def article_rows(
    count: int, grouped: int, topics: list[str], chance: random.Random
) -> Iterator[tuple[dict[str, object], str | None]]:
    """Articles; one in two belongs to a story, the others are irrelevant."""
    for number in range(1, count + 1):
        lang = language(number)
        relevant = number % 2 == 0
        said = sentences()[lang, relevant]
        title, body = chance.choice(said), " ".join(chance.choices(said, k=4))
        when = END - timedelta(minutes=count - number)
        country = chance.choice(COUNTRIES)
        story = 1 + int(grouped * number / (count + 1)) if relevant else None
        outlet = number % SOURCES
        yield (
            {
                "id": number, "url": f"https://outlet{outlet}.example/{number}", "url_key": f"outlet{outlet}.example/{number}",
                "title": f"{title[:110]} {number}", "text": body, "lang": lang, "published": when, "source": f"feed-{outlet}",
                "country": country, "first_seen": when, "when": when, "from_page": False, "text_hash": f"{number:x}", "relevant": relevant,
                "score": 0.9 if relevant else 0.0, "reasons": [["parties side by side", 1.9]] if relevant else [], "evidence": [],
                "countries": ["CN", country], "story_id": story, "story_why": None, "features": [f"c:{country}", "k:rail"] if relevant else [],
                "words": [],
            },
            chance.choice(topics) if relevant else None,
        )  # fmt: skip


def _stories(connection: Connection, count: int, grouped: int) -> None:
    def at(story: int) -> datetime:
        return END - timedelta(minutes=count - story * count // grouped)

    made = [{"id": n, "first_seen": at(n - 1), "last_seen": at(n)} for n in range(1, grouped + 1)]
    connection.execute(insert(stories), made)


def _articles(
    connection: Connection, count: int, grouped: int, topics: list[str], chance: random.Random
) -> None:
    portion, matches = [], []
    for row, topic in article_rows(count, grouped, topics, chance):
        portion.append(row)
        if topic:
            matches.append({"article_id": row["id"], "topic": topic, "score": 0.5, "evidence": []})
        if len(portion) == PORTION or row["id"] == count:
            connection.execute(insert(articles), portion)
            connection.execute(insert(article_topics), matches)
            portion, matches = [], []


def _entries(connection: Connection, count: int) -> None:
    for start in range(1, count + 1, PORTION):
        portion = [
            {
                "source": f"feed-{n % SOURCES}", "guid": str(n), "url": f"https://outlet{n % SOURCES}.example/{n}", "url_key": str(n), "title": f"entry {n}",
                "summary": "", "content": "", "seen": END - timedelta(minutes=n % 40_000), "categories": [], "enclosures": [],
            }
            for n in range(start, min(start + PORTION, count + 1))
        ]  # fmt: skip
        connection.execute(insert(entries), portion)


def _bases(connection: Connection, count: int, grouped: int, chance: random.Random) -> None:
    """Bases with four proofs each, of which half tell of another stage."""
    for n in range(1, BASES + 1):
        cities = chance.sample(CITIES, 2)
        article = max(n * count // (BASES + 1) // 2 * 2, 2)
        story = 1 + int(grouped * article / (count + 1))
        said = {"name": f"Demonstration base {n}", "kind": "base", "cities": cities, "countries": ["CN"], "date": (END - timedelta(days=n % 90)).date()}  # fmt: skip
        base = {
            "id": n,
            "key": f"base-{n}",
            "stage": STAGES[n % 4],
            "first_seen": END,
            "story_id": story,
            **said,
        }
        connection.execute(insert(bases), [base])
        proofs = [
            {
                "base_id": n, "article_id": number, "stage": STAGES[max(n % 4 - k % 2, 0)], "sentence": "It was launched by both sides.",
                "partners": [], "figures": [], **said,
            }
            for k in range(4) if (number := article + 2 * k) <= count
        ]  # fmt: skip
        connection.execute(insert(base_articles), proofs)


def _mail(connection: Connection, count: int, grouped: int) -> None:
    """A subscription with its alerts, digests and messages; one message in a hundred failed."""
    connection.execute(
        insert(subscriptions), [{"name": "desk", "since": END, "paused": False, "confirmed": True}]
    )
    connection.execute(insert(digests), [
        {"id": n, "subscription": "desk", "due": END - timedelta(hours=n), "made": END, "subject": f"News {n}", "html": "<main>News</main>", "text": "News"}
        for n in range(1, DIGESTS + 1)
    ])  # fmt: skip
    connection.execute(insert(deliveries), [
        {
            "digest_id": 1 + n % DIGESTS, "channel": "email", "recipient": f"r{n}@example.org", "message_id": str(n),
            "status": "sent" if n % 100 else "failed", "next_try": END, "sent": END if n % 100 else None, "domain": "example.org",
        }
        for n in range(MESSAGES)
    ])  # fmt: skip
    told = min(ALERTS, grouped)
    # The rounds have looked at all of them.
    set_cursor(connection, ARTICLES_CURSOR, count)
    connection.execute(insert(alerts), [
        {
            "subscription": "desk", "about": f"story:{n}", "kind": "story", "story_id": n, "article_id": n, "topics": [],
            "at": END - timedelta(minutes=told - n), "digest_id": 1 + n % DIGESTS,
        }
        for n in range(1, told + 1)
    ])  # fmt: skip


def _people(connection: Connection, grouped: int) -> None:
    """What the person who looks has read and saved, and what people changed."""
    latest = range(grouped, max(grouped - READ, 0), -1)
    marks = [
        {"person": LOCAL, "story_id": n, "kind": "read" if n % 7 else "saved", "at": END} for n in latest
    ]
    connection.execute(insert(story_marks), marks)
    moments = [END - timedelta(hours=n) for n in range(CHANGES)]
    connection.execute(insert(audit), [
        {"at": at, "actor": LOCAL, "action": "topic: apply", "target": "health", "detail": {}} for at in moments
    ])  # fmt: skip
    connection.execute(insert(config_versions), [
        {"at": at, "actor": LOCAL, "section": "topics", "name": "health", "before": "health:\n  query: $health\n" * 9, "after": "health:\n  query: $health OR durian\n" * 9}
        for at in moments
    ])  # fmt: skip


def _state(number: int) -> SourceState:
    """One source in forty fails."""
    failing = number % 40 == 0
    return SourceState(
        f"feed-{number}", since=END - timedelta(days=90), polled=END, answered=END, new_at=END - timedelta(hours=1), due=END + timedelta(minutes=10), interval=900.0,
        outcome="failed" if failing else "ok", kind="timeout" if failing else None, failing_since=END - timedelta(days=1) if failing else None,
        polls=100, days=(5,) * 30, day=END.toordinal(),
    )  # fmt: skip
