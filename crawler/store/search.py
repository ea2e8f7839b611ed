"""Full-text search over the articles of stories, in all languages.

The index holds words, and pairs of letters in scripts without spaces. It follows behind the articles: a search, and the
service now and then, index what is new (`catch_up`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select, text

from crawler.judging.text.normal import normalise
from crawler.judging.text.script import UNSPACED_LETTERS
from crawler.store.bulk import chunks
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.database import Store
from crawler.store.schema import articles

CURSOR = "search"
PORTION = 500
MOST_LETTERS = 6_000
"""Characters of a text that are indexed."""
_RUN = re.compile(f"(?P<unspaced>[{UNSPACED_LETTERS}\\U00020000-\\U0003134f]+)|[^\\W{UNSPACED_LETTERS}]+")
_PHRASE = re.compile(r'"([^"]+)"|(\S+)')


def pieces(string: str) -> Iterator[str]:
    """The words of a text in normal form; in scripts without spaces every pair of letters."""
    for run in _RUN.finditer(normalise(string).text):
        letters = run[0]
        if run.lastgroup != "unspaced" or len(letters) == 1:
            yield letters.lower()
            continue
        for i in range(len(letters) - 1):
            # Spelled as hex: the databases' word splitters take vowel and
            # tone marks for separators. The z, no hex digit, ends a letter.
            yield "".join(f"{ord(c):x}z" for c in letters[i : i + 2])


def catch_up(connection: Connection, most: int = 20_000) -> int:
    """Index articles that came since the last time. Returns how many.

    Args:
        connection: a connection that writes.
        most: so many at once.
    """
    done = get_cursor(connection, CURSOR)
    taken = 0
    while taken < most:
        wanted = select(articles.c.id, articles.c.title, articles.c.text, articles.c.story_id).where(
            articles.c.id > done
        )
        rows = connection.execute(wanted.order_by(articles.c.id).limit(PORTION)).all()
        if not rows:
            break
        values = [
            {"id": r.id, "words": " ".join(pieces(f"{r.title}\n{r.text[:MOST_LETTERS]}"))}
            for r in rows
            if r.story_id is not None
        ]
        if values:
            connection.execute(text(_INSERT[connection.dialect.name]), values)
        done = rows[-1].id
        taken = taken + len(rows)
        # Also past articles without a story, which nobody
        # searches for: they are not looked at again.
        set_cursor(connection, CURSOR, done)
    return taken


_INSERT = {
    "sqlite": "INSERT INTO report_words (rowid, words) VALUES (:id, :words)",
    "postgresql": "INSERT INTO report_words (id, words) VALUES (:id, to_tsvector('simple', :words)) ON CONFLICT DO NOTHING",
}


def refresh(store: Store, most: int = 20_000) -> None:
    """Index what is new. The store is written only if there is something."""
    # Searching must not wait for the writer's lock, and mostly there is nothing new.
    with store.read() as connection:
        waiting = behind(connection)
    if waiting:
        with store.write(exclusive=False) as connection:
            catch_up(connection, most)


def behind(connection: Connection) -> bool:
    """Whether there are articles to index."""
    return (connection.scalar(select(func.max(articles.c.id))) or 0) > get_cursor(connection, CURSOR)


def stories_with(connection: Connection, query: str, most: int = 2_000) -> list[int]:
    """The stories that have reports with all words of a query (``"a phrase"`` in its order, ``-word`` without), the latest first.

    Args:
        connection: a connection.
        query: what somebody typed; nothing in it is an error.
        most: so many reports are looked at, those that were stored last.
    """
    wanted, unwanted = _parsed(query)
    if not wanted:
        return []
    if connection.dialect.name == "sqlite":
        match = " AND ".join(map(_quoted, wanted)) + "".join(f" NOT {_quoted(p)}" for p in unwanted)
        ids = "SELECT rowid AS id FROM report_words WHERE report_words MATCH :match ORDER BY rowid DESC LIMIT :most"
    else:
        match = " & ".join(f"({' <-> '.join(p)})" for p in wanted) + "".join(
            f" & !({' <-> '.join(p)})" for p in unwanted
        )
        ids = "SELECT id FROM report_words WHERE words @@ to_tsquery('simple', :match) ORDER BY id DESC LIMIT :most"
    # Only pieces of our own making reach the query languages
    # of both databases, so nothing typed is a syntax error.
    found = list(connection.scalars(text(ids), {"match": match, "most": most}))
    stories: dict[int, None] = {}
    statement = select(articles.c.id, articles.c.story_id).where(
        articles.c.id.in_(bindparam("ids", expanding=True))
    )
    for chunk in chunks(found):
        rows = {r.id: r.story_id for r in connection.execute(statement, {"ids": chunk})}
        stories |= dict.fromkeys(rows[i] for i in chunk if rows.get(i) is not None)
    return list(stories)


class _Query(NamedTuple):
    """The phrases of a query: those that a report must have, and those that it must not have."""

    wanted: list[list[str]]
    unwanted: list[list[str]]


def _parsed(query: str) -> _Query:
    wanted: list[list[str]] = []
    unwanted: list[list[str]] = []
    # A bound on what a stranger's query costs: each piece is a look-up of its own.
    for phrase, word in _PHRASE.findall(query[:400]):
        part = phrase or word
        negative = not phrase and len(word) > 1 and word.startswith("-")
        found = list(pieces(part))
        if found:
            (unwanted if negative else wanted).append(found)
    return _Query(wanted, unwanted)


def _quoted(words: Iterable[str]) -> str:
    """A phrase in FTS5's syntax."""
    return '"' + " ".join(w.replace('"', "") for w in words) + '"'
