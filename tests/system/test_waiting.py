"""What a crawl cannot judge or store is reported at once and everywhere, and the next crawl tries it again."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from crawler.store import Store
from crawler.store.balance import Balance, load_balances, total
from tests.conftest import COMMAND, Done, environment, run, start
from tests.newsroom.configuration import over_packaged, watching
from tests.newsroom.news import items
from tests.newsroom.web import Newsroom
from tests.plugins import installed

JUDGE = """
import os

def judge(article, reading):
    if os.environ.get("FLAKY") and "rail" in article.title:
        raise ZeroDivisionError("division by zero")
    return reading

def read(answer, source):
    raise KeyError("notices")
"""
NEWS = ("rice from Pakse to Kunming", "rail to Vientiane", "a hospital in Luang Prabang", "tin and copper")


@pytest.fixture
def outlet() -> Iterator[str]:
    """An outlet whose pages hold links that are none."""

    class Outlet(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            base = f"http://{self.headers['Host']}"
            if self.path == "/feed":
                made = (
                    f"<item><title>China and Laos agree on {t}</title><link>{base}/{n}</link></item>"
                    for n, t in enumerate(NEWS)
                )
                kind, body = (
                    "application/rss+xml",
                    f'<rss version="2.0"><channel><title>F</title>{"".join(made)}</channel></rss>',
                )
            elif self.path.strip("/").isdigit():
                title = f"China and Laos agree on {NEWS[int(self.path.strip('/'))]}"
                words = f"<p>{title}, officials of both said in Vientiane on Monday, and named {self.path} as its number.</p>"
                links = '<p><a href="http://TITLE: subtitle">XING</a> <a href="http://[half">more</a></p>'
                kind, body = (
                    "text/html",
                    f"<html><body><article><h1>{title}</h1>{words * 3}{links}</article></body></html>",
                )
            else:
                kind, body = "text/plain", ""
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Outlet)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def configured(folder: Path, outlet: str, **sections: object) -> None:
    given = {
        "storage": {"url": f"sqlite:///{folder / 'news.db'}"},
        "crawl": {"allow_private": ["127.0.0.1"]},
        "subscriptions": [],
        "sources": [{"name": "outlet", "url": f"{outlet}/feed"}],
    }
    (folder / "config.yaml").write_text(over_packaged(**given | sections), encoding="utf-8")


def balanced(folder: Path, database: str = "news.db") -> Balance:
    store = Store(f"sqlite:///{folder / database}")
    accounts = load_balances(store)
    store.close()
    assert [a.equation for a in accounts if not a.holds] == []
    return total(accounts)


def test_a_judge_of_another_package_that_fails_is_told_and_what_it_failed_for_is_judged_when_it_is_mended(
    tmp_path: Path, outlet: str
) -> None:
    path = installed(tmp_path, JUDGE, judges="flaky = flaky:judge", sources="broken = flaky:read")
    sources = [
        {"name": "outlet", "url": f"{outlet}/feed"},
        {"name": "notices", "kind": "broken", "url": f"{outlet}/feed"},
    ]
    configured(tmp_path, outlet, judging={"also": ["flaky"]}, sources=sources)
    done = run("crawl", "--json", cwd=tmp_path, PYTHONPATH=path, FLAKY="1")
    assert done.status == 1
    assert "the judge flaky failed: an error that was not expected (division by zero)" in " ".join(
        done.err.split()
    )
    assert "notices: the kind broken failed: an error that was not expected" in " ".join(done.err.split())
    assert "Traceback" not in done.err
    summary = done.json["summary"]
    assert (summary["articles"], summary["waiting_by_reason"], summary["stuck"]) == (
        3,
        {"judging-failed": 1},
        1,
    )
    assert done.json["stuck"][0]["kind"] == "judging-failed"
    (wait,) = run("entries", "waiting", "--json", cwd=tmp_path, PYTHONPATH=path).json
    assert (wait["title"], wait["tries"]) == ("China and Laos agree on rail to Vientiane", 1)
    health = {
        r["source"]: r["waiting"]
        for r in run("sources", "health", "--json", cwd=tmp_path, PYTHONPATH=path).json
    }
    assert health == {"outlet": 1, "notices": 0}
    assert (
        run("coverage", "--json", cwd=tmp_path, PYTHONPATH=path).json["waiting"][0]["reason"]
        == "judging-failed"
    )
    account = run("coverage", "--balance", cwd=tmp_path, PYTHONPATH=path)
    assert (account.status, "+ 1 waiting (judging-failed 1) + 0 dropped" in account.out) == (0, True)
    again = run("crawl", "--source", "outlet", "--json", cwd=tmp_path, PYTHONPATH=path)
    assert (again.status, again.json["summary"]["articles"], again.json["summary"]["waiting"]) == (0, 1, 0)


def test_what_waits_is_dropped_and_taken_up_again_by_command(tmp_path: Path, outlet: str) -> None:
    path = installed(tmp_path, JUDGE, judges="flaky = flaky:judge")
    configured(tmp_path, outlet, judging={"also": ["flaky"]})
    assert run("crawl", cwd=tmp_path, PYTHONPATH=path, FLAKY="1").status == 1
    drop = ("entries", "drop", "--reason", "judging-failed")
    assert run(*drop, cwd=tmp_path, PYTHONPATH=path).status == 2, "it must say why"
    assert run("entries", "drop", "--why", "x", cwd=tmp_path, PYTHONPATH=path).status == 2, (
        "all is said aloud"
    )
    (number,) = run(*drop, "--why", "an advertisement", "--json", cwd=tmp_path, PYTHONPATH=path).json[
        "dropped"
    ]
    assert run("crawl", cwd=tmp_path, PYTHONPATH=path).status == 0
    assert balanced(tmp_path).dropped == 1
    (record,) = run("entries", "dropped", "--json", cwd=tmp_path, PYTHONPATH=path).json
    assert (record["note"], record["reason"]) == ("an advertisement", "judging-failed")
    assert record["actor"].startswith("command line")
    missing = run("entries", "retry", "99", cwd=tmp_path, PYTHONPATH=path)
    assert (missing.status, "no entry 99 waits or was dropped" in missing.err) == (2, True)
    assert run("entries", "retry", str(number), cwd=tmp_path, PYTHONPATH=path).status == 0
    assert run("crawl", cwd=tmp_path, PYTHONPATH=path).status == 0
    assert (balanced(tmp_path).seen, balanced(tmp_path).dropped) == (4, 0)


def limited(folder: Path, most: int) -> Done:
    """A crawl whose files may not grow beyond so many bytes, as on a disk that is full then."""
    done = subprocess.run(
        [*COMMAND, "crawl", "--json"], cwd=folder, capture_output=True, text=True, timeout=120, check=False, env=environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("share", "room_left"),
    [
        pytest.param(0.1, 0, marks=pytest.mark.long),
        pytest.param(0.6, 0, marks=pytest.mark.long),
        (1.0, 65_536),  # an eighth of what the crawl stores, whatever the empty store takes
    ],
)
def test_a_disk_that_fills_is_told_with_the_store_s_name_and_nothing_is_lost(
    tmp_path: Path, room: Newsroom, share: float, room_left: int
) -> None:
    watching(room, tmp_path, storage={"url": f"sqlite:///{tmp_path / 'news.db'}"})
    assert run("db", "upgrade", cwd=tmp_path).status == 0
    size = (tmp_path / "news.db").stat().st_size
    done = limited(tmp_path, int(size * share) + room_left)
    assert done.status in (1, 2)
    assert "cannot be used: " in done.err
    assert "news.db" in done.err
    assert "Traceback" not in done.err
    balanced(tmp_path)
    done = run("crawl", "--json", cwd=tmp_path)
    assert done.status == 0, done.err
    assert balanced(tmp_path).waiting == {}
    assert len(run("export", "--what", "articles", cwd=tmp_path).lines) == len(items())


def test_whenever_a_crawl_is_killed_every_entry_is_accounted_for(tmp_path: Path, room: Newsroom) -> None:
    watching(room, tmp_path)
    for requests in (20, 60, 5):
        before = len(room.requests)
        crawl = start("crawl", cwd=tmp_path)
        room.wait_for_more(before + requests)
        os.kill(crawl.pid, signal.SIGKILL)
        crawl.wait()
        balanced(tmp_path, "aseanwatch.db")
    assert run("crawl", cwd=tmp_path).status == 0
    assert balanced(tmp_path, "aseanwatch.db").waiting == {}


def test_an_account_that_does_not_add_up_is_told(tmp_path: Path, outlet: str) -> None:
    configured(tmp_path, outlet)
    assert run("crawl", cwd=tmp_path).status == 0
    with sqlite3.connect(tmp_path / "news.db") as raw:
        raw.execute("DELETE FROM article_entries WHERE entry_id = 1")
    done = run("coverage", "--balance", cwd=tmp_path)
    assert done.status == 1
    assert "1 entries are nowhere" in done.out
    assert re.search(r"4 entries seen ≠ \d led to articles", done.out)


ZAWGYI = "\u1010\u101b\u102f\u1010\u1039-\u1019\u103c\u1014\u1039\u1019\u102c \u101e\u1031\u1018\u102c\u1010\u1030\u100a\u102e\u1001\u103a\u1000\u1039"


def test_news_in_zawgyi_and_of_characters_that_no_store_takes_is_classified(tmp_path: Path) -> None:
    rows = [
        {"id": "zawgyi", "lang": "my", "title": ZAWGYI, "text": f"{ZAWGYI} ASEAN China cooperation\n" * 3},
        {
            "id": "halves",
            "title": "China \ud83d and \udcff ASEAN",
            "text": "NUL \0 in an agreement to cooperate",
        },
        {
            "id": "plain",
            "title": "China and ASEAN sign an agreement",
            "text": "They signed an agreement to cooperate.",
        },
    ]
    (tmp_path / "news.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    done = run("classify", "news.jsonl", cwd=tmp_path)
    assert [r["id"] for r in done.lines] == [r["id"] for r in rows]
    assert [("problem" in r) for r in done.lines] == [False] * 3
    assert done.status == 0
    assert "Traceback" not in done.err
