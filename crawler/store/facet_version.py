"""Which state of the stories somebody has seen, and which stories have changed since then."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from crawler.store.schema import articles, base_articles, base_changes, cursors, story_changes
from crawler.store.upserts import upsert

IN_PLACE, EDITS = "stories changed in place", "articles read again"
"""The names of two counters."""


_VERSION = select(
    # One statement: it is asked for each page.
    select(func.max(articles.c.id)).scalar_subquery(),
    select(func.max(story_changes.c.id)).scalar_subquery(),
    select(func.count()).select_from(base_articles).scalar_subquery(),
    select(func.max(base_changes.c.id)).scalar_subquery(),
    select(cursors.c.value).where(cursors.c.name == IN_PLACE).scalar_subquery(),
    select(cursors.c.value).where(cursors.c.name == EDITS).scalar_subquery(),
)


class FacetVersion(NamedTuple):
    """A state of the stories.

    Attributes:
        article: the latest article.
        story_change: the latest change of stories, such as a merge.
        bases: the number of proofs, and the latest change of the register.
        in_place: how often many articles were changed in place (`note_change_in_place`).
        edits: how often one was (`note_edit`).
    """

    article: int
    story_change: int
    bases: tuple[int, int]
    in_place: int
    edits: int


def version_of(connection: Connection) -> FacetVersion:
    """The state of the stories now."""
    article, story_change, proofs, base_change, in_place, edits = connection.execute(_VERSION).one()
    of_bases = (proofs, base_change or 0)
    return FacetVersion(article or 0, story_change or 0, of_bases, in_place or 0, edits or 0)


def changed_stories(connection: Connection, since: FacetVersion) -> set[int]:
    """The stories that have new reports, or were merged or split, since a version."""
    found = set(
        connection.scalars(
            select(articles.c.story_id).where(articles.c.id > since.article, articles.c.story_id.is_not(None))
        )
    )
    changes = select(story_changes.c.story_id, story_changes.c.other_id).where(
        story_changes.c.id > since.story_change
    )
    for one, other in connection.execute(changes):
        found |= {one, other}
    return found


def note_change_in_place(connection: Connection) -> None:
    """Note that stored articles were changed or removed: who remembers stories reads them all anew."""
    _count(connection, IN_PLACE)


def note_edit(connection: Connection) -> None:
    """Note that a stored article was read again: who remembers stories reads them all anew, but not for each edit."""
    _count(connection, EDITS)


def _count(connection: Connection, name: str) -> None:
    values = {"name": name, "value": 1}
    connection.execute(upsert(connection, cursors, values, ["name"], add="value"))
