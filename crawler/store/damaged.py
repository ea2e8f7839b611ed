"""Articles whose words could not all be read when they were stored, and how better words take their place.

An article that nobody was told of (it has no story) gives way to the one that is made of the better words: its entries lead to
that one from then on. An article with a story keeps its place and gets a new version (`crawler.store.article_writer`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from crawler.model import Entry
from crawler.parsing.charsets import damage
from crawler.store.bulk import chunks, insert_rows, keep_highest_id
from crawler.store.facet_version import note_change_in_place
from crawler.store.schema import article_entries, articles, labels


class DamagedArticle(NamedTuple):
    """A stored article with characters in it that could not be read."""

    number: int
    story: int | None
    from_page: bool
    title: str
    text: str

    def is_mended_by(self, title: str, text: str) -> bool:
        """Whether other words of the same article lack nothing that these have, and can be read where these cannot."""
        if damage(title) < damage(self.title):
            return True
        return damage(title, text) < damage(self.title, self.text)

    def is_mended_by_entry(self, entry: Entry) -> bool:
        """Whether the words of an entry are better; the text of a page is no worse for what a feed says."""
        words = self.text if self.from_page else f"{entry.summary}\n{entry.content}"
        return self.is_mended_by(entry.title, words)


def among(connection: Connection, numbers: Iterable[int]) -> dict[int, DamagedArticle]:
    """The damaged ones of some articles, by number."""
    found: dict[int, DamagedArticle] = {}
    columns = (articles.c.id, articles.c.story_id, articles.c.from_page, articles.c.title, articles.c.text)
    for chunk in chunks(sorted(set(numbers))):
        for row in connection.execute(select(*columns).where(articles.c.id.in_(chunk))):
            if damage(row.title, row.text):
                found[row.id] = DamagedArticle(row.id, row.story_id, row.from_page, row.title, row.text)
    return found


def give_way(connection: Connection, number: int) -> list[int]:
    """Delete an article in whose place another one comes in this transaction. Returns the entries that led to it."""
    keep_highest_id(connection, articles)
    led = list(
        connection.scalars(select(article_entries.c.entry_id).where(article_entries.c.article_id == number))
    )
    connection.execute(delete(articles).where(articles.c.id == number))
    note_change_in_place(connection)
    return led


def take_over(connection: Connection, old: int, led: Sequence[int], number: int) -> None:
    """Let an article have what was that of one that gave way: its entries, its duplicates, the corrections of operators.

    Args:
        connection: a connection that writes.
        old: the article that gave way.
        led: the entries that led to it.
        number: the article in its place.
    """
    insert_rows(connection, article_entries, ("entry_id", "article_id"), [(i, number) for i in led])
    original = connection.scalar(select(articles.c.duplicate_of).where(articles.c.id == number)) or number
    copies = (articles.c.duplicate_of == old) & (articles.c.id != original)
    connection.execute(update(articles).where(copies).values(duplicate_of=original))
    connection.execute(update(labels).where(labels.c.article_id == old).values(article_id=number))
