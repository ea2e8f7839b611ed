"""Archives come into the store whole and once, whatever interrupts it, and in whatever order their pages are."""

from __future__ import annotations

import gzip
import json
import pickle
import random
import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from crawler.archives import pool as reading_pool
from crawler.archives.fields import mapping_of
from crawler.archives.files import archives_of
from crawler.archives.import_options import ImportOptions
from crawler.archives.import_report import ImportReport
from crawler.archives.importing import ArchiveImport
from crawler.archives.items import ArchivedPage
from crawler.archives.reading import Choices, Ending, ItemReader, ReadingPlan, ReadItem
from crawler.commands.context import err, out
from crawler.commands.importing import _print
from crawler.documents.process import Limits
from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.imports import count_staged
from crawler.store.schema import articles, entries, imported_articles, source_states, staged_articles, stories
from tests.builders import new_store, shipped, shipped_judge
from tests.crawler.archives.making import Warc, news_warc, page_of
from tests.newsroom.news import labelled

ROWS = [row for row in labelled() if row["relevant"]][:40]


class PoolHere:
    """Reads in this process, with the judge that is there."""

    def __init__(self, plan: str, _processes: int) -> None:
        self._reader = ItemReader(pickle.loads(Path(plan).read_bytes()), shipped_judge())

    def submit(self, items: Any) -> Future[list[ReadItem]]:
        future: Future[list[ReadItem]] = Future()
        future.set_result([self._reader.read(item) for item in items])
        return future

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True, scope="module")
def read_here() -> Iterator[None]:
    """No processes: what is tested is what becomes of their answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crawler.archives.importing.ReadingPool", PoolHere)
        yield


def imported(store: Store, *paths: Path, **options: Any) -> ImportReport:
    """Import files by the shipped rules."""
    return ArchiveImport(shipped(), store, ImportOptions(**options), judge=shipped_judge()).run(
        archives_of([str(p) for p in paths])
    )


def grouping(store: Store) -> set[frozenset[str]]:
    """The addresses of the articles of each story."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    with store.read() as connection:
        for row in connection.execute(select(articles.c.url, articles.c.story_id)):
            found[row.story_id].add(row.url)
    return {frozenset(urls) for urls in found.values()}


def count(store: Store, table: Any) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> set[frozenset[str]]:
    """The stories of the news, read in the order of its dates."""
    folder = tmp_path_factory.mktemp("order")
    store = new_store(folder)
    rows = sorted(ROWS, key=lambda row: str(row["published"]))
    imported(store, news_warc(folder / "a.warc.gz", rows))
    return grouping(store)


def shuffled(seed: int = 1) -> list[dict[str, Any]]:
    rows = list(ROWS)
    random.Random(seed).shuffle(rows)
    return rows


def test_articles_come_with_their_own_dates_and_touch_no_source(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    report = imported(store, news_warc(tmp_path / "a.warc.gz", ROWS))
    assert report.storing["stored"] == len(ROWS) == count(store, imported_articles)
    with store.read() as connection:
        rows = list(connection.execute(select(articles)))
    assert {row.published.date().isoformat() for row in rows} == {str(r["published"])[:10] for r in ROWS}
    assert all(row.first_seen.isoformat() == "2025-12-05T10:00:00+00:00" for row in rows)
    assert all(row.next_check is None for row in rows)
    assert count(store, entries) == count(store, source_states) == 0
    again = imported(store, tmp_path / "a.warc.gz")
    assert again.known_files and not again.storing
    once_more = imported(store, tmp_path / "a.warc.gz", restart=True)
    assert once_more.storing == {"known before": len(ROWS)} and count(store, articles) == len(ROWS)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_pages_decides_nothing(tmp_path: Path, in_order: set[frozenset[str]], seed: int) -> None:
    rows = shuffled(seed)
    store = new_store(tmp_path)
    one, other = news_warc(tmp_path / "a.warc.gz", rows[:20]), news_warc(tmp_path / "b.warc.gz", rows[20:])
    imported(store, one, other)
    assert grouping(store) == in_order


class Killed(BaseException):
    """As if the process had been killed: nothing after it runs but what the interpreter must."""


@contextmanager
def killed_at(store: Store, number: int, *, after: bool) -> Iterator[None]:
    """Let the process die at its n-th transaction that writes, right before or right after the commit."""
    own = store.write
    seen = 0

    @contextmanager
    def write(*, exclusive: bool = True) -> Iterator[Connection]:
        nonlocal seen
        seen += 1
        mine = seen
        with own(exclusive=exclusive) as connection:
            yield connection
            if mine == number and not after:
                raise Killed
        if mine == number and after:
            raise Killed

    store.write = write  # type: ignore[method-assign]
    try:
        yield
    except Killed:
        pass
    finally:
        del store.write


@pytest.mark.parametrize("after", [True, False])
def test_killed_at_any_transaction_it_loses_nothing_and_takes_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_order: set[frozenset[str]], after: bool
) -> None:
    monkeypatch.setattr("crawler.archives.file_reading.COMMIT_AT", 5)
    monkeypatch.setattr("crawler.archives.batches.BATCH", 5)
    monkeypatch.setattr("crawler.archives.storing.MOST_LOT", 8)
    path = news_warc(tmp_path / "a.warc.gz", shuffled())
    store = new_store(tmp_path)
    for number in (1, 2, 3, 4, 5, 6, 4, 2, 3):
        with killed_at(store, number, after=after):
            imported(store, path)
    imported(store, path)
    assert grouping(store) == in_order
    assert count(store, articles) == count(store, imported_articles) == len(ROWS)
    with store.read() as connection:
        assert count_staged(connection) == 0


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"mapping": mapping_of(["b=title", "a=text"])}, {"mapping": mapping_of(["a=title", "b=text"])}),
        ({"choices": Choices()}, {"choices": Choices(languages=frozenset({"en"}))}),
    ],
)
def test_what_an_interrupted_import_read_by_other_options_is_dropped(
    tmp_path: Path, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    path = tmp_path / "a.jsonl"
    fields = ("title", "text") if "choices" in right else ("a", "b")
    path.write_text(
        "".join(
            json.dumps({fields[0]: r["title"], fields[1]: r["text"], "url": r["url"], "date": r["published"]})
            + "\n"
            for r in ROWS
        )
    )
    (tmp_path / "clean").mkdir()
    store, clean = new_store(tmp_path), new_store(tmp_path / "clean")
    with killed_at(store, 3, after=False):
        imported(store, path, **wrong)
    with store.read() as connection:
        waited = count_staged(connection)
    assert waited
    report = imported(store, path, **right)
    assert any(f"{waited:,} articles waited" in note for note in report.notes)
    imported(clean, path, **right)
    assert titles(store) == titles(clean) and titles(store)
    # The first command reads everything again that was dropped.
    assert not imported(store, path, **wrong).known_files


@pytest.mark.parametrize("number", range(1, 7))
def test_the_account_after_a_stop_has_every_article_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr("crawler.archives.file_reading.COMMIT_AT", 25)
    monkeypatch.setattr("crawler.archives.storing.MOST_LOT", 16)
    path = news_warc(tmp_path / "a.warc.gz", ROWS)
    store = new_store(tmp_path)
    with killed_at(store, number, after=True):
        imported(store, path)
    stored = count(store, articles)
    report = imported(store, path)
    if stored == len(ROWS):
        assert report.known_files and not report.reading
        return
    assert report.reading["kept"] == len(ROWS) and not report.known_files and not report.others_waiting
    assert (report.earlier, report.storing["stored"]) == (stored, len(ROWS) - stored)


@pytest.mark.parametrize(
    ("waiting", "stored", "left"), [(None, (3, 6), 6), ("store", (9, 0), 0), ("drop", (3, 6), 0)]
)
def test_what_waited_of_other_archives_is_stored_only_if_that_is_wanted(
    tmp_path: Path, waiting: str | None, stored: tuple[int, int], left: int
) -> None:
    one, other = news_warc(tmp_path / "a.warc.gz", ROWS[:6]), news_warc(tmp_path / "b.warc.gz", ROWS[6:9])
    store = new_store(tmp_path)
    with killed_at(store, 3, after=False):
        imported(store, one)
    report = imported(store, other, waiting=waiting)
    assert (report.storing["stored"], report.reading["kept"], report.left_waiting) == (stored[0], 3, left)
    assert any("a.warc.gz" in note for note in report.notes) is (waiting != "store")
    assert count(store, staged_articles) == left
    # Whatever became of it, its own command brings all of it.
    assert imported(store, one).storing["stored"] == stored[1]
    assert count(store, articles) == 9


def test_a_file_that_a_broken_one_stands_beside_is_stored(tmp_path: Path) -> None:
    whole = news_warc(tmp_path / "a.warc.gz", ROWS[:4])
    broken = tmp_path / "b.jsonl.gz"
    rows = [{"url": f"https://o.example/{n}", **row} for n, row in enumerate(ROWS[4:8])]
    text = "".join(
        json.dumps({"url": r["url"], "title": r["title"], "text": r["text"], "date": "2025-11-20"}) + "\n"
        for r in rows
    )
    broken.write_bytes(gzip.compress(text.encode())[:-9])
    store = new_store(tmp_path)
    report = imported(store, broken, whole)
    assert [Path(one.file).name for one in report.broken_files] == ["b.jsonl.gz"]
    assert count(store, staged_articles) == 0 and report.storing["stored"] >= 7


def test_a_file_of_which_all_is_refused_is_broken_and_read_again(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "China and Laos"}\n' * 3)
    for _ in range(2):
        report = imported(store, path)
        assert report.reading["read"] == 3 and not report.known_files
        assert [one.why for one in report.broken_files] == [
            "nothing of it could be taken: all 3 are refused or left out"
        ]
    with path.open("a") as stream:
        row = {k: ROWS[0][k] for k in ("title", "text")} | {
            "url": "https://o.example/1",
            "date": "2025-11-20",
        }
        stream.write(json.dumps(row) + "\n")
    assert imported(store, path).storing["stored"] == 1
    report = imported(store, path)
    assert report.known_files == [str(path)] and report.refused_before[str(path)] == 3
    with err.capture(), out.capture() as printed:
        _print(report, None, dry_run=False)
    assert "was read before, and 3 of it refused or left out: --restart" in printed.get()


@pytest.mark.parametrize(
    "url",
    ["ftp://o.example/" + "a" * 9_000, "x\n2,000 stored", "x\r\nforged", "x\u2028y", "x\x1b[2Jy", "x\u202ey", "x\x85y", "x\ud800y"],
)  # fmt: skip
def test_what_archives_have_as_addresses_forges_no_lines(tmp_path: Path, url: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"url": url, "title": "T", "text": "China ASEAN"}) + "\n")
    rejects = tmp_path / "rejects.jsonl"
    with rejects.open("w", encoding="utf-8") as stream:
        report = imported(new_store(tmp_path), path, rejects=stream)
    (one,) = report.rejections
    assert len(one.url) <= 200 and one.url.isprintable() and one.why.isprintable()
    with err.capture() as printed:
        _print(report, rejects, dry_run=False)
    # The file of which nothing could be taken, and its line.
    assert len(printed.get().splitlines()) == 2 and len(printed.get()) < 1_000
    (line,) = rejects.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["url"] == url


def titles(store: Store) -> set[tuple[str, str]]:
    with store.read() as connection:
        return {(row.url, row.title) for row in connection.execute(select(articles.c.url, articles.c.title))}


def test_a_limit_is_kept_and_the_rest_comes_later(tmp_path: Path, in_order: set[frozenset[str]]) -> None:
    path = news_warc(tmp_path / "a.warc.gz", shuffled())
    store = new_store(tmp_path)
    first = imported(store, path, limit=7)
    assert first.stopped and count(store, articles) == 7
    assert imported(store, path, limit=3).stopped and count(store, articles) == 10
    last = imported(store, path)
    assert not last.stopped and count(store, articles) == len(ROWS)


def test_a_dry_run_counts_and_leaves_no_trace(tmp_path: Path) -> None:
    path = news_warc(tmp_path / "a.warc.gz", [*ROWS, *(r for r in labelled() if not r["relevant"])])
    store = new_store(tmp_path)
    report = imported(store, path, dry_run=True)
    assert report.reading["kept"] == len(ROWS) and report.reading["not relevant"] > 10
    assert count(store, articles) == count(store, stories) == 0
    assert imported(store, path).reading["kept"] == len(ROWS)


def test_everything_is_in_the_account_and_what_is_refused_in_the_file(tmp_path: Path) -> None:
    made = Warc()
    made.page("https://o.example/1", page_of(ROWS[0]))
    made.page("https://o.example/2", b"\x00\x01\x02binary" * 50)
    made.page("https://o.example/3", "<html><body>China Laos</body></html>")
    made.page("https://o.example/4", page_of(ROWS[1]), seen="yesterday")
    cut = made.page("https://o.example/5", page_of(ROWS[2]))
    path = tmp_path / "a.warc.gz"
    path.write_bytes(made.content[: cut + 300])
    (tmp_path / "b.jsonl").write_text(
        "{broken\n"
        + json.dumps({"url": "https://o.example/9", "title": ROWS[3]["title"], "text": ROWS[3]["text"]})
    )
    (tmp_path / "c.csv").write_text("a,b\n1,2\n")
    rejects = tmp_path / "rejects.jsonl"
    with rejects.open("w") as stream:
        report = imported(new_store(tmp_path), path, tmp_path / "b.jsonl", tmp_path / "c.csv", rejects=stream)
    reading = report.reading
    endings = ("kept", "no article", "not relevant", "not chosen", "left out without a date", "refused")
    assert reading["read"] == sum(reading[name] for name in endings) == 8
    assert (reading["kept"], reading["refused"], reading["left out without a date"]) == (1, 3, 1), reading
    lines = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert len(lines) == report.rejected == 5  # and the table without known columns
    assert {Path(line["file"]).name for line in lines} == {"a.warc.gz", "b.jsonl", "c.csv"}
    assert all(line["reason"] for line in lines)
    assert [Path(one.file).name for one in report.broken_files] == ["b.jsonl", "c.csv"]


def test_sources_of_the_configuration_own_what_is_of_their_site(tmp_path: Path) -> None:
    own = shipped().sources[0]
    host = own.url.split("/")[2]
    made = Warc()
    made.page(f"https://{host}/china-laos-1", page_of(ROWS[0]))
    made.page("https://www.elsewhere.example/2", page_of(ROWS[1]))
    store = new_store(tmp_path)
    imported(store, made.write(tmp_path / "a.warc.gz"))
    with store.read() as connection:
        names = set(connection.scalars(select(articles.c.source)))
    assert "elsewhere.example" in names and len(names) == 2
    assert names & {s.name for s in shipped().sources if host in s.url}


def test_two_imports_do_not_run_at_once(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.lock("import"), pytest.raises(AseanwatchError, match="another import"):
        imported(store, news_warc(tmp_path / "a.warc.gz", ROWS[:1]))


def test_others_can_write_while_it_stores(tmp_path: Path) -> None:
    path = news_warc(tmp_path / "a.warc.gz", shuffled())
    store, beside = new_store(tmp_path), new_store(tmp_path)
    done = threading.Event()
    written: list[int] = []

    def write() -> None:
        while not done.is_set():
            with beside.write() as connection:
                written.append(connection.scalar(select(func.count()).select_from(articles)) or 0)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        report = imported(store, path)
    finally:
        done.set()
        thread.join()
    assert report.storing["stored"] == len(ROWS)
    # In between, not only before and after.
    assert len({n for n in written if 0 < n < len(ROWS)}) >= 1


@pytest.mark.long
def test_a_page_that_takes_too_long_costs_only_itself(tmp_path: Path) -> None:
    plan = tmp_path / "plan"
    plan.write_bytes(pickle.dumps(ReadingPlan(shipped().rules(), (), Choices())))
    endless = ("<p>China Laos cooperation" + "<div>" * 400 + "</div>" * 400 + "<table>" * 90) * 4_000
    pages = [
        ArchivedPage(n, f"https://o.example/{n}", datetime(2025, 12, 5, tzinfo=UTC), body.encode())
        for n, body in enumerate([page_of(ROWS[0]), endless, page_of(ROWS[1])], 1)
    ]
    limits = Limits(seconds=6.0, page_seconds=1.0, wall=60.0, memory=2 << 30)
    with closing(reading_pool.ReadingPool(str(plan), 1, limits)) as pool:
        found = pool.submit(pages).result()
    assert [one.ending for one in found] == [Ending.ARTICLE, Ending.REFUSED, Ending.ARTICLE]
    assert "longer than" in found[1].why or "too deeply" in found[1].why
