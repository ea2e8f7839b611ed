"""A copy taken while the service writes, put back: whole, or refused before anything is touched; and a full disk loses nothing."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from crawler.store import Store, StoreError, restoring
from crawler.store.schema import articles
from crawler.store.sources import Validators, load_validators, save_validators
from crawler.store.upkeep import backup
from tests.builders import NOON, keep, new_store


def restore(store: Store, copy: Path, *, replace: bool = False) -> None:
    """Put a copy back, with nothing to be put right but its schema."""
    restoring.restore(store, copy, replace=replace, finish=Store.upgrade)


def count(store: Store) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(articles)) or 0


def test_a_copy_taken_while_others_write_is_whole(tmp_path: Path) -> None:
    store, stop = new_store(tmp_path), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            keep(store, f"China and Laos cooperate on rail link number {number}")
            number += 1

    keep(store, "China and Vietnam cooperate on trade")
    writer = threading.Thread(target=write)
    writer.start()
    try:
        backup(store, tmp_path / "copy.db")
    finally:
        stop.set()
        writer.join()
    other = Store(f"sqlite:///{tmp_path / 'other.db'}")
    restore(other, tmp_path / "copy.db")
    assert 1 <= count(other) <= count(store)
    assert keep(other, "China and Brunei cooperate on ports").is_new


def test_what_is_there_is_replaced_only_when_asked(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    keep(store, "China and Vietnam cooperate on trade")
    backup(store, tmp_path / "copy.db")
    keep(store, "China and Laos cooperate on a rail link")
    with pytest.raises(StoreError, match="--replace"):
        restore(store, tmp_path / "copy.db")
    assert count(store) == 2
    restore(store, tmp_path / "copy.db", replace=True)
    assert count(store) == 1


@pytest.mark.parametrize("way", ["its name", "a symbolic link", "a second name"])
def test_a_store_is_not_restored_from_itself(tmp_path: Path, way: str) -> None:
    store = new_store(tmp_path)
    keep(store, "China and Vietnam cooperate on trade")
    file, other = Path(store.url.database or ""), tmp_path / "copy.db"
    if way == "a symbolic link":
        other.symlink_to(file)
    elif way == "a second name":
        other.hardlink_to(file)
    with pytest.raises(StoreError, match="the store itself"):
        restore(store, file if way == "its name" else other, replace=True)
    assert count(store) == 1


@pytest.mark.parametrize("damage", ["torn", "text", "missing", "newer"])
def test_a_damaged_copy_is_refused_and_nothing_is_touched(tmp_path: Path, damage: str) -> None:
    store, copy = new_store(tmp_path), tmp_path / "copy.db"
    keep(store, "China and Vietnam cooperate on trade")
    backup(store, copy)
    if damage == "torn":
        content = bytearray(copy.read_bytes())
        content[8192:16384] = b"\xff" * 8192
        copy.write_bytes(content)
    elif damage == "text":
        copy.write_text("not a store")
    elif damage == "missing":
        copy.unlink()
    else:
        with Store(f"sqlite:///{copy}").write() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9001'")
    with pytest.raises(StoreError, match=r"copy\.db"):
        restore(store, copy, replace=True)
    assert count(store) == 1


def test_a_full_disk_takes_back_what_was_begun_and_later_all_goes_on(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    keep(store, "China and Vietnam cooperate on trade")
    room = 4

    def limit(connection: Any, _: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + room}")

    event.listen(store.engine, "connect", limit)
    store.engine.dispose()
    with pytest.raises(StoreError, match="full"):
        for number in range(100):
            keep(store, f"China and Laos cooperate on rail link number {number}", "A rail link. " * 200)
    event.remove(store.engine, "connect", limit)
    store.engine.dispose()
    before = count(store)
    assert keep(store, "China and Brunei cooperate on ports").is_new
    assert count(store) == before + 1
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_after_a_copy_was_put_back_every_source_is_asked_without_conditions(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    keep(store, "China and Vietnam cooperate on trade")
    with store.write() as connection:
        save_validators(
            connection, {("a", "https://a.example/feed"): Validators('"tag"', None, "digest")}, NOON
        )
    backup(store, tmp_path / "copy.db")
    restore(store, tmp_path / "copy.db", replace=True)
    with store.read() as connection:
        assert load_validators(connection) == {}
    assert count(store) == 1
