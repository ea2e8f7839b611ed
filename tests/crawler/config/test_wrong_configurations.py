"""The table of wrong configurations: each mistake is told with its line, its key and a cure that mends it."""

from __future__ import annotations

import pytest

from crawler.config.loading import read_config
from crawler.config.warning import warnings_of
from scripts.wrong_configurations import BASE, RAIL, TABLE, WrongConfiguration, said_of, told_among

ROWS = [row for rows in TABLE.values() for row in rows]
ADVISES = (
    "write",
    "did you mean",
    "allowed:",
    "leave",
    "put",
    "add",
    "give",
    "name it",
    "name others",
    "make",
    "set it",
    "indent",
)


@pytest.mark.parametrize("row", ROWS, ids=[row.what for row in ROWS])
def test_a_mistake_is_told_with_its_line_its_key_and_its_cure(row: WrongConfiguration) -> None:
    found = said_of(row.wrong, row.environment)
    _, problem = told_among(row, found)
    assert problem.line == row.line
    assert not any(value in problem.message for value in row.environment.values())
    for _, one in found:
        assert any(word in one.message for word in ADVISES) or "should be" in one.message, one


@pytest.mark.parametrize("row", ROWS, ids=[row.what for row in ROWS])
def test_the_cure_mends_it(row: WrongConfiguration) -> None:
    assert said_of(row.right, row.environment if row.mended is None else row.mended) == []


def test_what_all_of_them_stand_on_is_right() -> None:
    assert warnings_of(read_config((BASE + RAIL).encode(), "config.yaml", None, {})) == []


def test_there_are_many_and_each_is_named_once() -> None:
    assert len(ROWS) >= 150
    assert len({(title, row.what) for title, rows in TABLE.items() for row in rows}) == len(ROWS)
