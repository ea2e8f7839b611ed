"""Changes of subscriptions by operators: of those in config.yaml as of those that were added, with what is recorded of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from alerts.operations.entry_changes import EntryChanges
from alerts.subscriptions import subscriptions
from alerts.subscriptions.subscriptions import SubscriptionRecord
from crawler.config.section_advice import subscription_advice
from crawler.config.settings import Subscription
from crawler.store import Store
from crawler.store.schema import audit as audit_log


@dataclass(frozen=True, slots=True)
class SubscriptionChanges(EntryChanges):
    """Changes subscriptions, wherever they stand."""

    section = "subscriptions"
    noun = "subscription"

    def change(self, name: str, values: Mapping[str, Any]) -> int | None:
        """Give a subscription other values; gives the number of the change of config.yaml, None if there was none.

        Raises:
            AseanwatchError: there is no such subscription, or a value is not allowed.
        """
        settings = self.live.settings
        with self.store.write() as connection:
            record = subscriptions.find_subscription(connection, settings, name, include_unconfirmed=True)
            former = record.subscription
            number = None
            if record.added:
                subscriptions.change(connection, settings, name, values)
            else:
                made = subscriptions.validated(
                    settings,
                    {**former.model_dump(mode="json"), **values, "name": name},
                    (*former.topics, *former.except_topics),
                )
                number = self._write(connection, name, changed_keys(former, made))
            self._record(connection, "save", name)
        return number

    def doubts(self, name: str) -> list[str]:
        """What of a subscription is hardly meant, as `check` warns of it.

        Raises:
            AseanwatchError: there is no such subscription.
        """
        self.live.look()
        settings = self.live.settings
        with self.store.read() as connection:
            record = subscriptions.find_subscription(connection, settings, name, include_unconfirmed=True)
        return subscription_advice(settings, record.subscription)

    def remove(self, name: str) -> int | None:
        """End a subscription; its past digests stay. Gives the number of the change of config.yaml, None if there was none.

        Raises:
            AseanwatchError: there is no such subscription.
        """
        settings = self.live.settings
        with self.store.write() as connection:
            record = subscriptions.find_subscription(connection, settings, name, include_unconfirmed=True)
            number = None
            if record.added:
                subscriptions.remove(connection, settings, name)
            else:
                number = self._take_out(connection, name)
            self._record(connection, "remove", name)
        return number


def changed_keys(former: Subscription, new: Subscription) -> dict[str, Any]:
    """The keys in which a subscription differs from what it was, as config.yaml has them; None for those that are the default now."""
    plain = new.model_dump(mode="json")
    found: dict[str, Any] = {}
    for key, field in Subscription.model_fields.items():
        if getattr(new, key) != getattr(former, key):
            is_default = not field.is_required() and getattr(new, key) == field.get_default()
            found[key] = None if is_default else plain[key]
    return found


def added_by(store: Store, record: SubscriptionRecord) -> tuple[str, datetime] | None:
    """Who added a subscription, and when; None if it stands in config.yaml, or its reader signed up."""
    mine = (audit_log.c.action == "subscription: add") & (audit_log.c.target == record.subscription.name)
    with store.read() as connection:
        row = connection.execute(
            select(audit_log).where(mine).order_by(audit_log.c.id.desc()).limit(1)
        ).first()
    return (row.actor, row.at) if row is not None and record.added else None
