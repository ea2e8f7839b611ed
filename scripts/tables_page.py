"""The page docs/reference/tables.md: every table with what it holds, its keys, and how the tables refer to each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Column, Index, Table, UniqueConstraint

from crawler.store import schema

HEAD = """# The tables and their keys

<!-- Made from the code by `make docs`; changes here are lost. -->

SQLite and PostgreSQL have the same tables. They are described in `crawler/store/schema.py` and change only together with a
migration in `crawler/store/migrations/versions/`.

Sources, subscriptions, channels and topics stand in `config.yaml` and have no table: a column such as `source` holds the name.
Not shown are tables that others keep: the version of the schema (`alembic_version`), the full-text index of reports
(`report_words*`), and in PostgreSQL the queue of tasks (`procrastinate_*`).
"""
DRAWING = """## How they refer to each other

A line leads from a row to the rows that refer to it, with the column that does. `─` is a foreign key: the rows beneath are
deleted with the row above. `┄` ("names" in the lists below) is a number without a foreign key, which stays when the row
above is gone. A table that refers to several stands beneath each of them; what refers to it in turn is drawn once,
and `…` stands for it elsewhere.
"""
_Key = TypeVar("_Key", UniqueConstraint, Index)
REST = "These refer to no other table, and none refers to them:"


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names a row of a table.

    Attributes:
        table: the table that has the column.
        column: its name.
        target: the table of the row.
        target_column: the key by which the row is named.
        deleted_with: whether it is a foreign key, and goes with what it names.
    """

    table: str
    column: str
    target: str
    target_column: str
    deleted_with: bool


def page() -> str:
    """The page in Markdown.

    Raises:
        KeyError: a table does not say what it holds.
    """
    tables = list(schema.metadata.tables.values())
    references = [found for table in tables for found in references_of(table)]
    parts = [HEAD, DRAWING, drawing([t.name for t in tables], references)]
    return "\n".join([*parts, *(line for table in tables for line in _table(table))])


def references_of(table: Table) -> Iterator[Reference]:
    """The references of a table to others and to itself, in the order of its columns."""
    for column in table.columns:
        for key in column.foreign_keys:
            target, _, name = key.target_fullname.partition(".")
            yield Reference(table.name, column.name, target, name, True)
        if "names" in column.info:
            target, _, name = column.info["names"].partition(".")
            yield Reference(table.name, column.name, target, name, False)


def drawing(names: Iterable[str], references: Sequence[Reference]) -> str:
    """Trees of tables as text, in Markdown; beneath them the tables that stand alone."""
    names = list(names)
    below: dict[str, dict[str, list[Reference]]] = {}
    for reference in references:
        below.setdefault(reference.target, {}).setdefault(reference.table, []).append(reference)
    dependent = {r.table for r in references if r.table != r.target}
    drawn: set[str] = set()
    lines = ["```text"]
    # Those that refer to nothing come first; what is then left to draw refers to each other in a circle.
    for name in sorted(below, key=lambda name: (name in dependent, names.index(name))):
        if name not in drawn:
            lines += [name, *_branches(name, below, drawn, "")]
    lines.append("```\n")
    alone = [f"`{name}`" for name in names if name not in below and name not in dependent]
    return "\n".join([*lines, f"{REST} {', '.join(alone)}.\n"])


def _branches(
    name: str, below: dict[str, dict[str, list[Reference]]], drawn: set[str], indent: str
) -> Iterator[str]:
    drawn.add(name)
    children = list(below.get(name, {}).items())
    for place, (child, references) in enumerate(children, 1):
        is_last = place == len(children)
        line = "─" if any(r.deleted_with for r in references) else "┄"
        columns = ", ".join(r.column for r in references)
        is_elsewhere = child in drawn and child in below and child != name
        yield f"{indent}{'└' if is_last else '├'}{line} {child} ({columns}){' …' if is_elsewhere else ''}"
        if child not in drawn:
            yield from _branches(child, below, drawn, indent + ("   " if is_last else "│  "))


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n"
    in_code = next(name for name, value in vars(schema).items() if value is table)
    yield table.info["holds"] + (f" In the code: `{in_code}`." if in_code != table.name else "")
    yield ""
    yield "| key | columns |"
    yield "|---|---|"
    yield f"| primary key | {_columns(table.primary_key.columns)} |"
    for constraint in _by_columns(c for c in table.constraints if isinstance(c, UniqueConstraint)):
        yield f"| unique | {_columns(constraint.columns)} |"
    for index in _by_columns(table.indexes):
        yield f"| index | {_columns(index.columns)}{_condition(index)} |"
    for reference in references_of(table):
        kind = "foreign key" if reference.deleted_with else "names"
        yield f"| {kind} | `{reference.column}` → `{reference.target}.{reference.target_column}` |"
    yield ""


def _by_columns(keys: Iterable[_Key]) -> list[_Key]:
    """Keys in an order that stays: SQLAlchemy has them as a set."""
    return sorted(keys, key=lambda key: ([c.name for c in key.columns], str(key.name)))


def _columns(columns: Iterable[Column[object]]) -> str:
    return ", ".join(f"`{column.name}`" for column in columns)


def _condition(index: Index) -> str:
    """Which rows a partial index has; it may be partial in one of the databases alone."""
    where = {
        "sqlite": index.dialect_options["sqlite"]["where"],
        "postgresql": index.info.get("postgresql_where"),
    }
    if where["sqlite"] is None:
        return ""
    only = " (in SQLite)" if where["postgresql"] is None else ""
    return f" where `{where['sqlite']}`{only}"
