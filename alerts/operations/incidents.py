"""Watches for incidents of the service itself, and tells the operators: lost coverage, waiting deliveries, a full disk.

The service looks now and then. The operators get one message when an incident lasts, and one when it is over.
"""

from __future__ import annotations

import logging
import os
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
from alerts.digests.wording import words
from alerts.operations.live_config import needs_restart
from alerts.operations.progress import unselected
from crawler.config.settings import Settings
from crawler.model import Phrase, SourceFailure
from crawler.parsing.urls import host_of
from crawler.polling.health import spoken
from crawler.polling.reach import unreached
from crawler.sources.coverage import Ledger, ledger
from crawler.store import Store, backups, jobs, units
from crawler.store.schema import deliveries, incidents, pending, polls, suppressions

log = logging.getLogger("aseanwatch")

SPAN = timedelta(days=7)
MANY_FAILING, LEAST_SOURCES = 0.25, 4
"""If a larger share of the sources fails, it is no chance. With fewer sources it may be."""
LONGEST_WAIT = timedelta(minutes=30)
"""A delivery, an entry or a unit may wait so long."""
UNDER_WAY = timedelta(minutes=15)
"""A unit that takes a worker longer may hang, and delays others of its kind."""
GIVEN_UP = timedelta(hours=24)
FAILURES_IN_A_ROW = 3
"""After so many an assistant's failures are no chance."""
LEAST_FREE = 500_000_000
"""Bytes that must be free on the disk of the store."""
SUBSCRIPTION = "operations"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong. ``kind`` is a short stable word, ``about`` what it concerns."""

    kind: str
    about: str
    message: Phrase


def find_troubles(
    connection: Connection,
    store: Store,
    settings: Settings,
    now: datetime,
    problem: str | None = None,
    restart: Sequence[str] = (),
    found_of_sources: Ledger | None = None,
) -> list[Trouble]:
    """Everything that is wrong at a moment.

    Args:
        connection: to the store.
        store: the store of the connection.
        settings: the configuration.
        now: the present moment.
        problem: what is wrong with config.yaml if it was changed and is not in force.
        restart: the settings that have changed but are read at the start only.
        found_of_sources: the ledger of the last days (`SPAN`), where the caller has it already.
    """
    found = [
        *_coverage(found_of_sources or ledger(connection, settings, now, SPAN), settings),
        *_deliveries(connection, now),
        *_complaints(connection, now),
        *_work(connection, store, now),
        *(Trouble("standstill", s.about, s.message) for s in unselected(connection, now)),
    ]
    if problem:
        found.append(Trouble("configuration", "config.yaml", Phrase(problem.splitlines()[0])))
    if settings.storage.backups is not None:
        found += _backups(connection, now)
    if settings.assist.enabled:
        found += _assistants(connection, settings, now)
    if restart:
        found.append(Trouble("restart", "config.yaml", needs_restart(restart)))
    # PostgreSQL may lie on another machine, whose disk this process cannot see.
    if store.is_sqlite and store.url.database and store.url.database != ":memory:":
        free = shutil.disk_usage(Path(store.url.database).absolute().parent).free
        if free < LEAST_FREE:
            found.append(
                Trouble(
                    "disk",
                    "store",
                    Phrase(
                        "only %(free)s MB are free where %(store)s lies",
                        free=free // 1_000_000,
                        store=store.name,
                    ),
                )
            )
    return found


def _backups(connection: Connection, now: datetime) -> Iterator[Trouble]:
    """That backups fail, or are not made, where the configuration wants them."""
    state = backups.state(connection)
    first = connection.scalar(select(func.min(polls.c.at)))
    if state.problem is not None:
        message = Phrase("the last backup failed: %(error)s", error=state.problem[:200])
    elif state.last is not None and now - state.last > backups.OVERDUE:
        length = spoken((now - state.last).total_seconds())
        message = Phrase("the last backup is %(length)s old", length=length)
    elif state.last is None and first is not None and now - first > backups.OVERDUE:
        message = Phrase("no backup was ever made")
    else:
        return
    yield Trouble("backup", "store", message)


def _assistants(connection: Connection, settings: Settings, now: datetime) -> Iterator[Trouble]:
    """Assistants that give no answers. Nothing waits for them, but readers miss what they pay for."""
    from alerts.assist.overview import failure_of  # noqa: PLC0415 - whoever has none loads nothing of them
    from crawler.assist.assistants import name_of  # noqa: PLC0415 - as above
    from crawler.assist.breaker import state_of  # noqa: PLC0415 - as above

    for name in dict.fromkeys(map(name_of, settings.assist.assistants)):
        state = state_of(connection, name, now)
        if state.failures >= FAILURES_IN_A_ROW and state.since is not None:
            message = Phrase(
                "the assistant %(name)s %(what)s since %(since)s (%(error)s); digests go out without it",
                name=str(name),
                what=failure_of(state),
                since=f"{state.since:%Y-%m-%d %H:%M} UTC",
                error=(state.problem or "?")[:200],
            )
            yield Trouble("assistant", str(name), message)


def _coverage(found: Ledger, settings: Settings) -> Iterator[Trouble]:
    if (none := _unreached(found, settings)) is not None:
        # What else it makes silent, each language and country, is the same trouble.
        yield Trouble("coverage", "sources", none)
        return
    failing = [a for a in found.sources if any(p.kind in ("failing", "given up", "gone") for p in a.problems)]
    if len(found.sources) >= LEAST_SOURCES and len(failing) > MANY_FAILING * len(found.sources):
        message = Phrase("%(failing)s of %(all)s sources fail", failing=len(failing), all=len(found.sources))
        yield Trouble("coverage", "sources", message)
    for account in (*found.languages, *found.countries):
        for problem in account.problems:
            yield Trouble(
                "coverage",
                f"{problem.kind.split()[0]} {account.name}",
                Phrase("%(name)s: %(problem)s", name=account.name, problem=problem.message),
            )


def _unreached(found: Ledger, settings: Settings) -> Phrase | None:
    """That no source at all can be reached, and why that may be; None where one can."""
    polled = [s for a in found.sources if (s := found.states.get(a.name)) is not None and s.polled]
    if len(polled) < LEAST_SOURCES:
        return None
    failures = [
        SourceFailure(s.source, s.kind or "", s.message or "") for s in polled if s.outcome == "failed"
    ]
    proxy = settings.crawl.proxy
    return unreached(failures, len(polled), os.environ, host_of(proxy) if proxy else None)


def _deliveries(connection: Connection, now: datetime) -> Iterator[Trouble]:
    waiting = deliveries.c.status == "pending"
    for state in breaker.states(connection):
        since = f"{state.since:%Y-%m-%d %H:%M} UTC"
        name = state.channel
        if state.switched_off:
            count = (
                connection.scalar(select(func.count()).where(waiting & (deliveries.c.channel == name))) or 0
            )
            message = Phrase(
                "channel %(name)s is switched off since %(since)s: %(error)s; %(count)s deliveries wait for it; "
                "when it is mended: aseanwatch deliveries resume %(name)s",
                name=name,
                since=since,
                error=state.error,
                count=count,
            )
            yield Trouble("channel off", name, message)
            continue
        message = Phrase(
            "channel %(name)s cannot be used since %(since)s: %(error)s",
            name=name,
            since=since,
            error=state.error,
        )
        yield Trouble("channel", name, message)
    late = (deliveries.c.status == "pending") & (deliveries.c.next_try < now - LONGEST_WAIT)
    for channel, count in connection.execute(
        select(deliveries.c.channel, func.count()).where(late).group_by(deliveries.c.channel)
    ):
        yield Trouble(
            "waiting",
            channel,
            Phrase(
                "%(count)s deliveries on channel %(name)s wait for more than %(length)s",
                count=count,
                name=channel,
                length=spoken(LONGEST_WAIT.total_seconds()),
            ),
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
        message = Phrase(
            "%(count)s deliveries on channel %(name)s were given up (the last: %(error)s); "
            "aseanwatch deliveries list --status failed",
            count=count,
            name=channel,
            error=(last or "?")[:200],
        )
        yield Trouble("given up", channel, message)


def _complaints(connection: Connection, now: datetime) -> Iterator[Trouble]:
    """Complaints of readers: their provider counts them against the sender."""
    recent = (suppressions.c.reason == "complained") & (suppressions.c.at > now - GIVEN_UP)
    count = connection.scalar(select(func.count()).where(recent)) or 0
    if count:
        yield Trouble(
            "complaints",
            "email",
            Phrase(
                "%(count)s readers complained of spam and get no more mail; aseanwatch suppressions list",
                count=count,
            ),
        )


def _work(connection: Connection, store: Store, now: datetime) -> Iterator[Trouble]:
    late = connection.scalar(select(func.count()).where(pending.c.since < now - LONGEST_WAIT)) or 0
    if late:
        message = Phrase(
            "%(count)s entries wait for more than %(length)s to become articles: aseanwatch entries waiting",
            count=late,
            length=spoken(LONGEST_WAIT.total_seconds()),
        )
        yield Trouble("waiting", "entries", message)
    if not store.is_sqlite:
        yield from _units(connection)


def _units(connection: Connection) -> Iterator[Trouble]:
    for number, name, seconds in units.under_way_longest(connection):
        if seconds > UNDER_WAY.total_seconds():
            message = Phrase(
                "unit %(number)s (%(name)s) is under way for %(length)s; "
                "aseanwatch units retry %(number)s --force starts it again",
                number=str(number),
                name=name,
                length=spoken(seconds),
            )
            yield Trouble("queue", f"{name} under way", message)
    for queue, status, count, age in jobs.counts(connection):
        if status == "todo" and age > LONGEST_WAIT.total_seconds():
            yield Trouble(
                "queue",
                queue,
                Phrase(
                    "%(count)s units of %(queue)s wait, the oldest for %(length)s: start more workers",
                    count=count,
                    queue=queue,
                    length=spoken(age),
                ),
            )
        if status == "failed":
            yield Trouble(
                "queue",
                f"{queue} failed",
                Phrase(
                    "%(count)s units of %(queue)s failed for good: aseanwatch units list --status failed",
                    count=count,
                    queue=queue,
                ),
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
            values = {"kind": trouble.kind, "about": trouble.about, "since": now, **_stored(trouble.message)}
            connection.execute(insert(incidents), [values])
        for row in over:
            log.info("trouble is over: %s", row.message)
            connection.execute(update(incidents).where(incidents.c.id == row.id).values(ended=now))
        for row, trouble in due:
            connection.execute(
                update(incidents).where(incidents.c.id == row.id).values(told=now, **_stored(trouble.message))
            )
        # The end is reported only if the beginning was.
        return _tell(connection, settings, [t for _, t in due], [r for r in over if r.told is not None], now)


def _tell(
    connection: Connection, settings: Settings, wrong: Sequence[Trouble], over: Sequence[Any], now: datetime
) -> list[str]:
    own = settings.operations
    say = words(own.language)
    subjects = []
    for about, messages in (
        (say.gettext("aseanwatch is in trouble"), [t.message for t in wrong]),
        (say.gettext("aseanwatch: trouble is over"), [_phrase_of(r) for r in over]),
    ):
        if not messages or own.channel is None:
            continue
        lines = [say.said(message) for message in messages]
        what = lines[0] if len(lines) == 1 else say.ngettext("%(num)s matter", "%(num)s matters", len(lines))
        subject = f"{about}{say.marks.colon}{what}"[:200]
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
                    rendered=_note(subject, lines, own.language),
                    kind="note",
                )
            ],
        )
        subjects.append(subject)
    return subjects


def _note(subject: str, lines: Sequence[str], language: str) -> Rendered:
    values = {"subject": subject, "lines": lines}
    html = environment(language).get_template("incident.html.j2").render(values)
    text = environment(language, autoescape=False).get_template("incident.txt.j2").render(values)
    return Rendered(subject, html, text)


def list_incidents(connection: Connection, limit: int = 50) -> list[dict[str, Any]]:
    """The latest incidents, the open ones first."""
    order = (incidents.c.ended.is_not(None), incidents.c.id.desc())
    rows = connection.execute(select(incidents).order_by(*order).limit(limit))
    return [{**r._mapping, "message": _phrase_of(r)} for r in rows]


def _stored(message: Phrase) -> dict[str, Any]:
    """A message as columns: the English text, and the parts that it can be said by in other languages."""
    return {"message": str(message), "phrase": _parts(message)}


def _parts(message: Phrase) -> dict[str, Any]:
    values = {name: _parts(v) if isinstance(v, Phrase) else v for name, v in message.values.items()}
    return {"template": message.template, "values": values}


def _phrase_of(row: Any) -> Phrase:
    """The message of a row; those of former versions have only the English text."""
    return _phrase(row.phrase) if row.phrase else Phrase(row.message)


def _phrase(parts: dict[str, Any]) -> Phrase:
    values = {name: _phrase(v) if isinstance(v, dict) else v for name, v in parts["values"].items()}
    template: str = parts["template"]
    return Phrase(template, **values)
