"""Archives from the command line to what they are for: years behind backtest, register and charts, and nobody is told."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crawler.store import Store
from crawler.store.schema import alerts, articles, imports
from tests.conftest import run, start
from tests.crawler.archives.making import news_warc
from tests.newsroom.news import labelled

ROWS = [row for row in labelled() if row["relevant"]][:30]
MORE = [row for row in ROWS if row["lang"] != "zh"][:3]
CHINESE = [row for row in labelled() if row["relevant"] and row["lang"] == "zh"][:5]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new desk with a subscription to everything, into which an archive was imported before the first poll."""
    folder = tmp_path_factory.mktemp("desk")
    assert run("init", "watch", cwd=folder).status == 0
    desk = folder / "watch"
    news_warc(folder / "news.warc.gz", ROWS)
    done = run("import", folder / "news.warc.gz", "--processes", "1", cwd=desk)
    assert done.status == 0, done.err
    assert f"{len(ROWS)} stored" in done.out and "31 read" in done.out
    return desk


def number(desk: Path, table: object) -> int:
    store = Store(f"sqlite:///{desk / 'aseanwatch.db'}")
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[call-overload]


def test_history_is_there_before_the_first_poll(desk: Path) -> None:
    stories = run("stories", "list", "--limit", "100", "--json", cwd=desk).json
    assert len(stories) > 5 and all(s["first_seen"] < "2025-12-06" for s in stories)
    bases = run("bases", "list", "--json", cwd=desk).json
    assert bases and all(b["first_reported"] < "2025-12-06" for b in bases)
    backtest = run("topics", "backtest", "--against", "config.yaml", "--json", cwd=desk)
    assert backtest.status == 0 and json.loads(backtest.out)
    assert run("topics", "suggest", "--topic", "demonstration_base", cwd=desk).status == 0
    exported = run("export", "--output", "-", cwd=desk).lines
    assert len(exported) == len(ROWS)
    # What is exported can be imported, and is known.
    (desk / "own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in exported), encoding="utf-8")
    again = run("import", "own.jsonl", "--json", "--processes", "1", cwd=desk).json
    assert again["storing"] == {"known before": len(ROWS)}


def test_nobody_is_told_and_no_source_looks_ill(desk: Path) -> None:
    told = run("crawl", "--tell-old", "--source", "nobody", cwd=desk)
    assert told.status == 2  # no such source: nothing was polled
    assert number(desk, alerts) == 0
    story = run("stories", "list", "--json", cwd=desk).json[0]["id"]
    assert run("why", str(story), cwd=desk).status == 0
    health = run("sources", "health", "--json", cwd=desk).json
    hosts = {row["url"].split("/")[2] for row in ROWS}
    assert not hosts & {s["source"] if "source" in s else s["name"] for s in health}
    balance = run("coverage", "--balance", cwd=desk)
    assert balance.status == 0, balance.out


def test_tables_packed_and_from_standard_input(desk: Path, tmp_path: Path) -> None:
    assert run("init", "watch", cwd=tmp_path).status == 0
    table = tmp_path / "review.csv.gz"
    with gzip.open(table, "wt", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(["Headline", "Body", "Day", "Link"])
        writer.writerows([row["title"], row["text"], row["published"], row["url"]] for row in CHINESE)
    done = run("import", table, "--map", "Day=published", "--processes", "1", cwd=tmp_path / "watch")
    assert done.status == 0 and f"{len(CHINESE)} stored" in done.out, done.err
    assert "read as gb18030" in done.out or "read as gbk" in done.out
    lines = "".join(
        json.dumps({k: row[k] for k in ("url", "title", "text", "published")}) + "\n" for row in MORE
    )
    piped = run("import", "-", "--processes", "1", cwd=tmp_path / "watch", stdin=lines)
    assert piped.status == 0 and "3 stored" in piped.out, piped.err


def test_mistakes_are_named_with_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    for arguments, words in (
        (["missing.warc.gz"], "missing.warc.gz: there is no such file"),
        (["a.csv"], "say which with --map COLUMN=FIELD; its columns are: a, b"),
        (["a.csv", "--map", "a=titel"], "'titel' is no field of an article; these are: url, title"),
        (["a.csv", "--since", "soon"], "--since"),
    ):
        done = run("import", *arguments, cwd=tmp_path)
        assert done.status != 0 and words in done.err and "Traceback" not in done.err, done.err


@pytest.mark.long
def test_killed_again_and_again_it_goes_on(tmp_path: Path) -> None:
    assert run("init", "watch", cwd=tmp_path).status == 0
    rows = [{**row, "url": f"{row['url']}?id={n}"} for n in range(5) for row in ROWS]
    news_warc(tmp_path / "news.warc.gz", rows)
    desk = tmp_path / "watch"
    for wanted in (1, 60, 170, 240):
        process = start("import", tmp_path / "news.warc.gz", cwd=desk)
        until = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < until:
            done = _progress(desk)
            if done >= wanted:
                break
            time.sleep(0.05)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    assert run("import", tmp_path / "news.warc.gz", cwd=desk).status == 0
    assert number(desk, articles) == len(rows)


def _progress(desk: Path) -> int:
    try:
        store = Store(f"sqlite:///{desk / 'aseanwatch.db'}")
        with store.read() as connection:
            read = sum(r.counts.get("read", 0) for r in connection.execute(select(imports.c.counts)))
        return read + number(desk, articles)
    except Exception:
        return 0
