"""A changed configuration comes into force: it is said what changed and what needs a restart, and nothing of the old one stays."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.operations.incidents import watch
from alerts.operations.live_config import RESTART, Live, needs_restart
from crawler.config import load
from crawler.config.changes import changes
from crawler.config.settings import Operations
from tests.builders import later, new_store, settings
from tests.conftest import environment
from tests.newsroom.configuration import packaged, with_sections


def test_nothing_of_a_configuration_that_was_taken_over_stays_in_memory(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.alerts.service.reloads", str(tmp_path), "3"]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment(), check=False, timeout=180
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found[-1]["made"] == 2 * len(found), "a judge and a crawler each time"
    assert [f["alive"] for f in found] == [2] * len(found)


SECTIONS = {
    "storage": {"url": "sqlite:///watch.db"}, "web": {"port": 8080}, "schedule": {"every": "30m"},
    "sources": [{"name": "one", "url": "https://one.example/feed"}, {"name": "two", "url": "https://two.example/feed"}],
    "subscriptions": [{"name": "desk", "to": ["desk@example.org"]}],
    "delivery": {"secret": "${OUR_SECRET}", "channels": {"chat": {"type": "chat", "url": "${OUR_CHAT}"}}},
}  # fmt: skip


def written(folder: Path, **sections: object) -> Path:
    path = folder / "config.yaml"
    new = folder / "config.new"
    new.write_text(with_sections(packaged(), **{**SECTIONS, **sections}), encoding="utf-8")
    new.replace(path)
    return path


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Live:
    monkeypatch.setenv("OUR_SECRET", "the first secret of all")
    monkeypatch.setenv("OUR_CHAT", "slack://first/secret/token")
    caplog.set_level(logging.INFO, "aseanwatch")
    path = written(tmp_path)
    return Live(path, load(path))


def test_each_take_over_says_what_changed_and_no_secret(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OUR_SECRET", "the second secret of all")
    monkeypatch.setenv("OUR_CHAT", "slack://second/secret/token")
    taken = []
    live.taken_over = taken.append
    written(
        tmp_path,
        schedule={"every": "1h"},
        sources=[
            {"name": "two", "url": "https://user:word@two.example/feed"},
            {"name": "three", "url": "https://three.example/feed"},
        ],
        subscriptions=[{"name": "desk", "to": ["chief@example.org"]}],
    )
    assert live.settings is live.settings and taken == [live.settings]
    (said,) = [r.getMessage() for r in caplog.records if "taken over" in r.getMessage()]
    assert "schedule.every: 0:30:00 became 1:00:00" in said
    assert "sources: 1 added (three), 1 removed (one), 1 changed (two)" in said
    assert "subscriptions: 1 changed (desk)" in said and "delivery.secret changed" in said
    assert "delivery.channels: 1 changed (chat)" in said
    assert not any(word in caplog.text for word in ("secret of all", "token", "user:word", "chief@"))
    assert live.restart == () and "started again" not in caplog.text


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ({"web": {"port": 8081}}, "web.port"), pytest.param({"web": {"port": 8080, "host": "::1"}}, "web.host", marks=pytest.mark.long),
        pytest.param({"storage": {"url": "sqlite:///other.db"}}, "storage.url", marks=pytest.mark.long),
        ({"storage": {"url": "postgresql+psycopg://w:hidden@db/w"}, "work": {"engine": "procrastinate"}}, "work.engine"),
    ],
)  # fmt: skip
def test_what_is_read_at_the_start_only_says_that_it_needs_a_restart(
    section: dict[str, object], key: str, live: Live, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert key in RESTART
    written(tmp_path, **section)
    assert key in live.restart and needs_restart(live.restart) in caplog.text and "hidden" not in caplog.text
    store = new_store(tmp_path)
    own = settings(channels={"folder": {"type": "folder", "path": str(tmp_path)}})
    own = own.model_copy(update={"operations": Operations(channel="folder", after=timedelta(minutes=5))})
    watch(store, own, later(minutes=1), None, live.restart)
    (told,) = watch(store, own, later(minutes=7), None, live.restart)
    assert key in told
    written(tmp_path)
    assert live.restart == (), "what it was before needs none"
    assert "over" in watch(store, own, later(minutes=9), None, live.restart)[0]


def test_two_equal_configurations_differ_in_nothing(live: Live) -> None:
    assert changes(live.settings, live.settings) == []
