"""The code speaks the field's words: one name for one thing, and no private vocabulary (docs/glossary.md)."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = [
    path
    for package in ("crawler", "alerts")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts and path != ROOT / "alerts" / "web" / "api" / "models.py"
]
"""Migrations never change, and the models of the API have the names that programs read in its description."""
PRIVATE = {
    "desk": "writer, batcher",
    "pile": "batcher",
    "fate": "disposition",
    "station": "handlers",
    "onward": "follow_ups",
    "settled": "result",
    "told": "the state or the history that is meant",
    "lied": "false_not_modified",
    "tired": "exhausted",
    "remark": "patch",
    "tongue": "language_name",
    "turns": "site_limiter",
}
"""Words that once stood for something, with what is said now."""


def names_in(path: Path) -> Iterator[tuple[str, int]]:
    """Names that a file defines: classes, functions, parameters, and its own variables."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


def words_of(name: str) -> set[str]:
    """The words of a name: ``PollResult`` and ``poll_result`` are both poll and result."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_no_name_has_a_private_word() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name} ({word}: say {PRIVATE[word]})"
        for path in FILES
        for name, line in names_in(path)
        for word in words_of(name) & PRIVATE.keys()
    ]
    assert found == []


def test_no_two_classes_have_one_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
