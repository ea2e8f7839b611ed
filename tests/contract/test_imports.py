"""What benchmarks, scripts and examples import of ours is there, and functions that are named in words: no other test runs them all."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from pkgutil import resolve_name

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("crawler", "alerts", "tests", "benchmarks", "scripts")
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("benchmarks", "scripts", "examples")
    for path in (ROOT / folder).rglob("*.py")
)


def file_of(module: str) -> Path | None:
    """The file of one of our modules, if there is one."""
    path = ROOT.joinpath(*module.split("."))
    return next((f for f in (path.with_suffix(".py"), path / "__init__.py") if f.is_file()), None)


def names_of(path: Path) -> set[str]:
    """The names that a module has: what it defines, imports or assigns, wherever that stands."""
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


@pytest.mark.parametrize("name", FILES)
def test_each_name_that_is_imported_of_ours_is_there(name: str) -> None:
    missing = []
    for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in OURS:
            module = file_of(node.module)
            known = names_of(module) if module else set()
            missing += [
                f"{node.module}.{alias.name}"
                for alias in node.names
                if alias.name not in known and file_of(f"{node.module}.{alias.name}") is None
            ]
    assert missing == []


PLACES = sorted(
    {
        (path.relative_to(ROOT).as_posix(), place)
        for folder in ("tests", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        for place in re.findall(r'"((?:alerts|crawler)\.[\w.]+:\w[\w.]*)"', path.read_text(encoding="utf-8"))
        if path.name != "test_quick.py"  # whose tree is made up
    }
)


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_each_place_that_is_named_to_be_halted_is_there(name: str, place: str) -> None:
    assert callable(resolve_name(place)), name


def test_places_are_found() -> None:
    assert len(PLACES) > 5
