"""What was changed since another state of the source, by git."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.quick.graph import PRODUCT, TESTS, Graph, module_of

FOR_ALL = ("pyproject.toml", "requirements", "Makefile")
"""What may change how every test runs."""


def base(root: Path, since: str | None) -> str:
    """The commit to compare with: the one named, else where this branch left ``main``, else the last one."""
    if since:
        return _git(root, "rev-parse", "--verify", f"{since}^{{commit}}").strip()
    for main in ("main", "origin/main"):
        try:
            return _git(root, "merge-base", "HEAD", main).strip()
        except subprocess.CalledProcessError:
            continue
    return _git(root, "rev-parse", "HEAD").strip()


def changed(root: Path, since: str) -> list[Path]:
    """The files that differ from a commit: committed, not committed, and not known to git yet."""
    differing = _git(root, "diff", "--name-only", "--no-renames", "-z", since)
    unknown = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return [Path(p) for p in sorted({*differing.split("\0"), *unknown.split("\0")} - {""})]


def nodes(graph: Graph, files: Iterable[Path]) -> dict[Path, set[str]]:
    """What each changed file is in the graph; nothing where nobody speaks of it."""
    return {path: _nodes(graph, path) for path in files}


def _nodes(graph: Graph, path: Path) -> set[str]:
    if path.parts[0] in FOR_ALL:
        return set(graph.tests)
    if path.suffix == ".py" and path.parts[0] in (*PRODUCT, TESTS):
        module = module_of(path)
        return {module, *(node for node in graph.edges if node.partition(":")[0] == module)}
    return next(
        (
            found
            for words in _words(path)
            if (found := set().union(*(graph.words.get(w, set()) for w in words)))
        ),
        set(),
    )


def _words(path: Path) -> list[set[str]]:
    """By what words the source may speak of a file that is no Python: its path or name; else the folders that it lies in."""
    folders = {p for p in path.parts[:-1] if p not in (*PRODUCT, TESTS) and len(p) > 3}
    return [
        {path.as_posix(), path.name},
        {path.name.split(".")[0]},
        {path.parent.as_posix(), *folders} - {"."},
    ]


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout
