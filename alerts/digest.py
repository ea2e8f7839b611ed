"""A digest as plain values: what one subscription is told in one period, grouped by story, ready to be rendered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy import Connection

from crawler.config.settings import Settings, Subscription
from crawler.judging.places import gazetteer
from crawler.reading.urls import host_of
from crawler.store import bases as base_store
from crawler.store import stories as story_store
from crawler.store.articles import topics_of
from crawler.store.sources import last_polls

SNIPPET = 260
FOLD = 5
"""Reports shown beneath a story before the rest is only counted."""
MOST_STORIES = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked where a topic's term was found."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class ReportItem:
    """One report beneath a story."""

    title: str
    lang: str
    language: str
    outlet: str
    url: str
    when: datetime
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class StoryItem:
    """One story: its best report's headline and beginning, the other reports by language, why it is here."""

    headline: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    best: ReportItem
    others: tuple[ReportItem, ...]
    more: int
    reports: int
    languages: tuple[str, ...]
    why: tuple[str, ...]
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class BaseItem:
    """One base that is new, or (``update``) reached another stage: its names, stage, cities (``places``: with their countries), the sentence that proves it, who was first."""

    name: str
    original: str
    original_lang: str
    kind: str
    stage: str
    day: str | None
    cities: tuple[str, ...]
    places: tuple[str, ...]
    sentence: str
    proof: ReportItem
    reports: int
    languages: tuple[str, ...]
    update: bool = False
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """What one subscription is told. ``start`` and ``end`` are in its zone."""

    subscription: str
    start: datetime
    end: datetime
    zone: str
    bases: tuple[BaseItem, ...]
    stories: tuple[StoryItem, ...]
    omitted: int
    silent: tuple[str, ...]

    @property
    def reports(self) -> int:
        """How many reports the stories have together."""
        return sum(s.reports for s in self.stories)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of all reports."""
        return tuple(dict.fromkeys(lang for s in self.stories for lang in s.languages))

    @property
    def subject(self) -> str:
        """The news in one line."""
        rest = len(self.stories) - 1
        more = f", and {rest} more {'story' if rest == 1 else 'stories'}" if rest > 0 else ""
        if self.bases:
            base = self.bases[0]
            where = f" in {', '.join(base.cities)}" if base.cities else f": {base.name}"
            return f"{base.name}: now {base.stage}{more}" if base.update else f"New {base.kind}{where}{more}"
        if self.stories:
            first = self.stories[0]
            return ("Correction: " if first.corrects else "") + _shortened(first.best.title, 120) + more
        return "No news on China–ASEAN cooperation in this period"


_RANK = {"new_base": 0, "update": 1, "correction": 2}
"""News of bases stands first, then what takes back what was told."""


@cache
def language_name(code: str) -> str:
    """The English name of a language (CLDR)."""
    names: Mapping[str, str] = Locale.parse("en").languages
    return names.get({"tl": "fil"}.get(code, code), code)


@cache
def country_name(code: str) -> str:
    """The English name of a country as news writes it (CLDR)."""
    name: str = Locale.parse("en").territories.get(code, code)
    return name.split(" SAR", maxsplit=1)[0].split(" (", maxsplit=1)[0]


def place_name(city: str) -> str:
    """A city with its country, where the gazetteer knows it and it is not its own name."""
    country = gazetteer().country_of.get(city)
    named = country_name(country) if country else city
    return city if named == city else f"{city} ({named})"


def build(
    connection: Connection,
    settings: Settings,
    subscription: Subscription,
    alerts: Sequence[Any],
    start: datetime,
    end: datetime,
) -> Digest:
    """The digest of a subscription's alerts (rows of the alerts table) for a period."""
    zone = ZoneInfo(settings.zone_of(subscription))
    members = story_store.members(connection, sorted({a.story_id for a in alerts}))
    topics = topics_of(connection, [r.id for rows in members.values() for r in rows])
    ranked = sorted(alerts, key=lambda a: (_RANK.get(a.kind, len(_RANK)), -_weight(members.get(a.story_id, [])), a.id))
    strongest: dict[tuple[int, bool], Any] = {}
    for alert in ranked:
        strongest.setdefault((alert.story_id, alert.kind == "correction"), alert)
    once = list(strongest.values())
    stories = [_story(settings, subscription, a, members[a.story_id], topics, zone) for a in once if a.story_id in members]
    based = [a for a in once if a.kind in ("new_base", "update")]
    keys = [a.about.split(":")[1] for a in based]
    current = base_store.current_keys(connection, keys)
    registered = {b["key"]: b for b in base_store.find(connection, keys=sorted(set(current.values())))}
    return Digest(
        subscription=subscription.name,
        start=start.astimezone(zone),
        end=end.astimezone(zone),
        zone=str(zone),
        bases=tuple(
            _base(registered[current[key]], a, members[a.story_id], subscription, zone)
            for a, key in zip(based, keys, strict=True)
            if current.get(key) in registered and a.story_id in members
        ),
        stories=tuple(stories[:MOST_STORIES]),
        omitted=max(0, len(stories) - MOST_STORIES),
        silent=_silent(connection, settings),
    )


def _weight(rows: Sequence[Any]) -> float:
    """More languages and outlets make a story weigh more."""
    return len({r.lang for r in rows}) + 0.5 * len({r.source for r in rows}) + max((r.score for r in rows), default=0)


def outlet_of(row: Any) -> str:
    """Who reported: what the feed says, else the site's name; an address without a name says less than the source."""
    host = host_of(row.url)
    return row.outlet or (host if re.search(r"[a-z]", host) else "") or row.source


def _item(row: Any, zone: ZoneInfo) -> ReportItem:
    return ReportItem(
        row.title or _shortened(row.text, 90), row.lang, language_name(row.lang), outlet_of(row), row.url, row.when.astimezone(zone),
        row.duplicate_of is not None,
    )  # fmt: skip


def _story(
    settings: Settings,
    subscription: Subscription,
    alert: Any,
    rows: Sequence[Any],
    topics: Mapping[int, Any],
    zone: ZoneInfo,
) -> StoryItem:
    told = [r for r in rows if r.id == alert.article_id] if alert.kind == "correction" else []
    best = min(told or rows, key=lambda r: _rank(r, subscription, topics))
    others = sorted(
        (r for r in rows if r is not best),
        key=lambda r: (_language_rank(r.lang, subscription), r.lang, r.when),
    )
    return StoryItem(
        headline=_marked(best.title or _shortened(best.text, 120), _spans(topics.get(best.id, ()), "title", alert.topics)),
        snippet=_marked(_shortened(best.text, SNIPPET), _spans(topics.get(best.id, ()), "text", alert.topics))
        if best.title
        else (),
        best=_item(best, zone),
        others=tuple(_item(r, zone) for r in _fairly(others)),
        more=max(0, len(others) - len(_fairly(others))),
        reports=len(rows),
        languages=tuple(dict.fromkeys(language_name(r.lang) for r in rows)),
        why=_why(settings, alert, rows, topics),
        corrects=alert.kind == "correction",
    )


def _fairly(others: Sequence[Any]) -> list[Any]:
    """The reports shown: one of each language first, then in order until the fold."""
    first = {r.lang: r for r in reversed(others)}
    shown = set(map(id, first.values()))
    for row in others:
        if len(shown) >= max(FOLD, len(first)):
            break
        shown.add(id(row))
    return [r for r in others if id(r) in shown]


def _language_rank(lang: str, subscription: Subscription) -> int:
    order = subscription.languages or ("en",)
    return order.index(lang) if lang in order else len(order)


def _rank(row: Any, subscription: Subscription, topics: Mapping[int, Any]) -> tuple[Any, ...]:
    strength = max((t["score"] for t in topics.get(row.id, ())), default=0.0)
    return (
        row.duplicate_of is not None,
        _language_rank(row.lang, subscription),
        not row.from_page,
        -strength,
        row.when,
    )


def _spans(found: Sequence[Any], name: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    evidence = (e for t in found if not wanted or t["name"] in wanted for e in t["evidence"])
    return sorted({(e["start"], e["end"]) for e in evidence if e["field"] == name})


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """``text`` cut into pieces, those inside ``spans`` marked; overlapping spans are joined."""
    pieces: list[Piece] = []
    done = 0
    for low, high in spans:
        start, end = max(low, done), min(high, len(text))
        if start >= end:
            continue
        if start > done:
            pieces.append(Piece(text[done:start]))
        pieces.append(Piece(text[start:end], True))
        done = end
    return (*pieces, Piece(text[done:])) if done < len(text) else tuple(pieces)


def _shortened(text: str, most: int) -> str:
    """The beginning of a text up to a word's end; line breaks become spaces one for one, so offsets stay true."""
    flat = "".join(" " if c.isspace() else c for c in text)
    if len(flat) <= most:
        return flat
    cut = flat.rfind(" ", most * 2 // 3, most)
    return flat[: cut if cut > 0 else most].rstrip() + "…"


def _why(settings: Settings, alert: Any, rows: Sequence[Any], topics: Mapping[int, Any]) -> tuple[str, ...]:
    """For each topic of an alert its title and the terms that were found, most telling first."""
    lines = []
    for name in alert.topics:
        terms: dict[str, None] = {}
        for row in sorted(rows, key=lambda r: r.id != alert.article_id):
            for topic in topics.get(row.id, ()):
                if topic["name"] == name:
                    terms |= dict.fromkeys(e["term"] for e in topic["evidence"])
        title = settings.topics[name].title if name in settings.topics else ""
        lines.append(f"{title or name}: {', '.join(list(terms)[:4])}" if terms else title or name)
    return tuple(lines)


def _base(base: Mapping[str, Any], alert: Any, rows: Sequence[Any], subscription: Subscription, zone: ZoneInfo) -> BaseItem:
    steps = base["timeline"]
    place = next((i for i, s in enumerate(steps) if alert.kind == "update" and s["story"] == alert.story_id), 0)
    step = steps[place]
    proving = [r for r in rows if r.id in base["evidence"]] or list(rows)
    first = min(proving, key=lambda r: (r.when, r.id))
    names: Mapping[str, str] = base["names"]
    reader = next((lang for lang in (*subscription.languages, "en") if lang in names), first.lang)
    return BaseItem(
        name=names.get(reader) or base["name"],
        original=names.get(first.lang, base["name"]),
        original_lang=first.lang,
        kind=base["kind"],
        stage=step["stage"] if place else base["status"],
        day=_day(step["date"] if place else base["date"]),
        cities=tuple(base["cities"]),
        places=tuple(map(place_name, base["cities"])),
        sentence=step["sentence"] if place else base["sentence"],
        proof=_item(first, zone),
        reports=len(rows),
        languages=tuple(dict.fromkeys(language_name(r.lang) for r in rows)),
        update=bool(place),
        before=steps[place - 1]["stage"] if place else None,
    )


def _day(iso: str | None) -> str | None:
    return f"{date.fromisoformat(iso):%-d %b %Y}" if iso else None


def _silent(connection: Connection, settings: Settings) -> tuple[str, ...]:
    """The sources whose latest poll failed."""
    polls = last_polls(connection)
    return tuple(s.name for s in settings.sources if s.enabled and s.name in polls and polls[s.name].outcome == "failed")
