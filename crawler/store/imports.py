"""What is known of archives that are imported: how far each was read, what waits to be stored, and what came with which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, select, update

from crawler.model import Article
from crawler.parsing.urls import url_key
from crawler.store.bulk import chunks
from crawler.store.schema import articles, imported_articles, imports, staged_articles
from crawler.store.upserts import upsert


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


def staged(connection: Connection, most: int) -> list[Staged]:
    """The earliest articles that wait, in the order of their dates."""
    # Of one moment, as many articles with bare days are, by their addresses: the order of the archive decides nothing.
    order = (staged_articles.c.when, staged_articles.c.key, staged_articles.c.id)
    rows = connection.execute(select(staged_articles).order_by(*order).limit(most))
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


def imported_among(connection: Connection, numbers: Iterable[int]) -> frozenset[int]:
    """Which of some articles came with an archive."""
    found: set[int] = set()
    for chunk in chunks(numbers):
        column = imported_articles.c.article_id
        found.update(connection.scalars(select(column).where(column.in_(chunk))))
    return frozenset(found)


def of_archives_only(connection: Connection, stories: Iterable[int]) -> frozenset[int]:
    """Which of some stories no source of ours reported: all their reports came with archives."""
    found: set[int] = set()
    column = articles.c.story_id
    for chunk in chunks(stories):
        polled = select(column).where(column.in_(chunk) & ~is_imported())
        imported = select(column).where(column.in_(chunk) & is_imported()).distinct()
        found.update(connection.scalars(imported.where(column.not_in(polled))))
    return frozenset(found)


def is_imported(since: datetime | None = None) -> ColumnElement[bool]:
    """The condition that an article came with an archive; at a moment or later, where one is given."""
    mine = imported_articles.c.article_id == articles.c.id
    return exists().where(mine if since is None else mine & (imported_articles.c.at >= since))


_MOMENTS = ("first_seen", "published", "listed")


def _plain(article: Article) -> dict[str, Any]:
    values = asdict(article)
    moments = {name: values[name].isoformat() for name in _MOMENTS if values[name] is not None}
    return {name: value for name, value in (values | moments).items() if value not in (None, ())}


def _article(values: Mapping[str, Any]) -> Article:
    moments = {name: datetime.fromisoformat(values[name]) for name in _MOMENTS if name in values}
    return Article(**{**values, **moments, "links": tuple(values.get("links", ()))})
