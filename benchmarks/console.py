"""Response times of the console's pages over a large store: ``python -m benchmarks.console``.

The store has 200,000 articles in 20,000 stories, 400 sources with their states, 300 bases and 5,000 deliveries. A server in another
process serves every page in turn, with changing filters, over one kept-alive connection. For comparison the same run measures a
feed reader's list on the same store: the two queries that Miniflux makes for its list of entries (the latest 100 of all, and their
number), without a page around them.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from urllib.parse import quote

from sqlalchemy import insert, select, text

from alerts.operations.live_config import Live
from alerts.web.serving import Pages
from benchmarks.feeds import language, sentences
from crawler.commands.context import open_store
from crawler.config import load
from crawler.polling.state import SourceState
from crawler.runtime.memory import release_memory
from crawler.store import Store, search
from crawler.store.schema import (
    article_topics,
    articles,
    base_articles,
    bases,
    deliveries,
    digests,
    entries,
    source_states,
    stories,
    subscriptions,
)
from crawler.store.sources import save_states
from tests.newsroom.configuration import packaged, with_sections
from tests.sessions import BY_SESSION, let_in

END = datetime(2025, 12, 1, tzinfo=UTC)
COUNTRIES = ("CN", "VN", "ID", "MY", "TH", "LA", "KH", "MM", "PH", "SG")
CITIES = ("Shenzhen", "Nanning", "Kuala Lumpur", "Vientiane", "Jakarta", "Hanoi", "Bangkok", "Phnom Penh")
PORTION = 5_000


def rows(
    count: int, grouped: int, topics: list[str], chance: random.Random
) -> Iterator[tuple[dict[str, object], str | None]]:
    """Articles; one in ten belongs to a story, the others are irrelevant."""
    for number in range(1, count + 1):
        lang = language(number)
        relevant = number % 2 == 0
        said = sentences()[lang, relevant]
        title, body = chance.choice(said), " ".join(chance.choices(said, k=4))
        when = END - timedelta(minutes=count - number)
        country = chance.choice(COUNTRIES)
        story = 1 + int(grouped * number / (count + 1)) if relevant else None
        yield (
            {
                "id": number, "url": f"https://outlet{number % 400}.example/{number}", "url_key": f"outlet{number % 400}.example/{number}",
                "title": f"{title[:110]} {number}", "text": body, "lang": lang, "published": when, "source": f"feed-{number % 400}",
                "country": country, "first_seen": when, "when": when, "from_page": False, "text_hash": f"{number:x}", "relevant": relevant,
                "score": 0.9 if relevant else 0.0, "reasons": [["parties side by side", 1.9]] if relevant else [], "evidence": [],
                "countries": ["CN", country], "story_id": story, "story_why": None, "features": [f"c:{country}", "k:rail"] if relevant else [],
                "words": [],
            },
            chance.choice(topics) if relevant else None,
        )  # fmt: skip


def filled(store: Store, count: int, grouped: int, topics: list[str]) -> None:
    """Fill a store."""
    chance = random.Random(5)
    with store.write() as connection:
        first = [{"id": n, "first_seen": END - timedelta(minutes=count - (n - 1) * count // grouped),
                  "last_seen": END - timedelta(minutes=count - n * count // grouped)} for n in range(1, grouped + 1)]  # fmt: skip
        connection.execute(insert(stories), first)
        portion, tagged = [], []
        for row, topic in rows(count, grouped, topics, chance):
            portion.append(row)
            if topic:
                tagged.append({"article_id": row["id"], "topic": topic, "score": 0.5, "evidence": []})
            if len(portion) == PORTION:
                connection.execute(insert(articles), portion)
                connection.execute(insert(article_topics), tagged)
                portion, tagged = [], []
        seen = [{"source": f"feed-{n % 400}", "guid": str(n), "url": f"https://outlet{n % 400}.example/{n}", "url_key": str(n), "title": f"entry {n}",
                 "summary": "", "content": "", "seen": END - timedelta(minutes=n % 40_000), "categories": [], "enclosures": []} for n in range(1, count + 1)]  # fmt: skip
        for start in range(0, count, PORTION):
            connection.execute(insert(entries), seen[start : start + PORTION])
        for n in range(1, 301):
            cities = chance.sample(CITIES, 2)
            article = n * count // 301 // 2 * 2
            day = (END - timedelta(days=n % 90)).date()
            connection.execute(insert(bases), [{"id": n, "key": f"base-{n}", "name": f"Demonstration base {n}", "kind": "base", "stage": "launched", "cities": cities, "countries": ["CN"], "date": day, "first_seen": END, "story_id": 1 + int(grouped * article / (count + 1))}])  # fmt: skip
            proofs = [{"base_id": n, "article_id": article + 2 * k, "name": f"Demonstration base {n}", "stage": "launched", "cities": cities, "date": day, "sentence": "It was launched.", "kind": "base", "countries": ["CN"], "partners": [], "figures": []} for k in range(4)]  # fmt: skip
            connection.execute(insert(base_articles), proofs)
        connection.execute(insert(digests), [{"id": n, "subscription": "desk", "due": END - timedelta(hours=n), "made": END, "subject": "News", "html": "<main>News</main>", "text": "News"} for n in range(1, 501)])  # fmt: skip
        connection.execute(insert(deliveries), [{"digest_id": 1 + n % 500, "channel": "email", "recipient": f"r{n}@example.org", "message_id": str(n), "status": "sent", "next_try": END, "sent": END, "domain": "example.org"} for n in range(5_000)])  # fmt: skip
        connection.execute(
            insert(subscriptions), [{"name": "desk", "since": END, "paused": False, "confirmed": True}]
        )
        save_states(
            connection, [SourceState(f"feed-{n}", polled=END, outcome="ok", polls=100) for n in range(400)]
        )
        assert connection.execute(select(source_states)).first()
        while search.catch_up(connection):
            pass
        connection.execute(text("ANALYZE"))


def addresses(chance: random.Random, topics: list[str], count: int, grouped: int) -> dict[str, Iterator[str]]:
    """Each page, with changing filters in its address."""
    words = ["railway", "China Laos", "合作", "示范", "kerja sama", "hợp tác", "รถไฟ", "ຈີນ", "កម្ពុជា", "တရုတ်"]

    def endless(make: object) -> Iterator[str]:
        while True:
            yield make()  # type: ignore[operator]

    def story() -> int:
        return chance.randrange(1, grouped)

    made = {
        "today": lambda: "/console/",
        "today, a topic": lambda: f"/console/?topic={chance.choice(topics)}",
        "today, language and country": lambda: (
            f"/console/?lang={chance.choice(['id', 'my', 'zh'])}&country={chance.choice(COUNTRIES)}"
        ),
        "today, only bases": lambda: "/console/?base=1",
        "older stories": lambda: f"/console/?after={END.timestamp() - chance.randrange(10**7)}-{story()}",
        "search": lambda: f"/console/?q={quote(chance.choice(words))}",
        "story": lambda: f"/console/stories/{story()}",
        "register": lambda: "/console/register",
        "base": lambda: f"/console/register/base-{chance.randrange(1, 300)}",
        "topics": lambda: "/console/topics",
        "topic": lambda: f"/console/topics/{chance.choice(topics)}",
        "sources": lambda: "/console/sources",
        "source": lambda: f"/console/sources/feed-{chance.randrange(400)}",
        "subscriptions": lambda: "/console/subscriptions",
        "subscription": lambda: "/console/subscriptions/desk",
        "deliveries": lambda: "/console/deliveries",
        "health": lambda: "/console/health",
        "API stories": lambda: f"/api/v1/stories?limit=50&topic={chance.choice(topics)}",
    }
    return {name: endless(make) for name, make in made.items()}


def serve(config: str) -> None:
    """Serve the console, and print the port."""
    settings = load(config)
    pages = Pages(Live(Path(config), settings), Store(settings.storage.url), lambda: END)
    release_memory()
    pages.serve(lambda: print(pages.port, flush=True))


def timed(port: int, turns: Iterator[str], times: int) -> list[float]:
    """The milliseconds of each request, measured by the client."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    found = []
    for _ in range(times):
        address = next(turns)
        begun = perf_counter()
        connection.request("GET", address, headers={"Accept-Language": "en", **BY_SESSION})
        answer = connection.getresponse()
        answer.read()
        found.append((perf_counter() - begun) * 1000)
        if answer.status != 200:
            raise SystemExit(f"{address}: {answer.status}")
    connection.close()
    return found


def miniflux(store: Store) -> tuple[str, ...]:
    """The queries of a feed reader's list on the same store."""
    return (
        "SELECT e.id, e.title, e.url, e.published, e.source FROM entries e ORDER BY e.seen DESC, e.id DESC LIMIT 100",
        "SELECT count(*) FROM entries",
    )


def main() -> None:
    """Fill the store, serve it, request every page, and print the times."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=200_000)
    options.add_argument("--stories", type=int, default=20_000)
    options.add_argument("--times", type=int, default=60)
    options.add_argument("--serve", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        serve(given.serve)
        return
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        own = [
            {
                "name": f"feed-{n}",
                "url": f"https://outlet{n}.example/feed",
                "lang": language(n),
                "country": COUNTRIES[n % 10],
            }
            for n in range(400)
        ]
        sections = {"sources": own, "storage": {"url": f"sqlite:///{folder}/console.db"}, "web": {"port": 0}}
        desk = [{"name": "desk", "to": ["desk@example.org"], "when": "daily 20:00"}]
        config.write_text(with_sections(packaged(), **sections, subscriptions=desk), encoding="utf-8")
        settings = load(config)
        store = open_store(settings)
        filled(store, given.articles, given.stories, list(settings.topics))
        let_in(store, END)
        server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.console", "--serve", str(config)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdout is not None
        try:
            port = int(server.stdout.readline())
            pages = addresses(random.Random(3), list(settings.topics), given.articles, given.stories)
            print(
                f"{given.articles} articles, {given.stories} stories; milliseconds of {given.times} requests each"
            )
            print(f"{'':28} {'median':>8} {'95 %':>8} {'most':>8}")
            slow = {}
            for name, turns in pages.items():
                timed(port, turns, 3)
                found = sorted(timed(port, turns, given.times))
                most = found[int(len(found) * 0.95)]
                slow[name] = most
                print(f"{name:28} {statistics.median(found):>8.1f} {most:>8.1f} {found[-1]:>8.1f}")
        finally:
            server.terminate()
            server.wait()
        with store.read() as connection:
            spent = []
            for _ in range(given.times):
                begun = perf_counter()
                for query in miniflux(store):
                    connection.execute(text(query)).all()
                spent.append((perf_counter() - begun) * 1000)
        spent.sort()
        print(
            f"{'a reader’s list, queries only':28} {statistics.median(spent):>8.1f} {spent[int(len(spent) * 0.95)]:>8.1f} {spent[-1]:>8.1f}"
        )
        print(json.dumps({"over 50 ms": {k: round(v, 1) for k, v in slow.items() if v > 50}}))


if __name__ == "__main__":
    main()
