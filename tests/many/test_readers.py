"""What readers are told and say of it, in PostgreSQL as in SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.delivery.dispatch import make_due
from alerts.delivery.outbox import listed
from alerts.digests.register_moves import register_moves
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions import reader_feedback
from alerts.subscriptions.reader_feedback import FeedbackKind
from alerts.subscriptions.subscriptions import register
from crawler.store import Store
from crawler.store.schema import alerts
from tests.builders import NOON, keep, later, new_store, settings

SIGNED = (
    "Agreement signed on China-ASEAN Solar Training Base",
    "China and Cambodia signed an agreement to build the China-ASEAN Solar Training Base in Sihanoukville.",
)
OPENED = (
    "China-ASEAN Solar Training Base opens in Sihanoukville",
    "The China-ASEAN Solar Training Base was officially opened in Sihanoukville on Friday by China and Cambodia.",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of either database."""
    if request.param == "sqlite":
        return new_store(tmp_path)
    made = Store(request.getfixturevalue("database"))
    made.upgrade()
    return made


def test_both_databases_tell_the_same_readers_the_same(store: Store) -> None:
    one, other = "one@example.org", "other@example.org"
    own = settings(
        {"name": "desk", "to": [one, other], "countries": ["PH"]},
        {"name": "narrow", "to": [one], "countries": ["PH"], "asean_wide": False},
        {"name": "week", "to": [one], "countries": ["PH"], "when": "weekly mon 07:30"},
        secret="s" * 32,
    )
    with store.write() as connection:
        register(connection, own, NOON)
    story = keep(store, *SIGNED, first_seen=later(minutes=1), published=later(minutes=1)).story or 0
    # A base that is named after ASEAN concerns the Philippines too, where that is not turned off.
    raise_alerts(store, own, later(minutes=2))
    with store.read() as connection:
        assert sorted(connection.scalars(select(alerts.c.subscription))) == ["desk", "week"]
    make_due(store, own, later(minutes=2), ["desk"])
    with store.write() as connection:
        for kind in (FeedbackKind.MORE_LIKE_THIS, FeedbackKind.NOT_FOR_ME):
            reader_feedback.say(connection, "desk", one.upper(), story, kind, later(minutes=3))
    with store.read() as connection:
        (said,) = reader_feedback.listed(connection, subscription="desk", topic="demonstration_base")
        assert (said.story, said.kind, said.readers, said.at) == (story, "not for me", 1, later(minutes=3))
        moved = register_moves(connection, own, own.subscriptions[2], NOON, later(days=3))
        assert [m.stage for m in moved] == ["signed"]
    keep(store, *OPENED, first_seen=later(days=90), published=later(days=90))
    raise_alerts(store, own, later(days=90))
    make_due(store, own, later(days=90), ["desk"])
    with store.read() as connection:
        rows = [(row["recipient"], row["due"]) for row in listed(connection)]
    assert rows == [(other, later(days=90)), (other, later(minutes=2)), (one, later(minutes=2))]
