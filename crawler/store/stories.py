"""Stories: rows that hold their articles together, with their history and what operators said of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, insert, select, update

from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.stories.likeness import Report, shared
from crawler.model import AseanwatchError
from crawler.store.base_revisions import note_moved
from crawler.store.bulk import chunks
from crawler.store.facet_version import EDITS, note_change_in_place
from crawler.store.schema import (
    alerts,
    article_versions,
    articles,
    base_candidates,
    bases,
    cursors,
    link_constraints,
    pins,
    reader_feedback,
    stories,
    story_changes,
    story_marks,
)
from crawler.store.upserts import upsert


def load_reports(
    connection: Connection,
    start: datetime,
    end: datetime,
    parties: Parties = CHINA_ASEAN,
    *,
    editions: bool = False,
) -> list[Report]:
    """The reports of ``[start, end)`` that belong to a story, without duplicates.

    Args:
        connection: a connection.
        start: the earliest moment of publication.
        end: the moment before which they were published.
        parties: between whom the cooperation is.
        editions: only those that name an edition of a series.
    """
    within = (articles.c.when >= start) & (articles.c.when < end)
    if editions:
        within &= articles.c.names_edition
    return _reports(connection, within, parties)


def load_reports_after(connection: Connection, article: int, parties: Parties = CHINA_ASEAN) -> list[Report]:
    """The reports that were stored after an article and belong to a story, without duplicates."""
    return _reports(connection, articles.c.id > article, parties)


def load_reports_of(
    connection: Connection, numbers: Collection[int], parties: Parties = CHINA_ASEAN
) -> list[Report]:
    """Those of some articles that belong to a story, without duplicates."""
    return [
        report
        for chunk in chunks(sorted(numbers))
        for report in _reports(connection, articles.c.id.in_(chunk), parties)
    ]


def _reports(connection: Connection, which: ColumnElement[bool], parties: Parties) -> list[Report]:
    columns = (
        articles.c.id, articles.c.story_id, articles.c.lang, articles.c.when, articles.c.features, articles.c.words, articles.c.published,
    )  # fmt: skip
    grouped = articles.c.story_id.is_not(None) & articles.c.duplicate_of.is_(None)
    return [
        Report(
            r.id,
            r.story_id,
            r.lang,
            r.when,
            shared(r.features),
            shared(r.words),
            r.published is not None,
            parties,
        )
        for r in connection.execute(select(*columns).where(grouped & which).order_by(articles.c.id))
    ]


class StorePosition(NamedTuple):
    """How far a process has read what all processes write.

    Attributes:
        article: the id of the latest article.
        change: the id of the latest change of a story.
        rejudged: how often history was judged again.
        edits: how often a stored article was read again.
        edited: the latest moment of an edit; None where nothing was edited.
    """

    article: int
    change: int
    rejudged: int
    edits: int
    edited: datetime | None


REJUDGED = "rejudged"
"""The cursor that counts how often history was judged again."""


_POSITION = select(
    # One statement: it is asked for each batch.
    select(func.max(articles.c.id)).scalar_subquery(),
    select(func.max(story_changes.c.id)).scalar_subquery(),
    select(cursors.c.value).where(cursors.c.name == REJUDGED).scalar_subquery(),
    select(cursors.c.value).where(cursors.c.name == EDITS).scalar_subquery(),
    select(func.max(article_versions.c.until)).scalar_subquery(),
)
_LATE = timedelta(hours=1)
"""So much may the clock of one process be behind that of another one."""


def current_position(connection: Connection) -> StorePosition:
    """The position of a process that has read everything."""
    article, change, rejudged, edits, edited = connection.execute(_POSITION).one()
    return StorePosition(article or 0, change or 0, rejudged or 0, edits or 0, edited)


def read_again_between(connection: Connection, before: StorePosition, now: StorePosition) -> set[int]:
    """The articles that may say something else than at an earlier position, or are no reports any more: edited, or with an original since."""
    copies = (articles.c.duplicate_of > before.article) & (articles.c.id <= before.article)
    found = set(connection.scalars(select(articles.c.id).where(copies)))
    if now.edits != before.edits:
        for moment, number in (
            (article_versions.c.until, article_versions.c.article_id),
            (base_candidates.c.entered, base_candidates.c.article_id),
        ):
            since = moment.is_not(None) if before.edited is None else moment >= before.edited - _LATE
            found |= set(connection.scalars(select(number).where(since)))
    return found


def changes_after(connection: Connection, number: int) -> list[Row[Any]]:
    """The changes of stories after one, in their order."""
    return list(
        connection.execute(
            select(story_changes).where(story_changes.c.id > number).order_by(story_changes.c.id)
        )
    )


_HIGHEST_MERGED, _NEWEST = select(func.max(story_changes.c.other_id)), select(func.max(stories.c.id))


def create(connection: Connection, when: datetime, split_from: int | None = None) -> int:
    """Enter a new story, first seen at ``when``. Returns its id, which no deleted story had."""
    # SQLite gives the id of a deleted last row again. The history names merged
    # stories by id, and links lead to them. PostgreSQL's sequences never go back.
    highest = connection.scalar(_HIGHEST_MERGED) or 0
    newest = connection.scalar(_NEWEST) or 0
    values: dict[str, Any] = {"first_seen": when, "last_seen": when, "split_from": split_from}
    if highest > newest and connection.dialect.name == "sqlite":
        values["id"] = highest + 1
    number: int = connection.scalars(insert(stories).returning(stories.c.id), [values]).one()
    return number


def touch(connection: Connection, seen: Mapping[int, tuple[datetime, datetime]]) -> None:
    """Widen the spans of stories by the earliest and the latest moment of new reports."""
    if not seen:
        return
    moment: Any = bindparam("moment")
    story = stories.c.id == bindparam("story")
    first = stories.c.first_seen
    last = stories.c.last_seen
    # A report within the span of its story, as most are, writes nothing.
    earlier = update(stories).where(story & (first > moment)).values({first: moment})
    later = update(stories).where(story & (last < moment)).values({last: moment})
    connection.execute(earlier, [{"story": s, "moment": earliest} for s, (earliest, _) in seen.items()])
    connection.execute(later, [{"story": s, "moment": latest} for s, (_, latest) in seen.items()])


def merge(
    connection: Connection, into: int, story: int, now: datetime, why: Any, actor: str = "service"
) -> list[int]:
    """Move everything of ``story`` to ``into``. Returns the moved articles.

    Its alerts move too, so that nobody is told twice, and what readers said of it. The empty story is deleted; the history of stories records it.
    """
    moved = list(
        connection.scalars(select(articles.c.id).where(articles.c.story_id == story).order_by(articles.c.id))
    )
    connection.execute(update(articles).where(articles.c.story_id == story).values(story_id=into))
    note_moved(connection, moved)
    for table in (alerts, reader_feedback):
        connection.execute(update(table).where(table.c.story_id == story).values(story_id=into))
    connection.execute(update(bases).where(bases.c.story_id == story).values(story_id=into))
    # Its alerts are those of ``into`` now, so that is where
    # the stories that were split from it find who was told.
    heirs = (stories.c.split_from == story) & (stories.c.id != into)
    connection.execute(update(stories).where(heirs).values(split_from=into))
    # The pin moves on: what an operator wants kept must not be lost by a merge.
    pinned_here = connection.execute(select(pins).where(pins.c.story_id == story)).first()
    if pinned_here:
        values = {"story_id": into, "at": pinned_here.at, "note": pinned_here.note}
        connection.execute(upsert(connection, pins, values, ["story_id"]))
    _move_saved(connection, into, story)
    one, other = (connection.execute(select(stories).where(stories.c.id == s)).one() for s in (into, story))
    seen = {
        "first_seen": min(one.first_seen, other.first_seen),
        "last_seen": max(one.last_seen, other.last_seen),
    }
    connection.execute(update(stories).where(stories.c.id == into).values(**seen))
    # Last: foreign keys delete what still belongs to the
    # row (ON DELETE CASCADE), and by now nothing does.
    connection.execute(delete(stories).where(stories.c.id == story))
    _note(connection, now, kind="merge", story=into, other=story, moved=moved, why=why, actor=actor)
    return moved


def _move_saved(connection: Connection, into: int, story: int) -> None:
    """Let everybody who saved a story have saved the one that it goes into; whether that is read is its own matter."""
    saved = select(story_marks).where((story_marks.c.story_id == story) & (story_marks.c.kind == "saved"))
    for row in connection.execute(saved).all():
        values = {"person": row.person, "story_id": into, "kind": row.kind, "at": row.at}
        connection.execute(upsert(connection, story_marks, values, ["person", "story_id", "kind"]))


def note_move(
    connection: Connection, now: datetime, story: int, other: int, article: int, actor: str = "operator"
) -> None:
    """Note that an article went from one story to another because it is no copy."""
    _note(connection, now, kind="released", story=story, other=other, moved=[article], actor=actor)


def note_unmerged(
    connection: Connection,
    now: datetime,
    story: int,
    other: int,
    moved: Sequence[int],
    change: int,
    actor: str,
) -> None:
    """Note that a merge was taken back; for other processes that is a split, by which they move what they hold in memory."""
    _note(
        connection,
        now,
        kind="split",
        story=story,
        other=other,
        moved=moved,
        why={"undoes": change},
        actor=actor,
    )


def split(
    connection: Connection,
    story: int,
    article_ids: Sequence[int],
    now: datetime,
    why: Any = None,
    actor: str = "service",
) -> int:
    """Make a story of its own of some articles. Returns its id.

    Duplicates go with their originals. Readers who were told of the old story are not told of the
    new one, unless all its articles are duplicates that leave their originals: nobody was told of
    those.

    Raises:
        AseanwatchError: there is no such story, an article is not of it, or nothing would remain.
    """
    members = {r.id: r for r in connection.execute(select(articles).where(articles.c.story_id == story))}
    if not members:
        raise AseanwatchError(f"no story has the id {story}")
    wrong = [a for a in article_ids if a not in members]
    if wrong:
        raise AseanwatchError(f"articles that are not of story {story}: {', '.join(map(str, wrong))}")
    moved = sorted({*article_ids, *(r.id for r in members.values() if r.duplicate_of in article_ids)})
    if len(moved) == len(members):
        raise AseanwatchError(f"all articles of story {story} were named; nothing would remain of it")
    whens = [members[a].when for a in moved]
    # Alerts name originals; a copy that leaves its original was told to nobody.
    unheard = all(members[a].duplicate_of not in (None, *moved) for a in moved)
    new = create(connection, min(whens), split_from=None if unheard else story)
    connection.execute(update(stories).where(stories.c.id == new).values(last_seen=max(whens)))
    connection.execute(update(articles).where(articles.c.id.in_(moved)).values(story_id=new))
    note_moved(connection, moved)
    _note(connection, now, kind="split", story=story, other=new, moved=moved, why=why, actor=actor)
    return new


def _note(
    connection: Connection,
    now: datetime,
    *,
    kind: str,
    story: int,
    other: int,
    moved: Sequence[int],
    actor: str,
    why: Any = None,
) -> None:
    values = {
        "at": now,
        "kind": kind,
        "story_id": story,
        "other_id": other,
        "articles": list(moved),
        "why": why,
        "actor": actor,
    }
    connection.execute(insert(story_changes), [values])


def history(connection: Connection, story: int) -> list[dict[str, Any]]:
    """The merges and splits that a story comes from, the earliest first; ``undoes`` where one took an earlier one back.

    What is kept to take an operator's change back is left out.
    """
    concerns = (story_changes.c.story_id == story) | (story_changes.c.other_id == story)
    rows = connection.execute(select(story_changes).where(concerns).order_by(story_changes.c.id))
    return [_past_change(row._asdict()) for row in rows]


def _past_change(row: dict[str, Any]) -> dict[str, Any]:
    why = row["why"]
    found = {k: v for k, v in row.items() if k != "id"}
    if isinstance(why, dict) and ("constraints" in why or "undoes" in why):
        found |= {"why": None, "undoes": why.get("undoes")}
    return found


def successor(connection: Connection, story: int) -> int | None:
    """The story that a merged one went into, as far as it was merged."""
    seen = {story}
    while True:
        gone = (story_changes.c.kind == "merge") & (story_changes.c.other_id == story)
        next_one = connection.scalar(
            select(story_changes.c.story_id).where(gone).order_by(story_changes.c.id.desc())
        )
        if next_one is None or next_one in seen:
            return story if len(seen) > 1 else None
        seen.add(next_one)
        story = next_one


def ancestors(connection: Connection, ids: Sequence[int]) -> dict[int, set[int]]:
    """For each story that was split from another one: that story, the one that it was split from in turn, and so on."""
    parents: dict[int, int] = {}
    wanted = set(ids)
    while wanted:
        found = _parents(connection, sorted(wanted))
        parents |= found
        wanted = set(found.values()) - parents.keys()
    return {story: _chain(parents, story) for story in ids if story in parents}


def _parents(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for chunk in chunks(ids):
        part = stories.c.id.in_(chunk) & stories.c.split_from.is_not(None)
        found |= {
            row.id: row.split_from
            for row in connection.execute(select(stories.c.id, stories.c.split_from).where(part))
        }
    return found


def _chain(parents: Mapping[int, int], story: int) -> set[int]:
    """All that come before a story."""
    found: set[int] = set()
    while story in parents and parents[story] not in found:
        story = parents[story]
        found.add(story)
    return found


def regroup(
    connection: Connection, groups: Mapping[int, int | None], now: datetime
) -> dict[tuple[int | None, int | None], list[int]]:
    """Move articles to the stories that judging again found. Returns the moved articles by (from, to).

    Alerts, and what readers said, move with the article that raised them. Stories without articles, alerts and pins are
    deleted.
    """
    ids = list(groups)
    old: dict[int, int | None] = {}
    for chunk in chunks(ids):
        part = select(articles.c.id, articles.c.story_id).where(articles.c.id.in_(chunk))
        old |= {r.id: r.story_id for r in connection.execute(part)}
    moved: dict[tuple[int | None, int | None], list[int]] = {}
    for article, story in groups.items():
        if old[article] != story:
            moved.setdefault((old[article], story), []).append(article)
    for (before, after), members in moved.items():
        connection.execute(update(articles).where(articles.c.id.in_(members)).values(story_id=after))
        note_moved(connection, members)
        if after is not None:
            for table in (alerts, reader_feedback):
                connection.execute(
                    update(table).where(table.c.article_id.in_(members)).values(story_id=after)
                )
        # An article that had no story, or has none any more, moves between no two.
        if before is not None and after is not None:
            _note(connection, now, kind="moved", story=before, other=after, moved=members, actor="rejudging")
    # Without NULL: `x NOT IN (…, NULL)` is never true in SQL.
    used = select(articles.c.story_id).where(articles.c.story_id.is_not(None))
    empty = (
        stories.c.id.not_in(used)
        & stories.c.id.not_in(select(alerts.c.story_id))
        & stories.c.id.not_in(select(pins.c.story_id))
    )
    connection.execute(
        # The base lives on in the register; its foreign key would delete it with the story.
        update(bases).where(bases.c.story_id.in_(select(stories.c.id).where(empty))).values(story_id=None)
    )
    connection.execute(delete(stories).where(empty))
    note_change_in_place(connection)
    return moved


def must_link(connection: Connection, ones: Sequence[int], others: Sequence[int], now: datetime) -> None:
    """Record that articles report one event, as an operator says. Judging again keeps to it."""
    _constrain(connection, ones, others, now, together=True)


def cannot_link(connection: Connection, ones: Sequence[int], others: Sequence[int], now: datetime) -> None:
    """Record that articles do not report one event, as an operator says. Judging again keeps to it."""
    _constrain(connection, ones, others, now, together=False)


def _constrain(
    connection: Connection, ones: Sequence[int], others: Sequence[int], now: datetime, *, together: bool
) -> None:
    for one in ones:
        for other in others:
            # One row for each pair, whichever article is named
            # first: a later word replaces the earlier one.
            values = {"one": min(one, other), "other": max(one, other), "together": together, "at": now}
            connection.execute(
                upsert(connection, link_constraints, values, ["one", "other"], ["together", "at"])
            )


def must_links_of(connection: Connection, article: int) -> set[int]:
    """The articles that operators want in one story with an article."""
    return _constrained(connection, article, together=True)


def cannot_links_of(connection: Connection, article: int) -> set[int]:
    """The articles that operators want in other stories than an article."""
    return _constrained(connection, article, together=False)


def _constrained(connection: Connection, article: int, *, together: bool) -> set[int]:
    table = link_constraints
    concerns = ((table.c.one == article) | (table.c.other == article)) & (table.c.together == together)
    rows = connection.execute(select(table.c.one, table.c.other).where(concerns))
    return {r.other if r.one == article else r.one for r in rows}


def members(
    connection: Connection,
    story_ids: Sequence[int],
    columns: Sequence[str] = (),
    some: Mapping[int, Sequence[int]] = MappingProxyType({}),
) -> dict[int, list[Row[Any]]]:
    """The articles of stories, in the order of publication.

    Args:
        connection: a connection.
        story_ids: the stories.
        columns: what is read of them; all where none is named.
        some: of which stories only some articles are wanted.
    """
    found: dict[int, list[Row[Any]]] = {}
    wanted = [articles.c.story_id, *(articles.c[name] for name in columns)] if columns else [articles]
    whole = [articles.c.story_id.in_(chunk) for chunk in chunks(s for s in story_ids if s not in some)]
    parts = [articles.c.id.in_(chunk) for numbers in some.values() for chunk in chunks(numbers)]
    for part in (*whole, *parts):
        rows = connection.execute(select(*wanted).where(part).order_by(articles.c.when, articles.c.id)).all()
        for row in rows:
            found.setdefault(row.story_id, []).append(row)
    for story in some:
        if story in found:
            found[story].sort(key=lambda row: (row.when, row.id))
    return found


def pin(connection: Connection, story_id: int, now: datetime, note: str = "") -> None:
    """Pin a story: a change of keywords that would lose it is reported. Pinning again changes the note.

    Raises:
        AseanwatchError: there is no such story.
    """
    if connection.scalar(select(stories.c.id).where(stories.c.id == story_id)) is None:
        raise AseanwatchError(f"no story has the id {story_id}")
    values = {"story_id": story_id, "at": now, "note": note}
    connection.execute(upsert(connection, pins, values, ["story_id"], ["note"]))


def unpin(connection: Connection, story_id: int) -> None:
    """Unpin a story.

    Raises:
        AseanwatchError: it is not pinned.
    """
    if not connection.execute(delete(pins).where(pins.c.story_id == story_id)).rowcount:
        raise AseanwatchError(f"the story {story_id} is not pinned")


def pinned(connection: Connection) -> dict[int, str]:
    """The pinned stories with their notes."""
    return {row.story_id: row.note for row in connection.execute(select(pins).order_by(pins.c.story_id))}
