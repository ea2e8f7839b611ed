"""Judging stored history again after a change of rules, as if it arrived anew, without raising any alert again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from crawler.analysis.history import article_of
from crawler.analysis.release import review_duplicates
from crawler.judging.judge import Judge
from crawler.judging.parties import Parties
from crawler.judging.stories.likeness import Report
from crawler.model import Article, Classification
from crawler.store import Store, articles, base_candidates, base_register, bases, stories
from crawler.store.active_stories import ActiveStories, report_of
from crawler.store.base_candidates import question_of
from crawler.store.base_tallies import BaseTallies
from crawler.store.bulk import chunks
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.duplicate_index import without_boilerplate
from crawler.store.schema import article_topics
from crawler.store.schema import articles as article_table


@dataclass(slots=True)
class Rejudged:
    """What judging again changed. Articles are given by id, moves between stories as (from, to, articles)."""

    articles: int = 0
    gained: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    topics: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    moves: list[tuple[int | None, int | None, list[int]]] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    bases_gained: list[str] = field(default_factory=list)
    bases_lost: list[str] = field(default_factory=list)
    bases_changed: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether anything changed."""
        return bool(
            self.gained
            or self.lost
            or self.topics
            or self.moves
            or self.released
            or self.bases_gained
            or self.bases_lost
            or self.bases_changed
        )


def rejudge(store: Store, judge: Judge, since: datetime | None, now: datetime, window: timedelta) -> Rejudged:
    """Judge the articles first seen since then again, in the order in which they came, all in one transaction.

    Alerts and digests stay as they are; operators' words on stories and bases hold.

    Args:
        store: where everything is kept.
        judge: the rules to judge by.
        since: the earliest moment; None for all of the history.
        now: stands in the history of stories.
        window: how long a story can grow.
    """
    with store.write() as connection:
        rows = _history(connection, since)
        found = Rejudged(articles=len(rows))
        before = _register(connection)
        old_topics = _topics(connection, [r.id for r in rows])
        entered = base_candidates.entered(connection)
        # Boilerplate that was learned since counts for nothing
        # now, also in reports that came before it was known.
        readings = without_boilerplate(
            connection,
            {row.id: (article_of(row), _judged(judge, article_of(row), entered.get(row.id))) for row in rows},
            window,
            judge.rules.parties,
        )
        for row in rows:
            _reread(connection, row, readings[row.id], old_topics.get(row.id, ()), found)
        found.released = review_duplicates(connection, rows, readings, judge, window, now)
        # Articles that are no copies any more have other
        # originals and stories now: the rows are read again.
        if found.released:
            rows = _history(connection, since)
        placed = _grouped(connection, rows, readings, window, judge.rules.parties)
        named = _named(connection, rows, placed)
        moved = stories.regroup(connection, named, now)
        # Tells running processes that their memory of
        # stories is outdated (`ActiveStories.catch_up`).
        set_cursor(connection, stories.REJUDGED, get_cursor(connection, stories.REJUDGED) + 1)
        found.moves = [(old, new, ids) for (old, new), ids in moved.items()]
        _enter(connection, rows, readings, named, judge.rules.parties)
        _compare(before, _register(connection), found)
    return found


def _judged(judge: Judge, article: Article, entered: str | None) -> Classification:
    """What the rules say of an article, with the candidate that a second reader brought in, if it is still the same (``entered``)."""
    reading = judge.classify(article)
    if entered is None or reading.doubt is None or question_of(reading.doubt, reading.lang) != entered:
        return reading
    return judge.classify(article, confirmed=True)


def _history(connection: Connection, since: datetime | None) -> list[Any]:
    statement = select(article_table).order_by(article_table.c.id)
    return list(
        connection.execute(
            statement if since is None else statement.where(article_table.c.first_seen >= since)
        )
    )


def _topics(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for chunk in chunks(ids):
        part = article_topics.c.article_id.in_(chunk)
        for row in connection.execute(
            select(article_topics.c.article_id, article_topics.c.topic).where(part)
        ):
            found.setdefault(row.article_id, []).append(row.topic)
    return {number: tuple(sorted(names)) for number, names in found.items()}


def _reread(
    connection: Connection, row: Any, reading: Classification, old_topics: Sequence[str], found: Rejudged
) -> None:
    articles.reread(connection, row.id, article_of(row), reading)
    relevant = reading.relevance.relevant
    if relevant != row.relevant:
        (found.gained if relevant else found.lost).append(row.id)
    topics = tuple(sorted(t.name for t in reading.topics))
    if topics != tuple(old_topics):
        found.topics[row.id] = (tuple(old_topics), topics)


def _grouped(
    connection: Connection,
    rows: Sequence[Any],
    readings: Mapping[int, Classification],
    window: timedelta,
    parties: Parties,
) -> dict[int, int | None]:
    """A group for each article: an older story's id, or the negative id of the article that begins one; None without a story."""
    groups: dict[int, int | None] = {}

    def regrouped(report: Report) -> Report | None:
        # Outside of the period: it stays where it is.
        if report.article not in readings:
            return report
        group = groups.get(report.article)
        return None if group is None else replace(report, story=group)

    growing = ActiveStories(window, parties=parties, regrouped=regrouped)
    for row in rows:
        if row.duplicate_of is None:
            reading = readings[row.id]
            groups[row.id] = _place(connection, growing, row, reading, groups) if reading.is_news else None
    for row in rows:
        if row.duplicate_of is not None:  # an original can have come later than its copy
            original = row.duplicate_of
            groups[row.id] = (
                groups[original] if original in groups else articles.story_of(connection, original)
            )
    return groups


def _place(
    connection: Connection,
    growing: ActiveStories,
    row: Any,
    reading: Classification,
    groups: dict[int, int | None],
) -> int:
    """The group that one article joins; what operators ruled comes before what it is like."""

    def groups_of(ids: Iterable[int]) -> list[int]:
        known = (groups[i] if i in groups else articles.story_of(connection, i) for i in ids if i < row.id)
        return [g for g in known if g is not None]

    # Only earlier articles have a group yet; a later one will look back at this one.
    together = groups_of(sorted(stories.must_links_of(connection, row.id)))
    apart = set(groups_of(stories.cannot_links_of(connection, row.id)))
    article = article_of(row)
    placement = growing.place(connection, report_of(article, reading, row.id, parties=growing.parties), apart)
    group = together[0] if together else placement.story if placement.story is not None else -row.id
    growing.window.add(report_of(article, reading, row.id, group, growing.parties))
    for other in {*placement.also, *together} - {group} - apart:
        for number, mine in groups.items():
            if mine == other:
                groups[number] = group
        growing.window.merge(group, other)
    return group


def _named(
    connection: Connection, rows: Sequence[Any], groups: Mapping[int, int | None]
) -> dict[int, int | None]:
    """Story ids for groups: each keeps the id that most of its articles had, as far as no other has more claim to it."""
    old = {row.id: row.story_id for row in rows}
    claims = Counter((groups[i], old[i]) for i in groups if groups[i] is not None and old[i] is not None)
    names: dict[int, int] = {g: g for g in groups.values() if g is not None and g > 0}
    taken = set(names.values())
    # The group with most of a story's articles keeps its id: alerts and links name it.
    for (group, story), _ in sorted(claims.items(), key=lambda item: (-item[1], item[0][1] or 0)):
        if group is not None and story is not None and group not in names and story not in taken:
            names[group] = story
            taken.add(story)
    begun: dict[int, datetime] = {}
    for row in rows:
        group = groups[row.id]
        if group is not None and group not in names:
            begun[group] = min(begun.get(group, row.when), row.when)
    # Groups are negative ids of articles: descending, so
    # that the earliest article gets the lowest new id.
    for group in sorted(begun, reverse=True):
        names[group] = stories.create(connection, begun[group])
    return {i: names[g] if g is not None else None for i, g in groups.items()}


def _enter(
    connection: Connection,
    rows: Sequence[Any],
    readings: Mapping[int, Classification],
    named: Mapping[int, int | None],
    parties: Parties,
) -> None:
    """Enter what the articles say of bases anew, in their order."""
    touched = base_register.remove_proofs(connection, [row.id for row in rows])
    tallies = BaseTallies(parties)
    for row in rows:
        story = named[row.id]
        if story is None or row.duplicate_of is not None:
            continue
        for mention in readings[row.id].bases:
            base_register.record_mention(
                connection,
                mention,
                row.id,
                story,
                row.first_seen,
                readings[row.id].lang,
                touched.get(row.id),
                parties,
                tallies,
            )
    for base in set(touched.values()):
        base_register.refresh_base(connection, base)


def _register(connection: Connection) -> dict[str, tuple[Any, ...]]:
    return {
        b["key"]: (b["status"], tuple(b["cities"]), b["date"], tuple(b["evidence"]))
        for b in bases.find(connection)
    }


def _compare(
    before: Mapping[str, tuple[Any, ...]], after: Mapping[str, tuple[Any, ...]], found: Rejudged
) -> None:
    found.bases_gained = [k for k in after if k not in before]
    found.bases_lost = [k for k in before if k not in after]
    found.bases_changed = [k for k in after if k in before and after[k] != before[k]]
