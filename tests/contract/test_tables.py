"""Every table says what it holds, and the page of tables is made from the schema as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, UniqueConstraint, text

from crawler.store.schema import metadata
from scripts import tables_page

ROOT = Path(__file__).parents[2]
TABLES = list(metadata.tables.values())


def test_the_page_is_made_from_the_schema_as_it_is() -> None:
    written = (ROOT / "docs" / "reference" / "tables.md").read_text(encoding="utf-8")
    assert written.rstrip() == tables_page.page().rstrip(), "make docs"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_table_says_in_a_sentence_what_it_holds(table: Table) -> None:
    sentence = table.info["holds"]
    assert sentence[0].isupper() and sentence.endswith(".") and ". " not in sentence and len(sentence) < 140


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_nothing_that_a_table_says_is_written_into_the_database(table: Table) -> None:
    assert table.comment is None and all(column.comment is None for column in table.columns)


def test_each_column_that_is_called_after_a_row_says_which() -> None:
    named = {(r.table, r.column) for table in TABLES for r in tables_page.references_of(table)}
    # ids of others: of a mail (Message-ID)
    foreign = {("deliveries", "message_id"), ("bounces", "message_id")}
    called = {(t.name, c.name) for t in TABLES for c in t.columns if c.name.endswith("_id")}
    assert called - named == foreign


def test_each_reference_leads_to_a_key_that_is_there() -> None:
    for table in TABLES:
        for reference in tables_page.references_of(table):
            assert metadata.tables[reference.target].c[reference.target_column].primary_key, reference


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_rows_that_go_with_another_are_found_without_looking_through_all(table: Table) -> None:
    """Else deleting an article looks through the whole table, as does each of the thousands that pruning deletes."""
    keys = [table.primary_key, *(c for c in table.constraints if isinstance(c, UniqueConstraint))]
    whole = [
        i
        for i in table.indexes
        if i.dialect_options["sqlite"]["where"] is None and "postgresql_where" not in i.info
    ]
    leading = {next(iter(key.columns)).name for key in [*keys, *whole]}
    assert {c.name for c in table.columns if c.foreign_keys} <= leading


def library() -> list[Table]:
    """A small schema: rooms with shelves, books on them, loans of books to readers, and a bell."""
    schema = MetaData()
    number = lambda: Column("id", Integer, primary_key=True)  # noqa: E731
    return [
        Table("rooms", schema, number()),
        Table("shelves", schema, number(), Column("room_id", ForeignKey("rooms.id"))),
        Table(
            "books",
            schema,
            number(),
            Column("title", String),
            Column("shelf_id", ForeignKey("shelves.id")),
            Column("edition_of", Integer, info={"names": "books.id"}),
            UniqueConstraint("title"),
            Index("ix_lost", "title", sqlite_where=text("shelf_id IS NULL")),
        ),
        Table("readers", schema, number()),
        Table(
            "loans",
            schema,
            Column("book", Integer, primary_key=True, info={"names": "books.id"}),
            Column("reader", ForeignKey("readers.id"), primary_key=True),
        ),
        Table("fines", schema, number(), Column("reader", ForeignKey("loans.reader"))),
        Table("bells", schema, number()),
    ]


def drawn(tables: list[Table]) -> str:
    return tables_page.drawing(
        [t.name for t in tables], [r for t in tables for r in tables_page.references_of(t)]
    )


def test_the_drawing_leads_from_each_table_to_those_that_refer_to_it() -> None:
    tree = """
rooms
└─ shelves (room_id)
   └─ books (shelf_id)
      ├┄ books (edition_of)
      └┄ loans (book)
         └─ fines (reader)
readers
└─ loans (reader) …
"""
    assert drawn(library()).split("```text")[1].split("```")[0] == tree
    assert drawn(library()).rstrip().endswith("`bells`.")


def test_the_drawing_shows_every_table_even_where_references_go_in_a_circle() -> None:
    schema = MetaData()
    tables = [
        Table("hens", schema, Column("id", Integer, primary_key=True), Column("egg", ForeignKey("eggs.id"))),
        Table("eggs", schema, Column("id", Integer, primary_key=True), Column("hen", ForeignKey("hens.id"))),
    ]
    assert "hens\n└─ eggs (hen)\n   └─ hens (egg) …\n" in drawn(tables)
