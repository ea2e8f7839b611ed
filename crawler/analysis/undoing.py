"""Taking back an operator's merge or split of stories: everything is as it was before, also what each had been told of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from crawler.model import AseanwatchError, Phrase
from crawler.store import recent_passages, stories
from crawler.store.base_proofs import create_base, own_names_of, proofs_of
from crawler.store.base_register import refresh_base
from crawler.store.bases import key_of
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.schema import (
    articles,
    base_aliases,
    base_articles,
    base_names,
    bases,
    no_copies,
    story_changes,
)
from crawler.store.story_snapshots import (
    Snapshot,
    constraints_between,
    latest_change,
    restore,
    restore_constraints,
    snapshot_of,
)


def before_merge(
    connection: Connection, story: int, other: int, ours: Sequence[int], theirs: Sequence[int]
) -> Snapshot:
    """What a merge of ``other`` into ``story`` changes, to be kept with it."""
    registered = _registered(connection, [*ours, *theirs])
    return {
        "story": snapshot_of(connection, other, story),
        "constraints": constraints_between(connection, ours, theirs),
        "registered": registered,
        "names": _own_names(connection, registered),
    }


def before_split(connection: Connection, story: int, article_ids: Sequence[int]) -> Snapshot:
    """What a split of articles from a story changes, to be kept with it."""
    members = stories.members(connection, [story], ("id", "duplicate_of", "duplicate_why", "fingerprints"))
    own = members.get(story, [])
    moved = {r.id for r in own if r.id in article_ids or r.duplicate_of in article_ids}
    leaving = [r for r in own if r.id in moved and r.duplicate_of is not None and r.duplicate_of not in moved]
    return {
        "constraints": constraints_between(
            connection, sorted(moved), [r.id for r in own if r.id not in moved]
        ),
        "copies": [[r.id, r.duplicate_of, r.duplicate_why, r.fingerprints] for r in leaving],
        "registered": _registered(connection, sorted(moved)),
    }


def _registered(connection: Connection, article_ids: Sequence[int]) -> dict[str, list[int]]:
    """Which articles prove which bases, by the keys of these."""
    statement = (
        select(bases.c.key, base_articles.c.article_id)
        .join(bases, bases.c.id == base_articles.c.base_id)
        .where(base_articles.c.article_id.in_(article_ids))
        .order_by(bases.c.key, base_articles.c.article_id)
    )
    found: dict[str, list[int]] = {}
    for key, article in connection.execute(statement):
        found.setdefault(key, []).append(article)
    return found


def _own_names(connection: Connection, keys: Iterable[str]) -> dict[str, dict[str, str]]:
    """The names that operators gave to bases, by the keys of these and by language."""
    numbers = dict(
        connection.execute(select(bases.c.id, bases.c.key).where(bases.c.key.in_(list(keys)))).tuples().all()
    )
    return {numbers[n]: of_base for n, of_base in own_names_of(connection, list(numbers)).items()}


def undoable(connection: Connection, story: int) -> int | None:
    """The change that can be taken back on a story: its latest one, if an operator merged or split it; else None."""
    row = latest_change(connection, story)
    return row.id if row is not None and _can_be_undone(connection, row) else None


def _can_be_undone(connection: Connection, change: Any) -> bool:
    """Whether nothing has changed the two stories since, and it is known how they were."""
    # What the service merged, or operators before this was kept, has other reasons or none.
    if change.kind not in ("merge", "split") or "constraints" not in (change.why or {}):
        return False
    if any(
        (later := latest_change(connection, s)) is not None and later.id != change.id
        for s in (change.story_id, change.other_id)
    ):
        return False
    now_in = set(connection.scalars(select(articles.c.story_id).where(articles.c.id.in_(change.articles))))
    return now_in == {change.story_id if change.kind == "merge" else change.other_id}


def undo_change(connection: Connection, number: int, now: datetime, actor: str) -> list[int]:
    """Take a merge or a split of stories back. Returns the stories that it leaves, the one that was looked at first.

    Args:
        connection: a connection that writes.
        number: the change's id.
        now: the present moment.
        actor: who takes it back.

    Raises:
        AseanwatchError: there is no such change, or the stories have changed again since.
    """
    change = connection.execute(select(story_changes).where(story_changes.c.id == number)).first()
    if change is None or not _can_be_undone(connection, change):
        raise AseanwatchError(Phrase("that cannot be taken back any more: the stories have changed since"))
    if change.kind == "merge":
        return _undo_merge(connection, change, now, actor)
    return _undo_split(connection, change, now, actor)


def _undo_merge(connection: Connection, change: Any, now: datetime, actor: str) -> list[int]:
    story, other, moved = change.story_id, change.other_id, change.articles
    restore(connection, other, story, moved, change.why["story"], now)
    stayed = [r.id for r in stories.members(connection, [story], ("id",)).get(story, ())]
    restore_constraints(connection, stayed, moved, change.why["constraints"])
    _restore_bases(connection, change.why["registered"], change.why.get("names", {}), now)
    stories.note_unmerged(connection, now, story, other, moved, change.id, actor)
    return [story, other]


def _restore_bases(
    connection: Connection, registered: dict[str, list[int]], names: dict[str, dict[str, str]], now: datetime
) -> None:
    """Make bases again that were merged with others because their stories were, each under its key."""
    for key, article_ids in registered.items():
        into = connection.scalar(select(base_aliases.c.base_id).where(base_aliases.c.key == key))
        if into is None:
            continue
        proofs = [p for p in proofs_of(connection, [into])[into] if p.article in article_ids]
        if not proofs:
            continue
        first = min(proofs, key=lambda p: (p.when, p.article))
        seen = connection.scalar(select(articles.c.first_seen).where(articles.c.id == first.article))
        assert seen is not None
        connection.execute(delete(base_aliases).where(base_aliases.c.key == key))
        base = create_base(connection, replace(first.mention, key=key), first.story, seen)
        mine = (base_articles.c.base_id == into) & base_articles.c.article_id.in_(article_ids)
        connection.execute(update(base_articles).where(mine).values(base_id=base))
        before = names.get(key_of(connection, into), {})
        for lang, name in names.get(key, {}).items():
            # The other base has it only since they were one.
            of_other = (
                (base_names.c.base_id == into) & (base_names.c.lang == lang) & (base_names.c.name == name)
            )
            if lang not in before:
                connection.execute(delete(base_names).where(of_other))
            connection.execute(insert(base_names), [{"base_id": base, "lang": lang, "name": name, "at": now}])
        for one in (into, base):
            refresh_base(connection, one)


def _undo_split(connection: Connection, change: Any, now: datetime, actor: str) -> list[int]:
    story, new, moved = change.story_id, change.other_id, change.articles
    stayed = [r.id for r in stories.members(connection, [story], ("id",)).get(story, ())]
    stories.merge(connection, story, new, now, {"undoes": change.id}, actor)
    restore_constraints(connection, stayed, moved, change.why["constraints"])
    for article, original, why, size in change.why["copies"]:
        _be_copy_again(connection, article, original, why, size, change.why["registered"])
    if change.why["copies"]:
        # What running processes hold of stories in memory is outdated now.
        set_cursor(connection, stories.REJUDGED, get_cursor(connection, stories.REJUDGED) + 1)
    return [story]


def _be_copy_again(
    connection: Connection, article: int, original: int, why: str, size: int, registered: dict[str, list[int]]
) -> None:
    """Make an article the copy that it was; what it was entered into the register for since then is taken out."""
    values = {"duplicate_of": original, "duplicate_why": why, "fingerprints": size}
    connection.execute(update(articles).where(articles.c.id == article).values(**values))
    connection.execute(delete(no_copies).where(no_copies.c.article_id == article))
    # Else what repeats it would be a copy of a copy.
    recent_passages.forget(connection, article)
    before = {key for key, proving in registered.items() if article in proving}
    proved = select(bases.c.id, bases.c.key).join(base_articles, base_articles.c.base_id == bases.c.id)
    for base in connection.execute(proved.where(base_articles.c.article_id == article)).all():
        if base.key not in before:
            mine = (base_articles.c.base_id == base.id) & (base_articles.c.article_id == article)
            connection.execute(delete(base_articles).where(mine))
            refresh_base(connection, base.id)
