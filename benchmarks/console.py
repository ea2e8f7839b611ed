"""Response times of the console's pages over a large store: ``python -m benchmarks.console``.

The store has 200,000 articles in 20,000 stories, 400 sources with their states, 300 bases, 5,000 deliveries, 20,000 alerts, and
what a person has read and saved. A server in another process serves every page in turn, with changing filters, over one kept-alive
connection. For comparison the same run measures a feed reader's list on the same store: the two queries that Miniflux makes for its
list of entries (the latest 100 of all, and their number), without a page around them.

With ``--loaded`` the server is a whole service that crawls feeds as fast as it can meanwhile (`benchmarks.console_load`), over a copy
of the store. Between the requests of a page the same connection asks for the smallest answer there is, and this process computes for
some milliseconds: what those take says what the machine, which may be shared, adds to any page.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from time import perf_counter, thread_time
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import text

from alerts.operations.live_config import Live
from alerts.web.serving import Pages
from benchmarks import loopback
from benchmarks.console_load import TimeParts, busy, parts_of, serve_busy
from benchmarks.console_store import BASES, COUNTRIES, DIGESTS, END, SOURCES, filled
from benchmarks.feeds import language
from crawler.commands.context import open_store
from crawler.config import load
from crawler.runtime.memory import release_memory
from crawler.store import Store
from tests.newsroom.configuration import packaged, with_sections
from tests.sessions import BY_SESSION, let_in

COMPUTED = 5.0
"""Milliseconds of computing between two requests beside a crawl."""
SETTLING = 10.0
"""Seconds that a crawl has to come to its full speed."""
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
        "smallest answer": lambda: "/healthz",
        # Last: its server counts beside the requests that follow.
        "missing terms of a topic": lambda: f"/console/topics/{topic()}/suggestions",
    }
    return {name: iter(make, None) for name, make in made.items()}


def serve(config: str, feeds: int = 0) -> None:
    """Serve the console, beside a crawl of the feeds at a port where there is one, and print the port."""
    settings = load(config)
    if feeds:
        # An hour later: all sources are due then.
        serve_busy(busy(settings, feeds), END + timedelta(hours=1))
        return
    pages = Pages(Live(Path(config), settings), Store(settings.storage.url), lambda: END)
    release_memory()
    pages.serve(lambda: print(pages.port, flush=True))


class PageTimes(NamedTuple):
    """The sorted milliseconds of the requests of a page.

    Attributes:
        waited: from the request to the last byte, as the client sees it.
        computed: that threads of the server were on a core, which other programs of the machine do not lengthen; all of them, also
            those of a crawl beside.
        smallest: from the request to the last byte of the smallest answer, between the others.
        elsewhere: what `COMPUTED` milliseconds of computing took in this process, between the requests.
        parts: beside a crawl, of what the time of each page consisted in the server.
    """

    waited: list[float]
    computed: list[float]
    smallest: Sequence[float] = ()
    elsewhere: Sequence[float] = ()
    parts: Sequence[TimeParts] = ()


def timed(server: int, port: int, turns: Iterator[str], times: int, *, is_loaded: bool = False) -> PageTimes:
    """The times of so many requests.

    Args:
        server: the id of the server's process.
        port: where it listens.
        turns: the addresses, one after another.
        times: how many.
        is_loaded: whether a crawl goes on beside.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    waited, computed, smallest, elsewhere, parts = [], [], [], [], []
    for _ in range(times):
        worked = milliseconds_on_cores(server)
        took, said = asked(connection, next(turns))
        waited.append(took)
        computed.append(milliseconds_on_cores(server) - worked)
        if is_loaded:
            parts += [parts_of(said)] if said else []
            smallest.append(asked(connection, "/healthz")[0])
            elsewhere.append(computing())
    connection.close()
    return PageTimes(sorted(waited), sorted(computed), sorted(smallest), sorted(elsewhere), parts)


def asked(connection: http.client.HTTPConnection, address: str) -> tuple[float, str]:
    """Milliseconds from a request to the last byte of its answer, and what the answer says of them."""
    begun = perf_counter()
    connection.request("GET", address, headers={"Accept-Language": "en", **BY_SESSION})
    answer = connection.getresponse()
    answer.read()
    if answer.status not in (200, 303):
        raise SystemExit(f"{address}: {answer.status}")
    return (perf_counter() - begun) * 1000, answer.headers.get("Server-Timing", "")


def computing() -> float:
    """Milliseconds until this thread has been on a core for `COMPUTED` of them."""
    begun, end = perf_counter(), thread_time() + COMPUTED / 1000
    while thread_time() < end:
        pass
    return (perf_counter() - begun) * 1000


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


def measured(
    config: Path, grouped: int, times: int, only: Sequence[str], feeds: int = 0
) -> dict[str, PageTimes]:
    """The times of each page, printed as they come.

    Args:
        config: of the console.
        grouped: the number of stories in its store.
        times: how often each page is requested.
        only: parts of the names of the pages that are wanted; empty for all.
        feeds: the port of feeds that are crawled meanwhile; 0 for none.
    """
    topics = list(load(config).topics)
    command = [sys.executable, "-m", "benchmarks.console", "--serve", str(config), "--feeds", str(feeds)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    found = {}
    try:
        port = int(server.stdout.readline())
        if feeds:
            time.sleep(SETTLING)
        for name, turns in addresses(random.Random(3), topics, grouped).items():
            if not only or any(part in name for part in only):
                timed(server.pid, port, turns, 3)
                found[name] = timed(server.pid, port, turns, times, is_loaded=bool(feeds))
                print(line(name, found[name]), flush=True)
    finally:
        server.terminate()
        server.wait()
    return found


def copied(config: Path, folder: Path) -> Path:
    """A configuration and its store in another folder."""
    there = folder / config.name
    text = config.read_text(encoding="utf-8").replace(f"{config.parent}/console.db", f"{folder}/console.db")
    there.write_text(text, encoding="utf-8")
    shutil.copy(config.parent / "console.db", folder / "console.db")
    return there


def entries_in(config: Path) -> int:
    """The entries of a console's store."""
    store = open_store(load(config))
    with store.read() as connection:
        number: int = connection.execute(text("SELECT count(*) FROM entries")).scalar_one()
    store.close()
    return number


def line(name: str, times: PageTimes) -> str:
    """A line of the table."""
    waited = times.waited
    columns = [statistics.median(waited), most_of(waited), waited[-1]]
    if times.smallest:
        columns += [most_of(sorted(part)) for part in zip(*times.parts, strict=True)] or [0.0] * 3
        columns += [most_of(times.smallest), most_of(times.elsewhere)]
    else:
        columns.append(most_of(times.computed))
    return f"{name:34}" + "".join(f" {column:>8.1f}" for column in columns)


def most_of(sorted_times: Sequence[float]) -> float:
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
    options.add_argument("--only", nargs="*", default=(), help="pages with one of these in their names")
    options.add_argument("--loaded", action="store_true", help="a crawl at full speed beside")
    options.add_argument("--folder", type=Path, help="keep the store here for the next time")
    options.add_argument("--serve", help=argparse.SUPPRESS)
    options.add_argument("--feeds", type=int, default=0, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        serve(given.serve, given.feeds)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        config = prepared(folder, given.articles, given.stories)
        print(
            f"{given.articles} articles, {given.stories} stories; milliseconds of {given.times} requests each"
        )
        if given.loaded:
            loaded(config, Path(temporary), given.stories, given.times, given.only)
            return
        print(f"{'':34} {'median':>8} {'95 %':>8} {'most':>8} {'CPU 95%':>8}")
        found = measured(config, given.stories, given.times, given.only)
        print(line("a reader’s list, queries only", compared(config, given.times)))
    slow = {name: round(most_of(t.computed), 1) for name, t in found.items() if most_of(t.computed) > MOST}
    print(json.dumps({f"over {MOST:.0f} ms on a core": slow}))


def loaded(config: Path, temporary: Path, grouped: int, times: int, only: Sequence[str]) -> None:
    """Time the pages beside a crawl, and print what it took in meanwhile."""
    print(
        f"{'':34} {'median':>8} {'95 %':>8} {'most':>8} {'CPU':>8} {'core':>8} {'other':>8} {'smallest':>8} {'5 ms':>8}"
    )
    copy = copied(config, temporary)
    before, begun = entries_in(copy), perf_counter()
    with loopback.apart("benchmarks.console_load", SOURCES) as port:
        found = measured(copy, grouped, times, only, port)
    taken, seconds = entries_in(copy) - before, perf_counter() - begun
    print(f"{taken} entries were taken in meanwhile, {taken / seconds:.0f} a second")
    slow = {name: round(most_of(t.waited), 1) for name, t in found.items() if most_of(t.waited) > MOST}
    print(json.dumps({f"over {MOST:.0f} ms beside a crawl": slow}))


if __name__ == "__main__":
    main()
