"""Where nothing is selected or sent for long, readiness, metrics and operators hear of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from alerts.delivery import breaker
from alerts.delivery.dispatch import make_due
from alerts.delivery.send import Sender
from alerts.operations.incidents import find_troubles
from alerts.operations.live_config import Live
from alerts.operations.metrics import metrics_text
from alerts.operations.progress import (
    LONGEST_UNSELECTED,
    LONGEST_UNSENT,
    WRITE_INTERVAL,
    Progress,
    last_selected,
    standstills,
)
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import register
from alerts.web.serving import Pages
from crawler.config.settings import Settings, Web
from crawler.store import Store
from tests.alerts.web.web_client import Browser
from tests.builders import NOON, keep, later, new_store, settings


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def own(folder: Path) -> Settings:
    desk = {"name": "desk", "when": "instant", "channel": "folder"}
    return settings(desk, channels={"folder": {"type": "folder", "path": str(folder / "out")}})


def said(store: Store, minutes: float) -> list[str]:
    with store.read() as connection:
        return [one.about for one in standstills(connection, later(minutes=minutes))]


def test_nothing_selected_for_long_stands_still(store: Store, tmp_path: Path) -> None:
    assert said(store, 600) == [], "no service has run here so far"
    progress = Progress(store)
    progress.selected(NOON)
    progress.selected(NOON + WRITE_INTERVAL / 2)
    with store.read() as connection:
        assert last_selected(connection) == NOON, "a note each half minute is enough"
    longest = LONGEST_UNSELECTED.total_seconds() / 60
    assert said(store, longest - 1) == [] and said(store, longest + 1) == ["select"]
    with store.read() as connection:
        found = find_troubles(connection, store, own(tmp_path), later(minutes=longest + 1))
    assert [(t.kind, t.about) for t in found] == [("standstill", "select")]
    assert (
        "aseanwatch_selected_seconds 360.0"
        in metrics_text(Live(None, own(tmp_path)), store, lambda: later(minutes=6)).decode()
    )
    progress.selected(later(minutes=longest + 1))
    assert said(store, longest + 1) == []


def test_nothing_sent_for_long_though_it_is_due_stands_still(store: Store, tmp_path: Path) -> None:
    with store.write() as connection:
        register(connection, own(tmp_path), NOON)
    title = "China and Laos sign an agreement on agricultural cooperation"
    keep(store, title, f"{title}.", first_seen=later(minutes=1))
    raise_alerts(store, own(tmp_path), later(minutes=1))
    assert make_due(store, own(tmp_path), later(minutes=1)) == 1
    longest = LONGEST_UNSENT / timedelta(minutes=1)
    assert said(store, longest) == [] and said(store, longest + 2) == ["folder"]
    assert (
        'channel_unsent_seconds{channel="folder"} 540.0'
        in metrics_text(Live(None, own(tmp_path)), store, lambda: later(minutes=10)).decode()
    )
    with store.write() as connection:
        breaker.trip(connection, "folder", later(minutes=2), "no room")
    assert said(store, longest + 2) == [], "a channel that is down is told as such"
    with store.write() as connection:
        breaker.reset(connection, "folder")
    Sender(store, own(tmp_path)).send_due(later(minutes=longest + 2))
    assert said(store, longest * 9) == []


@pytest.mark.parametrize(
    ("engine", "beside", "status"),
    [("embedded", True, 503), ("embedded", False, 200), ("procrastinate", False, 503)],
)
def test_readiness_is_about_selecting_where_a_service_is_meant_to_run(
    engine: str, beside: bool, status: int, store: Store, tmp_path: Path
) -> None:
    base = own(tmp_path)
    live = Live(
        None,
        base.model_copy(update={"work": base.work.model_copy(update={"engine": engine}), "web": Web(port=0)}),
    )
    Progress(store).selected(NOON)
    moment = [later(minutes=1)]
    pages = Pages(live, store, lambda: moment[0], with_service=beside)
    pages.start()
    try:
        browser = Browser(pages.port)
        assert browser.get("/readyz").status == 200
        moment[0] = later(hours=1)
        found = browser.get("/readyz")
    finally:
        pages.stop()
    assert found.status == status and ("nothing was selected for 1h" in found.text) is (status == 503)
