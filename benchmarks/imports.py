"""Archives: how fast they come in, beside plain reading of them: ``python -m benchmarks.imports [--size MB] [--order]``.

Writes a web archive like a piece of Common Crawl's news (gzip for each record, pages of 40 to 160 kB of markup, most of which name
neither party; a few report cooperation) into a temporary folder, always the same one for a size, and removes it at the end. Then,
each in a process of its own:

- ``warcio``: all records are read, and nothing is done with them.
- ``warcio + trafilatura``: the text of each page is extracted, as a script would; measured on the first pages, for all would
  take hours.
- ``aseanwatch import``: all pages are looked at, those that can be news are read and judged, what is news is stored in stories.

Prints MB of the file and pages a second, the most memory of all processes together, and the ratios.

``--order`` prints instead how well reports are grouped (B-cubed) when an archive has our sample news in the order of dates, shuffled,
in one file a day, the days shuffled, and in two imports of which the later one has the earlier half.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.analysis.classify import read_rows
from crawler.archives.files import archives_of
from crawler.archives.import_options import ImportOptions
from crawler.archives.importing import ArchiveImport
from crawler.config import load
from crawler.judging.evaluation import measure
from crawler.runtime.packaged_config import packaged
from crawler.store import Store
from crawler.store.schema import articles
from tests.newsroom.news import labelled

HERE = Path(__file__).parent
EXTRACTED = 300
"""Pages of which the text is extracted for comparison."""
NEWS_EVERY, NAMED_EVERY = 100, 20
"""One page in so many reports cooperation, and one names both parties by the way, so that it has to be read."""
WORDS = [
    "the",
    "council",
    "budget",
    "school",
    "road",
    "library",
    "mayor",
    "vote",
    "season",
    "match",
    "goal",
    "weather",
    "storm",
    "rain",
    "hospital",
    "price",
    "market",
    "shares",
    "bank",
    "profit",
    "court",
    "judge",
    "film",
    "song",
    "festival",
    "garden",
    "recipe",
    "travel",
    "beach",
    "hotel",
    "phone",
    "software",
    "car",
    "engine",
    "energy",
    "water",
    "farm",
    "harvest",
    "train",
]


def _filler(draw: random.Random, words: int) -> str:
    return " ".join(draw.choices(WORDS, k=words)).capitalize() + "."


def _markup(draw: random.Random, title: str, text: str, day: datetime) -> bytes:
    """A page as outlets make them: most of it is not the article."""
    menu = "".join(
        f'<li class="menu-{n}"><a href="/s/{draw.randrange(10**6)}">{_filler(draw, 5)}</a></li>'
        for n in range(120)
    )
    state = json.dumps({"teasers": [_filler(draw, 30) for _ in range(draw.randrange(60, 260))]})
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n"))
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta property="article:published_time" content="{day:%Y-%m-%dT%H:%M:%SZ}"><style>{"a{color:red}" * 300}</style>'
        f"<script>window.state={state}</script></head><body><nav><ul>{menu}</ul></nav><main><article><h1>{html.escape(title)}</h1>"
        f"{paragraphs}</article></main><footer>{_filler(draw, 80)}</footer></body></html>"
    ).encode()


def _pages() -> Iterator[tuple[str, bytes, datetime]]:
    draw = random.Random(7)
    news = [row for row in labelled() if row["relevant"]]
    number = 0
    while True:
        number += 1
        seen = datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=number * 3 + draw.randrange(3000))
        if number % NEWS_EVERY == 0:
            row = news[number // NEWS_EVERY % len(news)]
            title, text = f"{row['title']} ({number})", f"{row['text']}\n{_filler(draw, 40)}"
        else:
            title, text = _filler(draw, 9), "\n".join(_filler(draw, 60) for _ in range(8))
            if number % NAMED_EVERY == 0:
                text += "\nVisitors came from China, Thailand and Brazil."
        url = f"https://outlet-{draw.randrange(300)}.example/news/{number}"
        yield url, _markup(draw, title, text, seen - timedelta(hours=draw.randrange(30))), seen


class Made(NamedTuple):
    """An archive: how many pages, and bytes of markup."""

    pages: int
    markup: int


def write_archive(path: Path, size: int) -> Made:
    """Write an archive of so many bytes."""
    count = markup = 0
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for url, body, seen in _pages():
            head = StatusAndHeaders(
                "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
            )
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), http_headers=head,
                    warc_headers_dict={"WARC-Date": f"{seen:%Y-%m-%dT%H:%M:%SZ}"},
                )
            )  # fmt: skip
            count, markup = count + 1, markup + len(body)
            if stream.tell() >= size:
                return Made(count, markup)
    raise AssertionError


def plain(path: Path, most: int | None = None, with_text: bool = False) -> int:
    """Read records, and the text of pages where it is asked for. Returns how many."""
    import trafilatura  # noqa: PLC0415 - only where it is measured

    count = 0
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type != "response":
                continue
            body = record.content_stream().read()
            if with_text:
                trafilatura.extract(body, include_comments=False)
            count += 1
            if most is not None and count >= most:
                break
    return count


def ours(path: Path, processes: int) -> dict[str, Any]:
    """Import an archive into a new store."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/import.db")
        store.upgrade()
        report = ArchiveImport(load(packaged(), {}), store, ImportOptions(processes=processes)).run(
            archives_of([str(path)])
        )
        store.close()
    return {
        "read": report.reading["read"],
        "stored": report.storing["stored"],
        "stories": len(report.stories),
    }


class Use(NamedTuple):
    """What processes have in use now: bytes of memory, shared pages counted once (PSS), and seconds of computing so far."""

    memory: int
    computing: float


def _use(process: int) -> Use:
    """What a process and those that it started have in use."""
    memory, ticks = 0, 0.0
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                memory += int(line.split()[1]) * 1024
        ticks = sum(map(int, Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]))
        computing = ticks / os.sysconf("SC_CLK_TCK")
        # Listed by the thread that started them.
        tasks = Path(f"/proc/{process}/task").glob("*/children")
        children = [child for task in tasks for child in task.read_text().split()]
    except (OSError, ValueError):
        return Use(memory, 0.0)
    below = [_use(int(child)) for child in children]
    return Use(memory + sum(b.memory for b in below), computing + sum(b.computing for b in below))


class Measured(NamedTuple):
    """What one way took: seconds by the clock and of computing, pages, bytes of memory, and what else it says."""

    seconds: float
    computing: float
    pages: int
    memory: int
    said: dict[str, Any]


def measured(way: str, path: Path, processes: int) -> Measured:
    """Run one way in a process of its own."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.imports", "--way", way, "--file", str(path), "--processes", str(processes)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    most, computing = 0, 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal most, computing
        while not done.wait(0.2):
            now = _use(process.pid)
            most, computing = max(most, now.memory), max(computing, now.computing)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, _ = process.communicate()
    done.set()
    watcher.join()
    said = json.loads(out)
    return Measured(time.monotonic() - began, computing, said["read"], most, said)


def speed(size: int, processes: int) -> None:
    """Print the speeds."""
    with tempfile.TemporaryDirectory(prefix="archive-benchmark-") as folder:
        path = Path(folder) / "made.warc.gz"
        made = write_archive(path, size)
        mb = path.stat().st_size / 1e6
        print(
            f"{mb:,.0f} MB packed, {made.markup / 1e6:,.0f} MB of markup, {made.pages:,} pages; {os.cpu_count()} cores"
        )
        found = {way: measured(way, path, processes) for way in ("warcio", "trafilatura", "aseanwatch")}
    print(f"{'':24}{'s':>8}{'MB/s':>8}{'pages/s':>10}{'ms computing a page':>21}{'memory MB':>11}")
    costs = {}
    for way, one in found.items():
        costs[way] = 1000 * one.computing / one.pages
        name = {"trafilatura": "warcio + trafilatura ¹", "aseanwatch": "aseanwatch import"}.get(way, way)
        rate = mb * one.pages / made.pages / one.seconds
        pages = one.pages / one.seconds
        print(
            f"{name:24}{one.seconds:8.1f}{rate:8.1f}{pages:10.0f}{costs[way]:21.1f}{one.memory / 1e6:11.0f}"
        )
    print(f"¹ on the first {found['trafilatura'].pages} pages")
    said = found["aseanwatch"].said
    print(
        f"aseanwatch stored {said['stored']} articles in {said['stories']} stories, with {processes} reading processes"
    )
    print(
        f"by computing: {costs['trafilatura'] / costs['aseanwatch']:.1f} times as fast as extracting every page,"
        f" {costs['aseanwatch'] / costs['warcio']:.1f} times as slow as reading the file"
    )


# The order of archives


def _lines(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    wanted = ("id", "title", "text", "published", "lang")
    path.write_text(
        "".join(
            json.dumps({k: r[k] for k in wanted} | {"url": f"https://{r['id']}.example/n"}) + "\n"
            for r in rows
        ),
        encoding="utf-8",
    )
    return path


def _grouping(
    rows: Sequence[dict[str, Any]], imports: Sequence[Sequence[Sequence[dict[str, Any]]]]
) -> dict[str, Any]:
    """How well reports are grouped after some imports, each of some files."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/order.db")
        store.upgrade()
        for n, files in enumerate(imports):
            paths = [_lines(Path(folder) / f"{n}-{k}.jsonl", part) for k, part in enumerate(files)]
            ArchiveImport(load(packaged(), {}), store, ImportOptions(processes=2)).run(
                archives_of([str(p) for p in paths])
            )
        with store.read() as connection:
            of_url = {
                r.url: r.story_id for r in connection.execute(select(articles.c.url, articles.c.story_id))
            }
        store.close()
    guesses = [
        {"id": r["id"], "relevant": True, "story": str(of_url.get(f"https://{r['id']}.example/n") or f"none {r['id']}"),
         "lang": r["lang"], "topics": [], "bases": []}
        for r in rows
    ]  # fmt: skip
    return measure(rows, guesses)["stories_b3"]


def order() -> None:
    """Print how the order of an archive changes stories."""
    rows = [dict(row) for file in sorted((HERE / "news").glob("*.jsonl")) for row in read_rows(file)]
    rows += [{**row, "story": f"room {row['story']}"} for row in labelled()]
    rows = sorted(
        (r for r in rows if r["relevant"] and r.get("published")), key=lambda r: str(r["published"])
    )
    mixed = list(rows)
    random.Random(3).shuffle(mixed)
    days: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        days.setdefault(str(row["published"])[:10], []).append(row)
    by_day = list(days.values())
    random.Random(4).shuffle(by_day)
    half = len(rows) // 2
    ways: dict[str, Callable[[], list[list[list[dict[str, Any]]]]]] = {
        "in the order of dates": lambda: [[rows]],
        "shuffled": lambda: [[mixed]],
        "a file a day, shuffled": lambda: [by_day],
        "later half imported first": lambda: [[rows[half:]], [rows[:half]]],
        "shuffled, in four imports": lambda: [[mixed[k::4]] for k in range(4)],
    }
    print(f"{len(rows)} relevant reports of our sample news; B-cubed")
    print(f"{'':28}{'precision':>10}{'recall':>8}{'F1':>8}")
    for name, imports in ways.items():
        found = _grouping(rows, imports())
        print(f"{name:28}{found['p']:10.3f}{found['r']:8.3f}{found['f1']:8.3f}", flush=True)


def main() -> None:
    """Run one of both, or one way for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--order", action="store_true")
    parser.add_argument("--way", choices=("warcio", "trafilatura", "aseanwatch"))
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    if given.way == "aseanwatch":
        print(json.dumps(ours(given.file, given.processes)))
    elif given.way:
        is_text = given.way == "trafilatura"
        print(json.dumps({"read": plain(given.file, EXTRACTED if is_text else None, is_text)}))
    elif given.order:
        order()
    else:
        speed(given.size * 1_000_000, given.processes)


if __name__ == "__main__":
    main()
