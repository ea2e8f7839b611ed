"""The page docs/reference/rooms.md: every folder and file of the code, with the first sentence of its docstring."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("crawler", "alerts")
HEAD = """# The rooms of the code

Each stage of an item's way is a folder; a file has one job. [One item, from feed to inbox](../architecture.md) walks through them.
Which room may import which is a contract in `pyproject.toml` that `make imports` checks.
"""


def page() -> str:
    """The page in Markdown."""
    return "\n".join([HEAD, *(line for package in PACKAGES for line in _package(ROOT / package))])


def _package(folder: Path) -> Iterator[str]:
    yield f"## {folder.name}/\n"
    yield f"{_sentence(folder / '__init__.py')}\n"
    yield from _files(folder)
    rooms = sorted(path.parent for path in folder.rglob("__init__.py") if path.parent != folder)
    for room in rooms:
        yield f"### {room.relative_to(ROOT).as_posix()}/\n"
        yield f"{_sentence(room / '__init__.py')}\n"
        yield from _files(room)


def _files(folder: Path) -> Iterator[str]:
    files = [path for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"]
    if not files:
        return
    yield "| file | what it is for |"
    yield "|---|---|"
    for path in files:
        yield f"| `{path.name}` | {_sentence(path)} |"
    yield ""


def _sentence(path: Path) -> str:
    """The first sentence of a file's docstring, on one line.

    Raises:
        ValueError: the file has no docstring; a reader would find no way in.
    """
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    if not docstring:
        raise ValueError(f"{path} has no docstring")
    paragraph = " ".join(docstring.split("\n\n")[0].split())
    sentence = re.split(r"(?<=[.!?]) (?=[A-Z`])", paragraph)[0]
    return sentence.replace("|", r"\|")
