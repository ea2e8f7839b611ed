"""Whether a day's outage of the assistant delays an alert: the same simulated day with it off, on, slow, silent and away.

Run as ``python -m benchmarks.assist_outage [HOURS]``. The duties of the service are done in their order every half minute of simulated time;
news comes over the whole day. What is compared is when each alert was raised, and when its message was made and sent.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import process_time
from unittest import mock

from sqlalchemy import select

from alerts.assist.background import LOCK
from alerts.delivery.dispatch import dispatch
from alerts.service.duties import duties, perform
from alerts.service.planner import Planner
from crawler.assist import assistants, trust
from crawler.assist.model import AssistError
from crawler.config.assist_settings import AssistSettings
from crawler.config.settings import Settings, Source
from crawler.store import Store
from crawler.store.assist import counts, usage_since
from crawler.store.schema import alerts, deliveries, digests
from tests.assisting import Scripted
from tests.builders import NOON, keep, new_store, settings
from tests.ingesting import Asked
from tests.newsroom.news import items

STEP = timedelta(seconds=30)
"""Between two looks at all duties."""
ANSWER = 60.0
"""Seconds that the slow assistant takes for each answer."""
HELD_UP = 20.0
"""Real seconds without a step after which the day is held up by an assistant, which must never be."""
DUTIES = ("rounds", "assist", "left over", "packing")
START = NOON - timedelta(hours=12)


class DayClock:
    """The simulated time, which the day moves and assistants wait by.

    Attributes:
        held_up: how often the day waited for an assistant.
        asked: set when the assistant is asked for the first time.
    """

    def __init__(self) -> None:
        self.moment, self.held_up, self.is_over = START, 0, False
        self.asked = threading.Event()
        self._moved = threading.Condition()

    def __call__(self) -> datetime:
        """The moment."""
        return self.moment

    def go(self, step: timedelta) -> None:
        """Let time pass."""
        with self._moved:
            self.moment += step
            self._moved.notify_all()

    def end(self) -> None:
        """Nobody waits any more."""
        with self._moved:
            self.is_over = True
            self._moved.notify_all()

    def sleep(self, seconds: float) -> None:
        """Wait for so long by this clock."""
        until = self.moment + timedelta(seconds=seconds)
        with self._moved:
            while not (self.is_over or self.moment >= until):
                # A day that stands still waits for whoever waits here.
                if not self._moved.wait(HELD_UP):
                    self.held_up += 1
                    self.moment = until


def _answering(clock: DayClock) -> Scripted:
    return Scripted()


def _slow(clock: DayClock) -> Scripted:
    made = Scripted()
    made.before = lambda: clock.sleep(ANSWER)
    return made


def _silent(clock: DayClock) -> Scripted:
    made = Scripted()
    made.before = lambda: clock.sleep(10 * 86_400)
    return made


def _away(clock: DayClock) -> Scripted:
    made = Scripted()
    made.always = AssistError("unreachable", "nobody answers")
    return made


def _watched(made: Scripted, clock: DayClock) -> Scripted:
    before = made.before

    def asked() -> None:
        clock.asked.set()
        before()

    made.before = asked
    return made


MODES: dict[str, Callable[[DayClock], Scripted] | None] = {
    "off": None, "on": _answering, "slow (60 s)": _slow, "silent": _silent, "away": _away,
}  # fmt: skip


@dataclass(frozen=True)
class Day:
    """What came of a day.

    Attributes:
        alerts: subscription, matter and moment of each.
        sent: subscription, when the message was made, and when it was sent.
        requests: to the assistant; ``answers`` are those that were believed.
        held_up: how often the day waited for it.
        seconds: processor time.
    """

    alerts: tuple[tuple[str, str, datetime], ...]
    sent: tuple[tuple[str, datetime, datetime | None], ...]
    requests: int
    answers: int
    held_up: int
    seconds: float


def _settings(folder: Path, *, with_assistant: bool) -> Settings:
    desks = (
        {"name": "desk", "channel": "folder", "when": "instant"},
        {"name": "daily", "channel": "folder", "when": "daily 20:00", "timezone": "Asia/Jakarta"},
    )
    own = settings(*desks, channels={"folder": {"type": "folder", "path": str(folder)}})
    sources = (Source(name="outlet", url="https://outlet.example/feed"),)
    kind = {"kind": "scripted" if with_assistant else ""}
    section = AssistSettings(languages=("en",)).model_copy(update=kind)
    return own.model_copy(update={"sources": sources, "assist": section})


def _news(hours: float, most: int | None) -> list[tuple[datetime, str, str]]:
    """The sample news, spread over the day; only so many that are relevant, where a number is given."""
    found = items() if most is None else [i for i in items() if i.labels["relevant"]][-most:]
    gap = timedelta(hours=hours) * 0.9 / len(found)
    return [(START + gap * (n + 1), item.title, item.text) for n, item in enumerate(found)]


async def _through(store: Store, own: Settings, clock: DayClock, hours: float, most: int | None) -> None:
    """Pass the day. It ends when the assistant, if there is one, was asked: a short one may be over before that thread gets a core."""
    planner = Planner(own, store, clock, Asked())
    planner.begin()
    table = {d.name: d for d in duties(planner, lambda: None, lambda: dispatch(store, own, clock()))}
    waiting = _news(hours, most)

    async def here(call: Callable[[], object]) -> object:
        return call()  # one thread for all: whatever takes long holds up the others

    while clock() < START + timedelta(hours=hours):
        while waiting and waiting[0][0] <= clock():
            at, title, text = waiting.pop(0)
            keep(store, title, text, first_seen=clock(), published=at)
        for name in DUTIES:
            if name in table:
                await perform(table[name], here)
        clock.go(STEP)
    if own.assist.kind:
        clock.asked.wait(HELD_UP)
    clock.end()
    planner.end()
    for thread in threading.enumerate():
        if thread.name == LOCK:
            thread.join(HELD_UP)  # the store's folder goes


def day(mode: str, hours: float, most: int | None = None) -> Day:
    """One day in one mode, with all of the sample news or so many."""
    began = process_time()
    make, clock = MODES[mode], DayClock()
    with tempfile.TemporaryDirectory() as name:
        store = new_store(Path(name))
        own = _settings(Path(name) / "out", with_assistant=make is not None)
        scripted = _watched(make(clock), clock) if make else None
        # Answers are believed as they are: what is measured is time.
        with (
            mock.patch.object(assistants, "loaded", lambda group, kind: lambda one: scripted),
            mock.patch.object(trust, "believed_translation", lambda *_: trust.Verdict(None)),
            mock.patch.object(trust, "believed_brief", lambda *_: trust.Verdict(None)),
        ):
            asyncio.run(_through(store, own, clock, hours, most))
        return _found(store, clock, process_time() - began)


def _found(store: Store, clock: DayClock, seconds: float) -> Day:
    with store.read() as connection:
        raised = connection.execute(select(alerts.c.subscription, alerts.c.about, alerts.c.at)).all()
        sent = connection.execute(
            select(digests.c.subscription, digests.c.made, deliveries.c.sent).join(
                deliveries, deliveries.c.digest_id == digests.c.id
            )
        ).all()
        used = usage_since(connection)
        given = sum(n for _, outcome, n in counts(connection) if outcome == "given")
    order = [tuple(sorted(map(tuple, rows), key=repr)) for rows in (raised, sent)]
    store.close()
    return Day(order[0], order[1], used.requests, given, clock.held_up, round(seconds, 1))


def main() -> None:
    """Print the days beside each other."""
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else 24.0
    off = day("off", hours)
    print(
        f"{hours:g} simulated hours, a look every {STEP.total_seconds():g} s, {len(off.alerts)} alerts, {len(off.sent)} messages"
    )
    print(
        f"{'assistant':12} {'alerts late':>11} {'messages late':>13} {'requests':>8} {'answers':>7} {'CPU s':>6}"
    )
    for mode in MODES:
        found = off if mode == "off" else day(mode, hours)
        late = len(set(off.alerts) ^ set(found.alerts)), len(set(off.sent) ^ set(found.sent))
        print(f"{mode:12} {late[0]:11} {late[1]:13} {found.requests:8} {found.answers:7} {found.seconds:6}")


if __name__ == "__main__":
    main()
