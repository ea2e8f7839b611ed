"""Subscriptions of config.yaml are changed as those that were added: only what changes is written, and it can be taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.operations import tuning
from alerts.operations.live_config import live_at
from alerts.operations.subscription_changes import SubscriptionChanges, added_by
from alerts.subscriptions import subscriptions
from alerts.web.preferences import choices, fields
from crawler.config import load
from crawler.config.settings import Subscription
from crawler.model import AseanwatchError
from crawler.store.schema import audit
from tests.builders import NOON, TERMS, new_store

TEXT = f"""\
sources: []
terms: {json.dumps(TERMS, ensure_ascii=False)}
topics:
  trade: {{query: $trade}}
  bases: {{query: $base}}
subscriptions:
  - name: desk          # the first one
    to: [desk@example.org]
    when: weekly wed 09:00
    days_off: [fri]
    countries: [ASEAN, KH]
    languages: [de]
    topics: [trade]
"""


@pytest.fixture
def changes(tmp_path: Path) -> SubscriptionChanges:
    path = tmp_path / "config.yaml"
    path.write_text(TEXT, encoding="utf-8")
    live, store = live_at(str(path)), new_store(tmp_path)
    with store.write() as connection:
        subscriptions.register(connection, live.settings, NOON)
    return SubscriptionChanges(live, store, "Siti", NOON)


def posted(subscription: Subscription, changes: SubscriptionChanges) -> dict[str, list[str]]:
    """The form of a subscription as a browser sends it back untouched."""
    values = fields(changes.live.settings, "en", subscription)
    chosen = values["chosen"]
    offered = {name: {code for code, _ in values[name]} for name in ("topics", "languages", "countries")}
    form = {name: [v for v in chosen[name] if v in offered[name]] for name in offered}
    assert chosen["rhythm"] in {value for value, _ in values["rhythms"]}
    form |= {name: [str(chosen[name])] for name in ("rhythm", "at", "timezone", "quiet", "most", "language")}
    return form | ({"weekends_off": ["1"]} if chosen["weekends_off"] else {})


def test_a_form_that_is_sent_back_untouched_changes_nothing(changes: SubscriptionChanges) -> None:
    former = changes.live.settings.subscriptions[0]
    wanted = choices(posted(former, changes), former) | {"timezone": None}
    assert changes.change("desk", wanted) is None
    assert changes.live.path.read_text(encoding="utf-8") == TEXT


def test_only_what_changes_is_written_and_it_is_taken_back(changes: SubscriptionChanges) -> None:
    number = changes.change("desk", {"topics": ["trade", "bases"], "when": "daily 07:30", "countries": []})
    made = load(changes.live.path).subscriptions[0]
    assert (made.topics, str(made.when), made.countries) == (("trade", "bases"), "daily 07:30", ())
    text = changes.live.path.read_text(encoding="utf-8")
    assert "# the first one" in text
    assert "countries:" not in text, "what is the default again is not written"
    assert number is not None
    with changes.store.write() as connection:
        tuning.undo(connection, changes.live, number, "Siti", NOON)
    assert changes.live.path.read_text(encoding="utf-8") == TEXT


def test_what_cannot_be_served_is_refused(changes: SubscriptionChanges) -> None:
    for values in ({"topics": ["nobody"]}, {"channel": "pigeon"}, {"to": []}, {"when": "sometimes"}):
        with pytest.raises(AseanwatchError):
            changes.change("desk", values)
    assert changes.live.path.read_text(encoding="utf-8") == TEXT


def test_an_ended_subscription_leaves_the_file_and_comes_back_by_undo(changes: SubscriptionChanges) -> None:
    number = changes.remove("desk")
    assert load(changes.live.path).subscriptions == ()
    assert number is not None
    with changes.store.write() as connection:
        tuning.undo(connection, changes.live, number, "Siti", NOON)
    assert load(changes.live.path).subscriptions[0].name == "desk"


def test_one_that_was_added_is_changed_in_the_store_and_says_by_whom(changes: SubscriptionChanges) -> None:
    settings = changes.live.settings
    with changes.store.write() as connection:
        subscriptions.add(connection, settings, {"name": "extra", "to": ["x@example.org"]}, NOON)
        row = {"at": NOON, "actor": "Budi", "action": "subscription: add", "target": "extra", "detail": {}}
        connection.execute(audit.insert(), [row])
    assert changes.change("extra", {"topics": ["bases"]}) is None
    with changes.store.read() as connection:
        record = subscriptions.find_subscription(connection, settings, "extra")
        own = subscriptions.find_subscription(connection, settings, "desk")
        actors = set(connection.scalars(select(audit.c.actor)))
    assert record.subscription.topics == ("bases",)
    assert added_by(changes.store, record) == ("Budi", NOON)
    assert added_by(changes.store, own) is None
    assert actors == {"Budi", "Siti"}
    assert changes.live.path.read_text(encoding="utf-8") == TEXT
