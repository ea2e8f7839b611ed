"""Measures what each dependency costs and writes the figures into docs/project/dependencies.md (``make dependencies``).

What a package is for stands in that page, written by hand; the figures beside it are replaced. A package that is new gets a
line without words, which a test refuses.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "project" / "dependencies.md"
ROW = re.compile(r"^\| `(?P<name>[\w.-]+)` \| (?P<group>\w+) \| (?P<words>.*?) \|.*$", re.MULTILINE)
TOTAL = re.compile(r"(?<=<!-- total -->).*?(?=<!-- end -->)", re.DOTALL)
RUNS = 2
START, SERVICE = (
    "crawler.commands.context",
    "alerts.service.service, alerts.service.worker, alerts.web.serving",
)
"""What is loaded by every command that works, not by help, and by the service."""


@dataclass(frozen=True)
class Cost:
    """What a package costs.

    Attributes:
        own: bytes that it takes when it is installed.
        saved: bytes that would not be installed without it: its own, and those of packages that nobody else asks for.
        seconds: processor time to import it in a fresh process.
        loaded: by whom it is loaded.
    """

    own: int
    saved: int
    seconds: float
    loaded: str


def declared() -> dict[str, str]:
    """The packages that pyproject.toml asks for, with ``base`` or the extra that asks for them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"base": project["dependencies"], **project["optional-dependencies"]}
    return {_name(line): group for group, lines in groups.items() for line in lines}


def _name(line: str) -> str:
    return str(canonicalize_name(Requirement(line).name))


@cache
def _size(name: str) -> int:
    """Bytes of an installed package, without what Python compiles out of it."""
    files = distribution(name).files or ()
    paths = (Path(str(f.locate())) for f in files if f.suffix != ".pyc")
    return sum(p.stat().st_size for p in paths if p.is_file())


def _asked_for(found: Distribution, extras: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for line in found.requires or ():
        wanted = Requirement(line)
        environments = [{"extra": e} for e in ("", *extras)]
        if wanted.marker is None or any(wanted.marker.evaluate(e) for e in environments):
            yield str(canonicalize_name(wanted.name)), frozenset(wanted.extras)


def closure(roots: Iterable[str]) -> set[str]:
    """Packages with all that they ask for, as far as it is installed."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(_name(line), frozenset(Requirement(line).extras)) for line in roots]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        try:
            found = distribution(one[0])
        except PackageNotFoundError:
            continue
        seen.add(one)
        waiting += _asked_for(found, one[1])
    return {name for name, _ in seen}


def _modules(name: str) -> list[str]:
    """What to import of a package."""
    found = [m for m, names in _owners().items() if name in names and m.isidentifier()]
    found = [m for m in found if not m.startswith("_")] or found
    same = [m for m in found if canonicalize_name(m) in (name, name.split("-", maxsplit=1)[0])]
    return same[:1] or sorted(found)[:1]


@cache
def _owners() -> dict[str, set[str]]:
    """The packages that bring each module."""
    return {
        module: {str(canonicalize_name(n)) for n in names}
        for module, names in packages_distributions().items()
    }


def _processor_seconds(code: str) -> float:
    """Processor time of a fresh Python that runs a line; the least of some runs."""
    times = []
    for _ in range(RUNS):
        before = os.times()
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)
        after = os.times()
        times.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
    return min(times)


def _loaded_by(modules: str) -> set[str]:
    """The packages of what is in memory once some modules are imported."""
    code = f"import sys; import {modules}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True)
    return set().union(*(_owners().get(m.partition(".")[0], set()) for m in done.stdout.split()))


def costs() -> dict[str, Cost]:
    """What each declared package costs."""
    groups = declared()
    lines = {_name(line): line for line in _lines()}
    nothing = _processor_seconds("pass")
    start, service = _loaded_by(START), _loaded_by(SERVICE)
    found = {}
    for name, group in groups.items():
        others = [line for other, line in lines.items() if other != name and groups[other] in ("base", group)]
        alone = closure([lines[name]]) - closure(others)
        seconds = _processor_seconds(f"import {', '.join(_modules(name)) or 'sys'}") - nothing
        by = "every command" if name in start else "the service" if name in service else "when needed"
        found[name] = Cost(_size(name), sum(map(_size, alone)), max(0.0, seconds), by)
    return found


def _lines() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        *project["dependencies"],
        *(line for lines in project["optional-dependencies"].values() for line in lines),
    ]


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}"


def main() -> None:
    """Write the figures."""
    page, groups, measured = PAGE.read_text(encoding="utf-8"), declared(), costs()
    words = {m["name"]: m["words"] for m in ROW.finditer(page)}
    rows = []
    for name, group in sorted(groups.items(), key=lambda item: (item[1] != "base", item[1], item[0])):
        cost = measured[name]
        figures = (
            f"{_megabytes(cost.own)} | {_megabytes(cost.saved)} | {cost.seconds * 1000:.0f} | {cost.loaded}"
        )
        rows.append(f"| `{name}` | {group} | {words.get(name, '')} | {figures} |")
    first, last = next(m.span() for m in ROW.finditer(page))[0], [m.span() for m in ROW.finditer(page)][-1][1]
    page = page[:first] + "\n".join(rows) + page[last:]
    base = closure(line for line in _lines() if groups[_name(line)] == "base")
    total = f" {len(base)} packages, {_megabytes(sum(map(_size, base)))} MB "
    PAGE.write_text(TOTAL.sub(total, page), encoding="utf-8")


if __name__ == "__main__":
    main()
