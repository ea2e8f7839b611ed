"""Small builders of the objects that tests need: entries, articles, rules, stores, settings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

import pytest

from crawler.config import load
from crawler.config.settings import DeliverySettings, Settings, Subscription
from crawler.judging.judge import Judge, Rules
from crawler.model import Article, Entry, TermSet, Topic
from crawler.parsing.urls import url_key
from crawler.runtime.packaged_config import packaged
from crawler.store import Store
from crawler.store.article_writer import ArticleWriter, JudgedArticle, StoredArticle

NOON = datetime(2025, 11, 28, 12, tzinfo=UTC)

TERMS = {
    "china": {"en": ("China",), "zh": ("中国",)},
    "asean_or_member": {"en": ("ASEAN", "Malaysia"), "zh": ("东盟",)},
    "china_asean": {"en": ("China-ASEAN Expo",)},
    "two_sides": {"en": ("two countries",)},
    "cooperation": {"en": ("cooperation", "cooperate", "joint")},
    "agreement": {"en": ("agreement", "signed")},
    "dispute": {"en": ("water cannon",)},
    "crime": {"en": ("scam",)},
    "sport": {"en": ("football",)},
    "festival": {"en": ("Lunar New Year",)},
    "other_power": {"en": ("Japan",)},
    "base": {"en": ("demonstration base", "industrial park", "park"), "zh": ("示范基地",)},
    "launch": {"en": ("launched", "opened"), "zh": ("启动",)},
    "established": {"en": ("anniversary",)},
    "trade": {"en": ("trade", "export*", "tariff")},
}


def entry(title: str = "A headline", url: str = "https://outlet.example/1", **more: Any) -> Entry:
    """An entry of the source ``outlet``."""
    return Entry(**{"source": "outlet", "guid": url, "url": url, "title": title, "seen": NOON} | more)


def article(title: str = "A headline", text: str = "", **more: Any) -> Article:
    """An article seen at noon of 28 November 2025."""
    values = {
        "url": "https://outlet.example/1",
        "title": title,
        "text": text,
        "source": "outlet",
        "first_seen": NOON,
    }
    return Article(**values | more)


def some_of(rows: Iterable[Any], each: int) -> list[Any]:
    """Every so many-th of the rows of a table test, the first among them; the others are left to ``make long``."""
    found = []
    for number, row in enumerate(rows):
        values = row if isinstance(row, tuple) else (row,)
        found.append(row if number % each == 0 else pytest.param(*values, marks=pytest.mark.long))
    return found


def later(**how: float) -> datetime:
    """A moment after noon."""
    return NOON + timedelta(**how)


def rules(**topics: str) -> Rules:
    """Rules of a few English and Chinese terms, with a topic for each query that is given."""
    sets = {name: TermSet(name, spellings) for name, spellings in TERMS.items()}
    return Rules(sets, tuple(Topic(n, q, n, "story", 0.0, False) for n, q in topics.items()))


@lru_cache(maxsize=64)
def judge(**topics: str) -> Judge:
    """A judge of those rules."""
    return Judge(rules(**topics))


@cache
def shipped() -> Settings:
    """The settings that the project ships."""
    return load(packaged(), {})


@cache
def shipped_judge() -> Judge:
    """A judge of the shipped settings."""
    return Judge(shipped().rules())


def new_store(folder: Path) -> Store:
    """An empty store in a folder."""
    file = folder / "store.db"
    if not file.exists():
        file.write_bytes(_migrated())
    return Store(f"sqlite:///{file}")


@cache
def _migrated() -> bytes:
    """The file of an empty store: migrating takes a tenth of a second, and a thousand tests have a store of their own."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "store.db"
        made = Store(f"sqlite:///{file}")
        made.upgrade()
        made.close()
        return file.read_bytes()


def keep(store: Store, title: str, text: str = "", **more: Any) -> StoredArticle:
    """Judge an article by the shipped rules and store it; its address comes from its headline."""
    one = article(
        title, text or f"{title}.", **{"url": f"https://outlet.example/{crc32(title.encode())}"} | more
    )
    with store.write() as connection:
        judged = JudgedArticle(one, shipped_judge().classify(one), url_key(one.url))
        return ArticleWriter(shipped().stories.window).write(connection, [judged])[0]


def settings(*subscriptions: dict[str, Any], **delivery: Any) -> Settings:
    """The shipped settings with other subscriptions and another delivery, without sources."""
    own = tuple(Subscription.model_validate(s) for s in subscriptions)
    sender = {"from": "ASEAN Watch <watch@example.org>", "public_url": "https://watch.example.org"}
    ways = DeliverySettings.model_validate({**sender, **delivery})
    return shipped().model_copy(update={"sources": (), "subscriptions": own, "delivery": ways})
