"""Measures how the code reads: ``python -m scripts.shape [FOLDER…]`` (``make shape``).

Prints the length of files and functions, comments, line lengths, and how much single lines carry,
in the measures that docs/project/contributing.md sets limits for. Migrations are left out: they never change.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FOLDERS = ("crawler", "alerts")
DIRECTIVE = re.compile(r"#\s*(noqa|fmt|type|mypy|ruff)\b")
"""Comments for tools; they explain nothing to a reader."""
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSION = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass
class Shape:
    """The counts of some files."""

    files: list[int] = field(default_factory=list)
    """Lines of each file that are not blank."""
    functions: list[int] = field(default_factory=list)
    """Lines from ``def`` to the end, the docstring left out."""
    widths: list[int] = field(default_factory=list)
    """Characters of each line that is not blank."""
    comments: int = 0
    conditionals: int = 0
    comprehensions: int = 0
    positional: int = 0
    """Calls with seven or more positional arguments."""
    tuples: int = 0
    """Functions that return a tuple of different types."""
    classes: Counter[str] = field(default_factory=Counter)

    def add(self, text: str) -> None:
        """Count a file.

        Args:
            text: its source.

        Raises:
            SyntaxError: the text is no Python.
        """
        lines = [line for line in text.splitlines() if line.strip()]
        self.files.append(len(lines))
        self.widths += map(len, lines)
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and not DIRECTIVE.match(token.string):
                self.comments += 1
        for node in ast.walk(ast.parse(text)):
            self._add_node(node)

    def _add_node(self, node: ast.AST) -> None:
        if isinstance(node, FUNCTION):
            self.functions.append(_length(node))
            self.tuples += _is_tuple(node.returns)
        elif isinstance(node, ast.ClassDef):
            self.classes[node.name] += 1
        elif isinstance(node, ast.IfExp):
            self.conditionals += 1
        elif isinstance(node, COMPREHENSION):
            self.comprehensions += 1
        elif isinstance(node, ast.Call):
            self.positional += len(node.args) >= 7

    def lines(self) -> Iterator[str]:
        """The counts, one line for each measure."""
        total = sum(self.files)
        yield f"files                {len(self.files)}, {total:,} lines"
        yield f"lines a file         {_spread(self.files)}"
        yield f"lines a function     {_spread(self.functions)} ({len(self.functions):,} functions)"
        yield f"characters a line    {_spread(self.widths)}"
        for name in ("comments", "conditionals", "comprehensions", "tuples"):
            count: int = getattr(self, name)
            yield f"{name:20} {count}, {1000 * count / total:.1f} a thousand lines"
        yield f"{'calls with 7+ places':20} {self.positional}"
        yield f"{'class names twice':20} {', '.join(sorted(n for n, times in self.classes.items() if times > 1)) or 'none'}"


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    documented = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring


def _is_tuple(returns: ast.expr | None) -> bool:
    """Whether the positions of a result have different meanings: ``tuple[int, str]``, but not ``tuple[int, ...]``."""
    if (
        not isinstance(returns, ast.Subscript)
        or not isinstance(returns.value, ast.Name)
        or returns.value.id != "tuple"
    ):
        return False
    parts = returns.slice
    return isinstance(parts, ast.Tuple) and not any(
        isinstance(p, ast.Constant) and p.value is Ellipsis for p in parts.elts
    )


def _spread(values: list[int]) -> str:
    ordered = sorted(values)
    return (
        f"median {ordered[len(ordered) // 2]}, p90 {ordered[len(ordered) * 9 // 10]}, longest {ordered[-1]}"
    )


def measure(folder: Path) -> Shape:
    """Count all Python files of a folder, migrations left out."""
    shape = Shape()
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            shape.add(path.read_text(encoding="utf-8"))
    return shape


def main() -> None:
    parser = argparse.ArgumentParser(description="How the code reads.")
    parser.add_argument("folders", nargs="*", default=FOLDERS)
    for name in parser.parse_args().folders:
        print(f"{name}/")
        for line in measure(Path(name)).lines():
            print(f"  {line}")


if __name__ == "__main__":
    main()
