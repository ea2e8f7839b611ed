"""Keeps a judged article: finds what it repeats and which story it belongs to, and writes it all down with why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, select

from crawler.judging.stories import Placement, Window, features_of
from crawler.model import Article, Duplicate, Reading
from crawler.reading.urls import url_key
from crawler.store import articles, bases, stories
from crawler.store.schema import articles as table


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an article. ``is_new`` is false where its address was known already."""

    article: int
    is_new: bool = True
    relevant: bool = False
    duplicate_of: int | None = None
    story: int | None = None
    new_story: bool = False
    base: int | None = None


class Keeper:
    """Writes articles in the order in which they come. Holds the window of growing stories in memory.

    Args:
        window: how long a story can grow.
    """

    def __init__(self, window: timedelta) -> None:
        self.length = window
        self._window = Window(window)
        self._days: set[date] = set()

    def keep(
        self,
        connection: Connection,
        article: Article,
        reading: Reading,
        *,
        from_page: bool,
        key: str | None = None,
    ) -> Kept:
        """Write one article with its verdicts; an address (or other ``key``) that is known already is left as it is."""
        key = key or url_key(article.url)
        known = articles.id_of_key(connection, key)
        if known is not None:
            return Kept(known, is_new=False)
        duplicate = articles.find_duplicate(connection, reading)
        number = articles.add(connection, article, reading, key, duplicate, from_page=from_page)
        relevant = reading.relevance.relevant
        if duplicate is not None:
            story = self._follow(connection, number, duplicate, article.when)
            return Kept(number, relevant=relevant, duplicate_of=duplicate.original, story=story)
        if not relevant:
            return Kept(number)
        story, is_new = self._place(connection, number, article, reading)
        base = [bases.register(connection, b, number, story, article.first_seen) for b in reading.bases]
        return Kept(number, relevant=True, story=story, new_story=is_new, base=base[0] if base else None)

    def _follow(self, connection: Connection, number: int, duplicate: Duplicate, when: datetime) -> int | None:
        """A duplicate belongs to the story of its original."""
        story = connection.scalar(select(table.c.story_id).where(table.c.id == duplicate.original))
        if story is not None:
            articles.set_story(connection, number, story, {"like": duplicate.original, "why": duplicate.why})
            stories.touch(connection, story, when)
        return story

    def _place(self, connection: Connection, number: int, article: Article, reading: Reading) -> tuple[int, bool]:
        self._load_around(connection, article.when)
        features, words = sorted(features_of(reading.anchors)), sorted(reading.anchors.words)
        report = stories.report(number, 0, reading.lang, article.when, features, words, reading.countries)
        placement = self._window.place(report)
        is_new = placement.story is None
        story = placement.story if placement.story is not None else stories.create(connection, article.when)
        articles.set_story(connection, number, story, None if is_new else _why(placement))
        stories.touch(connection, story, article.when)
        self._window.add(stories.report(number, story, reading.lang, article.when, features, words, reading.countries))
        return story, is_new

    def _load_around(self, connection: Connection, when: datetime) -> None:
        """Bring the days that a report of ``when`` could be compared with into the window; each is read once."""
        days = {when.date() + timedelta(days=d) for d in range(-self.length.days - 1, self.length.days + 2)}
        for day in sorted(days - self._days):
            start = datetime.combine(day, time(), UTC)
            for report in stories.load_reports(connection, start, start + timedelta(days=1)):
                self._window.add(report)
        self._days |= days
        if len(self._days) > 90:
            self._forget(when)

    def _forget(self, when: datetime) -> None:
        """Let go of the days far from the present ones; they are read again when they are needed."""
        reach = self.length + timedelta(days=15)
        self._days = {d for d in self._days if abs(datetime.combine(d, time(), UTC) - when) <= reach}
        for number in [n for n, r in self._window.reports.items() if r.when.date() not in self._days]:
            self._window.remove(number)


def _why(placement: Placement) -> dict[str, object]:
    return {"like": placement.like, "score": placement.score, "shared": list(placement.shared)}
