"""What refers to what, out of the source alone: modules of the product, and each definition in the tests.

A module of the product is one node: whoever imports it depends on all of it. The tests' own helpers are taken apart into their
definitions, for nearly every test uses `tests.builders`, and most of them only a part of it. A definition refers to what its
names stand for, to the fixtures that its parameters name, and to modules that it starts by name, as ``python -m`` does.
"""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

PRODUCT, TESTS = ("crawler", "alerts", "scripts", "benchmarks"), "tests"
APART = ("tests.shortcuts", "tests.warming")
"""What only makes tests faster, in every process: a test does not depend on all of the product that is loaded there."""
_WHOLE = "*"
"""The name of what a module does when it is loaded."""


@dataclass
class Graph:
    """What each node refers to: ``module`` of the product, ``module:name`` of the tests.

    Attributes:
        edges: the nodes that a node refers to.
        words: the nodes in which a text of the source says a word, for files that are no Python.
        tests: the nodes that are tests, with the names that pytest has for them.
    """

    edges: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    words: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    tests: dict[str, str] = field(default_factory=dict)

    def concerned(self, changed: Iterable[str]) -> dict[str, int]:
        """Every test that refers to a changed node, in however many steps; with the number of steps."""
        users: dict[str, set[str]] = defaultdict(set)
        for node, targets in self.edges.items():
            for target in targets:
                users[target].add(node)
        steps, front = dict.fromkeys(changed, 0), set(changed)
        while front:
            level = 1 + max(steps[node] for node in front)
            front = {user for node in front for user in users[node]} - steps.keys()
            steps |= dict.fromkeys(front, level)
        return {name: steps[node] for node, name in self.tests.items() if node in steps}


def read(root: Path) -> Graph:
    """The graph of a source tree."""
    files = {
        module_of(p.relative_to(root)): p
        for top in (*PRODUCT, TESTS)
        for p in sorted((root / top).rglob("*.py"))
    }
    trees = {module: ast.parse(path.read_bytes(), path) for module, path in files.items()}
    reader = _Reader(trees, _entry_points(root))
    for module, path in files.items():
        if module.split(".")[0] == TESTS:
            reader.read_tests(module, path.relative_to(root))
        else:
            reader.read_product(module)
    for node, targets in reader.graph.edges.items():
        if node.startswith(APART):
            targets.intersection_update([target for target in targets if target.startswith(APART)])
    return reader.graph


def module_of(path: Path) -> str:
    """The name of the module in a file."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _entry_points(root: Path) -> dict[str, set[str]]:
    """The modules that are found by the name of a group of entry points."""
    declared = root / "pyproject.toml"
    groups = (
        tomllib.loads(declared.read_text(encoding="utf-8"))["project"].get("entry-points", {})
        if declared.is_file()
        else {}
    )
    return {group: {value.partition(":")[0] for value in points.values()} for group, points in groups.items()}


class _Reader:
    """Reads modules into a graph."""

    def __init__(self, trees: Mapping[str, ast.Module], groups: Mapping[str, set[str]]) -> None:
        self.graph = Graph()
        self._trees, self._groups = trees, groups
        self._definitions = {m: _definitions(t) for m, t in trees.items() if m.split(".")[0] == TESTS}
        self._imports = {m: _imported(t, m) for m, t in trees.items()}
        self._hooks_of: dict[str, set[str]] = {}

    def read_product(self, module: str) -> None:
        """A module refers to all that it imports, wherever in it, and to the packages that it lies in."""
        tree = self._trees[module]
        self.graph.edges[module] |= {
            target for targets in self._imports[module].values() for target in self._known(targets)
        }
        self.graph.edges[module] |= {parent for parent in _parents(module) if parent in self._trees}
        self._read_texts(module, tree)

    def read_tests(self, module: str, path: Path) -> None:
        """Each definition of a module of the tests refers to what it uses."""
        names = self._imports[module]
        is_test_file = path.name.startswith("test_")
        for name, statements in self._definitions[module].items():
            node = f"{module}:{name}"
            self.graph.edges[node] |= {f"{module}:{_WHOLE}", *self._hooks(module)} - {node}
            for statement in statements:
                self._read_definition(node, module, statement, names)
                self._read_texts(node, statement)
            if is_test_file and name.startswith(("test", "Test")):
                self.graph.tests[node] = f"{path.as_posix()}::{name}"

    def _read_definition(
        self, node: str, module: str, statement: ast.AST, names: Mapping[str, list[str]]
    ) -> None:
        own = dict(names) | _imported(statement, module)
        for used in ast.walk(statement):
            if isinstance(used, ast.Name):
                self.graph.edges[node] |= self._meant(module, used.id, own)
            elif isinstance(used, ast.Attribute) and isinstance(used.value, ast.Name):
                for target in own.get(used.value.id, ()):
                    self.graph.edges[node] |= set(self._known([f"{target}.{used.attr}"]))
            elif isinstance(used, ast.arg):
                self.graph.edges[node] |= self._fixture(module, used.arg, own)
            elif isinstance(used, ast.Constant) and isinstance(used.value, str) and used.value.isidentifier():
                self.graph.edges[node] |= self._fixture(module, used.value, own)
        self.graph.edges[node].discard(node)

    def _meant(self, module: str, name: str, names: Mapping[str, list[str]]) -> set[str]:
        """What a name stands for."""
        if name in self._definitions[module]:
            return {f"{module}:{name}"}
        return set(self._known(names.get(name, ())))

    def _fixture(self, module: str, name: str, names: Mapping[str, list[str]]) -> set[str]:
        """The definitions that pytest may take for a fixture of a name: here, imported, or in a conftest further up."""
        here = self._meant(module, name, names)
        return here | {f"{c}:{name}" for c in self._conftests(module) if name in self._definitions[c]}

    def _hooks(self, module: str) -> set[str]:
        """What every test of a module goes through: what its conftests do when they are loaded, their hooks and fixtures for all."""
        folder = module.rpartition(".")[0]
        if module == f"{folder}.conftest":
            return set()  # or all that a conftest defines would be used by what it defines
        if folder not in self._hooks_of:
            self._hooks_of[folder] = self._read_hooks(module)
        return self._hooks_of[folder]

    def _read_hooks(self, module: str) -> set[str]:
        found = set()
        for conftest in self._conftests(module):
            found.add(f"{conftest}:{_WHOLE}")
            for name, statements in self._definitions[conftest].items():
                if name.startswith("pytest_") or any("autouse=True" in ast.unparse(s) for s in statements):
                    found.add(f"{conftest}:{name}")
        return found

    def _conftests(self, module: str) -> list[str]:
        return [f"{p}.conftest" for p in _parents(module) if f"{p}.conftest" in self._trees]

    def _read_texts(self, node: str, tree: ast.AST) -> None:
        """Texts name modules that are started, groups of entry points, and files."""
        for text in _texts(tree):
            self.graph.words[text].add(node)
            for part in text.split("/"):
                self.graph.words[part].add(node)
            self.graph.edges[node] |= self._groups.get(text, set())
            name = text.partition(":")[0]
            if "." in name and name in self._trees:
                self.graph.edges[node] |= self._program(name)
        for name in _started(tree):
            self.graph.edges[node] |= self._program(name)

    def _program(self, name: str) -> set[str]:
        """All of a module that is started by its name, or of the package that is."""
        program = f"{name}.__main__" if f"{name}.__main__" in self._trees else name
        return {*self._known([program]), *(f"{program}:{d}" for d in self._definitions.get(program, ()))}

    def _known(self, targets: Iterable[str]) -> Iterator[str]:
        """The nodes that dotted names lead to."""
        for target in targets:
            parent, _, name = target.rpartition(".")
            if target.split(".")[0] == TESTS:
                if target in self._trees:
                    yield f"{target}:{_WHOLE}"
                elif name in self._definitions.get(parent, ()):
                    yield f"{parent}:{name}"
                elif parent in self._trees:  # a name that it imports itself
                    yield from self._known(self._imports[parent].get(name, ()))
            elif target in self._trees:
                yield target
            elif parent:
                yield from self._known([parent])


def _definitions(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    """What a module defines, and under `_WHOLE` what else it does."""
    found: dict[str, list[ast.stmt]] = {_WHOLE: []}
    for statement in tree.body:
        names = [_WHOLE]
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [statement.name]
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = [n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)] or [
                _WHOLE
            ]
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        for name in names:
            found.setdefault(name, []).append(statement)
    return found


def _imported(tree: ast.AST, module: str) -> dict[str, list[str]]:
    """The names that imports anywhere in a tree bring, with the dotted names of what they stand for."""
    found: dict[str, list[str]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.split(".")[0]].append(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*module.split(".")[: -node.level], *([base] if base else [])])
            for alias in node.names:
                found[alias.asname or alias.name].append(f"{base}.{alias.name}")
    return found


def _parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:n]) for n in range(len(parts) - 1, 0, -1)]


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
            yield node.value


def _started(tree: ast.AST) -> Iterator[str]:
    """Modules that are started by name: after ``"-m"`` in a list, and as ``module`` of a function or a call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple):
            values = [v.value if isinstance(v, ast.Constant) else None for v in node.elts]
            yield from (str(b) for a, b in pairwise(values) if a == "-m" and b)
        elif isinstance(node, ast.arguments):
            given = [
                *zip([*node.posonlyargs, *node.args][::-1], node.defaults[::-1], strict=False),
                *zip(node.kwonlyargs, node.kw_defaults, strict=True),
            ]
            yield from (str(d.value) for a, d in given if a.arg == "module" and isinstance(d, ast.Constant))
        elif isinstance(node, ast.Call):
            told = [k.value for k in node.keywords if k.arg == "module"]
            if ast.unparse(node.func) in ("preloaded.run", "preloaded.Process"):
                told += node.args[:1]
            yield from (str(v.value) for v in told if isinstance(v, ast.Constant))
