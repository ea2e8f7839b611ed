"""Watches for incidents of the service itself, and tells the operators: lost coverage, waiting deliveries, a full disk.

The service looks now and then. The operators get one message when an incident lasts, and one when it is over.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from alerts.delivery import breaker
from alerts.delivery.outbox import OutboxItem, put
from alerts.digests.render import Rendered, environment
from alerts.operations.live_config import needs_restart
from alerts.operations.progress import unselected
from crawler.config.settings import Settings
from crawler.polling.health import spoken
from crawler.sources.coverage import Ledger, ledger
from crawler.store import Store, jobs, units
from crawler.store.schema import deliveries, incidents, pending, suppressions

log = logging.getLogger("aseanwatch")

SPAN = timedelta(days=7)
MANY_FAILING, LEAST_SOURCES = 0.25, 4
"""If a larger share of the sources fails, it is no chance. With fewer sources it may be."""
LONGEST_WAIT = timedelta(minutes=30)
"""A delivery, an entry or a unit may wait so long."""
UNDER_WAY = timedelta(minutes=15)
"""A unit that takes a worker longer may hang, and delays others of its kind."""
GIVEN_UP = timedelta(hours=24)
LEAST_FREE = 500_000_000
"""Bytes that must be free on the disk of the store."""
SUBSCRIPTION = "operations"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong. ``kind`` is a short stable word, ``about`` what it concerns."""

    kind: str
    about: str
    message: str


def find_troubles(
    connection: Connection,
    store: Store,
    settings: Settings,
    now: datetime,
    problem: str | None = None,
    restart: Sequence[str] = (),
) -> list[Trouble]:
    """Everything that is wrong at a moment.

    Args:
        connection: to the store.
        store: the store of the connection.
        settings: the configuration.
        now: the present moment.
        problem: what is wrong with config.yaml if it was changed and is not in force.
        restart: the settings that have changed but are read at the start only.
    """
    found = [
        *_coverage(ledger(connection, settings, now, SPAN)),
        *_deliveries(connection, now),
        *_complaints(connection, now),
        *_work(connection, store, now),
        *(Trouble("standstill", s.about, s.message) for s in unselected(connection, now)),
    ]
    if problem:
        found.append(Trouble("configuration", "config.yaml", problem.splitlines()[0]))
    if restart:
        found.append(Trouble("restart", "config.yaml", needs_restart(restart)))
    # PostgreSQL may lie on another machine, whose disk this process cannot see.
    if store.is_sqlite and store.url.database and store.url.database != ":memory:":
        free = shutil.disk_usage(Path(store.url.database).absolute().parent).free
        if free < LEAST_FREE:
            found.append(
                Trouble("disk", "store", f"only {free // 1_000_000} MB are free where {store.name} lies")
            )
    return found


def _coverage(found: Ledger) -> Iterator[Trouble]:
    failing = [a for a in found.sources if any(p.kind in ("failing", "given up", "gone") for p in a.problems)]
    if len(found.sources) >= LEAST_SOURCES and len(failing) > MANY_FAILING * len(found.sources):
        yield Trouble("coverage", "sources", f"{len(failing)} of {len(found.sources)} sources fail")
    for account in (*found.languages, *found.countries):
        for problem in account.problems:
            yield Trouble(
                "coverage", f"{problem.kind.split()[0]} {account.name}", f"{account.name}: {problem.message}"
            )


def _deliveries(connection: Connection, now: datetime) -> Iterator[Trouble]:
    waiting = deliveries.c.status == "pending"
    for state in breaker.states(connection):
        since = f"{state.since:%Y-%m-%d %H:%M} UTC"
        name = state.channel
        if state.switched_off:
            count = (
                connection.scalar(select(func.count()).where(waiting & (deliveries.c.channel == name))) or 0
            )
            said = (
                f"channel {name} is switched off since {since}: {state.error}; {count} deliveries wait for it"
            )
            yield Trouble(
                "channel off", name, f"{said}; when it is mended: aseanwatch deliveries resume {name}"
            )
            continue
        yield Trouble("channel", name, f"channel {name} cannot be used since {since}: {state.error}")
    late = (deliveries.c.status == "pending") & (deliveries.c.next_try < now - LONGEST_WAIT)
    for channel, count in connection.execute(
        select(deliveries.c.channel, func.count()).where(late).group_by(deliveries.c.channel)
    ):
        yield Trouble(
            "waiting",
            channel,
            f"{count} deliveries on channel {channel} wait for more than {spoken(LONGEST_WAIT.total_seconds())}",
        )
    lost = (
        (deliveries.c.status == "failed")
        & (deliveries.c.next_try > now - GIVEN_UP)
        & (deliveries.c.failure != "suppressed")
    )
    for channel, count in connection.execute(
        select(deliveries.c.channel, func.count()).where(lost).group_by(deliveries.c.channel)
    ):
        mine = lost & (deliveries.c.channel == channel)
        last = connection.scalar(
            select(deliveries.c.error).where(mine).order_by(deliveries.c.next_try.desc()).limit(1)
        )
        why = f" (the last: {last[:200]})" if last else ""
        yield Trouble(
            "given up",
            channel,
            f"{count} deliveries on channel {channel} were given up{why}; aseanwatch deliveries list --status failed",
        )


def _complaints(connection: Connection, now: datetime) -> Iterator[Trouble]:
    """Complaints of readers: their provider counts them against the sender."""
    recent = (suppressions.c.reason == "complained") & (suppressions.c.at > now - GIVEN_UP)
    count = connection.scalar(select(func.count()).where(recent)) or 0
    if count:
        yield Trouble(
            "complaints",
            "email",
            f"{count} readers complained of spam and get no more mail; aseanwatch suppressions list",
        )


def _work(connection: Connection, store: Store, now: datetime) -> Iterator[Trouble]:
    late = connection.scalar(select(func.count()).where(pending.c.since < now - LONGEST_WAIT)) or 0
    if late:
        message = f"{late} entries wait for more than {spoken(LONGEST_WAIT.total_seconds())} to become articles: aseanwatch entries waiting"
        yield Trouble("waiting", "entries", message)
    if not store.is_sqlite:
        yield from _units(connection)


def _units(connection: Connection) -> Iterator[Trouble]:
    for number, name, seconds in units.under_way_longest(connection):
        if seconds > UNDER_WAY.total_seconds():
            message = f"unit {number} ({name}) is under way for {spoken(seconds)}; aseanwatch units retry {number} --force starts it again"
            yield Trouble("queue", f"{name} under way", message)
    for queue, status, count, age in jobs.counts(connection):
        if status == "todo" and age > LONGEST_WAIT.total_seconds():
            yield Trouble(
                "queue",
                queue,
                f"{count} units of {queue} wait, the oldest for {spoken(age)}: start more workers",
            )
        if status == "failed":
            yield Trouble(
                "queue",
                f"{queue} failed",
                f"{count} units of {queue} failed for good: aseanwatch units list --status failed",
            )


def watch(
    store: Store, settings: Settings, now: datetime, problem: str | None = None, restart: Sequence[str] = ()
) -> list[str]:
    """Record incidents that begin and end, and tell the operators; returns the subjects of the messages."""
    # Looked at without the writer lock. It is taken only if
    # something begins, ends, or is to be reported.
    with store.read() as connection:
        wrong = {
            (t.kind, t.about): t for t in find_troubles(connection, store, settings, now, problem, restart)
        }
        open_now = {
            (r.kind, r.about): r
            for r in connection.execute(select(incidents).where(incidents.c.ended.is_(None)))
        }
    begun = [t for key, t in wrong.items() if key not in open_now]
    over = [r for key, r in open_now.items() if key not in wrong]
    due = [
        (r, wrong[key])
        for key, r in open_now.items()
        # Reported after a while only: what passes by itself wakes nobody.
        if key in wrong and r.told is None and now - r.since >= settings.operations.after
    ]
    if not (begun or over or due):
        return []
    with store.write() as connection:
        for trouble in begun:
            log.warning("trouble begins: %s", trouble.message)
            values = {"kind": trouble.kind, "about": trouble.about, "message": trouble.message, "since": now}
            connection.execute(insert(incidents), [values])
        for row in over:
            log.info("trouble is over: %s", row.message)
            connection.execute(update(incidents).where(incidents.c.id == row.id).values(ended=now))
        for row, trouble in due:
            connection.execute(
                update(incidents).where(incidents.c.id == row.id).values(told=now, message=trouble.message)
            )
        # The end is reported only if the beginning was.
        return _tell(connection, settings, [t for _, t in due], [r for r in over if r.told is not None], now)


def _tell(
    connection: Connection, settings: Settings, wrong: Sequence[Trouble], over: Sequence[Any], now: datetime
) -> list[str]:
    own = settings.operations
    subjects = []
    for about, lines in (
        ("aseanwatch is in trouble", [t.message for t in wrong]),
        ("aseanwatch: trouble is over", [r.message for r in over]),
    ):
        if not lines or own.channel is None:
            continue
        subject = f"{about}: {lines[0]}"[:200] if len(lines) == 1 else f"{about}: {len(lines)} matters"
        recipients: Sequence[str] = own.to or (f"{SUBSCRIPTION}@localhost",)
        put(
            connection,
            settings.delivery,
            None,
            [
                OutboxItem(
                    subscription=SUBSCRIPTION,
                    channel=own.channel,
                    recipients=recipients,
                    due=now,
                    made=now,
                    rendered=_note(subject, lines),
                    kind="note",
                )
            ],
        )
        subjects.append(subject)
    return subjects


def _note(subject: str, lines: Sequence[str]) -> Rendered:
    values = {"subject": subject, "lines": lines}
    html = environment("en").get_template("incident.html.j2").render(values)
    return Rendered(
        subject, html, environment("en", autoescape=False).get_template("incident.txt.j2").render(values)
    )


def list_incidents(connection: Connection, limit: int = 50) -> list[dict[str, Any]]:
    """The latest incidents, the open ones first."""
    order = (incidents.c.ended.is_not(None), incidents.c.id.desc())
    return [dict(r._mapping) for r in connection.execute(select(incidents).order_by(*order).limit(limit))]
