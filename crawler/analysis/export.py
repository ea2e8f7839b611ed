"""Articles, stories and bases as rows of plain values, written as JSON Lines, CSV or a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection

from crawler.store import bases, overview
from crawler.store.articles import Filter, find, sources_of, topics_of
from crawler.store.bulk import chunks
from crawler.store.stories import members

Row = Mapping[str, Any]
COLUMNS: dict[str, Sequence[str]] = {
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
        "relevant",
    ),
    "stories": ("id", "title", "lang", "first_seen", "last_seen", "reports", "languages", "outlets"),
    "bases": (
        "key",
        "name",
        "name_en",
        "names",
        "name_origins",
        "original",
        "kind",
        "cities",
        "countries",
        "first_seen",
        "status",
        "stage",
        "evidence",
        "date",
        "partners",
        "figures",
        "timeline",
        "first_reported",
        "sentence",
        "outlet",
        "url",
    ),
}
TRANSLATED = "translated "
"""Before the name of rows that have a machine's translation of their title, too."""
COLUMNS |= {
    f"{TRANSLATED}{what}": (*columns, f"{'name' if what == 'bases' else 'title'}_translated", "translated_by")
    for what, columns in COLUMNS.items()
}
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""How a text begins that a spreadsheet takes for a formula; East Asian ones take the wide forms too (OWASP, CSV injection)."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 (2.2) cannot hold."""
LONGEST_CELL = 32_767
"""UTF-16 units that a cell of a spreadsheet holds."""


def article_rows(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Stored articles in the form of the export."""
    topics = topics_of(connection, [r.id for r in rows])
    return [
        {
            "id": r.id, "url": r.url, "title": r.title, "lang": r.lang, "published": r.published.isoformat() if r.published else None,
            "source": r.source, "text": r.text, "topics": [t["name"] for t in topics.get(r.id, ())], "score": r.score,
            "story": r.story_id, "dup_of": r.duplicate_of, "first_seen": r.first_seen.isoformat(),
            "relevant": bool(r.relevant),
        }
        for r in rows
    ]  # fmt: skip


def rows_of(connection: Connection, what: str, since: datetime | None = None) -> list[dict[str, Any]]:
    """What is stored of ``articles``, ``stories`` or ``bases``: all of it, or what was first seen at ``since`` or later."""
    if what == "articles":
        return article_rows(connection, find(connection, Filter(stored_since=since)))
    found = (
        overview.find(connection)
        if what == "stories"
        else [base_row(b) for b in bases.in_order(bases.find(connection))]
    )
    rows = [{name: _plain(row[name]) for name in COLUMNS[what]} for row in found]
    return [r for r in rows if since is None or datetime.fromisoformat(r["first_seen"]) >= since]


def translated_rows(
    connection: Connection,
    what: str,
    rows: Iterable[Row],
    language: str | Sequence[str],
    withheld: frozenset[str] = frozenset(),
) -> Iterator[dict[str, Any]]:
    """Rows with what a machine made of their title, or of a base's name, and by which model; both empty where it made nothing.

    Args:
        connection: to the store.
        what: of what the rows are.
        rows: rows as `rows_of` gives them.
        language: into which; of several the first that there is.
        withheld: sources that forbid it (`Settings.sources_without_assist`).
    """
    from crawler.assist.shown import shown  # noqa: PLC0415 - nothing of assistants is loaded before

    languages = (language,) if isinstance(language, str) else tuple(language)
    for part in chunks(rows):
        passages = [_passage(what, row) for row in part]
        forbidden = _forbidden(connection, what, part, withheld)
        found = shown(connection, passages, (), languages, withheld)
        for row, (text, lang) in zip(part, passages, strict=True):
            made = None if row[_KEYS[what]] in forbidden else found.translation(text, lang, languages)
            added = (made.text, made.by) if made else ("", "")
            yield {**row, **dict(zip(COLUMNS[f"{TRANSLATED}{what}"][-2:], added, strict=True))}


def _passage(what: str, row: Row) -> tuple[str, str]:
    if what == "bases":
        return str(row["names"].get(row["original"], "")), row["original"]
    return row["title"], row["lang"]


_KEYS = {"articles": "id", "stories": "id", "bases": "key"}


def _forbidden(connection: Connection, what: str, rows: Sequence[Row], withheld: frozenset[str]) -> set[Any]:
    """The keys of the rows whose title, or name, is of a source that forbids assistants."""
    if not withheld:
        return set()
    if what == "articles":
        return {row["id"] for row in rows if row["source"] in withheld}
    if what == "bases":
        named = {row["key"]: row["name_origins"].get(row["original"], {}).get("article") for row in rows}
        sources = sources_of(connection, (number for number in named.values() if number is not None))
        return {key for key, number in named.items() if sources.get(number or 0) in withheld}
    reports = members(connection, [row["id"] for row in rows], ("title", "lang", "source"))
    return {
        row["id"]
        for row in rows
        for r in reports.get(row["id"], ())
        if r.source in withheld and (r.title, r.lang) == (row["title"], row["lang"])
    }


def base_row(base: Mapping[str, Any]) -> dict[str, Any]:
    """A base of the register with its partners and figures, the most told first."""
    facts = {name: [f["value"] for f in base["facts"].get(name, ())] for name in ("partners", "figures")}
    return {**base, **facts}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _step_text(step: Mapping[str, Any]) -> str:
    """A stage of a timeline: "signed 2025-03-01", or what is known instead of the day of the act."""
    if step["date"]:
        return f"{step['stage']} {step['date']}"
    if step["reported"]:
        return f"{step['stage']} (reported {step['reported'][:10]})"
    return f"{step['stage']} (day not known)"


def _origin_text(origin: Mapping[str, Any]) -> str:
    """Where a name comes from: "report (official), nanhai-agency", "translation"."""
    said = f"{origin['origin']} (official)" if origin["official"] else str(origin["origin"])
    return f"{said}, {origin['outlet']}" if origin["origin"] == "report" else said


def _items(value: Any) -> list[str]:
    """The parts of a cell with several values."""
    if isinstance(value, dict):
        return [f"{name}: {_origin_text(p) if isinstance(p, dict) else p}" for name, p in value.items()]
    return [_step_text(part) if isinstance(part, dict) else str(part) for part in value]


def _flat(value: Any) -> Any:
    """A value for one cell. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, list | tuple | dict):
        # So that the cell can be taken apart at "; ", no part may have it.
        value = "; ".join(part.replace("; ", ", ") for part in _items(value))
    if isinstance(value, str):
        # A bare carriage return ends a row for many readers; the
        # csv module puts quotes only around its own line ends.
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    # White space before a sign does not make it harmless, and
    # a tab or a line feed may begin a formula, too (OWASP).
    is_risky = isinstance(value, str) and (value.lstrip().startswith(_FORMULA) or value[:1] in ("\t", "\n"))
    return f"'{value}" if is_risky else value


def write_jsonl(rows: Iterable[Row], stream: IO[str]) -> None:
    """One JSON object a line."""
    for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_csv(rows: Iterable[Row], stream: IO[str], what: str = "articles", *, header: bool = True) -> None:
    """A header and a line for each row; the parts of what has several are joined by semicolons."""
    writer = csv.DictWriter(stream, COLUMNS[what], lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows({name: _flat(row[name]) for name in COLUMNS[what]} for row in rows)


def csv_lines(
    rows: Iterable[Row], columns: Sequence[str], *, header: bool = True, mark: bool = False
) -> Iterator[str]:
    """The lines of a CSV file, one by one, with the same guards as `write_csv`.

    Args:
        rows: the rows.
        columns: the names of the columns, in their order.
        header: whether the first line names them.
        mark: whether the file begins with a byte order mark: spreadsheets take it for another encoding without.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    if mark:
        out.write("\ufeff")
    if header:
        writer.writeheader()
    for row in rows:
        writer.writerow({name: _flat(row[name]) for name in columns})
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def jsonl_lines(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[str]:
    """The lines of a file of JSON objects, one by one.

    Args:
        rows: the rows.
        columns: what each object has, in its order.
    """
    for row in rows:
        yield json.dumps({name: row[name] for name in columns}, ensure_ascii=False) + "\n"


def write_xlsx(rows: Sequence[Row], path: Path, what: str = "articles") -> None:
    """A spreadsheet (Office Open XML) of one sheet; texts that are longer than a cell can be end in an ellipsis."""
    from openpyxl import Workbook  # noqa: PLC0415 - an extra; `output_to` looks for it

    book = Workbook(write_only=True)
    sheet = book.create_sheet(what)
    sheet.append(list(COLUMNS[what]))
    for row in rows:
        sheet.append([_fitting(_flat(row[name])) for name in COLUMNS[what]])
    whole = io.BytesIO()
    # Into memory first: a full disk then fails as one write, and not inside the library.
    book.save(whole)
    path.write_bytes(whole.getvalue())


def _fitting(value: Any) -> Any:
    """A value that XML and a cell can hold."""
    if not isinstance(value, str):
        return value
    text = _NO_XML.sub("", value)
    if len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL:
        return text
    whole = text.encode("utf-16-le")[: 2 * (LONGEST_CELL - 1)]
    # "ignore" drops half of a pair, where the limit cuts through a character.
    return whole.decode("utf-16-le", "ignore") + "…"
