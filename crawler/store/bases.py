"""The register of bases: one row for each, with the articles that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from crawler.model import BaseMention
from crawler.store.schema import articles, base_articles, bases
from crawler.store.sources import upsert


def register(connection: Connection, mention: BaseMention, article_id: int, story_id: int, seen: datetime) -> int:
    """Enter what one article says of a base; gives the base's id.

    Reports of one story speak of one base; a report of another story joins a known base only by the same key.
    """
    base_id = connection.scalar(select(func.min(bases.c.id)).where(bases.c.story_id == story_id))
    if base_id is None:
        base_id = connection.scalar(select(bases.c.id).where(bases.c.key == mention.key))
    if base_id is None:
        values = {
            "key": mention.key, "name": mention.name, "kind": mention.kind, "stage": mention.stage, "cities": list(mention.cities),
            "countries": list(mention.countries), "date": mention.date, "first_seen": seen, "story_id": story_id,
        }  # fmt: skip
        base_id = connection.scalars(insert(bases).returning(bases.c.id), [values]).one()
    proof = {
        "base_id": base_id, "article_id": article_id, "name": mention.name, "stage": mention.stage,
        "cities": list(mention.cities), "date": mention.date, "sentence": mention.sentence,
    }  # fmt: skip
    connection.execute(upsert(connection, base_articles, proof, ["base_id", "article_id"]))
    _settle(connection, base_id)
    return int(base_id)


def _settle(connection: Connection, base_id: int) -> None:
    """Cities, date and stage as most reports have them; where equally many differ, as the earliest has them."""
    proofs = connection.execute(select(base_articles).where(base_articles.c.base_id == base_id)).all()
    named = [tuple(p.cities) for p in proofs if p.cities]
    values: dict[str, Any] = {"stage": _most([p.stage for p in proofs])}
    if named:
        counts = {c: sum(c in cities for cities in named) for cities in named for c in cities}
        least = max(1, len(named) / 2)
        values["cities"] = [c for c in counts if counts[c] >= least]
    if dates := [p.date for p in proofs if p.date]:
        values["date"] = _most(dates)
    connection.execute(update(bases).where(bases.c.id == base_id).values(**values))


def _most(values: Sequence[Any]) -> Any:
    return max(values, key=values.count)


def find(connection: Connection, story_ids: Sequence[int] | None = None) -> list[dict[str, Any]]:
    """The register as exported: key, names per language, cities, countries, first seen, status, evidence."""
    statement = select(bases).order_by(bases.c.first_seen, bases.c.id)
    if story_ids is not None:
        statement = statement.where(bases.c.story_id.in_(story_ids))
    return [_exported(connection, row) for row in connection.execute(statement)]


def _exported(connection: Connection, row: Any) -> dict[str, Any]:
    proofs = connection.execute(
        select(
            base_articles,
            articles.c.lang,
            articles.c.title,
            articles.c.url,
            articles.c.source,
            articles.c.when,
        )
        .join(articles, articles.c.id == base_articles.c.article_id)
        .where(base_articles.c.base_id == row.id)
        .order_by(articles.c.when, articles.c.id)
    ).all()
    names: dict[str, str] = {}
    for proof in proofs:
        if len(proof.name) > len(names.get(proof.lang, "")):
            names[proof.lang] = proof.name
    return {
        "key": row.key, "name": names.get("en") or row.name, "names": names, "kind": row.kind, "cities": row.cities,
        "countries": row.countries, "date": _iso(row.date), "first_seen": row.first_seen.isoformat(), "status": row.stage,
        "evidence": [p.article_id for p in proofs], "story": row.story_id,
        "sentence": proofs[0].sentence if proofs else "",
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
