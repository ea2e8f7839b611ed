"""The service speaks of itself: trouble told once and once when it is over, metrics, readiness; and persons are forgotten."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection, event, insert, select, update

from alerts.delivery import breaker
from alerts.digests.wording import words
from alerts.identity import operators, tokens
from alerts.operations.incidents import list_incidents, watch
from alerts.operations.live_config import Live
from alerts.operations.metrics import metrics_text
from alerts.readers.forget import forget
from alerts.subscriptions import subscriptions
from alerts.web.preferences import fields
from crawler.config.settings import Operations, Settings, Source
from crawler.model import AseanwatchError
from crawler.polling.state import SourceState
from crawler.store import Store, StoreError, entries
from crawler.store.schema import audit, deliveries, digests, incidents
from crawler.store.schema import subscriptions as table
from crawler.store.sources import save_states
from crawler.store.waiting import Reason, Wait, postpone
from tests.alerts.conftest import Inboxes
from tests.alerts.delivery_steps import begin, mailing, send, statuses, talks
from tests.alerts.web.web_client import serving
from tests.builders import NOON, entry, later
from tests.sessions import BY_SESSION, let_in


def operated(inboxes: Inboxes, **more: object) -> Settings:
    """Settings of a desk, whose operators get mail too."""
    own = mailing(inboxes.port)
    return own.model_copy(update={"operations": Operations(to=("ops@example.org",), channel="email"), **more})


def down(store: Store, channel: str, minutes: float) -> None:
    with store.write() as connection:
        breaker.trip(connection, channel, later(minutes=minutes), "connection refused")


def test_what_lasts_is_told_once_and_once_more_when_it_is_over(store: Store, inboxes: Inboxes) -> None:
    own = operated(inboxes)
    begin(store, own)
    down(store, "archive", 0)
    assert watch(store, own, later(minutes=1)) == [], "it may pass"
    assert len(watch(store, own, later(minutes=12))) == 1
    send(store, own, minutes=13)
    assert watch(store, own, later(minutes=13)) == [] == watch(store, own, later(minutes=90))
    with store.write() as connection:
        breaker.reset(connection, "archive")
    assert len(watch(store, own, later(minutes=95))) == 1
    send(store, own, minutes=96)
    subjects = [m["Subject"] for to, m in inboxes.mails if to == "ops@example.org"]
    assert (
        len(subjects) == 2
        and "archive cannot be used" in subjects[0]
        and subjects[1].startswith("aseanwatch: trouble is over")
    )
    with store.read() as connection:
        (row,) = connection.execute(select(incidents)).all()
        (shown,) = list_incidents(connection)
    assert (row.kind, row.since, row.ended) == ("channel", later(minutes=1), later(minutes=95))
    assert (
        shown["message"]
        == row.message
        == "channel archive cannot be used since 2025-11-28 12:00 UTC: connection refused"
    )
    assert (
        words("zh").said(shown["message"])
        == "渠道 archive 自 2025-11-28 12:00 UTC 起无法使用：connection refused"
    )


def test_trouble_is_told_in_the_operators_language(store: Store, inboxes: Inboxes) -> None:
    own = operated(inboxes)
    own = own.model_copy(update={"operations": own.operations.model_copy(update={"language": "zh"})})
    begin(store, own)
    down(store, "archive", 0)
    watch(store, own, later(minutes=1))
    assert watch(store, own, later(minutes=12)) == [
        "aseanwatch 出现故障：渠道 archive 自 2025-11-28 12:00 UTC 起无法使用：connection refused"
    ]


def test_trouble_that_a_former_version_wrote_is_shown_as_it_was_written(store: Store) -> None:
    with store.write() as connection:
        values = {"kind": "disk", "about": "store", "message": "100% of it is used", "since": later()}
        connection.execute(insert(incidents), [values])
        (shown,) = list_incidents(connection)
    assert words("th").said(shown["message"]) == "100% of it is used"


def test_what_passes_by_itself_is_told_to_nobody(store: Store, inboxes: Inboxes) -> None:
    own = operated(inboxes)
    down(store, "archive", 0)
    watch(store, own, later(minutes=1))
    with store.write() as connection:
        breaker.reset(connection, "archive")
    assert watch(store, own, later(minutes=5)) == []
    send(store, own, minutes=6)
    assert inboxes.mails == []


def test_each_kind_of_trouble_is_seen(store: Store, inboxes: Inboxes) -> None:
    sources = tuple(Source(name=n, url=f"https://{n}.example/feed", lang="th") for n in ("a", "b", "c", "d"))
    own = operated(inboxes, sources=sources)
    begin(store, own)
    talks(store)
    inboxes.refuse = {"desk@example.org": "550 no such user", "chief@example.org": "451 later"}
    send(store, own, minutes=2)
    failing = [
        SourceState(
            n,
            since=NOON - timedelta(days=9),
            polled=NOON,
            failing_since=NOON,
            failures=9,
            outcome="failed",
            message="refused",
        )
        for n in "abcd"
    ]
    with store.write() as connection:
        save_states(connection, failing)
        postpone(
            connection,
            [Wait(entries.add(connection, [(entry("Left over"), "outlet.example/9")]), Reason.PAGE)],
            NOON,
        )
    watch(store, own, later(hours=3), "config.yaml:3: topics: is missing\nmore")
    with store.read() as connection:
        found = {(r.kind, r.about) for r in connection.execute(select(incidents))}
    assert found == {
        ("coverage", "sources"), ("coverage", "language th"), ("given up", "email"), ("waiting", "email"), ("waiting", "entries"),
        ("configuration", "config.yaml"),
    }  # fmt: skip


def metrics_of(store: Store, own: Settings) -> dict[str, dict[tuple[str, ...], float]]:
    text = metrics_text(Live(None, own), store, lambda: later(hours=1)).decode()
    return {
        s.name: {
            tuple(x.labels.values()): x.value
            for f in text_string_to_metric_families(text)
            for x in f.samples
            if x.name == s.name
        }
        for f in text_string_to_metric_families(text)
        for s in f.samples
    }


def test_metrics_are_prometheus_and_their_labels_are_bounded(store: Store, inboxes: Inboxes) -> None:
    own = operated(
        inboxes,
        sources=tuple(Source(name=f"s{i}", url=f"https://s{i}.example/feed", lang="en") for i in range(60)),
    )
    begin(store, own)
    talks(store)
    send(store, own, minutes=2)
    with store.write() as connection:
        save_states(
            connection,
            [
                SourceState(f"s{i}", outcome="ok", polls=3, failed=1, due=NOON, delays={8: 2.0})
                for i in range(60)
            ],
        )
    found = metrics_of(store, own)
    assert found["aseanwatch_sources"] == {("ok",): 60, ("unchanged",): 0, ("failed",): 0, ("never",): 0}
    assert found["aseanwatch_polls_total"][()] == 180 and found["aseanwatch_polls_failed_total"][()] == 60
    assert found["aseanwatch_poll_lateness_seconds"][()] == 3600
    assert found["aseanwatch_deliveries"][("email", "sent")] == 2
    assert found["aseanwatch_articles_total"][()] == 1 == found["aseanwatch_stories_total"][()]
    assert set(found["aseanwatch_entry_delay_seconds"]) == {("0.5",), ("0.95",), ("0.99",)}
    text = metrics_text(Live(None, own), store, lambda: NOON).decode()
    assert "s17" not in text and "example.org" not in text


def test_rules_and_dashboard_speak_of_metrics_that_exist(store: Store, inboxes: Inboxes) -> None:
    text = metrics_text(Live(None, operated(inboxes)), store, lambda: NOON).decode()
    # The tasks of the queue are counted only where the store is PostgreSQL
    there = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE)) | {
        "aseanwatch_units",
        "aseanwatch_units_oldest_seconds",
        "aseanwatch_units_stalled",
        "aseanwatch_selected_seconds",
    }
    deploy = Path(__file__).parents[3] / "deploy"
    for file in (deploy / "prometheus" / "alerts.yml", deploy / "grafana" / "aseanwatch.json"):
        used = set(re.findall(r"aseanwatch_\w+", file.read_text(encoding="utf-8")))
        assert len(used) > 8 and used <= there, f"{file.name}: {used - there}"
    assert json.loads((deploy / "grafana" / "aseanwatch.json").read_text())["panels"]


def test_readiness_says_what_is_missing(store: Store, inboxes: Inboxes, tmp_path: Path) -> None:
    with serving(operated(inboxes), store) as browser:
        assert (browser.get("/readyz").status, browser.get("/healthz").status) == (200, 200)
        with store.write() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0003'")
        answered = browser.get("/readyz")
        assert answered.status == 503 and "db upgrade" in answered.text
        with store.write() as connection:
            connection.exec_driver_sql("DROP TABLE alembic_version")
        assert browser.get("/readyz").status == 503
        assert browser.get("/healthz").status == 200, "it lives all the same"


def test_metrics_are_for_a_token(store: Store, inboxes: Inboxes) -> None:
    with serving(operated(inboxes), store) as browser:
        assert browser.get("/metrics").status == 401
        with store.write() as connection:
            token = tokens.add(connection, "prometheus", ["read"], NOON)
        answered = browser.get("/metrics", Authorization=f"Bearer {token}")
        assert answered.status == 200 and answered.headers["Content-Type"].startswith(
            "text/plain; version=0.0.4"
        )
        with store.write() as connection:
            operators.add(connection, "ann", "a long enough password", "operator", NOON)
        assert browser.get("/metrics").status == 401
        assert browser.get("/metrics", Authorization="Bearer nonsense").status == 401
        assert browser.get("/metrics", Authorization=f"Bearer {token}").status == 200


def everything_in(file: Path) -> bytes:
    return b"".join(p.read_bytes() for p in file.parent.glob(f"{file.name}*") if not p.name.endswith(".key"))


def test_a_forgotten_person_is_nowhere_in_the_store_and_the_proof_stays(
    store: Store, inboxes: Inboxes, tmp_path: Path
) -> None:
    own = mailing(inboxes.port, subscription={"to": ["chief@example.org"]})
    begin(store, own)
    reader = {"name": "reader", "to": ["Ann <Ann.Other@Example.org>", "bob@example.org"], "when": "instant"}
    with store.write() as connection:
        subscriptions.add(connection, own, reader, NOON)
        subscriptions.add(
            connection, own, {"name": "alone", "to": ["ann.other@example.org"], "when": "instant"}, NOON
        )
        subscriptions.opt_out(connection, own, "desk", "ann.other@example.org", NOON)
    talks(store)
    inboxes.refuse = {
        "Ann.Other@Example.org": "451 <Ann.Other@Example.org> later",
        "ann.other@example.org": "550 ann.other@example.org unknown",
    }
    send(store, own, minutes=2)
    assert len(statuses(store)) == 4
    file = Path(str(store.url.database))
    assert b"ann.other@example.org" in everything_in(file).lower()
    done = forget(store, own, "ANN.OTHER@example.org", "operator", later(hours=1))
    assert b"ann.other" not in everything_in(file).lower()
    assert done.changed["subscriptions"] == 2 and done.changed["deliveries"] == 2
    with store.read() as connection:
        assert [k.subscription.to for k in subscriptions.load_subscriptions(connection, own) if k.added] == [
            ("bob@example.org",)
        ]
        kept = list(connection.execute(select(deliveries.c.recipient, deliveries.c.status)))
        (proof,) = connection.execute(select(audit).where(audit.c.action == "forget")).all()
        assert connection.scalar(select(digests.c.id)) is not None
    assert ("bob@example.org", "sent") in kept and all(s != "pending" for r, s in kept if "forgotten" in r)
    assert proof.target == done.proof and proof.actor == "operator"
    again = forget(store, own, "ann.other@example.org", "operator", later(hours=2))
    assert again.proof == done.proof and not any(again.changed.values())
    inboxes.refuse = {}
    talks(store, "China and Laos widen trade cooperation", hours=3)
    send(store, own, hours=4)
    assert {to for to, _ in inboxes.mails} == {"bob@example.org", "chief@example.org"}


def test_who_stands_in_the_configuration_is_named_first(store: Store, inboxes: Inboxes) -> None:
    with pytest.raises(
        AseanwatchError, match=r"config\.yaml still names desk@example\.org in the subscription desk"
    ):
        forget(store, mailing(inboxes.port), "desk@example.org", "operator", NOON)


def test_a_stored_subscription_that_cannot_be_read_keeps_nobody_else_from_news(
    store: Store, inboxes: Inboxes
) -> None:
    own = mailing(inboxes.port)
    begin(store, own)
    with store.write() as connection:
        subscriptions.add(connection, own, {"name": "reader", "to": ["reader@example.org"]}, NOON)
        spoiled = {"name": "reader", "to": ["reader@example.org"], "timezone": "Asia/Atlantis"}
        connection.execute(update(table).where(table.c.name == "reader").values(added=spoiled))
    talks(store)
    assert send(store, own, minutes=2).sent == 2


def test_a_subscription_keeps_a_topic_that_is_no_more_while_its_reader_changes_something_else(
    store: Store, inboxes: Inboxes
) -> None:
    own = mailing(inboxes.port)
    with store.write() as connection:
        subscriptions.add(
            connection, own, {"name": "reader", "to": ["reader@example.org"], "topics": ["health"]}, NOON
        )
        left = own.model_copy(update={"topics": {n: t for n, t in own.topics.items() if n != "health"}})
        changed = subscriptions.change(connection, left, "reader", {"most": 5})
        assert (changed.topics, changed.most) == (("health",), 5)
        with pytest.raises(AseanwatchError, match="unknown topic tourism2"):
            subscriptions.change(connection, left, "reader", {"topics": ["health", "tourism2"]})
    one = fields(left, "en", changed)
    assert ("health", "health (no longer there)") in one["topics"], (
        "without a tick it would be for all topics"
    )


def test_what_waits_is_seen_in_metrics_and_on_the_health_page(store: Store, inboxes: Inboxes) -> None:
    own = operated(inboxes)
    with store.write() as connection:
        first, second = entries.add(
            connection,
            [
                (entry("One", "https://outlet.example/8"), "outlet.example/8"),
                (entry("Two"), "outlet.example/9"),
            ],
        )
        postpone(connection, [Wait([first], Reason.PAGE), Wait([second], Reason.STORING, "too large")], NOON)
    found = metrics_of(store, own)
    assert found["aseanwatch_entries_waiting"] == {
        ("page",): 1, ("queued",): 0, ("judging-failed",): 0, ("storing-failed",): 1,
    }  # fmt: skip
    assert found["aseanwatch_entries_waiting_oldest_seconds"][("storing-failed",)] == 3600
    assert found["aseanwatch_entries_pending"][()] == 2
    let_in(store)
    with serving(own, store) as browser:
        page = browser.get("/console/health", **BY_SESSION).text
        assert "its article could not be stored" in page
        assert "its page is being fetched" in page


def test_while_the_store_takes_nothing_readiness_and_metrics_say_so(store: Store, inboxes: Inboxes) -> None:
    own = operated(inboxes)
    let_in(store)
    pages = store.engine.connect().exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    event.listen(store.engine, "begin", limit)
    with serving(own, store) as browser:
        with pytest.raises(StoreError, match="full"), store.write() as connection:
            entries.add(connection, [(entry("x" * 500_000), "outlet.example/9")])
        answered = browser.get("/readyz")
        assert (answered.status, "takes nothing" in answered.text) == (503, True)
        assert metrics_of(store, own)["aseanwatch_store_refuses"][()] == 1
        assert "database or disk is full" in browser.get("/console/health", **BY_SESSION).text
        event.remove(store.engine, "begin", limit)
        event.listen(store.engine, "begin", lambda c: c.exec_driver_sql("PRAGMA max_page_count=1000000"))
        with store.write() as connection:
            entries.add(connection, [(entry("x" * 500_000), "outlet.example/9")])
        assert browser.get("/readyz").status == 200
