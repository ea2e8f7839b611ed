"""The health of the service: queues, delays, incidents, entries that wait, and the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select
from starlette.responses import Response

from alerts.delivery import breaker
from alerts.identity import audit
from alerts.operations import entry_actions, incidents
from alerts.web.console import charts
from alerts.web.console.request import ConsoleRequest
from crawler.model import AseanwatchError
from crawler.polling.delays import quantile, together
from crawler.store import search, waiting
from crawler.store.overview import counts_by_day
from crawler.store.schema import articles, deliveries, entries, pending, source_states, stories
from crawler.store.sources import load_states
from crawler.store.waiting import PendingFilter, Reason

CHART_DAYS = 30
SHOWN_INCIDENTS, SHOWN_AUDIT_ENTRIES = 12, 40
OVERDUE = timedelta(minutes=5)
"""A source that is due for longer is counted as overdue."""


class DelayRange(NamedTuple):
    """The delays of entries in seconds: the median and the 95th percentile."""

    median: float
    p95: float


class Figure(NamedTuple):
    """A number of the page: what it counts, and the page that shows more."""

    label: str
    number: Any
    link: str


def health(request: ConsoleRequest) -> Response:
    """The state of the service at one look; posted: try entries that wait again, or drop them."""
    if request.is_post:
        return _change_entries(request)
    with request.store.read() as connection:
        states = load_states(connection)
        counts = dict(counts_by_day(connection, request.now - timedelta(days=CHART_DAYS)))
        figures = _figures(connection, request)
        down = breaker.states(connection)
        trouble = incidents.list_incidents(connection, SHOWN_INCIDENTS)
        # The log has names and addresses of people, which readers of the console need not see.
        log = audit.latest(connection, SHOWN_AUDIT_ENTRIES) if request.person.may_change else []
        waits = waiting.counts(connection)
    bars = charts.days(counts, request.now, CHART_DAYS)
    failing = sorted((s for s in states.values() if s.failing_since is not None), key=lambda s: s.source)
    return request.page(
        "health.html.j2",
        "health",
        title=request.gettext("Health"),
        figures=figures,
        failing=failing,
        down=down,
        log=log,
        bars=bars,
        trouble=trouble,
        chart=charts.bars(bars, request.gettext("New stories by day")),
        problem=request.live.problem,
        refusal=request.store.last_write_error,
        waits=[
            (w, _why(request, w.reason), request.words.length((request.now - w.oldest).total_seconds()))
            for w in waits
        ],
        delay=delay_range(together(s.delays for s in states.values())),
    )


def delay_range(delays: Mapping[int, float]) -> DelayRange | None:
    """The range of the delays of entries; None if there are none."""
    if not delays:
        return None
    return DelayRange(quantile(delays, 0.5) or 0.0, quantile(delays, 0.95) or 0.0)


def _change_entries(request: ConsoleRequest) -> Response:
    """Try the entries of one source that wait for one reason again, or drop them, as `aseanwatch entries` does."""
    source, action = request.value("source"), request.action
    try:
        wanted = PendingFilter(sources=(source,), reasons=(Reason(request.value("reason")),))
    except ValueError:
        raise AseanwatchError(request.gettext("Nothing was chosen.")) from None
    if not source or action not in ("retry", "drop"):
        raise AseanwatchError(request.gettext("Nothing was chosen."))
    why = request.value("why")
    if action == "drop" and not why:
        raise AseanwatchError(request.gettext("Say why they are wanted no more; it is kept with them."))
    with request.store.write() as connection:
        if action == "retry":
            entry_actions.retry(connection, request.settings, wanted, request.person.name, request.now)
        else:
            entry_actions.drop(connection, wanted, request.person.name, why, request.now)
    return request.redirect("/console/health", request.gettext("Done."))


def _why(request: ConsoleRequest, reason: Reason) -> str:
    """Why entries wait."""
    gettext = request.gettext
    return {
        Reason.PAGE: gettext("its page is being fetched"),
        Reason.QUEUED: gettext("it waits to be judged"),
        Reason.JUDGING: gettext("it could not be judged"),
        Reason.STORING: gettext("its article could not be stored"),
    }[reason]


def _figures(connection: Connection, request: ConsoleRequest) -> list[Figure]:
    gettext = request.gettext

    def count(table: Any, *conditions: Any) -> int:
        return connection.scalar(select(func.count()).select_from(table).where(*conditions)) or 0

    yesterday = request.now - timedelta(days=1)
    overdue = count(source_states, source_states.c.due < request.now - OVERDUE)
    to_send = count(deliveries, deliveries.c.status == "pending")
    pages = count(pending, pending.c.reason == Reason.PAGE.value)
    # Ids are given in order and entries are never deleted: the highest id is their number, and needs no scan of the table.
    stored = connection.scalar(select(func.max(entries.c.id))) or 0
    return [
        Figure(
            gettext("articles since yesterday"),
            count(articles, articles.c.first_seen >= yesterday),
            "/console/",
        ),
        Figure(
            gettext("stories since yesterday"), count(stories, stories.c.first_seen >= yesterday), "/console/"
        ),
        Figure(gettext("pages still to be fetched"), pages, "/console/sources"),
        Figure(gettext("sources that are overdue"), overdue, "/console/sources"),
        Figure(gettext("messages to be sent"), to_send, "/console/deliveries?status=pending"),
        Figure(gettext("entries in the store"), stored, "/console/sources"),
        Figure(gettext("articles that wait for the search"), int(search.behind(connection)), "/console/"),
    ]
