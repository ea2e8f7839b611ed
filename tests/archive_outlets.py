"""Outlets on loopback that list ten years of news at once, each in another way, and a service that polls them."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sqlalchemy import select

from alerts.delivery.dispatch import dispatch
from alerts.subscriptions.subscriptions import register
from crawler.config import load
from crawler.config.settings import Settings
from crawler.crawl import crawl
from crawler.store import Store
from crawler.store.schema import alerts, articles
from crawler.store.upkeep import prune
from tests.builders import new_store, shipped_judge
from tests.newsroom.configuration import over_packaged
from tests.reactor import in_reactor

FRESH = 900
"""Events of the last days have numbers from here on."""
START = datetime(2025, 11, 28, 6, tzinfo=UTC)
TEN_YEARS, KEEP = timedelta(days=3650), timedelta(days=30)
FORMS = ("dated", "address", "sitemap", "undated", "rotating")
"""Dated items; items with the day in their address only; a sitemap; items without any date; items with a new guid each time."""
_CITIES = (
    ("Indonesia", "Jakarta"), ("Vietnam", "Hanoi"), ("Thailand", "Chiang Mai"), ("Laos", "Vientiane"), ("Cambodia", "Siem Reap"),
    ("Myanmar", "Mandalay"), ("the Philippines", "Cebu"), ("Malaysia", "Penang"), ("Indonesia", "Makassar"), ("Vietnam", "Da Nang"),
    ("Thailand", "Khon Kaen"), ("Laos", "Luang Prabang"), ("the Philippines", "Davao"),
)  # fmt: skip
_GOODS = (
    "durian", "rubber", "cassava", "shrimp", "coconut", "rice", "coffee", "nickel", "palm oil", "pepper", "banana", "seaweed", "cashew",
    "timber", "mangosteen", "tuna",
)  # fmt: skip


_ACTS = (
    "China and {land} sign deal on {count} containers of {goods} from {city}",
    "{city} hospital treats {count} patients with Chinese surgeons under China-{land} health cooperation",
    "Chinese investors pledge {count} million yuan for {goods} mill near {city}, {land}",
    "China trains {count} teachers of {city} in cooperation with {land}'s education ministry",
    "{land}, China agree currency swap of {count} million to ease {goods} trade",
    "Freight train with {count} tonnes of {goods} leaves Kunming for {city} as China, {land} expand rail cooperation",
    "Maritime cooperation: China, {land} sign fisheries agreement, {count} boats of {city} take part",
    "Solar farm of {count} panels lights {city} villages under China-{land} energy cooperation",
    "{count} students of {city} win scholarships of China as {land} ties deepen",
    "China lifts tariff on {goods} of {land}, saving {city} growers {count} million, under trade agreement",
    "Digital payment link joins {count} shops of {city} with China under {land} agreement",
)

_SYLLABLES = tuple(a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or"))


@cache
def _names(outlet: int, number: int, count: int) -> str:
    chance = random.Random(f"{outlet} {number}")
    return " ".join("".join(chance.choices(_SYLLABLES, k=3)).capitalize() for _ in range(count))


@dataclass(frozen=True, slots=True)
class Event:
    """One event that one outlet reports; no two outlets report the same one."""

    outlet: int
    number: int
    at: datetime

    @property
    def title(self) -> str:
        """Its headline."""
        # The same act in the same city within two days is one event to any reader: none of the fresh ones share both.
        seed = (
            self.outlet + 51 * (self.number - FRESH)
            if self.number >= FRESH
            else self.outlet * 37 + self.number * 101
        )
        land, city = _CITIES[seed % len(_CITIES)]
        goods = _GOODS[seed // 3 % len(_GOODS)]
        act = _ACTS[seed % len(_ACTS)].format(
            land=land, city=city, goods=goods, count=100 + seed * 7919 % 9973
        )
        return f"{act}, says {self._names(4)}"

    def _names(self, count: int) -> str:
        """Names that no other event has, so that no two texts are alike."""
        return _names(self.outlet, self.number, count)

    @property
    def text(self) -> str:
        """Its first lines."""
        return f"{self.title}. Present were {self._names(40)}."


@dataclass
class Outlet:
    """An outlet that lists everything it ever published, the latest first."""

    number: int
    form: str
    events: list[Event] = field(default_factory=list)

    def body(self, now: datetime, base: str) -> bytes:
        """The answer to a poll at a moment."""
        listed = sorted((e for e in self.events if e.at <= now), key=lambda e: e.at, reverse=True)
        if self.form == "sitemap":
            rows = "".join(
                f"<url><loc>{self._link(e, base)}</loc><lastmod>{e.at:%Y-%m-%d}</lastmod>"
                f"<n:news><n:title>{e.title}</n:title></n:news></url>"
                for e in listed
            )
            spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
            return f"<urlset {spaces}>{rows}</urlset>".encode()
        rows = "".join(self._item(e, base, now) for e in listed)
        return (
            f'<rss version="2.0"><channel><title>Outlet {self.number}</title>{rows}</channel></rss>'.encode()
        )

    def _link(self, event: Event, base: str) -> str:
        day = f"{event.at:%Y/%m/%d}/" if self.form == "address" else ""
        slug = event.title.lower().replace(" ", "-")
        return f"{base}/{self.number}/{day}{event.number}-{slug}"

    def _item(self, event: Event, base: str, now: datetime) -> str:
        date = (
            f"<pubDate>{format_datetime(event.at, usegmt=True)}</pubDate>"
            if self.form in ("dated", "rotating")
            else ""
        )
        guid = f"{event.number}-{now:%Y%m%d}" if self.form == "rotating" else f"{event.number}"
        return (
            f"<item><title>{event.title}</title><link>{self._link(event, base)}</link>{date}"
            f"<guid isPermaLink='false'>{self.number}-{guid}</guid><description>{event.text}</description></item>"
        )


class Web:
    """A context manager that serves outlets under /NUMBER, as they are at the moment ``now``."""

    def __init__(self, outlets: Sequence[Outlet]) -> None:
        self.now = START
        by_path = {f"/{o.number}": o for o in outlets}
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outlet = by_path.get(self.path)
                body = outlet.body(web.now, web.base) if outlet else b""
                self.send_response(200 if outlet else 404)
                self.send_header("Content-Type", "application/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Web:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def settings(self, folder: Path, outlets: Sequence[Outlet]) -> Settings:
        """A configuration that polls outlets for one subscription with instant alerts."""
        sources = [
            {
                "name": f"outlet-{o.number}",
                "url": f"{self.base}/{o.number}",
                "lang": "en",
                "kind": "sitemap" if o.form == "sitemap" else "feed",
            }
            for o in outlets
        ]
        sections: dict[str, Any] = {
            "crawl": {
                "allow_private": ["127.0.0.1"],
                "per_host": 16,
                "pages": "never",
                "robots": False,
                "timeout": "5m",
            },
            "sources": sources,
            "subscriptions": [{"name": "desk", "channel": "folder", "when": "instant", "most": 200}],
            "delivery": {"channels": {"folder": {"type": "folder", "path": str(folder / "mail")}}},
        }
        path = folder / "config.yaml"
        path.write_text(over_packaged(**sections), encoding="utf-8")
        return load(str(path))


class ServiceRounds:
    """The rounds of a service at chosen moments: each polls all sources, sends what is news and prunes."""

    def __init__(self, folder: Path, web: Web) -> None:
        self.folder, self.web, self.store = folder, web, new_store(folder)
        self._settings: dict[int, Settings] = {}

    async def round(self, moment: datetime, outlets: Sequence[Outlet], keep: timedelta | None = None) -> None:
        """Run one round; with ``keep``, first prune what is older."""
        self.web.now = moment
        if len(outlets) not in self._settings:
            self._settings[len(outlets)] = self.web.settings(self.folder, outlets)
        settings = self._settings[len(outlets)]
        with self.store.write() as connection:
            register(connection, settings, moment)
        if keep is not None:
            prune(self.store, moment - keep, moment, [s.name for s in settings.sources])
        await crawl(settings, self.store, shipped_judge(), settings.sources, clock=lambda: moment)
        dispatch(self.store, settings, moment)


def alerted(store: Store, after: int = 0) -> tuple[list[str], int]:
    """The headlines of the alerts raised after the alert ``after``, in order, and the id of the latest alert."""
    with store.read() as connection:
        of = alerts.join(articles, articles.c.id == alerts.c.article_id)
        rows = connection.execute(
            select(alerts.c.id, articles.c.title)
            .select_from(of)
            .where(alerts.c.id > after)
            .order_by(alerts.c.id)
        )
        found = list(rows)
    return [title for _, title in found], found[-1].id if found else after


def stored(store: Store) -> int:
    """The number of stored articles."""
    with store.read() as connection:
        return len(list(connection.scalars(select(articles.c.id))))


def archive(number: int, form: str, items: int) -> Outlet:
    """An outlet with items spread over ten years, one of yesterday and one of tomorrow."""
    old = [Event(number, n, START - timedelta(days=20) - TEN_YEARS / items * n) for n in range(1, items)]
    return Outlet(
        number,
        form,
        [
            *old,
            Event(number, FRESH, START - timedelta(hours=20)),
            Event(number, FRESH + 1, START + timedelta(hours=20)),
        ],
    )


def flooded(folder: Path, count: int, items: int) -> tuple[ServiceRounds, list[Outlet]]:
    """Run a service with one outlet, add many, and return its rounds and the outlets a day later."""
    first, others = (
        archive(0, "dated", 3),
        [archive(n, FORMS[n % len(FORMS)], items) for n in range(1, count + 1)],
    )
    everyone = [first, *others]

    async def days() -> ServiceRounds:
        with Web(everyone) as web:
            rounds = ServiceRounds(folder, web)
            await rounds.round(START - timedelta(days=1), [first])
            await rounds.round(START, everyone)
            await rounds.round(START + timedelta(hours=6), everyone)
            await rounds.round(START + timedelta(days=1), everyone)
            return rounds

    return in_reactor(days()), everyone


def news_of(outlets: Sequence[Outlet]) -> list[str]:
    """The headlines that must be sent: all of the day after, and the dated ones of the day before."""
    return [
        e.title
        for o in outlets
        for e in o.events
        if e.number == FRESH + 1 or (e.number == FRESH and o.form != "undated")
    ]


def a_year(
    folder: Path, forms: tuple[str, ...], step: timedelta, pause: timedelta
) -> tuple[list[str], list[Outlet]]:
    """Poll outlets that list everything they ever wrote, every ``step`` for a year; each has news after every ``pause``.

    Returns:
        The headlines of all alerts in order, and the outlets.
    """
    count = int(timedelta(days=365) / pause)
    outlets = [
        Outlet(n, form, [Event(n, k, START + timedelta(days=1, hours=n) + pause * k) for k in range(count)])
        for n, form in enumerate(forms)
    ]
    headlines: list[str] = []

    async def days() -> None:
        with Web(outlets) as web:
            rounds = ServiceRounds(folder, web)
            moment, end = START, START + timedelta(days=366)
            last = 0
            while moment <= end:
                await rounds.round(moment, outlets, KEEP)
                new, last = alerted(rounds.store, last)
                headlines.extend(new)
                moment += step

    in_reactor(days())
    return headlines, outlets
