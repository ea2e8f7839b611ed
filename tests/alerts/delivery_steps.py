"""The steps that tests of delivery share: settings, news at noon, rounds, and the state of the outbox."""

from __future__ import annotations

from typing import Any

from alerts.delivery import outbox
from alerts.delivery.dispatch import dispatch
from alerts.delivery.result import DispatchResult
from alerts.delivery.send import Sender
from alerts.subscriptions.subscriptions import register
from crawler.config.settings import Settings
from crawler.store import Store
from tests.builders import NOON, keep, later, settings

TALKS = "China and Vietnam widen trade cooperation"
TO = ["desk@example.org", "chief@example.org"]


def mailing(
    port: int, subscription: dict[str, Any] | None = None, smtp: dict[str, Any] | None = None, **delivery: Any
) -> Settings:
    """Settings with one subscription of two readers, whose mail goes to a local port."""
    one = {"name": "desk", "to": TO, "when": "instant"} | (subscription or {})
    return settings(one, smtp={"host": "127.0.0.1", "port": port, "timeout": "2s"} | (smtp or {}), **delivery)


def begin(store: Store, own: Settings) -> None:
    """Begin the subscription at noon."""
    with store.write() as connection:
        register(connection, own, NOON)


def send(store: Store, own: Settings, sender: Sender | None = None, **after: float) -> DispatchResult:
    """One round, some time after noon."""
    return dispatch(store, own, later(**after), sender)


def talks(store: Store, title: str = TALKS, **after: float) -> None:
    """Store one report, some time after noon."""
    keep(
        store, title, f"{title}. Trade and investment will grow.", first_seen=later(**after or {"minutes": 1})
    )


def statuses(store: Store) -> list[str]:
    """The states of all deliveries, sorted."""
    return sorted(str(row["status"]) for row in listed(store))


def listed(store: Store) -> list[dict[str, Any]]:
    """All deliveries, the latest first."""
    with store.read() as connection:
        return outbox.listed(connection, limit=1000)


def resume(store: Store, channel: str, **after: float) -> None:
    """Resume a channel as an operator would, some time after noon."""
    with store.write() as connection:
        outbox.resume(connection, channel, later(**after))
