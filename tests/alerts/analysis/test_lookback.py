"""What the last days would have been: by the choices as they are now, and nothing is recorded."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from alerts.analysis.lookback import looked_back
from crawler.config.settings import Subscription
from crawler.store.schema import alerts, digests
from tests.builders import NOON, keep, later, new_store, shipped

DESK = {"name": "desk", "to": ["a@b.example"], "when": "daily 07:30"}


def test_a_new_subscriber_sees_what_the_last_days_would_have_been(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    for days, title in (
        (20, "China and Laos widen trade cooperation"),
        (2, "China and Vietnam widen trade cooperation"),
    ):
        moment = NOON - timedelta(days=days)
        keep(
            store,
            title,
            f"{title} by a new deal.",
            url=f"https://o.example/{days}",
            published=moment,
            first_seen=moment,
        )

    def told(days: int, **choices: object) -> list[str]:
        subscription = Subscription.model_validate({**DESK, **choices})
        with store.read() as connection:
            digest = looked_back(connection, shipped(), subscription, days, later())
        return sorted(s.best.title for s in digest.stories)

    assert told(1) == []
    assert told(7) == ["China and Vietnam widen trade cooperation"]
    assert len(told(30)) == 2
    assert told(30, countries=["LA"]) == ["China and Laos widen trade cooperation"]
    assert told(30, topics=["finance"]) == []
    with store.read() as connection:
        for table in (alerts, digests):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
    store.close()
