"""Small builders of the nouns that tests speak of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from crawler.config import load
from crawler.config.load import packaged
from crawler.config.settings import Settings
from crawler.judging.judge import Judge, Rules
from crawler.model import Article, Entry, TermSet, Topic

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
    values = {"url": "https://outlet.example/1", "title": title, "text": text, "source": "outlet", "first_seen": NOON}
    return Article(**values | more)


def later(**how: float) -> datetime:
    """A moment after noon."""
    return NOON + timedelta(**how)


def rules(**topics: str) -> Rules:
    """Rules of a few English and Chinese terms, with a topic for each query that is given."""
    sets = {name: TermSet(name, spellings) for name, spellings in TERMS.items()}
    return Rules(sets, tuple(Topic(n, q, n, "story", 0.0, False) for n, q in topics.items()))


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
