"""What articles say of bases, as rows: the proofs of each base and the names that they give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from secrets import randbits
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, insert, select

from crawler.judging.bases.name_origins import DESCRIBED, origin_of
from crawler.judging.bases.proof import BaseAct, Proof
from crawler.model import BaseMention
from crawler.store.bulk import chunks, insert_rows, matching, reserve_ids, rows_of
from crawler.store.schema import articles, base_aliases, base_articles, base_names, bases

FACTS = (
    "name",
    "name_en",
    "name_origin",
    "name_en_origin",
    "kind",
    "stage",
    "cities",
    "countries",
    "partners",
    "figures",
    "date",
    "sentence",
    "is_new",
)
"""The columns of a proof that hold what the article says."""


def names_in(connection: Connection, lang: str, ids: Sequence[int]) -> dict[int, str]:
    """What bases are called in a language, by base: as an operator says, else as the first report in it that names it does."""
    named: dict[int, str] = {}
    for chunk in chunks(ids):
        of_reports = (
            select(base_articles.c.base_id, base_articles.c.name, base_articles.c.name_origin)
            .join(articles, articles.c.id == base_articles.c.article_id)
            .where(base_articles.c.base_id.in_(chunk), articles.c.lang == lang)
            .order_by(articles.c.when, articles.c.id)
        )
        for row in connection.execute(of_reports):
            if origin_of(row.name, row.name_origin, is_in_own_language=True) != DESCRIBED:
                named.setdefault(row.base_id, row.name)
        of_operators = select(base_names).where(base_names.c.base_id.in_(chunk), base_names.c.lang == lang)
        named |= {row.base_id: row.name for row in connection.execute(of_operators)}
    return named


def proofs_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[Proof]]:
    """The proofs of bases, in the order of publication."""
    found: dict[int, list[Proof]] = {}
    for chunk in chunks(ids):
        for row in connection.execute(_proofs(base_articles.c.base_id.in_(chunk))):
            found.setdefault(row.base_id, []).append(_proof(row))
    return found


def acts_of(
    connection: Connection, ids: Sequence[int], stories: ColumnElement[bool] | None = None
) -> dict[int, list[BaseAct]]:
    """What the proofs of bases tell of their lives, in the order of publication; reading whole proofs takes many times as long.

    Args:
        connection: to the store.
        ids: the bases.
        stories: of which stories; None: of all.
    """
    found: dict[int, list[BaseAct]] = {}
    proved = base_articles.c
    statement = select(
        proved.base_id, proved.article_id, articles.c.story_id, articles.c.when, proved.stage, proved.date, proved.sentence,
    ).join(articles, articles.c.id == proved.article_id)  # fmt: skip
    for chunk in chunks(ids):
        mine = statement.where(proved.base_id.in_(chunk), *([] if stories is None else [stories]))
        mine = mine.order_by(articles.c.when, articles.c.id)
        for base, *act in connection.execute(mine):
            found.setdefault(base, []).append(BaseAct(*act))
    return found


def proof_of(connection: Connection, base_id: int, article_id: int) -> Proof | None:
    """What one article says of a base; None where it does not prove it."""
    row = connection.execute(_ONE_PROOF, {"base": base_id, "article": article_id}).first()
    return _proof(row) if row is not None else None


_COLUMNS = tuple(column.name for column in base_articles.c)


def add_proof(
    connection: Connection, base_id: int, article_id: int, story_id: int, lang: str, when: datetime, mention: BaseMention
) -> Proof:  # fmt: skip
    """Enter what an article says of a base that it does not prove yet. Returns it as `proof_of` would read it."""
    row = {f: plain(getattr(mention, f)) for f in FACTS}
    row |= {"base_id": base_id, "article_id": article_id, "pinned": False}
    insert_rows(connection, base_articles, _COLUMNS, [tuple(map(row.__getitem__, _COLUMNS))])
    return Proof(article_id, story_id, lang, when.astimezone(UTC), replace(mention, key=""))


def plain(value: Any) -> Any:
    """A value of a mention as its column holds it."""
    return list(value) if isinstance(value, tuple) else value


def _proofs(which: ColumnElement[bool]) -> Select[Any]:
    columns = (base_articles, articles.c.lang, articles.c.when, articles.c.story_id)
    joined = select(*columns).join(articles, articles.c.id == base_articles.c.article_id)
    return joined.where(which).order_by(articles.c.when, articles.c.id)


_ONE_PROOF = _proofs(
    (base_articles.c.base_id == bindparam("base")) & (base_articles.c.article_id == bindparam("article"))
)


def _proof(row: Any) -> Proof:
    return Proof(row.article_id, row.story_id, row.lang, row.when, _mention(row))


def _mention(row: Any) -> BaseMention:
    return BaseMention(
        key="",  # a proof has none of its own: its base has
        name=row.name,
        name_en=row.name_en,
        kind=row.kind,
        stage=row.stage,
        cities=tuple(row.cities),
        countries=tuple(row.countries),
        date=row.date,
        sentence=row.sentence,
        partners=tuple(row.partners),
        figures=tuple(row.figures),
        is_new=row.is_new,
        name_origin=row.name_origin,
        name_en_origin=row.name_en_origin,
    )


_OWN_NAMES = (base_names.c.base_id, base_names.c.lang, base_names.c.name)
_ALL_OWN_NAMES = select(*_OWN_NAMES)


def own_names_of(connection: Connection, ids: Sequence[int] | None) -> dict[int, dict[str, str]]:
    """The names that operators gave to some bases, or to all (None), by base and language."""
    found: dict[int, dict[str, str]] = {}
    rows = (
        rows_of(connection, _ALL_OWN_NAMES)
        if ids is None
        else matching(connection, _OWN_NAMES, base_names.c.base_id, ids)
    )
    for number, lang, name in rows:
        found.setdefault(number, {})[lang] = name
    return found


def create_base(connection: Connection, mention: BaseMention, story_id: int | None, seen: datetime) -> int:
    """Enter a new base under a key that no other has. Returns its id."""
    (number,) = reserve_ids(connection, bases, 1)
    values = {
        "id": number, "key": _free_key(connection, mention.key), "name": mention.name, "kind": mention.kind, "stage": mention.stage,
        "cities": list(mention.cities), "countries": list(mention.countries), "date": mention.date, "first_seen": seen,
        "story_id": story_id,
        # By chance: under earlier releases a base could come under the number of one that went, and is not taken for that.
        "revision": randbits(48),
    }  # fmt: skip
    connection.execute(insert(bases), [values])
    return number


_TRIED = 8
_TAKEN, _TAKEN_BEFORE = (
    select(t.c.key).where(t.c.key.in_(bindparam("keys", expanding=True))) for t in (bases, base_aliases)
)


def _free_key(connection: Connection, key: str) -> str:
    """``key``, or with a number behind it where it is taken."""
    # Keys of merged bases count as taken: links to them still lead to the base that they went into.
    for first in count(1, _TRIED):
        tried = [key if n == 1 else f"{key}-{n}" for n in range(first, first + _TRIED)]
        asked = {"keys": tried}
        taken = {*connection.scalars(_TAKEN, asked), *connection.scalars(_TAKEN_BEFORE, asked)}
        free = next((k for k in tried if k not in taken), None)
        if free is not None:
            return free
    raise AssertionError("numbers do not end")
