"""Fixtures and steps of all tests: the command line, and a news web to poll."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from crawler.runtime.memory import GC_THRESHOLDS
from tests import preloaded, shortcuts
from tests.newsroom.web import Newsroom
from tests.quick import durations

# A slow machine is no failure: benchmarks measure time, tests never do.
# The same cases every time, so that a failure is due to a change; `make fuzz` tries ten thousand new ones.
settings.register_profile("ours", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=10_000)
settings.load_profile("ours")
shortcuts.take()
# As the service does: what a test process holds grows with each test, and looking through it takes a sixth of the time.
gc.set_threshold(*GC_THRESHOLDS)

EVENING = datetime(2025, 11, 30, 21, tzinfo=UTC)
COMMAND = [sys.executable, "-m", "alerts"]


SLOW = ("many", "contract", "console", "system", "faults", "security", "alerts", "deploy")
"""Folders with the longest tests. They run first, so that short ones fill the remaining time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the slow folders first; keep the order within each folder."""
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
    """The status and the output of a command that ended."""

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
    return (
        os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "PYTHONPATH": str(Path(__file__).parents[1])} | more
    )


def run(*arguments: str | Path, cwd: Path, stdin: str = "", **more: str) -> Done:
    """Run ``aseanwatch`` with arguments in a folder; keyword arguments are variables of its environment."""
    words = [*map(str, arguments)]
    if preloaded.suits(more):
        return Done(*preloaded.run("alerts", words, cwd, stdin, environment(**more)))
    done = subprocess.run(
        [*COMMAND, *words],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(**more),
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def start(
    *arguments: str | Path,
    cwd: Path,
    log: preloaded.Output = preloaded.NOWHERE,
    module: str = "alerts",
    **more: str,
) -> preloaded.Process:
    """Start ``aseanwatch`` with arguments in a folder, and go on; what it says goes to a log. The caller ends it."""
    return preloaded.Process(
        module, [*map(str, arguments)], cwd, environment(**more), preloaded.NOWHERE, log, log
    )


@contextmanager
def made_once(factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder that all test processes of a run share, and whether the caller is the first, who fills it while others wait."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_first = not (folder / "done").exists()
        yield folder, is_first
        if is_first:
            (folder / "done").touch()


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the demo ran: what it printed in ``printed``, and its own folder in ``demo``. It is read and not changed."""
    with made_once(tmp_path_factory, "newsroom") as (folder, is_first):
        if is_first:
            status, printed, errors = preloaded.run("tests.newsroom.demo", [], folder, "", environment())
            assert status == 0, errors
            (folder / "printed").write_text(printed, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def three_days(demo_run: Path) -> Path:
    """The demo's folder after its three days: store and configuration."""
    return demo_run / "demo"


@pytest.fixture
def room() -> Iterator[Newsroom]:
    """The news web on the evening of the third day."""
    with Newsroom(EVENING) as made:
        yield made
