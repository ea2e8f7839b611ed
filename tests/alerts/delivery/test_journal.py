"""What was sent is noted at once, also beside those who write without end, and beside one who lets nobody write for long."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, text

from alerts.delivery.receipts import DeliveryJournal
from crawler.store import Store, database
from crawler.store.schema import deliveries, digests
from tests.builders import later, new_store
from tests.waiting import until


def delivery(store: Store) -> int:
    with store.write() as connection:
        made = {
            "id": 1,
            "subscription": "desk",
            "due": later(),
            "made": later(),
            "subject": "",
            "html": "",
            "text": "",
        }
        connection.execute(digests.insert().values(**made))
        values = {
            "digest_id": 1, "channel": "folder", "recipient": "a@example.org", "message_id": "<1@example.org>",
            "status": "pending", "next_try": later(),
        }  # fmt: skip
        connection.execute(deliveries.insert().values(**values))
        return int(connection.scalar(select(deliveries.c.id)) or 0)


@pytest.mark.parametrize("note", [DeliveryJournal.begin, DeliveryJournal.sent])
def test_a_record_waits_for_the_writers_before_it_only(
    tmp_path: Path, note: Callable[[DeliveryJournal, int], None]
) -> None:
    store = new_store(tmp_path)
    number = delivery(store)
    written, ended = [0], threading.Event()

    def write() -> None:
        while not ended.is_set():
            with store.write() as connection:
                connection.execute(text("UPDATE deliveries SET attempts = 0"))
                # As long as others ask, which they do before this one is over.
                until(lambda: bool(store._queue._waiting) or ended.is_set())
                written[0] += 1

    writers = [threading.Thread(target=write) for _ in range(2)]
    for thread in writers:
        thread.start()
    try:
        with DeliveryJournal(store, later(minutes=1)) as journal:
            for _ in range(5):
                before = written[0]
                note(journal, number)
                assert written[0] - before <= 3
    finally:
        ended.set()
        for thread in writers:
            thread.join(20)
    store.close()


def test_what_the_server_took_while_nobody_could_write_is_noted_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LONGEST_WAIT", 0)
    store = new_store(tmp_path)
    number = delivery(store)
    other = sqlite3.connect(store.url.database or "", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError), DeliveryJournal(store, later(minutes=1)) as journal:
        journal.begin(number)
        other.execute("BEGIN IMMEDIATE")
        try:
            journal.sent(number)
        finally:
            other.execute("ROLLBACK")
    other.close()
    with store.read() as connection:
        row = connection.execute(select(deliveries)).one()
    assert (row.status, row.sent, row.in_doubt) == ("sent", later(minutes=1), False)
    store.close()
