"""Articles, stories and bases as rows of plain values, written as JSON Lines, CSV or a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection

from crawler.judging.places import gazetteer
from crawler.store import bases, stories
from crawler.store.articles import Filter, find, topics_of

Row = Mapping[str, Any]
COLUMNS = {
    "articles": (
        "id",
        "url",
        "title",
        "lang",
        "published",
        "source",
        "text",
        "topics",
        "score",
        "story",
        "dup_of",
        "first_seen",
    ),
    "stories": ("id", "title", "lang", "first_seen", "last_seen", "reports", "languages", "outlets"),
    "bases": (
        "key",
        "name",
        "names",
        "kind",
        "cities",
        "countries",
        "first_seen",
        "status",
        "evidence",
        "date",
        "partners",
        "figures",
        "timeline",
        "first_reported",
    ),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def article_rows(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Stored articles in the form of the export."""
    topics = topics_of(connection, [r.id for r in rows])
    return [
        {
            "id": r.id, "url": r.url, "title": r.title, "lang": r.lang, "published": r.published.isoformat() if r.published else None,
            "source": r.source, "text": r.text, "topics": [t["name"] for t in topics.get(r.id, ())], "score": r.score,
            "story": r.story_id, "dup_of": r.duplicate_of, "first_seen": r.first_seen.isoformat(),
        }
        for r in rows
    ]  # fmt: skip


def rows_of(connection: Connection, what: str) -> list[dict[str, Any]]:
    """Everything stored of ``articles``, ``stories`` or ``bases``."""
    if what == "articles":
        return article_rows(connection, find(connection, Filter()))
    found = stories.find(connection) if what == "stories" else [base_row(b) for b in bases.in_order(bases.find(connection))]
    return [{name: _plain(row[name]) for name in COLUMNS[what]} for row in found]


def base_row(base: Mapping[str, Any]) -> dict[str, Any]:
    """A base of the register with its partners and figures, the most told first."""
    told = {name: [f["value"] for f in base["facts"].get(name, ())] for name in ("partners", "figures")}
    return {**base, **told}


def geojson(rows: Iterable[Row]) -> str:
    """Bases as a FeatureCollection (RFC 7946): each with its cities as points, without a geometry where none is known."""
    known = gazetteer().coordinates
    features = []
    for row in rows:
        points = [list(known[c]) for c in row["cities"] if c in known]
        geometry = {"type": "MultiPoint", "coordinates": points} if points else None
        features.append({"type": "Feature", "id": row["key"], "geometry": geometry, "properties": dict(row)})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _flat(value: Any) -> Any:
    """A value for one cell. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write_jsonl(rows: Iterable[Row], stream: IO[str]) -> None:
    """One JSON object a line."""
    for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_csv(rows: Iterable[Row], stream: IO[str], what: str = "articles") -> None:
    """A header and a line for each row; lists are joined by semicolons."""
    writer = csv.DictWriter(stream, COLUMNS[what], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _flat(row[name]) for name in COLUMNS[what]} for row in rows)


def _xlsx(rows: Sequence[Row], path: Path) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - only spreadsheets need it
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 - as above

    book = Workbook(write_only=True)
    sheet = book.create_sheet("articles")
    sheet.append(list(COLUMNS["articles"]))
    for row in rows:
        cells = [_flat(row[name]) for name in COLUMNS["articles"]]
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", c)[:32_000] if isinstance(c, str) else c for c in cells])
    book.save(path)


def _text(write: Callable[[Sequence[Row], IO[str]], None]) -> Callable[[Sequence[Row], Path], None]:
    def to_path(rows: Sequence[Row], path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as stream:
            write(rows, stream)

    return to_path


FORMATS: dict[str, Callable[[Sequence[Row], Path], None]] = {
    ".jsonl": _text(write_jsonl),
    ".csv": _text(write_csv),
    ".xlsx": _xlsx,
}


def write_rows(rows: Sequence[Row], path: Path) -> None:
    """Write articles to a file in the format of its ending."""
    FORMATS[path.suffix](rows, path)
