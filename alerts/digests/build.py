"""Builds a digest from the alerts of a subscription and what the store knows of their stories."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from alerts.digests.digest import (
    BaseItem,
    Digest,
    MachineWords,
    RegisterItem,
    ReportItem,
    StoryBrief,
    StoryItem,
    TopicItem,
)
from alerts.digests.excerpt import Piece, excerpt, marked, shortened
from alerts.digests.machine_made import (
    NOBODY,
    HelpedReaders,
    MachineMade,
    SaidText,
    looked_up,
    machine_languages,
    name_of_base,
    read_languages,
    reading_languages,
    titles,
)
from alerts.digests.matched import telling_terms
from alerts.digests.proofs import proof_for
from alerts.digests.summary import SNIPPET, Summary, repeats, summarised
from alerts.digests.wording import words
from alerts.model import AlertKey, AlertKind
from crawler.config.settings import Settings, Subscription
from crawler.judging.bases.name_origins import name_in, original_name_in, translation_in
from crawler.judging.places.concerned import names_one_of
from crawler.parsing.urls import host_of
from crawler.store import bases as base_store
from crawler.store import stories as story_store
from crawler.store.articles import topics_of
from crawler.store.leading import headline_order, language_rank
from crawler.store.sources import load_states

if TYPE_CHECKING:  # nothing of assistants is loaded where there is none
    from crawler.assist.shown import Shown

TITLE, SENTENCE = 300, 600
"""Characters that are shown; what is longer is cut at a word's end."""
FOLD = 5
"""Reports shown beneath a story before the rest is only counted."""
_RANK = {
    AlertKind.NEW_BASE: 0,
    AlertKind.UPDATE: 1,
    AlertKind.CORRECTION: 2,
    AlertKind.STORY: 3,
    AlertKind.ARTICLE: 3,
    AlertKind.OLD: 4,
}
"""The order in a digest: news of bases, then corrections, then stories, then what is only new to us."""
COLUMNS = (
    "id",
    "title",
    "text",
    "lang",
    "url",
    "when",
    "source",
    "outlet",
    "duplicate_of",
    "from_page",
    "score",
    "evidence",
    "countries",
)


@dataclass(frozen=True)
class Facts:
    """What the store knows about the stories of some alerts.

    It is loaded once for the digests of many subscriptions.
    """

    members: Mapping[int, Sequence[Any]]
    topics: Mapping[int, Any]
    keys: Mapping[str, str]
    bases: Mapping[str, Any]
    silent: tuple[str, ...]
    machine: Shown | None = None
    withheld: frozenset[str] = frozenset()
    summaries: dict[int, Summary] = field(default_factory=dict)
    """Summaries as they were made already, by report."""
    items: dict[Any, StoryItem] = field(default_factory=dict)
    """Stories as they were shown already, by all that they depend on."""

    def base_of(self, alert: Any) -> str | None:
        """The key that the base of an alert has today; None if the alert is of no base, or the base has gone."""
        base = AlertKey.of_row(alert).base
        key = None if base is None else self.keys.get(base)
        return key if key in self.bases else None

    def summary_of(self, report: Any) -> Summary:
        """What a report tells beyond its headline."""
        if report.id not in self.summaries:
            self.summaries[report.id] = summarised(report, SNIPPET)
        return self.summaries[report.id]


def silent_sources(connection: Connection, settings: Settings) -> tuple[str, ...]:
    """The sources whose latest poll failed."""
    states = load_states(connection)
    return tuple(
        s.name
        for s in settings.sources
        if s.enabled and s.name in states and states[s.name].outcome == "failed"
    )


def facts_of(
    connection: Connection,
    alerts: Iterable[Any],
    silent: tuple[str, ...] = (),
    helped: HelpedReaders = NOBODY,
) -> Facts:
    """What is known of the stories and bases of alerts (rows of the alerts table).

    Args:
        connection: to the store.
        alerts: whose.
        silent: sources that fail.
        helped: subscriptions that are told what a machine made of them (`alerts.digests.machine_made.helped`).
    """
    alerts = list(alerts)
    members = story_store.members(connection, sorted({a.story_id for a in alerts}), COLUMNS)
    topics = topics_of(connection, [r.id for rows in members.values() for r in rows])
    named = {base for a in alerts if (base := AlertKey.of_row(a).base) is not None}
    keys = base_store.current_keys(connection, sorted(named))
    facts = Facts(
        members,
        topics,
        keys,
        {b["key"]: b for b in base_store.find(connection, keys=sorted(set(keys.values())))},
        silent,
    )
    # By what they read: most readers read the same.
    alike = {(s.language, s.languages): s for s in helped.subscriptions}
    wanted = [(read_languages(s), _passages(facts, s, alerts)) for s in alike.values()]
    if not wanted:
        return facts
    machine = looked_up(connection, wanted, members, helped.withheld)
    return replace(facts, machine=machine, withheld=helped.withheld)


def _passages(facts: Facts, subscription: Subscription, alerts: Iterable[Any]) -> list[SaidText]:
    """What is shown of stories and bases in the words of reports."""
    found: list[SaidText] = []
    for alert in {(a.story_id, a.kind == AlertKind.CORRECTION and a.article_id): a for a in alerts}.values():
        if rows := facts.members.get(alert.story_id):
            best = _best(rows, alert, subscription, facts.topics)
            found += [*titles(rows), SaidText(facts.summary_of(best).text, best.lang, source=best.source)]
    for base in facts.bases.values():
        found += _base_passages(base, subscription)
    return found


def _base_passages(base: Mapping[str, Any], subscription: Subscription) -> list[SaidText]:
    """The name of a base that is shown, and the sentences that prove it and its stages."""
    wanted = _wanted(subscription)
    quotes = (proof_for(proved, wanted) for proved in (base, *base["timeline"]))
    return [
        name_of_base(base, wanted), *(SaidText(q.sentence, q.lang, q.article) for q in quotes if q is not None)
    ]  # fmt: skip


def _wanted(subscription: Subscription) -> tuple[str, ...]:
    """The languages in which words of the register are shown, best first."""
    return subscription.language, *subscription.languages, "en"


def build(
    facts: Facts,
    settings: Settings,
    subscription: Subscription,
    alerts: Sequence[Any],
    start: datetime,
    end: datetime,
    *,
    catches_up: bool = False,
    register: tuple[RegisterItem, ...] = (),
) -> Digest:
    """The digest of a subscription's alerts for a period.

    At most ``subscription.most`` stories are shown; what was raised longer than ``delivery.catch_up`` ago is only counted.
    """
    zone = ZoneInfo(settings.zone_of(subscription))
    recent = [a for a in alerts if a.at >= end - settings.delivery.catch_up]
    ranked = sorted(
        recent, key=lambda a: (_RANK[AlertKind(a.kind)], *_place(facts.members.get(a.story_id, [])), a.id)
    )
    # A story is shown once, under its strongest alert; what takes it back is shown beside it.
    strongest: dict[tuple[int, bool], Any] = {}
    for alert in ranked:
        strongest.setdefault((alert.story_id, alert.kind == AlertKind.CORRECTION), alert)
    # A story may have been pruned since it was raised.
    once = [a for a in strongest.values() if a.story_id in facts.members]
    shown = once[: subscription.most]
    old = {a.story_id for a in alerts} - {a.story_id for a in recent}
    return Digest(
        subscription=subscription.name,
        title=subscription.title or subscription.name,
        ours=settings.parties.sides.ours.shown,
        theirs=settings.parties.sides.theirs.shown,
        language=subscription.language,
        start=start.astimezone(zone),
        end=end.astimezone(zone),
        zone=str(zone),
        bases=tuple(
            _base(settings, facts, facts.bases[key], a, subscription, zone)
            for a in shown
            if (key := facts.base_of(a)) is not None
        ),
        stories=tuple(_shown_story(facts, settings, subscription, a, zone) for a in shown),
        omitted=len(once) - len(shown) + len(old),
        silent=facts.silent,
        catches_up=catches_up,
        register=register,
    )


def _shown_story(
    facts: Facts, settings: Settings, subscription: Subscription, alert: Any, zone: ZoneInfo
) -> StoryItem:
    # All that the item depends on. With less in the key, what a
    # digest said of a story depended on whose digest was built first.
    key = (
        alert.about, alert.article_id, tuple(alert.topics), subscription.languages, subscription.language, str(zone),
        subscription.countries, subscription.original_only,
    )  # fmt: skip
    if key not in facts.items:
        facts.items[key] = _story(settings, subscription, alert, facts, zone)
    return facts.items[key]


def _place(rows: Sequence[Any]) -> tuple[float, datetime | None]:
    """More languages and outlets make a story weigh more; of equal ones the earlier comes first."""
    # None never meets a moment: only a story without reports weighs nothing.
    return -_weight(rows), rows[0].when if rows else None


def _weight(rows: Sequence[Any]) -> float:
    return (
        len({r.lang for r in rows})
        + 0.5 * len({r.source for r in rows})
        + max((r.score for r in rows), default=0)
    )


def outlet_of(row: Any) -> str:
    """Who reported: the outlet that the feed names, else the site's name, else the source."""
    host = host_of(row.url)
    return excerpt(row.outlet or (host if re.search(r"[a-z]", host) else "") or row.source, 80)


def _item(row: Any, zone: ZoneInfo, translation: MachineWords | None = None) -> ReportItem:
    title = excerpt(row.title or row.text, TITLE).strip() or excerpt(row.url, TITLE)
    when, is_copy = row.when.astimezone(zone), row.duplicate_of is not None
    return ReportItem(title, row.lang, outlet_of(row), row.url, when, is_copy, translation)


@dataclass(frozen=True, slots=True)
class _ReaderView:
    """How reports are told to the readers of one subscription: where their clocks stand, and what a machine made for them."""

    zone: ZoneInfo
    machine: MachineMade

    def item(self, row: Any) -> ReportItem:
        """A report, with the translation of its title."""
        return _item(row, self.zone, self.machine.title(row))


def _reader_view(
    facts: Facts, settings: Settings, subscription: Subscription, zone: ZoneInfo, story: int
) -> _ReaderView:
    """How the reports of one story are told."""
    is_briefed = facts.machine is not None and any(of == story for of, _ in facts.machine.briefs)
    reports = {story: {r.id: _item(r, zone) for r in facts.members[story]}} if is_briefed else {}
    languages = machine_languages(settings, subscription)
    return _ReaderView(zone, MachineMade(facts.machine, languages, reports, facts.withheld))


def _best(rows: Sequence[Any], alert: Any, subscription: Subscription, topics: Mapping[int, Any]) -> Any:
    """The report that stands for a story: of a correction the one that corrects."""
    correcting = [r for r in rows if r.id == alert.article_id] if alert.kind == AlertKind.CORRECTION else []
    return min(correcting or rows, key=lambda r: _rank(r, subscription, topics))


def _story(
    settings: Settings, subscription: Subscription, alert: Any, facts: Facts, zone: ZoneInfo
) -> StoryItem:
    rows, topics = facts.members[alert.story_id], facts.topics
    view = _reader_view(facts, settings, subscription, zone, alert.story_id)
    best = _best(rows, alert, subscription, topics)
    others = sorted(
        (r for r in rows if r is not best),
        key=lambda r: (language_rank(r.lang, reading_languages(subscription)), r.lang, r.when),
    )
    shown = _fairly(others)
    evidence = topics.get(best.id, ())
    item, english, summary = view.item(best), _english(best, rows, view), facts.summary_of(best)
    if english is not None and item.translation and item.translation.lang == "en":
        item = replace(item, translation=None)  # an English report's own headline says it better
    found = _topics(settings, subscription.language, alert, best, rows, topics)
    return StoryItem(
        key=alert.about,
        story=alert.story_id,
        headline=marked(shortened(best.title, TITLE), _spans(evidence, "title", alert.topics))
        or marked(item.title, ()),
        snippet=_summary(summary, _spans(evidence, "text", alert.topics)),
        best=item,
        english=english,
        others=tuple(view.item(r) for r in shown),
        more=len(others) - len(shown),
        reports=sum(r.duplicate_of is None for r in rows) or len(rows),
        copies=_copies(rows),
        languages=tuple(dict.fromkeys(r.lang for r in rows)),
        why=tuple(topic.line for topic in found),
        corrects=alert.kind == AlertKind.CORRECTION,
        old=alert.kind == AlertKind.OLD,
        topics=found,
        base=facts.base_of(alert),
        whole=settings.parties.sides.theirs.shown,
        as_a_whole=bool(subscription.countries) and not any(_names_one_of(r, subscription) for r in rows),
        about=None
        if best.lang in reading_languages(subscription)
        else tuple(c for c in best.countries or () if c != settings.parties.sides.ours.head),
        summary_translation=view.machine.words(summary.text, best.lang, SNIPPET, best.source),
        brief=_adding(view.machine.brief(alert.story_id), english or item),
    )


def _adding(brief: StoryBrief | None, headline: ReportItem) -> StoryBrief | None:
    """A brief without the sentences that only repeat the headline above it; None where none is left."""
    if brief is None:
        return None
    above = headline.translation.text if headline.translation else headline.title
    left = tuple(
        s for s in brief.sentences if headline.shown_lang != brief.lang or not repeats(above, s.text)
    )
    return replace(brief, sentences=left) if left else None


def _names_one_of(report: Any, subscription: Subscription) -> bool:
    return names_one_of(subscription.countries, frozenset(report.countries))


def _summary(summary: Summary, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """What a report tells beyond its headline, with the terms marked that stand in ``spans`` of its text."""
    start, text = summary
    return marked(text, [(max(low - start, 0), high - start) for low, high in spans if high > start])


def _english(best: Any, rows: Sequence[Any], view: _ReaderView) -> ReportItem | None:
    """An English headline for a story in another language; by the same outlet if it wrote one."""
    written = [r for r in rows if r.lang == "en" and r.title and r.duplicate_of is None]
    if best.lang == "en" or not written:
        return None
    return view.item(
        min(written, key=lambda r: (outlet_of(r) != outlet_of(best), r.source != best.source, r.when))
    )


def _fairly(others: Sequence[Any]) -> list[Any]:
    """The reports shown: one of each language first, then in order until the fold."""
    # Reversed, so that the first report of each language is the one that remains.
    first = {r.lang: r for r in reversed(others)}
    shown = set(map(id, first.values()))
    for row in others:
        if len(shown) >= max(FOLD, len(first)):
            break
        shown.add(id(row))
    return [r for r in others if id(r) in shown]


def _rank(row: Any, subscription: Subscription, topics: Mapping[int, Any]) -> tuple[Any, ...]:
    strength = max((t["score"] for t in topics.get(row.id, ())), default=0.0)
    order = headline_order(row, reading_languages(subscription))
    # A report whose page was read shows its own words; a feed often has only a teaser.
    return (*order, not row.from_page, -strength, row.when)


def _spans(found: Sequence[Any], name: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    evidence = (e for t in found if not wanted or t["name"] in wanted for e in t["evidence"])
    return sorted({(e["start"], e["end"]) for e in evidence if e["field"] == name})


def _topics(
    settings: Settings, language: str, alert: Any, best: Any, rows: Sequence[Any], topics: Mapping[int, Any]
) -> tuple[TopicItem, ...]:
    """The topics of an alert, each with its title in a language and the terms that were found in one report."""
    # The report that is shown first, for its words can be read; then the one that raised the alert.
    ordered = sorted(rows, key=lambda r: (r is not best, r.id != alert.article_id))
    return tuple(
        TopicItem(name, settings.topic_title(name, language), _terms(name, ordered, topics))
        for name in alert.topics
    )


def _terms(topic: str, rows: Sequence[Any], topics: Mapping[int, Any]) -> tuple[str, ...]:
    """What a topic found in the first of some reports that it matched."""
    for row in rows:
        found = [e for t in topics.get(row.id, ()) if t["name"] == topic for e in t["evidence"]]
        if terms := telling_terms(row, found):
            return terms
    return ()


def _copies(rows: Sequence[Any]) -> int:
    """How many of some reports only repeat another one; where all do, one stands for the report."""
    copies = sum(r.duplicate_of is not None for r in rows)
    return copies if copies < len(rows) else 0


def _base(
    settings: Settings,
    facts: Facts,
    base: Mapping[str, Any],
    alert: Any,
    subscription: Subscription,
    zone: ZoneInfo,
) -> BaseItem:
    rows = facts.members[alert.story_id]
    view = _reader_view(facts, settings, subscription, zone, alert.story_id)
    steps = base["timeline"]
    # The first stage is the base's beginning and no update, so 0 can stand for "no update".
    place = next(
        (i for i, s in enumerate(steps) if alert.kind == AlertKind.UPDATE and s["story"] == alert.story_id), 0
    )
    step = steps[place]
    proving = [r for r in rows if r.id in base["evidence"]] or list(rows)
    first = min(proving, key=lambda r: (r.when, r.id))
    wanted = _wanted(subscription)
    name = name_in(base, wanted)
    quote = proof_for(step if place else base, wanted)
    quoted = next((r for r in rows if quote is not None and r.id == quote.article), None)
    return BaseItem(
        key=base["key"],
        name=words(subscription.language).name(excerpt(name.text, TITLE)),
        original=excerpt(original_name_in(base), TITLE),
        original_lang=base["original"],
        name_lang=name.lang,
        name_origin=base["name_origins"].get(name.lang, {}).get("origin", ""),
        translation=excerpt(translation_in(base, wanted), TITLE) if name.lang not in wanted else "",
        machine_name=view.machine.words(name.text, name.lang, TITLE),
        kind=base["kind"],
        stage=step["stage"] if place else base["status"],
        day=step["date"] if place else base["date"],
        cities=tuple(base["cities"]),
        sentence=excerpt(quote.sentence, SENTENCE) if quote is not None else "",
        sentence_lang=quote.lang if quote is not None else "",
        sentence_translation=view.machine.words(quote.sentence, quote.lang, SENTENCE) if quote else None,
        quoted=view.item(quoted) if quoted is not None else None,
        proof=view.item(first),
        reports=sum(r.duplicate_of is None for r in rows) or len(rows),
        copies=_copies(rows),
        languages=tuple(dict.fromkeys(r.lang for r in rows)),
        update=bool(place),
        before=steps[place - 1]["stage"] if place else None,
        story=alert.story_id,
    )
