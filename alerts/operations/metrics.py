"""The metrics for Prometheus.

They are read from the store at each request: one answer for all machines.

Labels are bounded: outcomes, kinds of failure, channels, queues, languages; never a source, an address or a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from sqlalchemy import Connection, func, select, text

from alerts.assist.queue import waiting_reports
from alerts.delivery import breaker
from alerts.operations.live_config import Live
from alerts.operations.progress import last_selected, unsent
from crawler.config.settings import Settings
from crawler.polling.delays import quantile, together
from crawler.sources.coverage import Ledger, ledger
from crawler.store import Store, assist, jobs, units, waiting, websub
from crawler.store.schema import (
    alerts,
    articles,
    assist_requests,
    deliveries,
    entries,
    entry_ends,
    incidents,
    stories,
)
from crawler.store.waiting import Reason

SPAN = timedelta(days=7)
TASKS = ("translate", "brief", "check")
NAME = "aseanwatch_"


class Collector:
    """Gives the metrics of a store. See `prometheus_client.registry.Collector`."""

    def __init__(self, live: Live, store: Store, clock: Callable[[], datetime]) -> None:
        self._live, self._store, self._clock = live, store, clock

    def collect(self) -> Iterator[Metric]:
        """All metrics, as they are now."""
        now, settings = self._clock(), self._live.settings
        info = InfoMetricFamily(f"{NAME}build", "The program that answers.")
        info.add_metric([], {"version": version("aseanwatch"), "store": self._store.url.get_backend_name()})
        yield info
        yield _gauge(
            "configuration_in_force",
            "1 where config.yaml is in force, 0 where it was changed and is wrong.",
            self._live.problem is None,
        )
        yield _gauge(
            "store_refuses",
            "1 where the latest write of the process that answers failed: a full disk, a lock.",
            bool(self._store.last_write_error),
        )
        with self._store.read() as connection:
            found = ledger(connection, settings, now, SPAN)
            yield from _sources(found, now)
            yield _labelled(
                GaugeMetricFamily(
                    f"{NAME}websub_subscriptions", "Subscriptions at hubs of feeds.", labels=["status"]
                ),
                [(s, websub.counts(connection).get(s, 0)) for s in websub.STATUSES],
            )
            yield from _news(connection, now)
            yield from _delivery(connection, now)
            yield from _trouble(connection)
            if settings.assist.enabled:
                yield from _assistants(connection, settings, now)
            if not self._store.is_sqlite:
                yield from _queue(connection)
            yield _gauge("store_bytes", "Size of the store.", _size(connection, self._store))


def metrics_text(live: Live, store: Store, clock: Callable[[], datetime]) -> bytes:
    """The metrics in Prometheus' text format."""
    # Describing would collect everything a second time.
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collector(live, store, clock))
    return bytes(generate_latest(registry))


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(NAME + name, help_text, value=float(value))


def _labelled(metric: Any, rows: Iterable[tuple[Any, ...]]) -> Any:
    """A metric with its rows: labels, and the value behind them."""
    for *labels, value in rows:
        metric.add_metric([str(label) for label in labels], float(value))
    return metric


def _sources(found: Ledger, now: datetime) -> Iterator[Metric]:
    states = [found.states.get(a.name) for a in found.sources]
    outcomes = Counter((s.outcome or "never") if s else "never" for s in states)
    yield _labelled(
        GaugeMetricFamily(
            f"{NAME}sources", "Sources by the outcome of their latest poll.", labels=["outcome"]
        ),
        # Also those with 0: a series that comes and goes breaks rules that compare it.
        [(o, outcomes[o]) for o in ("ok", "unchanged", "failed", "never")],
    )
    # A source counts once for each kind, however many problems of that kind it has.
    problems = Counter(p.kind for a in found.sources for p in {p.kind: p for p in a.problems}.values())
    yield _labelled(
        GaugeMetricFamily(f"{NAME}source_problems", "Sources with a problem, by its kind.", labels=["kind"]),
        sorted(problems.items()),
    )
    known = [s for s in states if s is not None]
    yield CounterMetricFamily(f"{NAME}polls", "Polls of all sources.", value=sum(s.polls for s in known))
    yield CounterMetricFamily(f"{NAME}polls_failed", "Polls that failed.", value=sum(s.failed for s in known))
    late = [max(0.0, (now - s.due).total_seconds()) for s in known if s.due is not None]
    yield _gauge(
        "poll_lateness_seconds",
        "How long the source that is most overdue has been due.",
        max(late, default=0.0),
    )
    delays = together(s.delays for s in known)
    shares = [(q, quantile(delays, q)) for q in (0.5, 0.95, 0.99)]
    yield _labelled(
        GaugeMetricFamily(
            f"{NAME}entry_delay_seconds",
            "From publication to the store, of the latest entries.",
            labels=["quantile"],
        ),
        [(q, seconds) for q, seconds in shares if seconds is not None],
    )
    yield _gauge(
        "coverage_ratio",
        "Share of what there was in seven days that was seen, by estimate.",
        found.total.share,
    )
    yield _labelled(
        GaugeMetricFamily(
            f"{NAME}language_silent",
            "1 where all sources of a language are silent or failing.",
            labels=["lang"],
        ),
        [(a.name, bool(a.problems)) for a in found.languages],
    )


def _news(connection: Connection, now: datetime) -> Iterator[Metric]:
    for name, table, help_text in (
        ("entries", entries, "Entries that were ever stored."),
        ("articles", articles, "Articles that were ever stored."),
        ("stories", stories, "Stories that were ever begun."),
        ("alerts", alerts, "Alerts that were ever raised."),
    ):
        # The highest id: it needs no scan, and does not fall when old rows are deleted, as a counter
        # must not.
        yield CounterMetricFamily(
            NAME + name, help_text, value=float(connection.scalar(select(func.max(table.c.id))) or 0)
        )
    waits = waiting.counts(connection)
    yield _gauge("entries_pending", "Entries that wait to become articles.", sum(w.count for w in waits))
    oldest = min((w.oldest for w in waits), default=now)
    yield _gauge(
        "entries_pending_oldest_seconds", "How long the oldest of them waits.", (now - oldest).total_seconds()
    )
    by_reason = [(r, [w for w in waits if w.reason is r]) for r in Reason]
    yield _labelled(
        GaugeMetricFamily(
            f"{NAME}entries_waiting",
            "Entries that wait to become articles, by why they do.",
            labels=["reason"],
        ),
        [(r.value, sum(w.count for w in own)) for r, own in by_reason],
    )
    yield _labelled(
        GaugeMetricFamily(
            f"{NAME}entries_waiting_oldest_seconds",
            "How long the oldest waits, by reason.",
            labels=["reason"],
        ),
        [(r.value, max((now - w.oldest).total_seconds() for w in own) if own else 0) for r, own in by_reason],
    )
    dropped = connection.scalar(select(func.count()).where(entry_ends.c.kind == waiting.DROPPED)) or 0
    yield _gauge("entries_dropped", "Entries that operators dropped.", dropped)


def _delivery(connection: Connection, now: datetime) -> Iterator[Metric]:
    rows = connection.execute(
        select(deliveries.c.channel, deliveries.c.status, func.count()).group_by(
            deliveries.c.channel, deliveries.c.status
        )
    )
    yield _labelled(
        GaugeMetricFamily(f"{NAME}deliveries", "Deliveries in the store.", labels=["channel", "status"]),
        sorted(tuple(r) for r in rows),
    )
    due = (deliveries.c.status == "pending") & (deliveries.c.next_try <= now)
    oldest = connection.scalar(select(func.min(deliveries.c.next_try)).where(due))
    yield _gauge(
        "deliveries_due_oldest_seconds",
        "How long the oldest delivery has been due.",
        (now - oldest).total_seconds() if oldest else 0,
    )
    yield _labelled(
        GaugeMetricFamily(
            f"{NAME}channel_unsent_seconds",
            "For how long something is due on a channel while nothing is sent.",
            labels=["channel"],
        ),
        sorted(unsent(connection, now).items()),
    )
    selected = last_selected(connection)
    if selected is not None:
        seconds = (now - selected).total_seconds()
        yield _gauge("selected_seconds", "How long ago it was last looked at what is news for whom.", seconds)
    down = [(row.channel, 1) for row in breaker.states(connection)]
    yield _labelled(
        GaugeMetricFamily(f"{NAME}channel_down", "Channels that cannot be used.", labels=["channel"]), down
    )


def _trouble(connection: Connection) -> Iterator[Metric]:
    rows = connection.execute(
        select(incidents.c.kind, func.count()).where(incidents.c.ended.is_(None)).group_by(incidents.c.kind)
    )
    yield _labelled(
        GaugeMetricFamily(f"{NAME}incidents", "Trouble that lasts, by its kind.", labels=["kind"]),
        sorted(tuple(r) for r in rows),
    )


def _assistants(connection: Connection, settings: Settings, now: datetime) -> Iterator[Metric]:
    """What assistants took in 24 hours. Gauges, for the record is pruned, and counters must not fall."""
    since = now - timedelta(days=1)
    c = assist_requests.c
    rows = connection.execute(
        select(c.task, c.outcome, func.count(), func.sum(c.seconds))
        .where(c.at >= since, c.characters > 0)
        .group_by(c.task, c.outcome)
    ).all()
    yield _labelled(
        GaugeMetricFamily(f"{NAME}assist_requests", "Requests to assistants in 24 hours.", labels=["task", "outcome"]),
        [(r[0], r[1], r[2]) for r in rows],
    )  # fmt: skip
    yield _labelled(
        GaugeMetricFamily(f"{NAME}assist_seconds", "Seconds that these took together.", labels=["task", "outcome"]),
        [(r[0], r[1], r[3]) for r in rows],
    )  # fmt: skip
    used = assist.usage_since(connection, since)
    yield _labelled(
        GaugeMetricFamily(f"{NAME}assist_tokens", "Tokens in 24 hours, read and written.", labels=["direction"]),
        [("read", used.tokens_in), ("written", used.tokens_out)],
    )  # fmt: skip
    yield _gauge("assist_money", "Money in 24 hours, by the prices of the configuration.", used.money)
    refused = Counter[str]()
    for task, _, count in assist.refusals(connection, since):
        refused[task] += count
    yield _labelled(
        GaugeMetricFamily(f"{NAME}assist_refused", "Answers refused in 24 hours.", labels=["task"]),
        [(task, refused[task]) for task in TASKS],
    )
    yield _gauge(
        "assist_waiting",
        "Reports that no assistant was asked about yet.",
        waiting_reports(connection, settings.assist.fresh, now),
    )


def _queue(connection: Connection) -> Iterator[Metric]:
    found = jobs.counts(connection)
    yield _labelled(
        GaugeMetricFamily(f"{NAME}units", "Units of work in the queue.", labels=["queue", "status"]),
        [(q, s, n) for q, s, n, _ in found],
    )
    yield _labelled(
        GaugeMetricFamily(f"{NAME}units_oldest_seconds", "How long the oldest unit waits.", labels=["queue"]),
        [(q, age) for q, s, _, age in found if s == "todo"],
    )
    yield _gauge(
        "units_stalled",
        "Units that a worker left undone and nobody has taken up yet.",
        units.stalled(connection),
    )
    under_way = units.under_way_longest(connection)
    longest = under_way[0][2] if under_way else 0.0
    yield _gauge(
        "units_under_way_seconds", "How long a living worker has been at one unit, at most.", longest
    )
    alive = (
        connection.scalar(
            text(
                "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'"
            )
        )
        or 0
    )
    yield _gauge("workers", "Workers that gave a sign of life in the last minute.", alive)


def _size(connection: Connection, store: Store) -> float:
    if not store.is_sqlite:
        return float(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    file = store.url.database
    return (
        # The write-ahead log may hold as much as the file itself.
        float(sum(p.stat().st_size for s in ("", "-wal") if (p := Path(f"{file}{s}")).exists()))
        if file
        else 0.0
    )
