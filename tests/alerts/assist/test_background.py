"""The thread of assistants: nothing waits for it, one asks at a time, and an end needs none of its answers."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.assist.background import LOCK, AssistWork
from alerts.service.duties import duties, perform
from alerts.service.planner import Planner
from crawler.store import Store
from crawler.store.assist import requests_of
from tests.assisting import Scripted, SimulatedClock, assisted, believe, install
from tests.builders import keep, later, new_store
from tests.conftest import environment
from tests.ingesting import Asked

SECONDS = 30
"""So long something is waited for that is expected at once."""


class Hung(Scripted):
    """Answers when it is let go; ``entered`` says that somebody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.leave = threading.Event(), threading.Event()
        self.before = lambda: (self.entered.set(), self.leave.wait(SECONDS))


@pytest.fixture
def hung(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hung]:
    made = Hung()
    install(monkeypatch, scripted=made)
    believe(monkeypatch)
    yield made
    made.leave.set()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path)
    keep(made, "ທາງລົດໄຟ ລາວ-ຈີນ ສົ່ງເສີມການຄ້າ")
    return made


def test_a_hung_assistant_holds_up_neither_duties_nor_the_end(store: Store, hung: Hung) -> None:
    clock = SimulatedClock(later(hours=1))
    planner = Planner(assisted(), store, clock, Asked())
    done: list[str] = []
    table = {d.name: d for d in duties(planner, lambda: done.append("polls"), lambda: done.append("rounds"))}

    async def some_seconds() -> None:
        async def here(call: object) -> object:  # one thread for all duties, as the service has
            return call()  # type: ignore[operator]

        await perform(table["assist"], here)
        assert await asyncio.to_thread(hung.entered.wait, SECONDS)
        for _ in range(3):
            for name in ("assist", "polls", "rounds", "left over", "packing"):
                await perform(table[name], here)

    asyncio.run(some_seconds())
    assert done == ["polls", "rounds"] * 3 and len(hung.asked) == 1
    with store.write() as connection:  # it holds no lock of the store either
        assert requests_of(connection, None, 9)[0]["outcome"] == "asked"
    planner.end()
    assert hung.closed.wait(SECONDS), "connections are let go of while an answer is still awaited"
    asyncio.run(planner.ask_assistants())
    assert len(hung.asked) == 1


def test_one_asks_at_a_time_and_another_goes_on_after_it(store: Store, hung: Hung) -> None:
    clock = SimulatedClock(later(hours=1))
    first, second = (AssistWork(assisted(), Store(str(store.url)), clock) for _ in range(2))
    first.wake()
    assert hung.entered.wait(SECONDS)
    second.wake()
    second.join(SECONDS)
    assert len(hung.asked) == 1
    with store.lock(LOCK) as mine:
        assert not mine
    hung.leave.set()
    first.join(SECONDS)
    count = len(hung.asked)
    second.wake()
    second.join(SECONDS)
    assert len(hung.asked) == count, "all is answered, and paid for once"
    first.stop()
    second.stop()


def test_a_store_that_is_away_is_asked_about_later(
    store: Store, hung: Hung, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hung.leave.set()
    work = AssistWork(assisted(), store, SimulatedClock(later(hours=1)))
    with monkeypatch.context() as broken:
        broken.setattr("alerts.assist.queue.FillQueue.take_up", lambda *_: 1 / 0)
        work.wake()
        work.join(SECONDS)
    assert "assistants are asked later" in caplog.text
    work.wake()
    work.join(SECONDS)
    assert hung.asked


CODE = """
import sys
import alerts.commands.running, alerts.service.service, alerts.service.worker, alerts.web.app, alerts.web.console.routes
import alerts.digests.build, alerts.operations.metrics, alerts.operations.verdict
from alerts.service.duties import duties
from alerts.service.planner import Planner
from alerts.operations.incidents import find_troubles
from alerts.operations.live_config import Live
from alerts.operations.metrics import metrics_text
from alerts.delivery.dispatch import dispatch
from crawler.config import load
from crawler.store import Store
from crawler.runtime.clock import now
from crawler.runtime.packaged_config import packaged
settings = load(packaged(), {})
store = Store("sqlite:///off.db")
store.upgrade()
duties(Planner(settings, store, now, None), print, print)
dispatch(store, settings, now())
metrics_text(Live(None, settings), store, now)
with store.read() as connection:
    find_troubles(connection, store, settings, now())
pages = {"crawler.assist", "crawler.assist.model", "crawler.assist.shown"}  # what pages and digests read the store by
print(sorted(m for m in sys.modules if m.startswith(("crawler.assist", "alerts.assist.filling")) and m not in pages))
"""


def test_who_has_no_assistant_loads_nothing_of_them(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CODE]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, env=environment(), check=False, timeout=120
    )
    assert (done.stdout.splitlines()[-1:], done.stderr) == (["[]"], "")
