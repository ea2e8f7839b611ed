"""Full-text search over the articles of stories, in all languages.

The index holds words, and pairs of letters in scripts without spaces. It follows behind the articles: a search, and the
service now and then, index what is new (`catch_up`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select, text

from crawler.judging.text.normal import normalise
from crawler.judging.text.script import UNSPACED_LETTERS, script_of
from crawler.runtime.right_of_way import give_way
from crawler.store.bulk import chunks
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.database import Store
from crawler.store.schema import articles
from crawler.store.search_query import SearchNode, SearchQuery, SearchTerm, parse_search

CURSOR = "search"
PORTION = 500
MOST_LETTERS = 6_000
"""Characters of a text that are indexed."""
_RUN = re.compile(f"(?P<unspaced>[{UNSPACED_LETTERS}\\U00020000-\\U0003134f]+)|[^\\W{UNSPACED_LETTERS}]+")
_UNSPACED = re.compile(f"[{UNSPACED_LETTERS}]")


def pieces(string: str) -> Iterator[str]:
    """The words of a text in normal form; in scripts without spaces every pair of letters."""
    for run in _RUN.finditer(normalise(string).text):
        letters = run[0]
        if run.lastgroup != "unspaced" or len(letters) == 1:
            yield letters.lower()
            continue
        for i in range(len(letters) - 1):
            yield _hex(letters[i : i + 2])


def last_letters(string: str) -> Iterator[str]:
    """The Chinese letters that end a run of letters, each once: no pair begins with them, and each may be a word by itself."""
    runs = (run[0] for run in _RUN.finditer(normalise(string).text) if run.lastgroup == "unspaced")
    yield from dict.fromkeys(_hex(run[-1]) for run in runs if len(run) > 1 and script_of(run[-1]) == "han")


def _hex(letters: str) -> str:
    # The databases' word splitters take vowel and tone marks
    # for separators. The z, no hex digit, ends a letter.
    return "".join(f"{ord(c):x}z" for c in letters)


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
        values = []
        for r in rows:
            if r.story_id is not None:
                give_way()
                values.append({"id": r.id, "words": _indexed(f"{r.title}\n{r.text[:MOST_LETTERS]}")})
        if values:
            connection.execute(text(_INSERT[connection.dialect.name]), values)
        done = rows[-1].id
        taken = taken + len(rows)
        # Also past articles without a story, which nobody
        # searches for: they are not looked at again.
        set_cursor(connection, CURSOR, done)
    return taken


def _indexed(string: str) -> str:
    # Behind all that stands in the text, so that no phrase is torn apart.
    return " ".join((*pieces(string), *last_letters(string)))


_INSERT = {
    "sqlite": "INSERT INTO report_words (rowid, words) VALUES (:id, :words)",
    "postgresql": "INSERT INTO report_words (id, words) VALUES (:id, to_tsvector('simple', :words)) ON CONFLICT DO NOTHING",
}


def refresh(store: Store, most: int = 20_000, *, waits: bool = True) -> None:
    """Index what is new. The store is written only if there is something.

    Args:
        store: the store.
        most: so many articles at once.
        waits: whether to wait where this process is writing; it is a service then, which indexes every few seconds itself.
    """
    # Searching must not wait for the writer's lock, and mostly there is nothing new.
    if not waits and store.is_being_written:
        return
    with store.read() as connection:
        waiting = behind(connection)
    if waiting:
        with store.write(exclusive=False) as connection:
            catch_up(connection, most)


def behind(connection: Connection) -> bool:
    """Whether there are articles to index."""
    return (connection.scalar(select(func.max(articles.c.id))) or 0) > get_cursor(connection, CURSOR)


def stories_with(connection: Connection, query: str, most: int = 2_000) -> list[int]:
    """The stories that have reports which a search finds, in whatever language, the latest first; see `search_query`.

    Args:
        connection: a connection.
        query: what somebody typed; nothing in it is an error.
        most: so many reports are looked at, those that were stored last.
    """
    found = list(matching_reports(connection, query, most))
    stories: dict[int, None] = {}
    statement = select(articles.c.id, articles.c.story_id).where(
        articles.c.id.in_(bindparam("ids", expanding=True))
    )
    for chunk in chunks(found):
        rows = {r.id: r.story_id for r in connection.execute(statement, {"ids": chunk})}
        stories |= dict.fromkeys(rows[i] for i in chunk if rows.get(i) is not None)
    return list(stories)


def matching_reports(
    connection: Connection, query: str, most: int = 2_000, *, ranked: bool = False
) -> dict[int, float]:
    """The reports that a search finds, the latest first, each with how well it fits: more is better.

    A report fits better the more often it has the words, the rarer they are, and the shorter it is.

    Args:
        connection: a connection.
        query: what somebody typed; nothing in it is an error.
        most: so many reports are looked at, those that were stored last.
        ranked: whether to work out how well they fit; it is 0 otherwise.
    """
    parsed = parse_search(query)
    if parsed.root is None:
        return {}
    is_fts5 = connection.dialect.name == "sqlite"
    match, is_refused = _matching(parsed.root, _FTS5 if is_fts5 else _TSQUERY)
    if is_refused or match is None:
        return {}
    if is_fts5:
        # The rank of FTS5 is the better the more negative it is.
        rank = "-bm25(report_words)" if ranked else "0.0"
        statement = f"SELECT rowid, {rank} FROM report_words WHERE report_words MATCH :match ORDER BY rowid DESC LIMIT :most"
    else:
        rank = "ts_rank(words, to_tsquery('simple', :match), 1)" if ranked else "0.0"
        statement = (
            f"SELECT id, {rank} FROM report_words WHERE words @@ to_tsquery('simple', :match)"
            " ORDER BY id DESC LIMIT :most"
        )
    # Only pieces of our own making reach the query languages
    # of both databases, so nothing typed is a syntax error.
    rows = connection.execute(text(statement), {"match": match, "most": most})
    return {report: float(fit) for report, fit in rows}


def _phrases(term: SearchTerm) -> Iterator[tuple[list[str], bool]]:
    """The pieces of each spelling, and whether the last of them may go on."""
    seen = set[tuple[str, ...]]()
    for spelling in term.spellings:
        found = list(pieces(spelling.removesuffix("*")))
        # In scripts without spaces the index has pairs of letters, which go on by themselves.
        goes_on = spelling.endswith("*") and not _UNSPACED.search(spelling)
        if found and tuple(found) not in seen:
            seen.add(tuple(found))
            yield found, goes_on
            if len(found[-1]) == 1 and _UNSPACED.match(found[-1]):
                # A single letter begins a pair wherever another stands behind it, and is indexed where none does.
                yield [*found[:-1], _hex(found[-1])], True


def _in_fts5(term: SearchTerm) -> str:
    """A term in FTS5's syntax; empty where nothing of it is indexed."""
    phrases = [
        '"' + " ".join(w.replace('"', "") for w in found) + '"' + ("*" if goes_on else "")
        for found, goes_on in _phrases(term)
    ]
    return f"({' OR '.join(phrases)})" if phrases else ""


def _in_tsquery(term: SearchTerm) -> str:
    """A term in the syntax of PostgreSQL's `to_tsquery`; empty where nothing of it is indexed."""
    phrases = [f"({' <-> '.join(found)}{':*' if goes_on else ''})" for found, goes_on in _phrases(term)]
    return f"({' | '.join(phrases)})" if phrases else ""


class _Syntax(NamedTuple):
    """How a database writes a term, and what it puts between two parts."""

    term: Callable[[SearchTerm], str]
    both: str
    either: str
    without: str


_FTS5 = _Syntax(_in_fts5, " AND ", " OR ", " NOT ")
_TSQUERY = _Syntax(_in_tsquery, " & ", " | ", " & !")


def _matching(node: SearchNode, syntax: _Syntax) -> tuple[str | None, bool]:  # noqa: PLR0911 - a row of rules, each with its own answer
    """A part of a search as a database asks for it, and whether it is what must not be there. None where nothing of it is indexed.

    FTS5 knows no NOT by itself, only one thing without another. So what is refused is carried upwards until something is
    wanted beside it: a OR NOT b is what has not (b without a).
    """
    if node.term is not None:
        return syntax.term(node.term) or None, False
    below = [_matching(child, syntax) for child in node.children]
    known = [(match, refused) for match, refused in below if match is not None]
    if not known:
        return None, False
    if node.kind == "not":
        return known[0][0], not known[0][1]
    wanted = [match for match, refused in known if not refused]
    unwanted = [match for match, refused in known if refused]
    # Of conditions that all must hold, all that is refused is refused by OR; the other way round for those of which one must.
    for_all, for_none = (syntax.both, syntax.either) if node.kind == "and" else (syntax.either, syntax.both)
    one = f"({for_all.join(wanted)})" if wanted else ""
    other = f"({for_none.join(unwanted)})" if unwanted else ""
    if not other:
        return one, False
    if not one:
        return other, True
    if node.kind == "and":
        return f"({one}{syntax.without}{other})", False
    return f"({other}{syntax.without}{one})", True


def snippet_span(query: SearchQuery, string: str, around: int = 90) -> tuple[int, int, int, int] | None:
    """Where a text has the first of the wanted terms, and how far around it to show; None where it has none.

    Args:
        query: what is looked for.
        string: the text of a report.
        around: characters shown on each side.

    Returns:
        Begin and end of what is shown, and of the term, as offsets in ``string``.
    """
    lowered = string.lower()
    if len(lowered) != len(string):  # a few letters change their length in lower case
        lowered = string
    places = [
        (at, at + len(spelling))
        for term in query.wanted
        for spelling in (s.removesuffix("*").lower() for s in term.spellings)
        if (at := lowered.find(spelling)) >= 0
    ]
    if not places:
        return None
    # The longest of those that begin first: the whole word and not its beginning.
    low, high = min(places, key=lambda place: (place[0], -place[1]))
    start = string.rfind(" ", 0, max(low - around, 0)) + 1 if low > around else 0
    end = string.rfind(" ", high, high + around) if high + around < len(string) else len(string)
    return start, end if end > high else min(high + around, len(string)), low, high
