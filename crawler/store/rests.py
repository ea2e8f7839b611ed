"""Sites that asked to be left alone (Retry-After), remembered for every run and every machine of this store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select

from crawler.store.database import Store
from crawler.store.schema import rests
from crawler.store.sources import upsert


def load_rests(connection: Connection, now: datetime) -> dict[str, datetime]:
    """The sites that are to be left alone at the moment ``now``, each with until when."""
    found = connection.execute(select(rests).where(rests.c.until > now))
    return {row.site: row.until for row in found}


def save_rests(connection: Connection, new: Mapping[str, datetime], now: datetime) -> None:
    """Remember until when sites are to be left alone; a longer rest that is known stays, and what is over goes."""
    connection.execute(delete(rests).where(rests.c.until <= now))
    known = load_rests(connection, now)
    rows = [{"site": s, "until": until} for s, until in sorted(new.items()) if until > known.get(s, now)]
    if rows:
        connection.execute(upsert(connection, rests, None, ["site"], ["until"]), rows)


def hand_on(source: Store, target: Store, now: datetime) -> None:
    """Let one store remember what another does."""
    with source.reading() as connection:
        found = load_rests(connection, now)
    if found:
        with target.writing(beside=True) as connection:
            save_rests(connection, found, now)
