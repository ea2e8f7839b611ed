"""Sites that asked to be left alone (Retry-After), remembered for every run and every machine of this store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select

from crawler.store.database import Store
from crawler.store.schema import site_backoffs
from crawler.store.upserts import upsert


def load_site_backoffs(connection: Connection, now: datetime) -> dict[str, datetime]:
    """The sites that are to be left alone at the moment ``now``, each with until when."""
    found = connection.execute(select(site_backoffs).where(site_backoffs.c.until > now))
    return {row.site: row.until for row in found}


def save_site_backoffs(connection: Connection, new: Mapping[str, datetime], now: datetime) -> None:
    """Remember until when sites are to be left alone. A longer known backoff stays; expired ones are deleted."""
    connection.execute(delete(site_backoffs).where(site_backoffs.c.until <= now))
    known = load_site_backoffs(connection, now)
    # Sorted, so that no two processes wait for each other's rows (a deadlock).
    rows = [{"site": s, "until": until} for s, until in sorted(new.items()) if until > known.get(s, now)]
    if rows:
        connection.execute(upsert(connection, site_backoffs, None, ["site"], ["until"]), rows)


def copy_site_backoffs(source: Store, target: Store, now: datetime) -> None:
    """Copy the backoffs of one store to another."""
    with source.read() as connection:
        found = load_site_backoffs(connection, now)
    if found:
        with target.write(exclusive=False) as connection:
            save_site_backoffs(connection, found, now)
