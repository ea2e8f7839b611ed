"""What an assistant may read: stories, the register, topics, and why something was told, by the functions that the API uses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from alerts.analysis.why import trail
from alerts.digests.machine_made import MachineMade, SaidText, made_for
from alerts.digests.proofs import lang_of
from alerts.digests.summary import summary
from alerts.web.assistants import answers
from alerts.web.assistants.asked import (
    AskedWronglyError,
    check_known,
    cursor_text,
    moment_of,
    number_cursor,
    number_of,
    page_cursor,
)
from alerts.web.assistants.room import NAME, ROOM, SENTENCE, brief_lines, fitting, link, machine_made, outside
from alerts.web.context import WebContext
from crawler.runtime.near import did_you_mean
from crawler.store import bases, search
from crawler.store import stories as story_store
from crawler.store.imports import is_history
from crawler.store.overview import Cursor, StoryFilter, StoryRow, page, with_details
from crawler.store.reports import reports_of
from crawler.store.schema import article_topics, articles, base_articles
from crawler.store.schema import bases as base_table
from crawler.store.schema import stories as story_table
from crawler.store.search_query import parse_search

MOST = 12
"""Values of one field of an item, such as its countries."""
SCANNED = 400
"""Reports that one look at what is new goes through."""
USUAL_SINCE = timedelta(days=1)


@dataclass(frozen=True)
class StoriesAsked:
    """What stories are searched for; empty fields do not restrict. Moments are as `moment_of` reads them."""

    query: str = ""
    topic: str | None = None
    country: str | None = None
    language: str | None = None
    since: str | None = None
    until: str | None = None
    only_bases: bool = False


@dataclass(frozen=True)
class AssistantReading:
    """What the holder of a token may read.

    Args:
        web: what all web pages share.
        topics: the topics whose stories and bases may be read; None: everything.
    """

    web: WebContext
    topics: frozenset[str] | None = None

    def search_stories(
        self, asked: StoriesAsked, headlines: str = "en", limit: int = 10, cursor: str | None = None
    ) -> answers.StoriesFound:
        """Stories that a search and filters want, those seen last first.

        Raises:
            AskedWronglyError: something that is asked for is not known, or cannot be read.
        """
        self._check_topic(asked.topic)
        check_known(self.web, country=asked.country, language=asked.language, headlines=headlines)
        now = self.web.clock()
        wanted = StoryFilter(
            asked.topic, asked.language, asked.country, None, asked.only_bases, moment_of(asked.since, "since", now), asked.query,
            until=moment_of(asked.until, "until", now), within=self.topics,
        )  # fmt: skip
        if asked.query:
            if problem := parse_search(asked.query).problem:
                raise AskedWronglyError(f"query: {problem}")
            # What is searched must be in the index, which is filled after articles are stored.
            search.refresh(self.web.store, waits=False)
        with self.web.store.read() as connection:
            rows, following = page(connection, wanted, page_cursor(cursor), limit, (headlines,))
            made = self._made(connection, rows, headlines)
        found = [self._story(row, made) for row in rows]
        room = fitting(found)
        if room.items < len(found):
            last = rows[room.items - 1]
            following = Cursor(last.last_seen, last.id)
        return answers.StoriesFound(stories=found[: room.items], next=cursor_text(following))

    def read_story(
        self, story: int, headlines: str = "en", limit: int = 10, cursor: str | None = None
    ) -> answers.StoryRead:
        """One story with a page of its reports.

        Raises:
            AskedWronglyError: there is no such story, or it may not be read.
        """
        check_known(self.web, headlines=headlines)
        after = number_cursor(cursor)
        with self.web.store.read() as connection:
            row = self._story_row(connection, story, headlines)
            members = story_store.members(connection, [story])[story]
            start = _behind(after, [m.id for m in members])
            chosen = members[start : start + limit]
            reports = reports_of(connection, chosen)
            made = self._made(connection, [row], headlines, chosen)
        lead = self._story(row, made)
        found = [
            answers.ReportSource(
                id=r.id, headline=outside(r.title, lang=r.lang), excerpt=outside(summary(m, 320), 320, r.lang), outlet=outside(r.outlet, NAME), url=link(r.url),
                published=r.published, first_seen=r.first_seen, topics=self._evidence(r.topics), copy_of=r.duplicate_of,
                translation=machine_made(made.title(m)),
            )
            for r, m in zip(reports, chosen, strict=True)
        ]  # fmt: skip
        count = fitting(found, ROOM - len(lead.model_dump_json())).items
        more = start + count < len(members)
        return answers.StoryRead(
            story=lead, reports=found[:count], next=str(found[count - 1].id) if more and found else None
        )

    def list_bases(
        self,
        country: str | None = None,
        stage: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> answers.BasesFound:
        """The register, what happened last first.

        Raises:
            AskedWronglyError: a country, stage or cursor is not known.
        """
        check_known(self.web, country=country, stage=stage)
        with self.web.store.read() as connection:
            rows = [self._visible(connection, b) for b in bases.in_order(self._bases(connection))[::-1]]
        wanted = [
            b
            for b in rows
            if (not stage or b["stage"] == stage) and (not country or country in b["countries"])
        ]
        start = _behind(cursor, [b["key"] for b in wanted])
        found = [_listed_base(b) for b in wanted[start : start + limit]]
        count = fitting(found).items
        more = start + count < len(wanted)
        return answers.BasesFound(bases=found[:count], next=found[count - 1].key if more and found else None)

    def read_base(self, key: str) -> answers.BaseRead:
        """One base; a key of an entry that was merged gives the one that stayed.

        Raises:
            AskedWronglyError: there is none, or it may not be read.
        """
        with self.web.store.read() as connection:
            current = bases.current_keys(connection, [key]).get(key)
            found = self._bases(connection, current) if current is not None else []
            if not found:
                raise AskedWronglyError(f"there is no base {key[:NAME]!r}; `list_bases` gives their keys")
            base = self._visible(connection, found[0])
            said = {s["sentence"]: lang_of(s) for s in base["timeline"]}
            texts = [SaidText(s["sentence"], lang_of(s), s["article"]) for s in base["timeline"]]
            made = made_for(connection, self.web.settings, self._languages("en"), texts=texts)
        names = [outside(name, NAME, lang) for lang, name in base["names"].items()]
        stages = [
            answers.StageProved(
                stage=s["stage"], day=s["date"], reported=s["reported"], sentence=outside(s["sentence"], SENTENCE), outlet=outside(s["outlet"], NAME),
                url=link(s["url"]), story=s["story"], reports=s["reports"],
                translation=machine_made(made.words(s["sentence"], said[s["sentence"]], SENTENCE)),
            )
            for s in base["timeline"]
        ]  # fmt: skip
        of_names = fitting(names, ROOM // 4)
        of_stages = fitting(stages, ROOM - of_names.characters)
        return answers.BaseRead(
            base=_listed_base(base), names=names[: of_names.items], timeline=stages[: of_stages.items],
            left_out=len(names) - of_names.items + len(stages) - of_stages.items,
        )  # fmt: skip

    def ask_why(
        self, story: int | None = None, article: int | None = None, subscription: str | None = None
    ) -> answers.DecisionTrail:
        """Why subscriptions of the configuration were told of a story or article, or were not.

        Raises:
            AskedWronglyError: there is none, it may not be read, or not exactly one is asked for.
        """
        if (story is None) == (article is None):
            raise AskedWronglyError("give either `story` or `article`, the id of one")
        names = self._subscriptions()
        if subscription is not None and subscription not in names:
            hint = did_you_mean(subscription[:NAME], names)
            raise AskedWronglyError(f"no subscription has the name {subscription[:NAME]!r}{hint}")
        with self.web.store.read() as connection:
            if article is not None:
                self._check_article(connection, number_of(article, "article"))
            else:
                self._story_row(connection, number_of(story or 0, "story"), "en")
            found = trail(connection, self.web.settings, story, article, subscription, among=names)
        reports = [self._judged(r) for r in found["reports"]]
        hidden = self._hidden(found["reports"])
        outcomes = [_outcome(one, hidden) for one in found["subscriptions"]]
        of_outcomes = fitting(outcomes, ROOM // 2)
        of_reports = fitting(reports, ROOM - of_outcomes.characters)
        return answers.DecisionTrail(
            story=found["story"], reports=reports[: of_reports.items], subscriptions=outcomes[: of_outcomes.items],
            left_out=len(reports) - of_reports.items + len(outcomes) - of_outcomes.items,
        )  # fmt: skip

    def whats_new(
        self, cursor: str | None = None, since: str | None = None, headlines: str = "en", limit: int = 10
    ) -> answers.NewsSince:
        """Stories that are new or have new reports, behind a cursor or since a moment; of neither, of the last day.

        What only archives brought is history, and no news.

        Raises:
            AskedWronglyError: the cursor or the moment cannot be read, or the cursor is not of this store.
        """
        check_known(self.web, headlines=headlines)
        after = number_cursor(cursor)
        now = self.web.clock()
        begin = moment_of(since, "since", now) or now - USUAL_SINCE
        with self.web.store.read() as connection:
            end = connection.scalar(select(func.max(articles.c.id))) or 0
            if after is None:
                first = connection.scalar(
                    select(func.min(articles.c.id)).where(articles.c.first_seen >= begin)
                )
                after = end if first is None else first - 1
            if after > end:
                raise AskedWronglyError(
                    "cursor: this store has not come so far; it was replaced since. Begin anew with `since`"
                )
            rows = connection.execute(self._new_reports(after)).all()
            numbers = list(dict.fromkeys(r.story_id for r in rows))[:limit]
            stories = self._stories(connection, numbers, headlines)
            begun = _begun(connection, numbers)
            made = self._made(connection, stories, headlines)
        items = [
            answers.StoryNews(story=self._story(s, made), is_new=begun[s.id] > after, new_reports=1)
            for s in stories
        ]
        count = fitting(items).items
        # The next page begins with the first report that is of none of the stories shown.
        shown = {i.story.id for i in items[:count]} | (set(numbers) - {s.id for s in stories})
        rest = next((r.id for r in rows if r.story_id not in shown), None)
        more = rest is not None or len(rows) == SCANNED
        position = rest - 1 if rest is not None else rows[-1].id if more else end
        for item in items[:count]:
            item.new_reports = sum(r.story_id == item.story.id and r.id <= position for r in rows)
        return answers.NewsSince(news=items[:count], next=str(position), more=more)

    def list_topics(self, cursor: str | None = None) -> answers.TopicsFound:
        """The topics that may be asked for.

        Raises:
            AskedWronglyError: the cursor is not known.
        """
        settings = self.web.settings
        wanted = [n for n in settings.topics if self.topics is None or n in self.topics]
        start = _behind(cursor, wanted)
        found = [
            answers.TopicListed(
                name=n, title=settings.topic_title(n, "en"), query=settings.topics[n].query[:SENTENCE]
            )
            for n in wanted[start:]
        ]
        count = fitting(found).items
        more = start + count < len(wanted)
        return answers.TopicsFound(topics=found[:count], next=found[count - 1].name if more else None)

    def _check_topic(self, topic: str | None) -> None:
        if topic is None or self.topics is None:
            check_known(self.web, topic=topic)
        elif topic not in self.topics:
            raise AskedWronglyError(f"topic: the token is for {', '.join(sorted(self.topics))} alone")

    def _subscriptions(self) -> list[str]:
        """The subscriptions that may be asked about: those of config.yaml. People who signed up are nobody's business."""
        return [
            s.name
            for s in self.web.settings.subscriptions
            if self.topics is None or (s.topics and self.topics.issuperset(s.topics))
        ]

    def _readable(self) -> Select[tuple[int]]:
        """The stories that have a report of the topics."""
        mine = select(articles.c.story_id).join(article_topics, article_topics.c.article_id == articles.c.id)
        return mine.where(article_topics.c.topic.in_(self.topics or ()), articles.c.story_id.is_not(None))

    def _new_reports(self, after: int) -> Select[Any]:
        is_news = articles.c.story_id.is_not(None) & ~is_history()
        statement = select(articles.c.id, articles.c.story_id).where(articles.c.id > after, is_news)
        if self.topics is not None:
            statement = statement.where(articles.c.story_id.in_(self._readable()))
        return statement.order_by(articles.c.id).limit(SCANNED)

    def _stories(self, connection: Connection, numbers: Sequence[int], headlines: str) -> list[StoryRow]:
        statement = select(story_table).where(story_table.c.id.in_(numbers))
        if self.topics is not None:
            statement = statement.where(story_table.c.id.in_(self._readable()))
        rows = {r.id: r for r in connection.execute(statement)}
        found = [StoryRow(n, rows[n].first_seen, rows[n].last_seen) for n in numbers if n in rows]
        return with_details(connection, found, (headlines,))

    def _story_row(self, connection: Connection, story: int, headlines: str) -> StoryRow:
        rows = self._stories(connection, [number_of(story, "story")], headlines)
        if not rows:
            successor = story_store.successor(connection, story)
            merged = successor is not None and self._stories(connection, [successor], headlines)
            raise AskedWronglyError(
                f"there is no story {story}" + (f"; it was merged into {successor}" if merged else "")
            )
        return rows[0]

    def _check_article(self, connection: Connection, article: int) -> None:
        if self.topics is None:
            return
        its = select(articles.c.id).where(articles.c.id == article, articles.c.story_id.in_(self._readable()))
        if connection.scalar(its) is None:
            raise AskedWronglyError(f"no stored article has the id {article}")

    def _bases(self, connection: Connection, key: str | None = None) -> list[dict[str, Any]]:
        keys = [key] if key is not None else None
        if self.topics is not None:
            mine = select(base_articles.c.base_id).join(articles, articles.c.id == base_articles.c.article_id)
            mine = mine.where(articles.c.story_id.in_(self._readable()))
            readable = connection.scalars(select(base_table.c.key).where(base_table.c.id.in_(mine)))
            keys = [k for k in readable if key is None or k == key]
        return bases.find(connection, keys=keys)

    def _visible(self, connection: Connection, base: dict[str, Any]) -> dict[str, Any]:
        """A base with the stages that stories of the topics tell of."""
        if self.topics is None:
            return base
        stories = [s["story"] for s in base["timeline"] if s["story"] is not None]
        readable = set(connection.scalars(self._readable().where(articles.c.story_id.in_(stories))))
        stages = [s for s in base["timeline"] if s["story"] in readable]
        return base | {"timeline": stages, "stage": stages[-1]["stage"] if stages else base["stage"]}

    def _named(self, topics: Sequence[str]) -> list[str]:
        return [t for t in topics if self.topics is None or t in self.topics][:MOST]

    def _evidence(self, topics: Sequence[Any]) -> list[answers.TopicEvidence]:
        named = self._named([t.name for t in topics])
        return [answers.TopicEvidence(name=t.name, terms=_terms(t.terms)) for t in topics if t.name in named]

    def _hidden(self, reports: Sequence[dict[str, Any]]) -> re.Pattern[str] | None:
        """Finds the names of topics that are not for this reader; None where there are none."""
        if self.topics is None:
            return None
        named = {t["name"] for r in reports for t in r["topics"]} | set(self.web.settings.topics)
        others = "|".join(map(re.escape, sorted(named - self.topics, key=len, reverse=True)))
        return re.compile(rf"(?<![\w-])(?:{others})(?![\w-])") if others else None

    def _languages(self, headlines: str) -> tuple[str, ...]:
        """The language in which a machine's words are given; none without an assistant of the installation."""
        return (headlines,) if self.web.settings.assist.enabled else ()

    def _made(
        self, connection: Connection, rows: Sequence[StoryRow], headlines: str, reports: Sequence[Any] = ()
    ) -> MachineMade:
        """What a machine made of stories, and of the headlines of further reports."""
        titles, stories = [*(r.lead for r in rows), *reports], [r.id for r in rows]
        return made_for(
            connection, self.web.settings, self._languages(headlines), titles_of=titles, stories=stories
        )

    def _story(self, row: StoryRow, made: MachineMade) -> answers.StorySource:
        lead = row.lead
        return answers.StorySource(
            id=row.id, headline=outside(lead.title or lead.text, lang=lead.lang), summary=outside(summary(lead, 320), 320, lead.lang),
            outlet=outside(lead.outlet or lead.source, NAME), url=link(lead.url), first_seen=row.first_seen, last_seen=row.last_seen, reports=row.reports,
            languages=list(row.languages)[:MOST], countries=list(row.countries)[:MOST], topics=self._named(row.topics),
            bases=[answers.BaseRef(key=b.key, name=outside(b.name, NAME), stage=b.stage) for b in row.bases[:MOST]],
            translation=machine_made(made.title(lead)), brief=brief_lines(made.brief(row.id)),
        )  # fmt: skip

    def _judged(self, report: dict[str, Any]) -> answers.ReportJudged:
        named = self._named([t["name"] for t in report["topics"]])
        topics = [
            answers.TopicEvidence(name=t["name"], terms=_terms(t["terms"]))
            for t in report["topics"]
            if t["name"] in named
        ]
        shared = (report["joined"] or {}).get("shared", ())
        return answers.ReportJudged(
            id=report["id"], headline=outside(report["title"], lang=report["lang"]), url=link(report["url"]),
            sources=list(dict.fromkeys(s["source"] for s in report["seen"]))[:MOST], first_seen=report["first_seen"], relevant=report["relevant"], score=report["score"],
            reasons=[f"{what} {weight:+g}" for what, weight in report["reasons"]][:MOST], topics=topics, copy_of=report["duplicate_of"],
            joined=[outside(str(s), NAME) for s in shared][:MOST],
        )  # fmt: skip


def _behind(cursor: Any, values: Sequence[Any]) -> int:
    """Where a list goes on behind a value."""
    if not cursor:
        return 0
    if cursor not in values:
        raise AskedWronglyError(
            "cursor: the list has changed, or this is none of ours; begin anew without it"
        )
    return values.index(cursor) + 1


def _terms(terms: Sequence[str]) -> list[str]:
    return [t[:NAME] for t in dict.fromkeys(terms)][:MOST]


def _begun(connection: Connection, numbers: Sequence[int]) -> dict[int, int]:
    """The first report of each of some stories."""
    first = select(articles.c.story_id, func.min(articles.c.id)).where(articles.c.story_id.in_(numbers))
    return {r[0]: r[1] for r in connection.execute(first.group_by(articles.c.story_id))}


def _listed_base(base: dict[str, Any]) -> answers.BaseListed:
    last = base["timeline"][-1] if base["timeline"] else None
    return answers.BaseListed(
        key=base["key"], name=outside(base["name"], NAME), kind=base["kind"], stage=base["stage"], cities=base["cities"][:MOST], countries=base["countries"][:MOST],
        day=last["date"] if last else None, story=last["story"] if last else None, url=link(last["url"] if last else None),
    )  # fmt: skip


def _outcome(one: dict[str, Any], hidden: re.Pattern[str] | None) -> answers.SubscriptionOutcome:
    silence = str(one["silence"] or "")
    return answers.SubscriptionOutcome(
        subscription=one["name"], alerted=bool(one["alerts"]),
        alerts=[f"{a['kind']} at {a['at']:%Y-%m-%d %H:%M} UTC" for a in one["alerts"]][:MOST],
        silence=(hidden.sub("another topic", silence) if hidden else silence)[:SENTENCE],
    )  # fmt: skip
