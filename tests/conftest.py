"""What the tests of the whole program share: its command line, and a news web to point it at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests import warm
from tests.newsroom.web import Newsroom
from tests.quick import durations

# A slow moment of the machine is no failure: time is measured in benchmarks, never in tests.
# The same cases every time, so that a red run is about what changed; `make fuzz` tries ten thousand new ones.
settings.register_profile("ours", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=10_000)
settings.load_profile("ours")

EVENING = datetime(2025, 11, 30, 21, tzinfo=UTC)
COMMAND = [sys.executable, "-m", "alerts"]


SLOW = ("many", "contract", "console", "system", "faults", "security", "alerts", "deploy")
"""Folders whose tests take longest: they begin first, so that the short ones fill what is left of the time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow folders; within them all stays as it is."""
    root = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(root).parts[0]
        return SLOW.index(folder) if folder in SLOW else len(SLOW)

    items.sort(key=place)


_SECONDS = Counter[str]()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up how long each test takes, with all its cases."""
    _SECONDS[report.nodeid.partition("[")[0]] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep how long tests took, in the process that hears of all of them."""
    if not hasattr(session.config, "workerinput") and not session.config.option.collectonly:
        durations.keep(_SECONDS)


@dataclass(frozen=True)
class Done:
    """A command that ended: its status and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Its standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def environment(**more: str) -> dict[str, str]:
    """The environment of a command: wide lines, no colours."""
    return os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "PYTHONPATH": str(Path(__file__).parents[1])} | more


def run(*arguments: str | Path, cwd: Path, stdin: str = "", **more: str) -> Done:
    """Run ``aseanwatch`` with arguments in a folder; further names are variables of its environment."""
    words = [*map(str, arguments)]
    if warm.suits(more):
        return Done(*warm.run("alerts", words, cwd, stdin, environment(**more)))
    done = subprocess.run(
        [*COMMAND, *words], cwd=cwd, input=stdin, capture_output=True, text=True, timeout=120, env=environment(**more), check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


def start(*arguments: str | Path, cwd: Path, log: warm.Output = warm.NOWHERE, module: str = "alerts", **more: str) -> warm.Process:
    """Start ``aseanwatch`` with arguments in a folder, and go on; what it says goes to a log. The caller ends it."""
    return warm.Process(module, [*map(str, arguments)], cwd, environment(**more), warm.NOWHERE, log, log)


@pytest.fixture
def room() -> Iterator[Newsroom]:
    """The news web on the evening of the third day."""
    with Newsroom(EVENING) as made:
        yield made
