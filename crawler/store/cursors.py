"""Cursors: how far a reader of the store has come, such as the raising of alerts."""

from __future__ import annotations

from sqlalchemy import Connection, select

from crawler.store.schema import cursors
from crawler.store.upserts import upsert


def get_cursor(connection: Connection, name: str) -> int:
    """The value under a name; 0 where there is none yet."""
    return connection.scalar(select(cursors.c.value).where(cursors.c.name == name)) or 0


def set_cursor(connection: Connection, name: str, value: int) -> None:
    """Move a cursor."""
    connection.execute(upsert(connection, cursors, {"name": name, "value": value}, ["name"], ["value"]))
