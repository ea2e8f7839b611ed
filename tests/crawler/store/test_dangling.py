"""Names in the store that the configuration has no more are found, whoever uses them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert

from alerts.subscriptions import subscriptions
from crawler.store.dangling import DanglingName, dangling_names
from crawler.store.schema import deliveries, digests
from tests.builders import NOON, keep, new_store, settings, shipped


def test_names_that_are_gone_are_told_with_who_uses_them(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    keep(store, "China and Vietnam agree to raise bilateral trade and investment")
    before = shipped()
    values = {
        "name": "reader",
        "to": ["a@b.example"],
        "topics": ["trade_investment", "health"],
        "sources": ["cna"],
    }
    with store.write() as connection:
        subscriptions.add(connection, before, values, NOON)
        subscriptions.add(connection, before, {"name": "other", "to": ["a@b.example"]}, NOON)
        digest = {"subscription": "team", "due": NOON, "made": NOON, "subject": "", "html": "", "text": ""}
        number = connection.execute(insert(digests).values(**digest)).inserted_primary_key[0]  # type: ignore[index]
        delivery = {
            "digest_id": number,
            "channel": "chat-team",
            "recipient": "team",
            "message_id": "m",
            "status": "pending",
        }
        connection.execute(insert(deliveries).values(**delivery, next_try=NOON))
        assert dangling_names(connection, before) == [DanglingName("channel", "chat-team")]
        left = {n: t for n, t in before.topics.items() if n != "trade_investment"}
        after = before.model_copy(update={"topics": left, "sources": ()})
        assert dangling_names(connection, after) == [
            DanglingName("channel", "chat-team"),
            DanglingName("source", "cna", "reader"),
            DanglingName("topic", "trade_investment"),
            DanglingName("topic", "trade_investment", "reader"),
        ]
    store.close()


def test_a_subscription_of_config_yaml_is_not_complained_of_twice(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    own = settings({"name": "desk", "to": ["a@b.example"], "topics": ["health"]})
    with store.write() as connection:
        subscriptions.register(connection, own, NOON)
        assert dangling_names(connection, own) == []
    store.close()
