"""Writes judged articles: finds what they repeat and which story they belong to, and stores it all with why."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, select

from crawler.judging.judge import judged_part
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.stories.duplicates import text_hash
from crawler.model import Article, Classification, Duplicate, TopicMatch
from crawler.parsing.charsets import damage
from crawler.parsing.urls import url_key
from crawler.runtime.log_context import log_context
from crawler.runtime.right_of_way import give_way
from crawler.runtime.tracing import span
from crawler.store import articles, base_candidates, base_register, damaged, remembered, stories
from crawler.store.active_stories import ActiveStories, report_of, why_of
from crawler.store.articles import NewArticle
from crawler.store.base_tallies import BaseTallies
from crawler.store.bulk import reserve_ids
from crawler.store.damaged import DamagedArticle
from crawler.store.database import Store
from crawler.store.duplicate_index import DuplicateIndex
from crawler.store.schema import articles as article_table
from crawler.store.versions import changed_facts, next_check, save_version

log = logging.getLogger("aseanwatch")


@dataclass(frozen=True, slots=True)
class JudgedArticle:
    """An article and its classification. ``key`` is its canonical address, by which it is recognised later.

    ``mends`` is the stored article whose words could not all be read, and that these are the better words of. ``is_archived``
    says that it comes from an archive: then its page is not asked for again.
    """

    article: Article
    reading: Classification
    key: str
    from_page: bool = True
    mends: DamagedArticle | None = None
    is_archived: bool = False

    @property
    def gives(self) -> int | None:
        """The number of the article that gives way to it."""
        return self.mends.number if self.mends is not None and self.mends.story is None else None

    @property
    def revises(self) -> bool:
        """Whether it is the new version of a stored one."""
        return self.mends is not None and self.mends.story is not None


class StoredArticle(NamedTuple):
    """What became of an article.

    Attributes:
        article: its number.
        is_new: false where its address was known already.
        relevant: whether it is relevant.
        duplicate_of: the article that it repeats.
        story: the story that it joined or began; ``new_story`` says which.
        base: the number of the first base that it is evidence of.
        displaced: the article that turned out to repeat this one, which was published earlier.
        revised: whether it was known, and says something else from now on.
    """

    article: int
    is_new: bool = True
    relevant: bool = False
    duplicate_of: int | None = None
    story: int | None = None
    new_story: bool = False
    base: int | None = None
    displaced: int | None = None
    revised: bool = False

    @property
    def evidence(self) -> int:
        """The article that stands in the register for this one: its original, where it is a copy."""
        return self.article if self.duplicate_of is None else self.duplicate_of


class ArticleWriter:
    """Writes articles in the order in which they come. Holds the stories that can still grow in memory.

    Args:
        window: how long a story can grow.
        parties: between whom the cooperation is.
        keeps_all: whether all that was stored stays in memory, so that a report without a date finds its story anywhere.
    """

    def __init__(self, window: timedelta, parties: Parties = CHINA_ASEAN, *, keeps_all: bool = False) -> None:
        self._window = window
        self._parties = parties
        self._stories = ActiveStories(window, keeps_all=keeps_all, parties=parties)
        self._bases = BaseTallies(parties)

    @contextmanager
    def transaction(self, store: Store) -> Iterator[Connection]:
        """A transaction to write articles in. If it fails, the stories in memory are dropped, too."""
        try:
            with span("join stories"), store.write() as connection:
                yield connection
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Drop what is in memory, because a transaction failed. It is read from the store again."""
        self._stories.clear()
        self._bases.clear()

    def write(self, connection: Connection, batch: Sequence[JudgedArticle]) -> list[StoredArticle]:
        """Write judged articles. An article whose key is in the store is left as it is, unless it is damaged and this one mends it."""
        # Before anything is compared: the better words are no copy of the garbled ones.
        led = {old: damaged.give_way(connection, old) for j in batch if (old := j.gives) is not None}
        found = self._write(connection, batch)
        for judged, stored in zip(batch, found, strict=True):
            old = judged.gives
            if old is not None and old in led:
                damaged.take_over(connection, old, led.pop(old), stored.article)
        return found

    def _write(self, connection: Connection, batch: Sequence[JudgedArticle]) -> list[StoredArticle]:
        self._bases.look_again()
        revised = {id(j): self._new_version(connection, j) for j in batch if j.revises}
        known = articles.ids_of_keys(connection, [j.key for j in batch])
        new = [j for j in batch if j.key not in known and not j.revises]
        # The feeds of most polls list what is known: neither the index nor the window is read for
        # that.
        if not new:
            return [revised.get(id(j)) or StoredArticle(known[j.key], is_new=False) for j in batch]
        # Others may have written since the last batch. This transaction holds the writer's lock, so
        # after this nobody does until it ends.
        self._stories.catch_up(connection)
        # Ids before rows: duplicates, stories and topics name articles that are inserted only at
        # the end.
        ids = reserve_ids(connection, article_table, len({j.key for j in new}))
        texts = {(j.reading.text_hash, j.article.title) for j in new if j.reading.text_hash}
        known_texts = remembered.texts(connection, texts)
        copies = DuplicateIndex(
            connection, [(j.article, j.reading) for j in new], self._window, self._parties
        )
        work = _BulkWrites(connection, copies, ids, known_texts | copies.reprints())
        found: list[StoredArticle] = []
        for judged in batch:
            give_way()
            if id(judged) in revised:
                found.append(revised[id(judged)])
                continue
            if judged.key in known:
                found.append(StoredArticle(known[judged.key], is_new=False))
                continue
            stored = self._write_one(work, judged)
            known[judged.key] = stored.article
            found.append(stored)
        work.write()
        self._stories.mark_caught_up(connection)
        return found

    def _new_version(self, connection: Connection, judged: JudgedArticle) -> StoredArticle:
        """Give a stored article that people may have been told of the better words of this one."""
        assert judged.mends is not None
        number = judged.mends.number
        article = judged.article
        is_revised = self.revise(connection, number, article, judged.reading, article.first_seen)
        return StoredArticle(number, is_new=False, story=judged.mends.story, revised=is_revised)

    def _write_one(self, work: _BulkWrites, judged: JudgedArticle) -> StoredArticle:
        article = judged.article
        reading = judged.reading
        if article.original is not None:
            # The original may be an article of this batch,
            # and is looked up in the store by its address.
            work.flush()
        duplicate = self._named_original(work, article, reading) or work.copies.find(article, reading)
        if duplicate is not None:
            return self._write_copy(work, judged, duplicate)
        if not reading.is_news:
            return StoredArticle(work.add(judged))
        # After `find`, which has just learned what this article and others of its outlet share.
        own = work.copies.without_boilerplate(article, reading)
        return self._write_report(work, replace(judged, reading=own))

    def _write_report(self, work: _BulkWrites, judged: JudgedArticle) -> StoredArticle:
        """Write an article that joins a story or begins one, and is evidence of bases."""
        article = judged.article
        reading = judged.reading
        connection = work.connection
        if self._stories.would_load(article.when):
            # The window forgets days far away and reads them again. A report of this batch that
            # is not written yet would be missing then, and its event would begin a second story.
            work.flush()
        report = report_of(article, reading, parties=self._parties)
        placement = self._stories.place(connection, report, story_of=work.story_of)
        is_new = placement.story is None
        if placement.story is None:
            story = stories.create(connection, article.when)
            self._bases.began(story)
        else:
            story = placement.story
        number = work.add(judged, story=story, story_why=None if is_new else why_of(placement))
        if reading.bases or placement.also:
            # The register reads the dates and stories of articles, and merging moves stored ones.
            work.flush()
        self._stories.window.add(report.as_stored(number, story))
        for other in placement.also:
            story = self._merge(work, story, other, number, article.first_seen)
        fresh = base_register.FreshArticle(article.when, set())
        base = [
            base_register.record_mention(
                connection,
                b,
                number,
                story,
                article.first_seen,
                reading.lang,
                parties=self._parties,
                tallies=self._bases,
                fresh=fresh,
            )
            for b in reading.bases
        ]
        # Entered one after another into stories that are one only now, two mentions of one base are
        # two entries.
        if placement.also and reading.bases:
            base_register.merge_same_bases(connection, story, self._parties, self._bases)
        first_base = base[0] if base else None
        return StoredArticle(
            number, relevant=reading.relevance.relevant, story=story, new_story=is_new, base=first_base
        )

    def revise(
        self, connection: Connection, number: int, article: Article, reading: Classification, now: datetime
    ) -> bool:
        """Store the new version of an article beside the old one. Returns whether anything changed.

        The article keeps its story. Its topics and the register follow the new words.
        """
        row = connection.execute(select(article_table).where(article_table.c.id == number)).first()
        if row is None:
            return False
        reading = base_candidates.as_entered(connection, number, reading)
        is_same = reading.text_hash in (row.text_hash, text_hash(*judged_part(row.title, row.text)))
        is_mended = damage(article.title, article.text) < damage(row.title, row.text)
        if is_same and not is_mended:
            return False
        change = changed_facts(row.features, sorted(reading.anchors.features))
        was_of_interest = row.relevant or row.story_id is not None
        is_lost = not reading.is_news or (row.relevant and not reading.relevance.relevant)
        if was_of_interest and (reading.retracts or is_lost):
            change.append("retracted" if reading.retracts else "no longer relevant")
        save_version(connection, row, change, now)
        # Before anything of it changes: what it no longer says must not prove anything.
        former = base_register.take_back(connection, number, self._bases)
        articles.reread(connection, number, article, reading)
        story = row.story_id if row.duplicate_of is None else None
        _prove_again(connection, former, number, story, row.first_seen, reading, self._parties, self._bases)
        self._stories.read_again(connection, [number])
        return True

    def _write_copy(self, work: _BulkWrites, judged: JudgedArticle, duplicate: Duplicate) -> StoredArticle:
        """Write a duplicate into its original's story. If it was published earlier, it becomes the original."""
        reading = base_candidates.as_entered(work.connection, duplicate.original, judged.reading)
        judged = replace(judged, reading=reading)
        story = work.story_of(duplicate.original)
        why = {"like": duplicate.original, "why": duplicate.why} if story is not None else None
        number = work.add(judged, duplicate=duplicate, story=story, story_why=why)
        relevant = judged.reading.relevance.relevant
        replaces = work.is_earlier(judged.article, duplicate.original) and work.copies.may_replace(
            judged.reading, duplicate.original
        )
        if not replaces:
            return StoredArticle(number, relevant=relevant, duplicate_of=duplicate.original, story=story)
        # Also the index: the fingerprints of the former original become those of this article.
        work.write()
        former = base_register.take_back(work.connection, duplicate.original, self._bases)
        articles.make_original(work.connection, number, duplicate.original, duplicate.why)
        base_candidates.read_again(work.connection, number, judged.reading, duplicate.original)
        work.copies.replace_original(duplicate.original, number, judged.article, judged.reading)
        self._stories.read_again(work.connection, [duplicate.original, number])
        _prove_again(
            work.connection,
            former,
            number,
            story,
            judged.article.first_seen,
            judged.reading,
            self._parties,
            self._bases,
        )
        return StoredArticle(number, relevant=relevant, story=story, displaced=duplicate.original)

    def _named_original(
        self, work: _BulkWrites, article: Article, reading: Classification
    ) -> Duplicate | None:
        """The stored article that a page names as its original, or that article's own original. None if it would hide the article."""
        if article.original is None:
            return None
        known = articles.ids_of_keys(work.connection, [url_key(article.original)])
        found = next(iter(known.values()), None)
        if found is None:
            return None
        original = articles.original_of(work.connection, found)
        if work.copies.would_hide(article, reading, original):
            return None
        return Duplicate(original, articles.NAMED)

    def _merge(self, work: _BulkWrites, one: int, other: int, article: int, now: datetime) -> int:
        """Merge two stories that turned out to be one into the older. Returns the older."""
        # Ids ascend, so the lower one is the story that was there first.
        into = min(one, other)
        gone = max(one, other)
        with log_context(story=into, article=article):
            log.info("story %d turned out to be the same and went into it", gone)
        for story in (into, gone):
            self._bases.of_story(work.connection, story)
        moved = stories.merge(work.connection, into, gone, now, {"by": article})
        self._bases.stories_merged(into, gone)
        work.moved(moved, into, gone)
        self._stories.window.merge(into, gone)
        base_register.merge_same_bases(work.connection, into, self._parties, self._bases)
        return into


class _BulkWrites:
    """What one batch writes in bulk: articles, topics, the index of fingerprints, and the time spans of stories.

    Most articles concern nobody and are inserted together at the end. Call `flush` before reading stored articles.
    """

    def __init__(
        self,
        connection: Connection,
        copies: DuplicateIndex,
        ids: Sequence[int],
        known_texts: Collection[tuple[str, str]],
    ) -> None:
        self.connection = connection
        self.copies = copies
        self._known_texts = known_texts
        self._ids = iter(ids)
        self._articles: list[NewArticle] = []
        self._stories: dict[int, int | None] = {}
        self._published: dict[int, datetime | None] = {}
        self._topics: list[tuple[int, TopicMatch]] = []
        self._seen: dict[int, tuple[datetime, datetime]] = {}
        self._now = datetime.min.replace(tzinfo=UTC)

    def add(
        self,
        judged: JudgedArticle,
        duplicate: Duplicate | None = None,
        story: int | None = None,
        story_why: dict[str, object] | None = None,
    ) -> int:
        """Add one article, which the next `flush` inserts. Returns its id."""
        reading = judged.reading
        telling = self.copies.distinctive_of(judged.article, reading)
        seen = judged.article.first_seen
        # A page would differ from the feed's words in any case, and so look edited; only pages are
        # compared with pages.
        is_watched = judged.from_page and reading.is_news and not judged.is_archived
        check = next_check(seen, seen) if is_watched else None
        number = next(self._ids)
        article = judged.article
        if (reading.text_hash, article.title) in self._known_texts:
            article = replace(article, seed=True)  # its words are old, whatever date they carry now
        new = NewArticle(
            number, article, reading, judged.key, judged.from_page, duplicate=duplicate, story=story, story_why=story_why,
            fingerprints=len(telling), next_check=check,
        )  # fmt: skip
        self._articles.append(new)
        # The index holds originals only, so that a duplicate never points at another duplicate.
        if duplicate is None:
            self.copies.add(number, judged.article, reading, telling)
        self._topics += [(number, t) for t in reading.topics]
        self._stories[number] = story
        self._published[number] = judged.article.published
        self._now = max(self._now, seen)
        if story is not None:
            self._saw(story, judged.article.when, judged.article.when)
        return number

    def story_of(self, article: int) -> int | None:
        """The story of an article of this batch or an earlier one."""
        if article not in self._stories:
            self._stories[article] = articles.story_of(self.connection, article)
        return self._stories[article]

    def is_earlier(self, article: Article, original: int) -> bool:
        """Whether an article was published before the one that it repeats; both must say when."""
        if original not in self._published:
            self._published[original] = articles.published(self.connection, original)
        published = self._published[original]
        return article.published is not None and published is not None and article.published < published

    def moved(self, article_ids: Sequence[int], into: int, gone: int) -> None:
        """Articles are of another story from now on."""
        self._stories |= dict.fromkeys(article_ids, into)
        if gone in self._seen:
            self._saw(into, *self._seen.pop(gone))

    def _saw(self, story: int, earliest: datetime, latest: datetime) -> None:
        first, last = self._seen.get(story, (earliest, latest))
        self._seen[story] = min(first, earliest), max(last, latest)

    def flush(self) -> None:
        """Insert the articles that were taken in so far."""
        articles.add(self.connection, self._articles)
        self._articles = []

    def write(self) -> None:
        """Write what was gathered so far."""
        self.flush()
        articles.add_topics(self.connection, self._topics)
        self.copies.write(self._now)
        stories.touch(self.connection, self._seen)
        self._topics = []
        self._seen = {}


def _prove_again(
    connection: Connection,
    former: Sequence[int],
    number: int,
    story: int | None,
    seen: datetime,
    reading: Classification,
    parties: Parties,
    tallies: BaseTallies,
) -> None:
    """Enter what an article says of bases now, in the place of what proved the ``former`` ones."""
    tallies.look_again()
    if story is not None:
        before = former[-1] if former else None
        for mention in reading.bases:
            base_register.record_mention(
                connection, mention, number, story, seen, reading.lang, before, parties, tallies
            )
    # A base may have lost its only proof to another one; without any it leaves the register.
    for base in former:
        base_register.refresh_base(connection, base, tallies)
