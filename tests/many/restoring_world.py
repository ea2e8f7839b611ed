"""A small world for restoring: outlets publish, a service polls and tells, copies are made and put back at simulated moments."""

from __future__ import annotations

import email
import email.policy
import shutil
from collections import Counter
from contextlib import nullcontext, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from alerts.delivery.dispatch import dispatch
from alerts.operations.replacing import carry_over, replaced_store
from alerts.subscriptions import subscriptions
from crawler.config.settings import Settings
from crawler.store import Store, StoreError, backups
from crawler.store.restoring import restore
from crawler.store.schema import articles, polls
from tests.builders import keep

TICK = timedelta(minutes=30)
MATTERS = (
    ("Laos", "launch a new railway between Kunming and Vientiane"),
    ("Thailand", "sign a trade agreement on fruit exports"),
    ("Malaysia", "launch a joint laboratory for durian research in Penang"),
    ("Cambodia", "sign a memorandum on a vocational training centre in Siem Reap"),
    ("Vietnam", "open a customs corridor for pepper at Mong Cai"),
    ("Indonesia", "agree on a nickel battery plant in Sulawesi"),
    ("Myanmar", "resume work on a hydropower dam in Kachin"),
    ("Singapore", "start a green finance fund for shipping"),
    ("Brunei", "build a halal food port at Muara"),
)


class World:
    """Outlets, one service with its store, and its copies."""

    def __init__(self, folder: Path, settings: Settings, start: datetime) -> None:
        self.folder, self.settings, self.now = folder, settings, start
        self.store = Store(settings.storage.url)
        self.store.upgrade()
        with self.store.write() as connection:
            subscriptions.register(connection, settings, start - timedelta(days=1))
        self.published: list[tuple[str, datetime]] = []
        self.copies: list[Path] = []
        self.is_online = True
        self.worked = start
        """When the service last worked."""

    def do(self, step: str) -> None:
        """Do one step, such as ``run:2`` or ``restore:0``."""
        name, _, number = step.partition(":")
        if name in ("lost", "broken"):
            self.restore(int(number), **{name: True})
        else:
            getattr(self, name)(*map(int, filter(None, [number])))

    def publish(self, ago: int = 0) -> None:
        """An outlet publishes the next report, some minutes ago."""
        if len(self.published) < len(MATTERS):
            party, matter = MATTERS[len(self.published)]
            self.published.append((f"China and {party} {matter}", self.now - timedelta(minutes=ago)))

    def run(self, ticks: int, tick: timedelta = TICK) -> None:
        """The service works for a while: it asks all sources, and tells what is due."""
        for _ in range(ticks):
            self.now += tick
            self._poll()
            dispatch(self.store, self.settings, self.now)
            self.worked = self.now

    def offline(self) -> None:
        """No outlet answers any more."""
        self.is_online = False

    def online(self) -> None:
        """All outlets answer again."""
        self.is_online = True

    def rest(self, ticks: int) -> None:
        """The service is down for a while."""
        self.now += TICK * ticks

    def back_up(self) -> None:
        """Make a copy."""
        self.copies.append(backups.make(self.store, self.folder / f"copy-{len(self.copies)}").file)

    def restore(self, which: int, *, lost: bool = False, broken: bool = False) -> None:
        """Put a copy back in place of the store, which is still there; or is lost, so that somebody says when it last worked.

        It may be broken off when the copy is in its place and not put right yet.
        """
        if self.copies:
            replaced = None if lost else replaced_store(self.store, self.now)
            self.now += timedelta(minutes=1)
            copy = self.copies[which % len(self.copies)]

            def finish(restored: Store) -> None:
                if broken:
                    raise StoreError("killed")
                with restored.write() as connection:
                    until = self.worked if lost else None
                    carry_over(connection, self.settings, copy, replaced, self.now, until=until)

            with suppress(StoreError) if broken else nullcontext():
                keep = replaced.as_text() if replaced is not None else ""
                restore(self.store, copy, replace=True, finish=finish, keep=keep)

    def _poll(self) -> None:
        with self.store.write() as connection:
            values = {"source": "outlet", "at": self.now, "url": "https://outlet.example/", "outcome": "ok"}
            connection.execute(insert(polls), [values])
            known = set(connection.scalars(articles.select().with_only_columns(articles.c.title)))
        for title, published in self.published:
            if self.is_online and title not in known:
                keep(self.store, title, published=published, first_seen=self.now, listed=self.now)

    def told(self) -> Counter[tuple[str, str]]:
        """How often each report was told, by subscription and headline."""
        found: Counter[tuple[str, str]] = Counter()
        for file in (self.folder / "told").rglob("*.eml"):
            message: Any = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            text = " ".join(message.get_body(("plain",)).get_content().split())
            name = message["List-Id"].partition('"')[2].partition('"')[0]
            found.update((name, title) for title, _ in self.published if title in text)
        return found

    def close(self) -> None:
        """End."""
        self.store.close()
        shutil.rmtree(self.folder / "told", ignore_errors=True)
