"""Filters of the console's list of stories that people gave a name, each person their own."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from crawler.model import AseanwatchError, Phrase
from crawler.store.schema import saved_views

MOST_VIEWS = 40
"""Views of one person: more are no help in a list beside the news."""
LONGEST_NAME = 60


class SavedView(NamedTuple):
    """A view: its number, which its address holds, its name, and its filters as part of an address."""

    id: int
    name: str
    query: str


def views_of(connection: Connection, person: str) -> list[SavedView]:
    """The views of a person, by name."""
    mine = select(saved_views).where(saved_views.c.person == person)
    found = [SavedView(r.id, r.name, r.query) for r in connection.execute(mine)]
    return sorted(found, key=lambda view: (view.name.casefold(), view.id))


def view_of(connection: Connection, person: str, number: int) -> SavedView:
    """One view of a person.

    Raises:
        AseanwatchError: the person has none of this number.
    """
    mine = (saved_views.c.id == number) & (saved_views.c.person == person)
    row = connection.execute(select(saved_views).where(mine)).first()
    if row is None:
        raise AseanwatchError(Phrase("there is no such view"))
    return SavedView(row.id, row.name, row.query)


def save(connection: Connection, person: str, name: str, query: str, now: datetime) -> int:
    """Keep filters under a name; a view that the person has under this name gets these filters. Returns its number.

    Raises:
        AseanwatchError: the name is empty or too long, or the person has too many views.
    """
    name = _checked(name)
    same = (saved_views.c.person == person) & (saved_views.c.name == name)
    number = connection.scalar(select(saved_views.c.id).where(same))
    if number is not None:
        connection.execute(update(saved_views).where(same).values(query=query, at=now))
        return int(number)
    mine = select(func.count()).select_from(saved_views).where(saved_views.c.person == person)
    if (connection.scalar(mine) or 0) >= MOST_VIEWS:
        raise AseanwatchError(
            Phrase("there are %(most)s views already; remove one first", most=str(MOST_VIEWS))
        )
    values = {"person": person, "name": name, "query": query, "at": now}
    return int(connection.scalars(insert(saved_views).returning(saved_views.c.id), [values]).one())


def rename(connection: Connection, person: str, number: int, name: str) -> None:
    """Give a view another name.

    Raises:
        AseanwatchError: there is no such view, the name cannot be taken, or another view has it.
    """
    name = _checked(name)
    view = view_of(connection, person, number)
    if any(other.name == name and other.id != view.id for other in views_of(connection, person)):
        raise AseanwatchError(Phrase("another view has this name"))
    connection.execute(update(saved_views).where(saved_views.c.id == view.id).values(name=name))


def replace(connection: Connection, person: str, number: int, query: str, now: datetime) -> None:
    """Give a view other filters.

    Raises:
        AseanwatchError: there is no such view.
    """
    view = view_of(connection, person, number)
    connection.execute(update(saved_views).where(saved_views.c.id == view.id).values(query=query, at=now))


def remove(connection: Connection, person: str, number: int) -> None:
    """Remove a view; where there is none, nothing happens."""
    mine = (saved_views.c.id == number) & (saved_views.c.person == person)
    connection.execute(delete(saved_views).where(mine))


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise AseanwatchError(
            Phrase("a view needs a name of at most %(most)s characters", most=str(LONGEST_NAME))
        )
    if not any(c.isalnum() for c in name):
        raise AseanwatchError(Phrase("a name needs a letter or a digit"))
    return name
