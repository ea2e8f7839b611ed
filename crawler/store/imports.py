"""What is known of archives that are imported: how far each was read, what waits to be stored, and what came with which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, delete, exists, func, insert, select, update

from crawler.model import Article
from crawler.parsing.urls import url_key
from crawler.store.bulk import chunks, rows_of
from crawler.store.schema import (
    articles,
    entries,
    imported_articles,
    imports,
    source_states,
    staged_articles,
)
from crawler.store.upserts import upsert

_ANY_UNLISTED = select(imported_articles.c.article_id).where(imported_articles.c.listed.is_(None)).limit(1)
_LISTING = (entries.c.id, entries.c.source, entries.c.seen, entries.c.seed)


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """An archive in the store.

    Attributes:
        number: its id.
        position: how far it was read, as its reader counts; everything up to there is stored or staged.
        counts: what was found in it so far, by what became of it.
        is_done: whether it was read to its end.
    """

    number: int
    position: int
    counts: Counter[str]
    is_done: bool


class Staged(NamedTuple):
    """An article that was read from an archive, and where it stands there; ``number`` is that of its row."""

    article: Article
    place: int
    import_id: int = 0
    number: int = 0


def begin(connection: Connection, key: str, file: str, now: datetime) -> ImportedFile:
    """An archive as it is known; one that is new is entered.

    Args:
        connection: a connection that writes.
        key: what its content and the choices are known by.
        file: where it lies now, for people.
        now: the present moment.
    """
    values = {
        "key": key,
        "file": file,
        "position": 0,
        "counts": {},
        "started": now,
        "changed": now,
        "ended": None,
    }
    connection.execute(upsert(connection, imports, values, ["key"], ["file"]))
    row = connection.execute(select(imports).where(imports.c.key == key)).one()
    return ImportedFile(row.id, row.position, Counter(row.counts), row.ended is not None)


def forget(connection: Connection, keys: Iterable[str]) -> None:
    """Forget how far archives were read, and what waits of them. What was stored stays."""
    for chunk in chunks(sorted(keys)):
        ours = select(imports.c.id).where(imports.c.key.in_(chunk))
        connection.execute(delete(staged_articles).where(staged_articles.c.import_id.in_(ours)))
        connection.execute(delete(imports).where(imports.c.key.in_(chunk)))


def forget_other_choices(connection: Connection, key: str) -> int:
    """Forget imports of the same content by other choices of which something waits: what waits was read by wrong ones.

    Args:
        connection: a connection that writes.
        key: what an archive is known by (`crawler.archives.files.key_of`): its content, a full stop, the choices.

    Returns:
        How many articles waited.
    """
    content, sign, _ = key.partition(".")
    if not sign:
        return 0  # standard input: nobody knows what it was
    same = imports.c.key.startswith(f"{content}.", autoescape=True) & (imports.c.key != key)
    query = (
        select(imports.c.key, func.count())
        .join(staged_articles, staged_articles.c.import_id == imports.c.id)
        .where(same)
        .group_by(imports.c.key)
    )
    waiting = {row[0]: row[1] for row in connection.execute(query)}
    forget(connection, waiting)
    return sum(waiting.values())


def advance(
    connection: Connection,
    number: int,
    position: int,
    counts: Mapping[str, int],
    now: datetime,
    *,
    is_done: bool = False,
) -> None:
    """Note how far an archive was read, in the transaction that stages what was found until there."""
    values: dict[str, Any] = {"position": position, "counts": dict(counts), "changed": now}
    connection.execute(
        update(imports).where(imports.c.id == number).values(values | ({"ended": now} if is_done else {}))
    )


def stage(connection: Connection, import_id: int, found: Iterable[Staged]) -> None:
    """Keep articles until they are stored in the order of their dates."""
    rows = [
        {
            "import_id": import_id,
            "place": one.place,
            "when": one.article.when,
            "key": url_key(one.article.url),
            "article": _plain(one.article),
        }
        for one in found
    ]
    if rows:
        connection.execute(insert(staged_articles), rows)


class WaitingImport(NamedTuple):
    """An archive of which articles wait: its id, what it is known by, where it lay, and how many."""

    number: int
    key: str
    file: str
    articles: int


def waiting(connection: Connection) -> list[WaitingImport]:
    """The archives of which articles wait."""
    query = (
        select(imports.c.id, imports.c.key, imports.c.file, func.count())
        .join(staged_articles, staged_articles.c.import_id == imports.c.id)
        .group_by(imports.c.id)
        .order_by(imports.c.id)
    )
    return [WaitingImport(*row) for row in connection.execute(query)]


def staged(connection: Connection, most: int, but: Collection[int] = ()) -> list[Staged]:
    """The earliest articles that wait, in the order of their dates; except those of some archives."""
    # Of one moment, as many articles with bare days are, by their addresses: the order of the archive decides nothing.
    order = (staged_articles.c.when, staged_articles.c.key, staged_articles.c.id)
    query = select(staged_articles).order_by(*order).limit(most)
    if but:
        query = query.where(staged_articles.c.import_id.not_in(sorted(but)))
    rows = connection.execute(query)
    return [Staged(_article(row.article), row.place, row.import_id, row.id) for row in rows]


def count_staged(connection: Connection, import_id: int | None = None) -> int:
    """How many articles wait: of one archive, or of all."""
    query = select(func.count()).select_from(staged_articles)
    if import_id is not None:
        query = query.where(staged_articles.c.import_id == import_id)
    return connection.scalar(query) or 0


def take(connection: Connection, done: Sequence[Staged], stored: Mapping[int, Staged], now: datetime) -> None:
    """Take articles out of those that wait, in the transaction that stores them.

    Args:
        connection: a connection that writes.
        done: what was stored, known before, or refused.
        stored: the new articles by their ids.
        now: the present moment.
    """
    for chunk in chunks([one.number for one in done]):
        connection.execute(delete(staged_articles).where(staged_articles.c.id.in_(chunk)))
    rows = [
        {"article_id": number, "import_id": one.import_id, "place": one.place, "at": now}
        for number, one in stored.items()
    ]
    if rows:
        connection.execute(insert(imported_articles), rows)


def note_listed(connection: Connection, led: Mapping[int, int], now: datetime) -> None:
    """Let archived articles that a source of ours lists count as polled from now on.

    They are then as old as they were when it listed them, by the day that the archive has of them.

    Args:
        connection: a connection that writes.
        led: entries with the articles that they lead to.
        now: the present moment.
    """
    mine = imported_articles.c.article_id
    if not led or next(rows_of(connection, _ANY_UNLISTED), None) is None:
        return  # most stores never saw an archive
    for chunk in chunks(sorted(set(led.values()))):
        history = set(
            connection.scalars(select(mine).where(mine.in_(chunk) & imported_articles.c.listed.is_(None)))
        )
        if not history:
            continue  # nearly always
        by_entry = {entry: article for entry, article in led.items() if article in history}
        first: dict[int, Any] = {}
        for part in chunks(by_entry):
            for row in connection.execute(select(*_LISTING).where(entries.c.id.in_(part))):
                earliest = first.setdefault(by_entry[row.id], row)
                if (row.seen, row.id) < (earliest.seen, earliest.id):
                    first[by_entry[row.id]] = row
        for number, row in first.items():
            seed = case((articles.c.published.is_(None), row.seed), else_=articles.c.seed)
            # Subscriptions ask for sources by the names that the configuration has.
            is_named = articles.c.source.in_(select(source_states.c.source))
            source = case((is_named, articles.c.source), else_=row.source)
            at = update(articles).where(articles.c.id == number)
            connection.execute(at.values(listed=row.seen, seed=seed, source=source))
        connection.execute(update(imported_articles).where(mine.in_(list(first))).values(listed=now))


class ImportedAmong(NamedTuple):
    """Which of some articles came with archives: those that are ``history``, and those that a source has ``listed`` since."""

    history: frozenset[int]
    listed: frozenset[int]


def imported_among(connection: Connection, numbers: Iterable[int]) -> ImportedAmong:
    """Which of some articles came with archives."""
    history: set[int] = set()
    listed: set[int] = set()
    columns = (imported_articles.c.article_id, imported_articles.c.listed)
    for chunk in chunks(numbers):
        for row in connection.execute(select(*columns).where(imported_articles.c.article_id.in_(chunk))):
            (history if row.listed is None else listed).add(row.article_id)
    return ImportedAmong(frozenset(history), frozenset(listed))


def of_archives_only(connection: Connection, stories: Iterable[int]) -> frozenset[int]:
    """Which of some stories no source of ours reported: all their reports came with archives."""
    found: set[int] = set()
    column = articles.c.story_id
    for chunk in chunks(stories):
        polled = select(column).where(column.in_(chunk) & ~is_history())
        imported = select(column).where(column.in_(chunk) & is_history()).distinct()
        found.update(connection.scalars(imported.where(column.not_in(polled))))
    return frozenset(found)


_MINE = imported_articles.c.article_id == articles.c.id


def is_imported(since: datetime) -> ColumnElement[bool]:
    """The condition that an article came with an archive, at a moment or later."""
    return exists().where(_MINE & (imported_articles.c.at >= since))


def is_history() -> ColumnElement[bool]:
    """The condition that an article came with an archive, and that no source of ours has listed it."""
    return exists().where(_MINE & imported_articles.c.listed.is_(None))


def is_listed(since: datetime | None = None) -> ColumnElement[bool]:
    """The condition that an article came with an archive before a source of ours listed it; after a moment, where one is given."""
    since_then = (
        imported_articles.c.listed.is_not(None) if since is None else imported_articles.c.listed > since
    )
    return articles.c.id.in_(select(imported_articles.c.article_id).where(since_then))


def latest_listing(connection: Connection) -> datetime | None:
    """When a source of ours last listed an article that had come with an archive before."""
    latest: datetime | None = connection.scalar(select(func.max(imported_articles.c.listed)))
    return latest


_MOMENTS = ("first_seen", "published", "listed")


def _plain(article: Article) -> dict[str, Any]:
    values = asdict(article)
    moments = {name: values[name].isoformat() for name in _MOMENTS if values[name] is not None}
    return {name: value for name, value in (values | moments).items() if value not in (None, ())}


def _article(values: Mapping[str, Any]) -> Article:
    moments = {name: datetime.fromisoformat(values[name]) for name in _MOMENTS if name in values}
    return Article(**{**values, **moments, "links": tuple(values.get("links", ()))})
