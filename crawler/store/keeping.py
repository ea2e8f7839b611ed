"""Keeps judged articles: finds what they repeat and which story they belong to, and writes it all down with why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection

from crawler.judging.stories import Placement, Report, Window, features_of
from crawler.model import Article, Duplicate, Reading, TopicMatch
from crawler.store import articles, bases, stories
from crawler.store.articles import NewArticle
from crawler.store.copies import Copies


@dataclass(frozen=True, slots=True)
class Judged:
    """An article with its reading, under the ``key`` by which it is known again (its canonical address)."""

    article: Article
    reading: Reading
    key: str
    from_page: bool = True


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

    def keep(self, connection: Connection, batch: Sequence[Judged]) -> list[Kept]:
        """Write articles with their verdicts; what is known already by its key is left as it is."""
        known = articles.ids_of_keys(connection, [j.key for j in batch])
        work = _Batch(connection, Copies(connection, [j.reading for j in batch if j.key not in known]))
        found: list[Kept] = []
        for judged in batch:
            if judged.key in known:
                found.append(Kept(known[judged.key], is_new=False))
                continue
            kept = self._keep_one(work, judged)
            known[judged.key] = kept.article
            found.append(kept)
        work.write()
        return found

    def _keep_one(self, work: _Batch, judged: Judged) -> Kept:
        article, reading = judged.article, judged.reading
        relevant = reading.relevance.relevant
        duplicate = work.copies.find(reading)
        if duplicate is not None:
            story = work.story_of(duplicate.original)
            why = {"like": duplicate.original, "why": duplicate.why} if story is not None else None
            number = work.add(judged, duplicate=duplicate, story=story, story_why=why)
            return Kept(number, relevant=relevant, duplicate_of=duplicate.original, story=story)
        if not relevant:
            return Kept(work.add(judged))
        placement = self._place(work.connection, judged)
        is_new = placement.story is None
        story = stories.create(work.connection, article.when) if placement.story is None else placement.story
        number = work.add(judged, story=story, story_why=None if is_new else _why(placement))
        self._window.add(_report(judged, number, story))
        base = [bases.register(work.connection, b, number, story, article.first_seen) for b in reading.bases]
        return Kept(number, relevant=True, story=story, new_story=is_new, base=base[0] if base else None)

    def _place(self, connection: Connection, judged: Judged) -> Placement:
        self._load_around(connection, judged.article.when)
        return self._window.place(_report(judged))

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


class _Batch:
    """What one batch writes in bulk at its end: topics, the index of fingerprints, when stories were seen last."""

    def __init__(self, connection: Connection, copies: Copies) -> None:
        self.connection, self.copies = connection, copies
        self._stories: dict[int, int | None] = {}
        self._topics: list[tuple[int, TopicMatch]] = []
        self._seen: dict[int, datetime] = {}

    def add(
        self,
        judged: Judged,
        duplicate: Duplicate | None = None,
        story: int | None = None,
        story_why: dict[str, object] | None = None,
    ) -> int:
        """Insert one article; gives its id."""
        reading = judged.reading
        telling = self.copies.telling(reading)
        new = NewArticle(judged.article, reading, judged.key, judged.from_page, duplicate, story, story_why, len(telling))
        number = articles.add(self.connection, new)
        if duplicate is None:
            self.copies.add(number, reading, telling)
        self._topics += [(number, t) for t in reading.topics]
        self._stories[number] = story
        if story is not None:
            self._seen[story] = max(self._seen.get(story, judged.article.when), judged.article.when)
        return number

    def story_of(self, article: int) -> int | None:
        """The story of an article of this batch or an earlier one."""
        if article not in self._stories:
            self._stories[article] = articles.story_of(self.connection, article)
        return self._stories[article]

    def write(self) -> None:
        """Write what was gathered."""
        articles.add_topics(self.connection, self._topics)
        self.copies.write()
        stories.touch(self.connection, self._seen)


def _report(judged: Judged, number: int = 0, story: int = 0) -> Report:
    reading = judged.reading
    features = sorted(features_of(reading.anchors))
    return stories.report(
        number, story, reading.lang, judged.article.when, features, sorted(reading.anchors.words), reading.countries
    )


def _why(placement: Placement) -> dict[str, object]:
    return {"like": placement.like, "score": placement.score, "shared": list(placement.shared)}
