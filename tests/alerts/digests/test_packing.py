"""Digests of which nothing waits are kept small: each is rebuilt byte for byte, shown, and forgotten as before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from alerts.delivery import outbox
from alerts.delivery.dispatch import make_due
from alerts.delivery.send import Sender
from alerts.digests.message import compose
from alerts.digests.packing import AGE, KINDS, Body, opened, pack_sent, packed
from alerts.identity.links import links_of
from alerts.readers.forget import forget
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions import subscriptions
from crawler.model import AseanwatchError
from crawler.store import Store, StoreError
from crawler.store.schema import digest_packs, digests
from crawler.store.upkeep import prune, vacuum
from tests.builders import NOON, keep, later, new_store, settings
from tests.postgres import Postgres, programs

READERS = 30


def told(store: Store, folder: Path, *, send: bool = True) -> None:
    """Thirty subscriptions, one digest each, sent or waiting."""
    own = configured(folder)
    with store.write() as connection:
        subscriptions.register(connection, own, NOON)
    title = "China and Laos sign an agreement on agricultural cooperation"
    keep(store, title, f"{title}. ຂ່າວ 合作协议 \x7f", first_seen=later(hours=1))
    raise_alerts(store, own, later(hours=1))
    assert make_due(store, own, later(hours=1)) == READERS
    if send:
        Sender(store, own).send_due(later(hours=1))


def configured(folder: Path):  # type: ignore[no-untyped-def]
    who = [
        {"name": f"desk{n}", "title": f"Desk {n}", "when": "instant", "channel": "folder"}
        for n in range(READERS)
    ]
    return settings(
        *who, secret="s" * 32, channels={"folder": {"type": "folder", "path": str(folder / "out")}}
    )


def messages(store: Store, folder: Path) -> dict[int, bytes]:
    own = configured(folder)
    with store.read() as connection:
        found = {}
        for number in connection.scalars(select(digests.c.id).order_by(digests.c.id)):
            message = outbox.message_of(connection, number, links_of(own, store))
            found[number] = compose(outbox.outgoing_of(outbox.of_digest(connection, number)[0], message))
        return found


def plain(store: Store) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).where(digests.c.html != "")) or 0


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path):  # type: ignore[no-untyped-def]
    if request.param == "sqlite":
        yield new_store(tmp_path)
        return
    if programs() is None:
        pytest.skip("no PostgreSQL here")
    with Postgres() as server:
        store = Store(server.new())
        store.upgrade()
        yield store
        store.close()


def test_a_packed_digest_is_rebuilt_byte_for_byte_and_takes_little(stores: Store, tmp_path: Path) -> None:
    told(stores, tmp_path)
    before = messages(stores, tmp_path)
    assert pack_sent(stores, later(hours=1) + AGE / 2) == 0, "they are young"
    with stores.read() as connection:
        size = sum(
            len(h) + len(t) + len(c)
            for h, t, c in connection.execute(select(digests.c.html, digests.c.text, digests.c.content))
        )
    assert pack_sent(stores, later(hours=3)) == READERS and plain(stores) == 0
    assert pack_sent(stores, later(hours=3)) == 0
    assert messages(stores, tmp_path) == before
    with stores.read() as connection:
        packs = [len(body) for body in connection.scalars(select(digest_packs.c.body))]
        assert outbox.digest_of(connection, 1) is not None
    assert len(packs) == 2 and sum(packs) < size / 15


def test_what_waits_to_be_sent_stays_as_it_is(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    told(store, tmp_path, send=False)
    assert pack_sent(store, later(days=2)) == 0
    Sender(store, configured(tmp_path)).send_due(later(days=2))
    assert pack_sent(store, later(days=2)) == READERS


def test_a_person_is_found_in_packs_too(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    told(store, tmp_path)
    with store.write() as connection:
        page = connection.scalar(select(digests.c.html).where(digests.c.id == 7)) or ""
        connection.execute(
            digests.update().where(digests.c.id == 7).values(html=page + "Ann.Other@example.org")
        )
    pack_sent(store, later(days=1))
    forget(store, configured(tmp_path), "ann.other@example.org", "operator", later(days=2))
    pack_sent(store, later(days=2))
    with store.read() as connection:
        all_of_them = [str(opened(bytes(body))) for body in connection.scalars(select(digest_packs.c.body))]
    assert len(all_of_them) == 2 and not any("ann.other" in text.lower() for text in all_of_them)
    assert messages(store, tmp_path).keys() == set(range(1, READERS + 1))


def test_what_a_digest_said_goes_with_storage_keep_and_that_it_was_told_stays(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    told(store, tmp_path)
    pack_sent(store, later(days=1))
    assert prune(store, NOON - timedelta(days=1), later(days=2))["digests"] == 0
    assert prune(store, later(days=1), later(days=2))["digests"] == READERS
    own = configured(tmp_path)
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(digest_packs)) == 0
        assert connection.scalar(select(func.count()).select_from(digests)) == READERS
        assert outbox.digest_of(connection, 1) is None
        with pytest.raises(AseanwatchError, match="is kept no longer"):
            outbox.message_of(connection, 1, links_of(own, store))
    assert make_due(store, own, later(days=3)) == 0, "nothing is told twice"
    assert "digest" in KINDS and prune(store, later(days=1), later(days=3))["digests"] == 0


anything = st.text(st.characters(), max_size=60)


@given(
    st.dictionaries(
        st.integers(1, 2**60), st.builds(Body, anything, anything, st.none() | anything), max_size=5
    )
)
def test_whatever_stands_in_a_pack_comes_out_of_it(found: dict[int, Body]) -> None:
    assert opened(packed(found)) == found


def test_the_room_of_what_was_packed_goes_back_to_the_disk(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    told(store, tmp_path)
    pack_sent(store, later(days=1))
    before, after = vacuum(store)
    assert after < before and messages(store, tmp_path).keys() == set(range(1, READERS + 1))
    with pytest.raises(StoreError, match="no SQLite file"):
        vacuum(Store("postgresql+psycopg://nobody@127.0.0.1:9/none"))
