"""Deliveries: the outbox, what failed and why, trying again; the health of the service; the audit log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, select
from starlette.responses import Response

from alerts.delivery import breaker, outbox
from alerts.identity import audit
from alerts.operations import entry_actions, incidents
from alerts.web.console import charts
from alerts.web.console.visit import Visit
from crawler.model import AseanwatchError
from crawler.polling.delays import quantile, together
from crawler.polling.health import spoken
from crawler.store import search, waiting
from crawler.store.overview import counts_by_day
from crawler.store.schema import articles, deliveries, entries, pending, source_states, stories
from crawler.store.sources import load_states
from crawler.store.waiting import Reason, Wanted

DAYS = 30


def outgoing(visit: Visit) -> Response:
    """The outbox, the latest first; posted: try again, or drop."""
    if visit.posted:
        return _changed(visit)
    status = visit.one("status")
    status = status if status in outbox.STATUSES else ""
    with visit.store.reading() as connection:
        rows, down = outbox.listed(connection, status or None, 100), breaker.states(connection)
        totals = outbox.counts(connection)
    return visit.page(
        "deliveries.html.j2", "deliveries", title=visit.say.say("Deliveries"), rows=rows, down=down, totals=totals, chosen=status,
        statuses=outbox.STATUSES,
    )  # fmt: skip


def _changed(visit: Visit) -> Response:
    number, channel = visit.one("number"), visit.one("channel")
    with visit.store.writing() as connection:
        if visit.one("do") == "retry":
            outbox.retry(connection, visit.numbered("number") or None, visit.now)
        elif visit.one("do") == "drop" and number:
            outbox.drop(connection, visit.numbered("number"))
        elif visit.one("do") == "resume" and channel:
            outbox.resume(connection, channel, visit.now)
        else:
            raise AseanwatchError("nothing was chosen")
        visit.note(connection, f"delivery: {visit.one('do')}", number or channel or "all that failed")
    return visit.to("/console/deliveries", visit.say.say("Done."))


def health(visit: Visit) -> Response:
    """Queues, delays and errors of the service at one look; posted: try entries that wait again, or drop them."""
    if visit.posted:
        return _entries_changed(visit)
    with visit.store.reading() as connection:
        states = load_states(connection)
        counts = dict(counts_by_day(connection, visit.now - timedelta(days=DAYS)))
        figures = _figures(connection, visit)
        down = breaker.states(connection)
        trouble = incidents.listed(connection, 12)
        log = audit.latest(connection, 40) if visit.person.may_change else []
        waits = waiting.counts(connection)
    delays = together(s.delays for s in states.values())
    bars = charts.days(counts, visit.now, DAYS)
    failing = sorted((s for s in states.values() if s.failing_since is not None), key=lambda s: s.source)
    return visit.page(
        "health.html.j2", "health", title=visit.say.say("Health"), figures=figures, failing=failing, down=down, log=log, bars=bars, trouble=trouble,
        chart=charts.bars(bars, visit.say.say("New stories by day")), problem=visit.live.problem, refusal=visit.store.last_write_error,
        waits=[(w, _why(visit, w.reason), spoken((visit.now - w.oldest).total_seconds())) for w in waits],
        delay=(spoken(quantile(delays, 0.5) or 0), spoken(quantile(delays, 0.95) or 0)) if delays else None,
    )  # fmt: skip


def _entries_changed(visit: Visit) -> Response:
    """Try the entries of one source that wait for one reason again, or give them up; as `aseanwatch entries` does."""
    source, do = visit.one("source"), visit.one("do")
    try:
        wanted = Wanted(sources=(source,), reasons=(Reason(visit.one("reason")),))
    except ValueError:
        raise AseanwatchError("nothing was chosen") from None
    if not source or do not in ("retry", "drop"):
        raise AseanwatchError("nothing was chosen")
    why = visit.one("why").strip()
    if do == "drop" and not why:
        raise AseanwatchError(visit.say.say("Say why they are wanted no more; it is kept with them."))
    with visit.store.writing() as connection:
        if do == "retry":
            entry_actions.retry(connection, visit.settings, wanted, visit.person.name, visit.now)
        else:
            entry_actions.drop(connection, wanted, visit.person.name, why, visit.now)
    return visit.to("/console/health", visit.say.say("Done."))


def _why(visit: Visit, reason: Reason) -> str:
    """Why entries wait, in the reader's language."""
    say = visit.say.say
    return {
        Reason.PAGE: say("its page is being fetched"),
        Reason.QUEUED: say("it waits to be judged"),
        Reason.JUDGING: say("it could not be judged"),
        Reason.STORING: say("its article could not be stored"),
    }[reason]


def _figures(connection: Connection, visit: Visit) -> list[tuple[str, Any, str]]:
    say = visit.say.say

    def count(statement: Any) -> int:
        return connection.scalar(statement) or 0

    waiting = select(func.count()).select_from(deliveries).where(deliveries.c.status == "pending")
    late = select(func.count()).select_from(source_states).where(source_states.c.due < visit.now - timedelta(minutes=5))
    day = visit.now - timedelta(days=1)
    return [
        (
            say("articles since yesterday"),
            count(select(func.count()).select_from(articles).where(articles.c.first_seen >= day)),
            "/console/",
        ),
        (
            say("stories since yesterday"),
            count(select(func.count()).select_from(stories).where(stories.c.first_seen >= day)),
            "/console/",
        ),
        (
            say("pages still to be fetched"),
            count(select(func.count()).select_from(pending).where(pending.c.reason == Reason.PAGE.value)),
            "/console/sources",
        ),
        (say("sources that are overdue"), count(late), "/console/sources"),
        (say("messages to be sent"), count(waiting), "/console/deliveries?status=pending"),
        (say("entries in the store"), count(select(func.max(entries.c.id))), "/console/sources"),
        (say("articles that wait for the search"), int(search.behind(connection)), "/console/"),
    ]
