"""Articles that are no copies after all: because an operator says so, or because they are judged again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from crawler.analysis.history import article_of
from crawler.judging.judge import Judge, Rules
from crawler.judging.parties import Parties
from crawler.model import AseanwatchError, Classification
from crawler.store import articles, base_register, stories
from crawler.store.active_stories import ActiveStories, report_of, why_of
from crawler.store.base_revisions import note_moved
from crawler.store.bulk import chunks
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.duplicate_index import DuplicateIndex
from crawler.store.schema import articles as article_table
from crawler.store.schema import no_copies

_PORTION = 250


@dataclass(frozen=True, slots=True)
class Released:
    """An article that is no copy any more, its story, and whether that begins with it; no story where it is not relevant."""

    article: int
    story: int | None
    is_new: bool = False


def not_a_copy(connection: Connection, number: int, rules: Rules, now: datetime) -> Released:
    """Release an article that an operator says is no copy.

    It gets a story and alerts, and never counts as a copy again.

    Args:
        connection: a connection that writes.
        number: the article.
        rules: the rules in force, by which it is read.
        now: when the operator said so.

    Raises:
        AseanwatchError: there is no such article, or it is no copy.
    """
    row = connection.execute(select(article_table).where(article_table.c.id == number)).first()
    if row is None:
        raise AseanwatchError(f"no stored article has the id {number}")
    if row.duplicate_of is None:
        raise AseanwatchError(f"article {number} is no copy of another one")
    reading = Judge(rules).classify(article_of(row))
    _note_no_copy(connection, row, now)
    _index_as_original(connection, row, reading, rules, now)
    story, is_new = _story_of_its_own(connection, row, reading, rules, now) if row.relevant else (None, False)
    connection.execute(update(article_table).where(article_table.c.id == number).values(story_id=story))
    note_moved(connection, [number])
    enter_bases(connection, row, story, reading, rules.parties)
    # What running processes hold of stories in memory is outdated now.
    set_cursor(connection, stories.REJUDGED, get_cursor(connection, stories.REJUDGED) + 1)
    return Released(number, story, is_new)


def leave_original(connection: Connection, number: int, story: int, rules: Rules, now: datetime) -> None:
    """A copy was split from its original by an operator: the story it was given is its own, as with `not_a_copy`."""
    row = connection.execute(select(article_table).where(article_table.c.id == number)).one()
    reading = Judge(rules).classify(article_of(row))
    _note_no_copy(connection, row, now)
    _index_as_original(connection, row, reading, rules, now)
    enter_bases(connection, row, story, reading, rules.parties)
    set_cursor(connection, stories.REJUDGED, get_cursor(connection, stories.REJUDGED) + 1)


def _note_no_copy(connection: Connection, row: Any, now: datetime) -> None:
    """Note that an article is no copy; that holds as long as the article is stored."""
    connection.execute(insert(no_copies), [{"article_id": row.id, "original": row.duplicate_of, "at": now}])
    articles.no_copy(connection, row.id)


def _index_as_original(
    connection: Connection, row: Any, reading: Classification, rules: Rules, now: datetime
) -> None:
    """Enter an article into the index by what it does not share with others of its outlet.

    Later articles are then compared with it.
    """
    article = article_of(row)
    index = DuplicateIndex(connection, [(article, reading)], rules.window, rules.parties)
    # First, so that only what is left enters the index: else
    # the next article would be its copy by the same words.
    index.learn_boilerplate(article, reading)
    index_original(connection, index, row, reading)
    index.write(now)


def index_original(connection: Connection, index: DuplicateIndex, row: Any, reading: Classification) -> None:
    """Enter an article that was a copy into the index."""
    article = article_of(row)
    distinctive = index.distinctive_of(article, reading)
    index.add(row.id, article, reading, distinctive)
    connection.execute(
        update(article_table).where(article_table.c.id == row.id).values(fingerprints=len(distinctive))
    )


class _Placed(NamedTuple):
    """Where an article went, and whether that story is new."""

    story: int
    is_new: bool


def _story_of_its_own(
    connection: Connection, row: Any, reading: Classification, rules: Rules, now: datetime
) -> _Placed:
    """Move an article to the story that it joins by what it reports, or to a new one."""
    apart = {
        s
        for a in stories.cannot_links_of(connection, row.id)
        if (s := articles.story_of(connection, a)) is not None
    }
    report = report_of(article_of(row), reading, row.id, parties=rules.parties)
    placement = ActiveStories(rules.window, parties=rules.parties).place(connection, report, apart)
    story = placement.story if placement.story is not None else stories.create(connection, row.when)
    why = None if placement.story is None else why_of(placement)
    connection.execute(update(article_table).where(article_table.c.id == row.id).values(story_why=why))
    stories.touch(connection, {story: (row.when, row.when)})
    if row.story_id is not None and row.story_id != story:
        stories.note_move(connection, now, row.story_id, story, row.id)
    return _Placed(story, placement.story is None)


def enter_bases(
    connection: Connection, row: Any, story: int | None, reading: Classification, parties: Parties
) -> None:
    """Enter what an article says of bases. While it was a copy, that was not looked at."""
    if story is None:
        return
    for mention in reading.bases:
        base_register.record_mention(
            connection, mention, row.id, story, row.first_seen, reading.lang, parties=parties
        )


def review_duplicates(
    connection: Connection,
    rows: Sequence[Any],
    readings: Mapping[int, Classification],
    judge: Judge,
    window: timedelta,
    now: datetime,
) -> list[int]:
    """Compare copies with their originals again by the rules of today. Returns those that are no copies any more.

    What a page names as its original stays that, as far as that hides nothing.

    Args:
        connection: a connection that writes.
        rows: stored articles, in the order of their ids.
        readings: what is read of them now, by id.
        judge: reads originals that are not among them.
        window: how long a story can grow.
        now: when this happens.
    """
    doubtful = [row for row in rows if row.duplicate_of is not None]
    released: list[int] = []
    for chunk in chunks(doubtful, _PORTION):
        part = chunk
        originals = articles.by_id(connection, [row.duplicate_of for row in part])
        read = {
            i: readings[i] if i in readings else judge.classify(article_of(original))
            for i, original in originals.items()
        }
        everything = [(article_of(r), readings[r.id]) for r in part] + [
            (article_of(o), read[i]) for i, o in originals.items()
        ]
        index = DuplicateIndex(connection, everything, window, judge.rules.parties)
        for row in part:
            original = originals.get(row.duplicate_of)
            # Pruned: nobody can say any more what it repeated, so it stays as it is.
            if original is None:
                continue
            one = (article_of(row), readings[row.id])
            other = (article_of(original), read[original.id])
            if not index.is_still_duplicate(one, other, named=row.duplicate_why == articles.NAMED):
                released += _release(connection, index, row, readings[row.id])
        index.write(now)
    return released


def _release(connection: Connection, index: DuplicateIndex, row: Any, reading: Classification) -> list[int]:
    """Make an article an original, or the copy of another article that it does repeat."""
    duplicate = index.find(article_of(row), reading)
    articles.no_copy(connection, row.id, duplicate)
    if duplicate is None:
        index_original(connection, index, row, reading)
    return [row.id]
