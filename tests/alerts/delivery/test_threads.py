"""Mails about one base form a thread; those about another base, however like its key, do not join it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from alerts.delivery.dispatch import make_due
from alerts.model import AlertKey
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store.schema import alerts, deliveries, digests
from tests.alerts.delivery_steps import begin
from tests.builders import keep, later, new_store, settings

KEY = "park-b9a0d946"
READER = "desk@example.org"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def alert(store: Store, key: AlertKey, title: str, digest: int | None) -> None:
    """An alert about a story of its own, which a digest has told or which waits."""
    kept = keep(store, title, f"{title}. Trade and investment will grow.", first_seen=later(minutes=1))
    with store.write() as connection:
        values = {
            "subscription": "desk",
            "story_id": kept.story,
            "article_id": kept.article,
            "topics": [],
            "at": later(minutes=2),
        }
        connection.execute(insert(alerts).values(**key.columns(), **values, digest_id=digest))


def sent(store: Store, number: int) -> str:
    """A digest that the reader has got; gives its Message-ID."""
    identity = f"<told-{number}@example.org>"
    with store.write() as connection:
        told = {
            "id": number,
            "subscription": "desk",
            "due": later(seconds=number),
            "made": later(minutes=3),
            "subject": "x",
        }
        connection.execute(insert(digests).values(**told, html="", text=""))
        delivery = {
            "digest_id": number,
            "channel": "email",
            "recipient": READER,
            "message_id": identity,
            "status": "sent",
        }
        connection.execute(
            insert(deliveries).values(**delivery, next_try=later(minutes=3), sent=later(minutes=3))
        )
    return identity


def thread(store: Store, own: Settings) -> list[str]:
    """The earlier messages that the next digest answers."""
    assert make_due(store, own, later(hours=1)) == 1
    with store.read() as connection:
        envelope = connection.scalar(select(digests.c.envelope).order_by(digests.c.id.desc()).limit(1))
    assert envelope is not None
    return list(envelope["references"].get(READER, ()))


def told_before(store: Store, before: AlertKey) -> tuple[Settings, str]:
    own = settings({"name": "desk", "to": [READER], "when": "instant"})
    begin(store, own)
    identity = sent(store, 1)
    alert(store, before, "China and Laos widen trade in Vientiane", 1)
    return own, identity


@pytest.mark.parametrize("before", [AlertKey.new_base(KEY), AlertKey.update(KEY, "signed")])
@pytest.mark.parametrize(
    "now", [AlertKey.update(KEY, "launched"), AlertKey.update(KEY, "under construction")]
)
def test_mail_about_a_base_answers_the_mail_that_told_of_it(
    store: Store, before: AlertKey, now: AlertKey
) -> None:
    own, identity = told_before(store, before)
    alert(store, now, "China and Thailand sign a rice export agreement in Bangkok", None)
    assert thread(store, own) == [identity]


def test_an_alert_of_an_older_worker_which_knows_no_columns_joins_the_thread(store: Store) -> None:
    own, identity = told_before(store, AlertKey.new_base(KEY))
    now = AlertKey.update(KEY, "launched")
    alert(store, now, "China and Thailand sign a rice export agreement in Bangkok", None)
    with store.write() as connection:
        connection.execute(update(alerts).where(alerts.c.about == str(now)).values(subject="", stage=None))
    assert thread(store, own) == [identity]


@pytest.mark.parametrize("sibling", [f"{KEY}-2", f"{KEY}0", f"{KEY}_", KEY[:-1], KEY.upper(), "park%"])
def test_mail_about_a_base_leaves_the_threads_of_sibling_keys_alone(store: Store, sibling: str) -> None:
    own, _ = told_before(store, AlertKey.new_base(sibling))
    alert(store, AlertKey.new_base(KEY), "China and Thailand sign a rice export agreement in Bangkok", None)
    assert thread(store, own) == []


def test_an_article_whose_number_is_a_key_is_no_base(store: Store) -> None:
    own, _ = told_before(store, AlertKey.article(77))
    alert(store, AlertKey.new_base("77"), "China and Thailand sign a rice export agreement in Bangkok", None)
    assert thread(store, own) == []
