"""``aseanwatch run`` polls, judges, alerts and sends; it ends cleanly, and loses and repeats nothing when killed."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import run, start
from tests.newsroom.configuration import watching
from tests.newsroom.news import items, outlets
from tests.newsroom.web import Newsroom
from tests.preloaded import Process
from tests.system.mail import Post

TO = {"desk": ["desk@example.org", "chief@example.org"], "new-bases": ["bases@example.org"]}
FEEDS = {f"/{name}/feed" for name in outlets()}
FEW = ("nanhai-agency", "song-hong", "ayeyar-khit")
"""Outlets that have the new base too, for tests to which it does not matter how much news there is."""


def configured(room: Newsroom, folder: Path, post: Post, names: Collection[str] = ()) -> None:
    watching(
        room,
        folder,
        sources=[s for s in room.sources() if not names or s["name"] in names],
        schedule={"every": "2s"},
        web={"host": "127.0.0.1", "port": 0},
        subscriptions=[
            {"name": "desk", "to": TO["desk"], "when": "instant"},
            {"name": "new-bases", "to": TO["new-bases"], "when": "instant", "topics": ["demonstration_base"]},
        ],
        delivery={
            "from": "ASEAN Watch <watch@example.org>",
            "smtp": {"host": "127.0.0.1", "port": post.port, "timeout": "20s"},
        },
    )


@contextmanager
def service(folder: Path) -> Iterator[Process]:
    """The service, running; ended by force if a test leaves it behind."""
    with (folder / "service.log").open("a") as log:
        process = start("run", cwd=folder, log=log)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def end(process: Process) -> int:
    """Ask a service to end; it has ten seconds."""
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=10)


def deliveries(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("deliveries", "list", "--json", "--limit", "500", cwd=folder).json
    return found


@pytest.fixture
def post() -> Iterator[Post]:
    with Post() as made:
        yield made


def test_everyone_gets_everything_once(tmp_path: Path, room: Newsroom, post: Post) -> None:
    configured(room, tmp_path, post)
    with service(tmp_path) as process:
        assert room.wait_for(FEEDS)
        assert post.wait_for(3)
        assert end(process) == 0
    assert "Traceback" not in (tmp_path / "service.log").read_text()
    assert run("alerts", "dispatch", cwd=tmp_path).status == 0
    every_mail_once(tmp_path, post)


def every_mail_once(folder: Path, post: Post) -> None:
    """What was decided was sent, what was sent was decided, each story once to each recipient."""
    made = deliveries(folder)
    assert {d["status"] for d in made} <= {"sent", "merged"}  # what waited for one reader goes in one message
    sent = [d for d in made if d["status"] == "sent"]
    assert Counter(to for to, _ in post.mails) == Counter(d["recipient"] for d in sent)
    keys = [(to, mail["Message-ID"]) for to, mail in post.mails]
    assert len(keys) == len(set(keys))
    for recipient in (to for group in TO.values() for to in group):
        told = [mail.get_body(("plain",)).get_content() for to, mail in post.mails if to == recipient]
        # The others are called parks and centres. Which cities it names hangs on the report that comes first.
        about_the_base = [text for text in told if "New base: " in text]
        assert len(about_the_base) == 1, recipient


def test_killed_between_deciding_and_sending(tmp_path: Path, room: Newsroom) -> None:
    with Post(hangs=True) as post:
        configured(room, tmp_path, post)
        with service(tmp_path) as process:
            assert post.reached.wait(60)
            process.kill()
            process.wait()
        decided = deliveries(tmp_path)
        assert decided
        assert {d["status"] for d in decided} == {"pending"}
        assert post.mails == []
        post.hangs = False
        polled = Counter(path for path, _ in room.requests if path in FEEDS)
        with service(tmp_path) as process:
            assert post.wait_for(len(decided))
            assert room.wait_for(FEEDS)
            assert end(process) == 0
        assert sum(polled.values()) > 0
        crawled = run("crawl", "--json", cwd=tmp_path)
        assert crawled.status == 0, crawled.err
        run("alerts", "dispatch", cwd=tmp_path)
        every_mail_once(tmp_path, post)
        exported = run("export", "--what", "articles", "--format", "jsonl", cwd=tmp_path).lines
        assert len(exported) == len({a["url"] for a in exported}) == len(items())


def test_a_stop_does_not_cut_off_a_server_s_yes(tmp_path: Path, room: Newsroom, post: Post) -> None:
    post.answers.clear()
    configured(room, tmp_path, post)
    with service(tmp_path) as process:
        assert post.reached.wait(60)
        process.send_signal(signal.SIGTERM)
        post.answers.set()
        assert process.wait(timeout=10) == 0
    assert run("crawl", "--json", cwd=tmp_path).status == 0
    assert run("alerts", "dispatch", cwd=tmp_path).status == 0
    every_mail_once(tmp_path, post)


def test_a_service_that_waits_for_others_ends_in_time(tmp_path: Path, room: Newsroom) -> None:
    room.held = {"/song-hong/feed"}
    with Post(hangs=True) as post:
        configured(room, tmp_path, post)
        with service(tmp_path) as process:
            assert post.reached.wait(60)
            assert room.wait_for({"/song-hong/feed"})
            assert end(process) == 0
    log = (tmp_path / "service.log").read_text()
    assert "stopped" in log
    assert "Traceback" not in log


@pytest.mark.long  # tests/security/test_ending.py ends services as they begin
def test_a_service_that_has_just_begun_ends_in_time(tmp_path: Path, room: Newsroom, post: Post) -> None:
    configured(room, tmp_path, post, FEW)
    with service(tmp_path) as process:
        assert room.wait_for({"/song-hong/feed"})
        assert end(process) == 0


def test_a_restart_polls_nothing_before_it_is_due(tmp_path: Path, room: Newsroom, post: Post) -> None:
    configured(room, tmp_path, post, FEW)
    text = (tmp_path / "config.yaml").read_text().replace("every: 2s", "every: 1h")
    (tmp_path / "config.yaml").write_text(text)
    with service(tmp_path) as process:
        assert room.wait_for({f"/{name}/feed" for name in FEW})
        assert post.wait_for(3)
        assert end(process) == 0
    polled = len(room.requests)
    # One source is new in the configuration. When it was polled, all others would have been, had they been due.
    added = f"sources:\n- {{name: added, url: '{room.address('/song-hong/feed?added=1')}', pages: never}}\n"
    (tmp_path / "config.yaml").write_text(text.replace("sources:\n", added))
    with service(tmp_path) as process:
        assert room.wait_for_more(polled)
        assert end(process) == 0
    assert [path for path, _ in room.requests[polled:]] == ["/song-hong/feed"]
