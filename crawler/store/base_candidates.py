"""Candidates for new bases of which the rules are not sure: kept for a second reader, who may bring one into the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from crawler.model import BaseMention, Classification, DoubtfulBase
from crawler.store.assist import question_key
from crawler.store.bulk import CHUNK, chunks
from crawler.store.schema import articles, base_candidates


@dataclass(frozen=True, slots=True)
class BaseCandidate:
    """What one article says of a base of which the rules are not sure.

    Attributes:
        question: the key of the question whether it is one (`crawler.store.assist.question_key`).
        chance: how sure the rules are, from 0 to 1.
        taken: whether they took it for one.
        entered: when a second reader brought it into the register; None: it did not.
        lang: the language of its clause.
    """

    article: int
    question: str
    chance: float
    taken: bool
    entered: datetime | None
    lang: str
    clause: str
    mention: BaseMention


def question_of(doubt: DoubtfulBase, lang: str) -> str:
    """The key of the question whether a candidate is a new base: that of its clause, which copies share."""
    return question_key("check", "", lang, doubt.clause, doubt.mention.name)


def add(connection: Connection, found: Iterable[tuple[int, Classification]]) -> None:
    """Keep the candidates of articles that were stored."""
    rows = [_row(number, reading) for number, reading in found if reading.doubt is not None]
    if rows:
        connection.execute(insert(base_candidates), rows)


def read_again(
    connection: Connection, number: int, reading: Classification, former: int | None = None
) -> None:
    """Replace the candidate of an article that was judged again; one that a second reader brought in stays in.

    Args:
        connection: a connection that writes.
        number: the article.
        reading: what it says now.
        former: the article whose place it takes, if it is another one.
    """
    mine = base_candidates.c.article_id == (number if former is None else former)
    before = connection.execute(
        select(base_candidates.c.question, base_candidates.c.entered).where(mine)
    ).first()
    if before is not None:
        connection.execute(delete(base_candidates).where(mine))
    if reading.doubt is None:
        return
    row = _row(number, reading)
    if before is not None and before.question == row["question"]:
        row["entered"] = before.entered
    connection.execute(insert(base_candidates).values(row))


def _row(number: int, reading: Classification) -> dict[str, Any]:
    doubt = reading.doubt
    assert doubt is not None
    mention = asdict(doubt.mention)
    return {
        "article_id": number,
        "question": question_of(doubt, reading.lang),
        "chance": doubt.chance,
        "taken": doubt.taken,
        "entered": None,
        "lang": reading.lang,
        "clause": doubt.clause,
        "mention": mention | {"date": mention["date"] and mention["date"].isoformat()},
    }


def candidates_of(connection: Connection, numbers: Iterable[int]) -> dict[int, BaseCandidate]:
    """The candidates of some articles, by article."""
    found: dict[int, BaseCandidate] = {}
    for some in chunks(numbers):
        rows = connection.execute(select(base_candidates).where(base_candidates.c.article_id.in_(some)))
        found |= {row.article_id: _candidate(row) for row in rows}
    return found


def candidates_between(
    connection: Connection, low: float, high: float, since: datetime, most: int = CHUNK
) -> list[BaseCandidate]:
    """The candidates of articles seen since a moment whose chance lies between two, the latest first; copies have none."""
    wanted = base_candidates.c.chance.between(low, high) & (articles.c.first_seen >= since)
    own = articles.c.duplicate_of.is_(None) & articles.c.story_id.is_not(None)
    rows = connection.execute(
        select(base_candidates)
        .join(articles, articles.c.id == base_candidates.c.article_id)
        .where(wanted & own)
        .order_by(base_candidates.c.article_id.desc())
        .limit(most)
    )
    return [_candidate(row) for row in rows]


def enter(connection: Connection, number: int, now: datetime) -> None:
    """Note that a second reader brought the candidate of an article into the register."""
    mine = base_candidates.c.article_id == number
    connection.execute(update(base_candidates).where(mine).values(entered=now))


def entered(connection: Connection) -> dict[int, str]:
    """The articles whose candidates a second reader brought into the register, with the questions that it answered."""
    columns = base_candidates.c.article_id, base_candidates.c.question
    rows = connection.execute(select(*columns).where(base_candidates.c.entered.is_not(None)))
    return dict(rows.tuples().all())


def latest_entered(connection: Connection) -> datetime | None:
    """When a second reader last brought one into the register."""
    found: datetime | None = connection.scalar(select(func.max(base_candidates.c.entered)))
    return found


def as_entered(connection: Connection, number: int, reading: Classification) -> Classification:
    """What is said of an article that has other words now: by the rules, or as with the candidate that a second reader brought in.

    Args:
        connection: to the store, as it was before these words.
        number: the article, or the one in whose place it comes.
        reading: what the rules say.
    """
    if reading.doubt is None or reading.new_base:
        return reading
    known = candidates_of(connection, [number]).get(number)
    if known is None or known.entered is None or known.question != question_of(reading.doubt, reading.lang):
        return reading
    # Where second readers were switched off meanwhile, the base stays all the same.
    return reading.confirmed or replace(reading, bases=(reading.doubt.mention,))


def _candidate(row: Any) -> BaseCandidate:
    return BaseCandidate(
        row.article_id, row.question, row.chance, row.taken, row.entered, row.lang, row.clause, _mention(row.mention)
    )  # fmt: skip


def _mention(values: dict[str, Any]) -> BaseMention:
    plain: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in values.items()}
    plain["date"] = date.fromisoformat(plain["date"]) if plain["date"] else None
    return BaseMention(**plain)


def surest(candidates: Sequence[BaseCandidate]) -> BaseCandidate:
    """The one of which the rules are surest; of equals the first."""
    return max(candidates, key=lambda c: (c.chance, -c.article))
