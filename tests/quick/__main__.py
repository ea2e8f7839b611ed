"""``python -m tests.quick [SINCE] [--list]``: runs the tests that a change concerns, the nearest first, for less than a minute.

SINCE is a commit; without it, what differs from where this branch left ``main``, committed or not.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.quick import changes, graph
from tests.quick.durations import expected, known

ROOT = Path(__file__).parents[2]
WITHIN, TO_START = 55.0, 8.0
"""Seconds for everything, and of these to start test processes."""
FEW = 6.0
"""Seconds of tests for which it does not pay to start several processes."""


def nearest_first(steps: dict[str, int], files: Sequence[Path]) -> list[str]:
    """Tests in the order in which they are likeliest to fail: who mirrors what was changed, then who is fewer steps from it."""
    return sorted(
        steps, key=lambda test: (steps[test] - 2 * max((_kinship(test, f) for f in files), default=0), test)
    )


def _kinship(test: str, file: Path) -> int:
    """How much a test's name is like that of a file: the folders that both lie in, and the file's own name."""
    own = Path(test.partition("::")[0]).parts[1:-1]
    folders = file.parts[1:-1] if file.parts[0] == graph.TESTS else file.parts[:-1]
    shared = sum(a == b for a, b in zip(own, folders, strict=False))
    return shared + (
        3
        if file.stem in test.partition("::")[0] or f"/{file.name}:" in test
        else 1
        if file.stem in test
        else 0
    )


def fitting(tests: Sequence[str], seconds: float) -> tuple[list[str], float]:
    """The first tests that fit into a time, and the seconds that they need."""
    measured, chosen, total = known(), list[str](), 0.0
    for test in tests:
        need = expected(test, measured)
        if total + need <= seconds:
            chosen.append(test)
            total += need
    return chosen, total


def run(tests: Sequence[str], seconds: float, until: float) -> int:
    """Run tests until a moment; gives pytest's status."""
    processes = os.cpu_count() or 2
    how = ["-n", "0"] if seconds < FEW else ["-n", str(processes), "--dist", "load"]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as names:
        names.write("\n".join(tests))
        names.flush()
        command = [sys.executable, "-m", "pytest", "-p", "tests.quick.deadline", *how, f"@{names.name}"]
        return subprocess.run(
            command, cwd=ROOT, env=os.environ | {"QUICK_UNTIL": str(until)}, check=False
        ).returncode


def main() -> int:
    """Find what was changed, and run or list the tests that it concerns; 0 where none fails."""
    begun = time.time()
    parser = argparse.ArgumentParser(prog="python -m tests.quick", description=__doc__)
    parser.add_argument("since", nargs="?", metavar="SINCE", help="a commit to compare with")
    parser.add_argument("--list", action="store_true", help="say which tests, and run none")
    asked = parser.parse_args()
    since = changes.base(ROOT, asked.since)
    files = changes.changed(ROOT, since)
    found = graph.read(ROOT)
    changed = changes.nodes(found, files)
    unspoken = [str(path) for path, nodes in changed.items() if not nodes]
    if unspoken:
        print(f"No test speaks of {', '.join(unspoken[:8])}{' …' if len(unspoken) > 8 else ''}.", flush=True)
    steps = found.concerned(set().union(*changed.values()))
    tests = nearest_first(steps, files)
    if asked.list:
        print("\n".join(tests))
        return 0
    if not tests:
        print(f"Nothing that was changed since {since[:10]} concerns a test.")
        return 0
    workers = os.cpu_count() or 2
    chosen, seconds = fitting(tests, (WITHIN - TO_START - (time.time() - begun)) * workers)
    print(
        f"{len(tests)} tests are concerned by {len(files)} files changed since {since[:10]}; {len(chosen)} run now.",
        flush=True,
    )
    status = run(chosen, seconds, begun + WITHIN)
    if len(chosen) < len(tests):
        print(f"{len(tests) - len(chosen)} more do not fit into a minute: make test")
    return 0 if status == 5 else status  # 5: all of them are left to `make long`


if __name__ == "__main__":
    sys.exit(main())
