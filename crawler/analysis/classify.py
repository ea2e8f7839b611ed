"""Judges articles from a file as if they had just arrived, in the order of their dates, in a fresh temporary store."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection

from crawler.judging.judge import Judge
from crawler.model import Article, AseanwatchError, BaseMention, Classification
from crawler.parsing.text import storable
from crawler.parsing.timestamps import from_text
from crawler.runtime.error_words import in_words
from crawler.runtime.text_file import text_of
from crawler.store import Store, bases
from crawler.store.article_writer import ArticleWriter, JudgedArticle, StoredArticle
from crawler.store.bases import EnteredBase
from crawler.store.isolated_writes import RejectedArticle, write_isolated

log = logging.getLogger("aseanwatch")
Row = Mapping[str, Any]
_REQUIRED = ("id", "text")
_TEXTS = ("text", "title", "url", "lang", "published", "source")


class FileError(AseanwatchError):
    """A file of news that cannot be read; the message names file and line."""


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file of news.

    Raises:
        FileError: it cannot be opened, or a line is no JSON object with ``id`` and ``text``.
    """
    try:
        # Only a newline ends a line. `splitlines` also
        # splits at U+2028 and the like, which texts hold.
        lines = text_of(path.read_bytes(), str(path)).split("\n")
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from None
    rows = list(_rows(path, lines))
    if not rows:
        raise FileError(f"{path}: holds no rows")
    return rows


def _rows(path: Path, lines: Sequence[str]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise FileError(f"{path}:{number}: is no JSON: {error}") from None
        missing = [k for k in _REQUIRED if not isinstance(row, dict) or row.get(k) is None]
        if missing:
            raise FileError(
                f"{path}:{number}: must be an object with id and text; missing: {', '.join(missing)}"
            )
        if wrong := [k for k in _TEXTS if not isinstance(row.get(k), str | None)]:
            raise FileError(f"{path}:{number}: must be text: {', '.join(wrong)}")
        if str(row["id"]) in seen:
            raise FileError(f"{path}:{number}: the id {row['id']} stands here twice")
        seen.add(str(row["id"]))
        yield {k: _whole(v) if isinstance(v, str) else v for k, v in row.items()}


def _whole(text: str) -> str:
    """A text without halves of pairs (surrogates), which JSON can spell and nothing else can hold."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def article_of(row: Row, fallback: datetime) -> Article:
    """A row as an article; ``fallback`` stands in for the date of a row without one."""
    published = from_text(row.get("published"))
    moment = published.replace(tzinfo=published.tzinfo or UTC) if published else None
    return Article(
        url=storable(row.get("url") or f"urn:row:{row['id']}"),
        title=storable(row.get("title") or ""),
        text=storable(row["text"]),
        source=storable(row.get("source") or "unknown"),
        first_seen=(moment or fallback) + timedelta(hours=23),
        lang_hint=row.get("lang"),
        published=moment,
    )


def classify(rows: Sequence[Row], judge: Judge, now: datetime) -> list[dict[str, Any]]:
    """Predictions for rows, in their order.

    A row that cannot be judged or stored says so in ``problem``, and costs no other.

    Args:
        rows: as `read_rows` gives them; labels are not looked at.
        judge: what judges them.
        now: stands in for the date of rows without one, which come last.
    """
    # As they would have arrived: what an article repeats or joins depends on what came before it.
    order = sorted(range(len(rows)), key=lambda i: (str(rows[i].get("published") or "9999"), i))
    found: dict[int, _JudgedRow] = {}
    problems: dict[int, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/classify.db")
        store.upgrade()
        # Files span years and hold reports without dates:
        # all of it stays in memory to find their stories.
        writer = ArticleWriter(judge.rules.window, judge.rules.parties, keeps_all=True)
        with store.write() as connection:
            for i in order:
                kept = _judge_row(rows[i], f"row:{i}", judge, writer, connection, now)
                if isinstance(kept, str):
                    problems[i] = kept
                else:
                    found[i] = kept
        with store.read() as connection:
            entered = bases.of_articles(connection, [one.kept.evidence for one in found.values()])
        store.close()
    ids = {one.kept.article: rows[i]["id"] for i, one in found.items()}
    return [
        _prediction(rows[i]["id"], *found[i], ids, entered.get(found[i].kept.evidence, ()))
        if i in found
        else _unjudged(rows[i]["id"], problems[i])
        for i in range(len(rows))
    ]


class _JudgedRow(NamedTuple):
    """What was said of a row, and what became of it in the store."""

    reading: Classification
    kept: StoredArticle


def _judge_row(
    row: Row, key: str, judge: Judge, writer: ArticleWriter, connection: Connection, now: datetime
) -> _JudgedRow | str:
    """Judge one row and store it. Returns what is wrong if that fails.

    It is stored under a key of its own, because two rows may claim one address.
    """
    try:
        article = article_of(row, now)
        reading = judge.classify(article)
    except AseanwatchError as error:
        return str(error)
    except Exception as error:
        log.exception("row %s cannot be judged", row["id"])
        return in_words(error)
    (kept,) = write_isolated(writer, connection, [JudgedArticle(article, reading, key)])
    return kept.problem if isinstance(kept, RejectedArticle) else _JudgedRow(reading, kept)


def _unjudged(row_id: Any, problem: str) -> dict[str, Any]:
    return {
        "id": row_id, "lang": None, "relevant": False, "score": 0.0, "topics": [], "event": None, "new_base": False, "bases": [],
        "countries": [], "story": f"row-{row_id}", "dup_of": None, "problem": problem,
    }  # fmt: skip


def _prediction(
    row_id: Any,
    reading: Classification,
    kept: StoredArticle,
    ids: Mapping[int, Any],
    entered: Sequence[EnteredBase],
) -> dict[str, Any]:
    new = [(base, _entry_of(base, entered)) for base in reading.bases if base.is_new]
    news = [(base, entry) for base, entry in new if entry is None or not entry.is_known]
    return {
        "id": row_id,
        "lang": reading.lang,
        "relevant": reading.relevance.relevant,
        "score": reading.relevance.score,
        "topics": [
            {"name": t.name, "score": t.score,
             "evidence": [{"term": e.term, "field": e.field, "start": e.start, "end": e.end} for e in t.evidence]}
            for t in reading.topics
        ],
        "event": f"story-{kept.story}" if kept.story is not None else None,
        "new_base": bool(news),
        "bases": [
            {"name": b.name, "name_en": b.name_en, "stage": b.stage, "cities": list(b.cities),
             "date": b.date.isoformat() if b.date else None, "key": entry.key if entry else b.key}
            for b, entry in news
        ],
        "countries": list(reading.countries),
        "story": f"story-{kept.story}" if kept.story is not None else f"article-{kept.article}",
        "dup_of": ids.get(kept.duplicate_of) if kept.duplicate_of is not None else None,
    }  # fmt: skip


def _entry_of(base: BaseMention, entered: Sequence[EnteredBase]) -> EnteredBase | None:
    """The entry of the register that a mention went into: of its name and kind, else the only one that its article has."""
    same = [e for e in entered if (e.name, e.kind) == (base.name, base.kind)]
    return same[0] if same else entered[0] if len(entered) == 1 else None
