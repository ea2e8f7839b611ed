"""Marks: how far something that follows behind the articles has come."""

from __future__ import annotations

from sqlalchemy import Connection, select

from crawler.store.schema import marks
from crawler.store.sources import upsert


def mark(connection: Connection, name: str) -> int:
    """The mark under a name; 0 where there is none yet."""
    return connection.scalar(select(marks.c.value).where(marks.c.name == name)) or 0


def set_mark(connection: Connection, name: str, value: int) -> None:
    """Move a mark."""
    connection.execute(upsert(connection, marks, {"name": name, "value": value}, ["name"], ["value"]))
