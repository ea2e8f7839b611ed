"""Assistants with PostgreSQL and several processes: one asks at a time, each text is paid for once, and copies have it all."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from alerts.assist.background import LOCK, AssistWork
from crawler.assist.asking import ask_translations
from crawler.assist.assistants import Assistants
from crawler.assist.model import Passage
from crawler.store import Store
from crawler.store.assist import counts, requests_of
from crawler.store.copying import copy
from crawler.store.upkeep import prune
from tests.assisting import Scripted, SimulatedClock, assisted, believe, install
from tests.builders import keep, later, new_store

SECONDS = 60


def test_processes_share_one_postgresql(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, leave, scripted = threading.Event(), threading.Event(), Scripted()
    scripted.before = lambda: (entered.set(), leave.wait(SECONDS))
    install(monkeypatch, scripted=scripted)
    believe(monkeypatch)
    small = new_store(tmp_path)
    keep(small, "ທາງລົດໄຟ ລາວ-ຈີນ ສົ່ງເສີມການຄ້າ")
    store, other = Store(database), Store(database)
    store.upgrade()
    copy(small, store)
    clock = SimulatedClock(later(hours=1))
    works = [AssistWork(assisted(), one, clock) for one in (store, other)]
    works[0].wake()
    assert entered.wait(SECONDS)
    works[1].wake()
    works[1].join(SECONDS)
    with other.lock(LOCK) as mine:
        assert not mine and len(scripted.asked) == 1
    # What a command asks beside them is not asked twice either, and nobody waits for the one who asks.
    sent = scripted.asked[0].passages[0]
    again = ask_translations(other, Assistants(assisted()), [Passage(sent.text, "lo", None, "outlet")], "en", clock=clock)  # fmt: skip
    assert {a.outcome for a in again.values()} == {"asked"} and len(scripted.asked) == 1
    leave.set()
    works[0].join(SECONDS)
    with store.read() as connection:
        kept, sent_rows = counts(connection), requests_of(connection, None, 99)
    assert {outcome for _, outcome, _ in kept} == {"given"}
    assert {row["outcome"] for row in sent_rows} == {"given"}
    (tmp_path / "back").mkdir()
    back = new_store(tmp_path / "back")
    copy(store, back)
    with back.read() as connection:
        assert (counts(connection), requests_of(connection, None, 99)) == (kept, sent_rows)
    assert prune(store, later(days=1), later(days=1))["answers of assistants"] == len(sent_rows) + sum(n for _, _, n in kept)  # fmt: skip
    for work in works:
        work.stop()
