"""An operator's corrections of stories, by command or console: they hold against judging again, and are labels to measure by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from crawler.analysis import undoing
from crawler.analysis.release import leave_original
from crawler.judging.judge import Rules
from crawler.model import AseanwatchError, Phrase
from crawler.store import base_register, stories
from crawler.store.schema import articles, labels
from crawler.store.upserts import upsert

NOT_RELEVANT = "not relevant"
CORRECTIONS = (NOT_RELEVANT, "relevant", "wrong topic", "wrong base", "wrong language")
"""What may be said to be wrong with an article."""


def merge_stories(
    connection: Connection, story: int, other: int, now: datetime, actor: str = "operator"
) -> int:
    """Merge two stories, because an operator says that they tell of one event. Returns how many reports there are.

    Args:
        connection: a connection that writes.
        story: the story that stays.
        other: the story that goes into it.
        now: when the operator said so.
        actor: the operator's name.

    Raises:
        AseanwatchError: they are one already, or one of them does not exist.
    """
    if story == other:
        raise AseanwatchError(Phrase("%(story)s is one story already", story=str(story)))
    members = stories.members(connection, [story, other], ("id",))
    for one in (story, other):
        if one not in members:
            raise AseanwatchError(Phrase("no story has the id %(story)s", story=str(one)))
    ours, theirs = ([r.id for r in members[s]] for s in (story, other))
    before = undoing.before_merge(connection, story, other, ours, theirs)
    stories.must_link(connection, ours, theirs, now)
    stories.merge(connection, story, other, now, before, actor)
    base_register.merge_same_bases(connection, story)
    return len(ours) + len(theirs)


class Split(NamedTuple):
    """What a split made: the new story, and how many articles it has."""

    story: int
    articles: int


def split_story(
    connection: Connection,
    story: int,
    article_ids: Sequence[int],
    rules: Rules,
    now: datetime,
    actor: str = "operator",
) -> Split:
    """Make a story of its own of articles that report another event than the rest.

    A copy that leaves its original is no copy any more, and counts as news.

    Args:
        connection: a connection that writes.
        story: the story.
        article_ids: its articles that report another event.
        rules: the rules in force, by which what was a copy is judged.
        now: when the operator said so.
        actor: the operator's name.

    Raises:
        AseanwatchError: none is named, they are not of this story, or nothing would remain.
    """
    if not article_ids:
        raise AseanwatchError(Phrase("name the articles that tell of another event"))
    before = undoing.before_split(connection, story, article_ids)
    new = stories.split(connection, story, article_ids, now, before, actor)
    # Read after the split: copies went with their originals, so more moved than was named.
    members = stories.members(connection, [story, new], ("id", "duplicate_of"))
    stayed, left = ([r.id for r in members[s]] for s in (story, new))
    stories.cannot_link(connection, stayed, left, now)
    for row in members[new]:
        # A copy whose original moved with it stays its copy.
        if row.duplicate_of is not None and row.duplicate_of not in left:
            leave_original(connection, row.id, new, rules, now)
    return Split(new, len(left))


def label(connection: Connection, article: int, verdict: str, value: str, actor: str, now: datetime) -> None:
    """Record what is wrong with an article. ``value`` says with what: a topic's name, a language.

    Raises:
        AseanwatchError: there is no such article, or the verdict is unknown.
    """
    if verdict not in CORRECTIONS:
        raise AseanwatchError(f"{verdict!r} is no correction; allowed: {', '.join(CORRECTIONS)}")
    if connection.scalar(select(articles.c.id).where(articles.c.id == article)) is None:
        raise AseanwatchError(f"no stored article has the id {article}")
    values = {"article_id": article, "verdict": verdict, "value": value[:200], "actor": actor, "at": now}
    connection.execute(
        upsert(connection, labels, values, ["article_id", "verdict", "value"], ["actor", "at"])
    )


def unlabel(connection: Connection, article: int, verdict: str, value: str) -> None:
    """Take a label back; where there is none, nothing happens."""
    same = (labels.c.article_id == article) & (labels.c.verdict == verdict) & (labels.c.value == value)
    connection.execute(delete(labels).where(same))
