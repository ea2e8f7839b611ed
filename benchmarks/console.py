"""Response times of the console's pages over a large store: ``python -m benchmarks.console``.

The store has 200,000 articles in 20,000 stories, 400 sources with their states, 300 bases, 5,000 deliveries, 20,000 alerts, and
what a person has read and saved. A server in another process serves every page in turn, with changing filters, over one kept-alive
connection. For comparison the same run measures a feed reader's list on the same store: the two queries that Miniflux makes for its
list of entries (the latest 100 of all, and their number), without a page around them.
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
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, thread_time
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import text

from alerts.operations.live_config import Live
from alerts.web.serving import Pages
from benchmarks.console_store import BASES, COUNTRIES, DIGESTS, END, SOURCES, filled
from benchmarks.feeds import language
from crawler.commands.context import open_store
from crawler.config import load
from crawler.runtime.memory import release_memory
from crawler.store import Store
from tests.newsroom.configuration import packaged, with_sections
from tests.sessions import BY_SESSION, let_in

MOST = 50.0
"""Milliseconds within which 95 of 100 requests of any page are to be answered."""


def addresses(chance: random.Random, topics: list[str], grouped: int) -> dict[str, Iterator[str]]:
    """Each page by its name, with changing filters in its address. A new page of the console is a new line here.

    Args:
        chance: chooses what changes.
        topics: the names of all topics.
        grouped: the number of stories in the store.
    """

    def story() -> int:
        return chance.randrange(1, grouped)

    def base() -> str:
        return f"base-{chance.randrange(1, BASES)}"

    def search(*words: str) -> Callable[[], str]:
        return lambda: f"/console/?q={quote(chance.choice(words))}"

    def topic() -> str:
        return chance.choice(topics)

    made: dict[str, Callable[[], str]] = {
        "today": lambda: "/console/",
        "today, a topic": lambda: f"/console/?topic={topic()}",
        "today, language and country": lambda: (
            f"/console/?lang={chance.choice(['id', 'my', 'zh'])}&country={chance.choice(COUNTRIES)}"
        ),
        "today, only bases": lambda: "/console/?base=1",
        "today, only unread": lambda: "/console/?unread=1",
        "today, only saved": lambda: "/console/?saved=1",
        "older stories": lambda: f"/console/?after={END.timestamp() - chance.randrange(10**7)}-{story()}",
        "today, four filters": lambda: (
            f"/console/?topic={topic()}&country={chance.choice(COUNTRIES)}&period=30d&unread=1"
        ),
        "search by relevance": lambda: "/console/?q=railway&sort=relevance",
        "views": lambda: "/console/views",
        "volume": lambda: f"/console/volume?by={chance.choice(['topic', 'country', 'outlet'])}&span=90d",
        "search, English": search(
            "railway", "China Laos", "durian export", "innovation base", '"high-speed"'
        ),
        "search, Chinese": search("铁路", "合作", "示范", "深圳", "中国 老挝"),
        "search, Thai, Lao, Khmer, Burmese": search("รถไฟ", "ຈີນ", "កម្ពុជា", "တရုတ်"),
        "search, Indonesian, Vietnamese": search("kereta cepat", "kerja sama", "hợp tác", "đường sắt"),
        "search and filters": lambda: (
            f"/console/?q=railway&topic={topic()}&country={chance.choice(COUNTRIES)}"
        ),
        "story": lambda: f"/console/stories/{story()}",
        "register": lambda: "/console/register",
        "register, a country and a stage": lambda: (
            f"/console/register?country=CN&stage={chance.choice(['signed', 'launched'])}"
        ),
        "register, another month": lambda: (
            f"/console/register?month=2025-{chance.choice(['09', '10', '11'])}"
        ),
        "base": lambda: f"/console/register/{base()}",
        "topics": lambda: "/console/topics",
        "topic": lambda: f"/console/topics/{topic()}",
        "new topic by questions": lambda: "/console/new-topic",
        "term set": lambda: "/console/terms/china",
        "changes": lambda: "/console/changes",
        "sources": lambda: "/console/sources",
        "source": lambda: f"/console/sources/feed-{chance.randrange(SOURCES)}",
        "what sources are worth": lambda: "/console/sources/audit",
        "add a source": lambda: "/console/sources/add",
        "subscriptions": lambda: "/console/subscriptions",
        "subscription": lambda: "/console/subscriptions/desk",
        "preview of a digest": lambda: "/console/subscriptions/desk/preview",
        "past digest": lambda: f"/console/digests/{chance.randrange(1, DIGESTS)}",
        "add a subscription": lambda: "/console/subscriptions/add",
        "what readers said": lambda: "/console/feedback",
        "deliveries": lambda: "/console/deliveries",
        "deliveries that failed": lambda: "/console/deliveries?status=failed",
        "health": lambda: "/console/health",
        "account": lambda: "/console/account",
        "sign in": lambda: "/console/sign-in",
        "API stories": lambda: f"/api/v1/stories?limit=50&topic={topic()}",
        # Last: its server counts beside the requests that follow.
        "missing terms of a topic": lambda: f"/console/topics/{topic()}/suggestions",
    }
    return {name: iter(make, None) for name, make in made.items()}


def serve(config: str) -> None:
    """Serve the console, and print the port."""
    settings = load(config)
    pages = Pages(Live(Path(config), settings), Store(settings.storage.url), lambda: END)
    release_memory()
    pages.serve(lambda: print(pages.port, flush=True))


class PageTimes(NamedTuple):
    """The sorted milliseconds of the requests of a page.

    Attributes:
        waited: from the request to the last byte, as the client sees it.
        computed: that threads of the server were on a core, which other programs of the machine do not lengthen.
    """

    waited: list[float]
    computed: list[float]


def timed(server: int, port: int, turns: Iterator[str], times: int) -> PageTimes:
    """The times of so many requests.

    Args:
        server: the id of the server's process.
        port: where it listens.
        turns: the addresses, one after another.
        times: how many.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    waited, computed = [], []
    for _ in range(times):
        address = next(turns)
        worked, begun = milliseconds_on_cores(server), perf_counter()
        connection.request("GET", address, headers={"Accept-Language": "en", **BY_SESSION})
        answer = connection.getresponse()
        answer.read()
        waited.append((perf_counter() - begun) * 1000)
        computed.append(milliseconds_on_cores(server) - worked)
        if answer.status not in (200, 303):
            raise SystemExit(f"{address}: {answer.status}")
    connection.close()
    return PageTimes(sorted(waited), sorted(computed))


def milliseconds_on_cores(process: int) -> float:
    """How long the threads of a process have been on a core (Linux; elsewhere 0)."""
    times = [task.read_text().split()[0] for task in Path(f"/proc/{process}/task").glob("*/schedstat")]
    return sum(map(int, times)) / 1e6


def miniflux(store: Store) -> tuple[str, ...]:
    """The queries of a feed reader's list on the same store."""
    return (
        "SELECT e.id, e.title, e.url, e.published, e.source FROM entries e ORDER BY e.seen DESC, e.id DESC LIMIT 100",
        "SELECT count(*) FROM entries",
    )


def prepared(folder: Path, count: int, grouped: int) -> Path:
    """The configuration of a console in a folder, with a full store beside it; made where it is not there yet."""
    config = folder / "config.yaml"
    if config.exists():
        return config
    own = [
        {
            "name": f"feed-{n}",
            "url": f"https://outlet{n}.example/feed",
            "lang": language(n),
            "country": COUNTRIES[n % 10],
        }
        for n in range(SOURCES)
    ]
    sections = {"sources": own, "storage": {"url": f"sqlite:///{folder}/console.db"}, "web": {"port": 0}}
    desk = [{"name": "desk", "to": ["desk@example.org"], "when": "daily 20:00"}]
    content = with_sections(packaged(), **sections, subscriptions=desk)
    draft = folder / "draft.yaml"
    draft.write_text(content, encoding="utf-8")
    settings = load(draft)
    store = open_store(settings)
    filled(store, count, grouped, list(settings.topics))
    let_in(store, END)
    store.close()
    draft.rename(config)
    return config


def measured(config: Path, grouped: int, times: int, only: str) -> dict[str, PageTimes]:
    """The times of each page, printed as they come.

    Args:
        config: of the console.
        grouped: the number of stories in its store.
        times: how often each page is requested.
        only: a part of the names of the pages that are wanted; empty for all.
    """
    topics = list(load(config).topics)
    command = [sys.executable, "-m", "benchmarks.console", "--serve", str(config)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    found = {}
    try:
        port = int(server.stdout.readline())
        for name, turns in addresses(random.Random(3), topics, grouped).items():
            if only in name:
                timed(server.pid, port, turns, 3)
                found[name] = timed(server.pid, port, turns, times)
                print(line(name, *found[name]), flush=True)
    finally:
        server.terminate()
        server.wait()
    return found


def line(name: str, waited: list[float], computed: list[float]) -> str:
    """A line of the table, of sorted times."""
    columns = (statistics.median(waited), most_of(waited), waited[-1], most_of(computed))
    return f"{name:34}" + "".join(f" {column:>8.1f}" for column in columns)


def most_of(sorted_times: list[float]) -> float:
    """The time within which 95 of 100 requests are answered."""
    return sorted_times[int(len(sorted_times) * 0.95)]


def compared(config: Path, times: int) -> PageTimes:
    """The times of the feed reader's queries."""
    store = open_store(load(config))
    waited, computed = [], []
    with store.read() as connection:
        for _ in range(times):
            worked, begun = thread_time(), perf_counter()
            for query in miniflux(store):
                connection.execute(text(query)).all()
            waited.append((perf_counter() - begun) * 1000)
            computed.append((thread_time() - worked) * 1000)
    store.close()
    return PageTimes(sorted(waited), sorted(computed))


def main() -> None:
    """Fill the store, serve it, request every page, and print the times."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=200_000)
    options.add_argument("--stories", type=int, default=20_000)
    options.add_argument("--times", type=int, default=60)
    options.add_argument("--only", default="", help="pages with this in their names")
    options.add_argument("--folder", type=Path, help="keep the store here for the next time")
    options.add_argument("--serve", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        serve(given.serve)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        config = prepared(folder, given.articles, given.stories)
        print(
            f"{given.articles} articles, {given.stories} stories; milliseconds of {given.times} requests each"
        )
        print(f"{'':34} {'median':>8} {'95 %':>8} {'most':>8} {'CPU 95%':>8}")
        found = measured(config, given.stories, given.times, given.only)
        print(line("a reader’s list, queries only", *compared(config, given.times)))
    slow = {name: round(most_of(t.computed), 1) for name, t in found.items() if most_of(t.computed) > MOST}
    print(json.dumps({f"over {MOST:.0f} ms on a core": slow}))


if __name__ == "__main__":
    main()
